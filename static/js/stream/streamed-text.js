// Shows streamed text. A token only adds a string to a list; the page is updated once per frame.

import { replaceFrom } from "../conversation/morph.js";
import { enhanceProse, finishProse } from "../conversation/prose.js";
import { showPreview } from "../conversation/tool-preview.js";
import { inFrame } from "../page/clock.js";
import { growCode, growth } from "./growing-code.js";

// Characters. A browser lays out the whole growing block, so a long text continues in a new block. A newline at the end
// of a pre-wrapped block adds no empty line, so the split is invisible.
const BLOCK = 3000;

/** @param {string} markup */
function parsed(markup) {
  const source = document.createElement("template");
  source.innerHTML = markup;
  return source.content;
}

export class StreamedText {
  /** @type {WeakMap<HTMLElement, StreamingState>} */
  #states = new WeakMap();
  /** @type {Set<HTMLElement>} */
  #dirty = new Set();
  #flush = inFrame(() => this.flush());

  /**
   * @param {HTMLElement} article
   * @returns {StreamingState}
   */
  #state(article) {
    let state = this.#states.get(article);
    if (!state) {
      const length = Number(article.dataset.length) || 0;
      state = { length, waiting: [], renders: [], node: null, finished: "", tail: "" };
      this.#states.set(article, state);
    }
    return state;
  }

  /** @param {HTMLElement} article */
  length(article) {
    return this.#state(article).length;
  }

  /**
   * Resets the state: the message's text is sent again from the beginning.
   * @param {HTMLElement} article
   */
  startOver(article) {
    article.dataset.length = "0";
    this.#states.delete(article);
    this.#dirty.delete(article);
  }

  /**
   * Appends the new part of a delta. Returns false if text before it is missing.
   * @param {HTMLElement} article
   * @param {number} offset of `text` in the message, in UTF-16 code units
   * @param {string} text
   */
  append(article, offset, text) {
    const state = this.#state(article);
    if (offset > state.length) return false;
    const fresh = text.slice(state.length - offset);
    if (fresh) {
      state.length += fresh.length;
      state.waiting.push(fresh);
      this.#dirty.add(article);
      this.#flush();
    }
    return true;
  }

  /**
   * Applies a change of the markup. Returns false if an earlier change is missing.
   * @param {HTMLElement} article
   * @param {MarkupChange} change
   */
  render(article, { first, keep, html, tail }) {
    const state = this.#state(article);
    if (keep > state.tail.length) return false;
    const before = state.tail;
    const markup = before.slice(0, keep) + html;
    state.tail = markup.slice(markup.length - tail);
    if (!first) state.finished = "";
    state.finished += markup.slice(0, markup.length - tail);
    const shown = article.querySelector("[data-markdown]")?.childElementCount ?? 0;
    if (first > (state.renders.at(-1)?.count ?? shown)) return false;
    const grown = growth(before, markup, keep);
    if (grown) {
      const rest = parsed(grown.rest);
      state.renders.push({ first, markup, grown, rest, count: first + 1 + rest.childElementCount });
    } else {
      const source = parsed(markup);
      state.renders.push({ first, markup, source, count: first + source.childElementCount });
    }
    this.#dirty.add(article);
    this.#flush();
    return true;
  }

  /**
   * The stored message's markup, without the prose if the page already shows the same prose.
   * @param {HTMLElement} article
   * @param {string} html
   */
  withoutKnown(article, html) {
    const { finished, tail } = this.#state(article);
    const prose = `>${finished}${tail}</div>`;
    if (!(finished || tail) || !html.includes(prose)) return html;
    this.flush();
    return html.replace(prose, () => "><template data-same></template></div>");
  }

  /** Writes all pending text and markup to the page. */
  flush() {
    for (const article of this.#dirty) {
      const state = this.#states.get(article);
      const target = article.querySelector("[data-text]");
      if (target?.matches("[data-markdown]")) this.#render(target, state);
      else if (target && article.isConnected) this.#write(target, state, state.waiting.join(""));
      state.waiting = [];
      article.dataset.length = String(state.length);
    }
    this.#dirty.clear();
  }

  /**
   * @param {HTMLElement} target
   * @param {StreamingState} state
   */
  #render(target, state) {
    for (const { first, markup, grown, rest, source } of state.renders) {
      const grew = grown && growCode(target, first, grown);
      const fresh = grew ? rest : (source ?? parsed(markup));
      enhanceProse(fresh);
      replaceFrom(target, grew ? first + 1 : first, fresh);
    }
    state.renders = [];
    finishProse(target);
  }

  /**
   * @param {HTMLElement} target
   * @param {StreamingState} state
   * @param {string} text
   */
  #write(target, state, text) {
    state.node ??= target.lastChild instanceof Text ? target.lastChild : target.appendChild(new Text());
    const end = state.node.length > BLOCK && target.matches(".plain") ? text.indexOf("\n") + 1 : 0;
    if (!end) {
      state.node.appendData(text);
      showPreview(target, state.node.data);
      return;
    }
    state.node.appendData(text.slice(0, end));
    if (state.node.parentNode === target) {
      const first = document.createElement("div");
      state.node.replaceWith(first);
      first.append(state.node);
    }
    const next = target.appendChild(document.createElement("div"));
    state.node = next.appendChild(new Text(text.slice(end)));
  }
}
