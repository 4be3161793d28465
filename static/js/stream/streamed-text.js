// Shows streamed text. Each token costs one string in a list; the page is written once a frame.

import { inFrame } from "../page/clock.js";
import { replaceFrom } from "../conversation/morph.js";
import { dressProse, finishProse } from "../conversation/prose.js";

// A browser lays out the whole block that grows, so a long text is continued in a new block. A
// newline that ends a pre-wrapped block makes no empty line, so the cut cannot be seen.
const BLOCK = 3000;

// A tool's arguments before their first value, as agentex_web/chat/conversation.py has it.
const BARE = /^\s*(\{\s*("([^"\\]|\\.)*"?\s*:?[\s"[{]*)?)?$/;

export class StreamedText {
  #states = new WeakMap(); // article → {length, waiting: [text], renders, node, finished, tail}
  #dirty = new Set();
  #flush = inFrame(() => this.flush());

  #state(article) {
    let state = this.#states.get(article);
    if (!state) {
      state = { length: Number(article.dataset.length) || 0, waiting: [], renders: [], node: null, finished: "", tail: "" };
      this.#states.set(article, state);
    }
    return state;
  }

  length(article) {
    return this.#state(article).length;
  }

  /** Takes what is new in it; false if text before it is missing. */
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

  /** Takes what changed in the markup (agentex_web/chat/live.py); false if what was before it is missing. */
  render(article, { first, keep, html, tail }) {
    const state = this.#state(article);
    if (keep > state.tail.length) return false;
    html = state.tail.slice(0, keep) + html;
    state.tail = html.slice(html.length - tail);
    if (!first) state.finished = "";
    state.finished += html.slice(0, html.length - tail);
    const shown = article.querySelector("[data-markdown]")?.childElementCount ?? 0;
    const source = document.createElement("template");
    source.innerHTML = html;
    if (first > (state.renders.at(-1)?.count ?? shown)) return false;
    state.renders.push({ first, source: source.content, count: first + source.content.childElementCount });
    this.#dirty.add(article);
    this.#flush();
    return true;
  }

  /** The stored message's markup without the prose that is on the page already, if that is the same. */
  withoutKnown(article, html) {
    const { finished, tail } = this.#state(article);
    const prose = `>${finished}${tail}</div>`;
    if (!tail || !html.includes(prose)) return html;
    this.flush();
    return html.replace(prose, "><template data-same></template></div>");
  }

  #render(target, state) {
    for (const { first, source } of state.renders) {
      dressProse(source);
      replaceFrom(target, first, source);
    }
    state.renders = [];
    finishProse(target);
  }

  flush() {
    for (const article of this.#dirty) {
      const state = this.#states.get(article);
      const target = article.querySelector("[data-text]");
      if (target?.matches("[data-markdown]")) this.#render(target, state);
      else if (target && article.isConnected) this.#write(target, state, state.waiting.join(""));
      state.waiting = [];
      article.dataset.length = state.length;
    }
    this.#dirty.clear();
  }

  #write(target, state, text) {
    state.node ??= target.lastChild?.nodeType === Node.TEXT_NODE ? target.lastChild : target.appendChild(new Text());
    const end = state.node.length > BLOCK && target.matches(".plain") ? text.indexOf("\n") + 1 : 0;
    if (!end) {
      state.node.appendData(text);
      if ("bare" in target.dataset && !BARE.test(state.node.data)) delete target.dataset.bare;
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
