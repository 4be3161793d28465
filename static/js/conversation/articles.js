// Puts an article where it belongs: into its turn's section, by position; into the tool call that it answers; or into
// the tool call during which it was created.

import { parse } from "../page/http.js";
import { fromTemplate } from "../page/template.js";
import { showAgent, showSpeaker } from "../page/title.js";
import { replaceArticle, showState } from "./folds.js";
import { keepProse } from "./morph.js";
import { enhanceProse, finishProse } from "./prose.js";
import { enhancePreviews } from "./tool-preview.js";

/**
 * Copies streaming messages from the page into newer markup that lacks them: Redis may have lost them.
 * @param {HTMLElement} conversation
 * @param {HTMLElement} fresh
 */
export function keepUnderWay(conversation, fresh) {
  const running = '.turn[data-status="running"]';
  for (const article of conversation.querySelectorAll(`${running} > article[data-status="streaming"]`)) {
    const turn = fresh.querySelector(`${running}[data-turn-id="${article.parentElement.dataset.turnId}"]`);
    const known = fresh.querySelector(`[data-message-id="${article.dataset.messageId}"]`);
    if (turn && !known) turn.querySelector(":scope > footer").before(article);
  }
}

/**
 * Restores what was typed into forms.
 * @param {HTMLElement} root
 */
export function enhanceForms(root) {
  if (root.querySelector("[data-answer-form]")) {
    import("./answer-form.js").then(({ restoreForms }) => restoreForms(root));
  }
}

export class Articles {
  /** @param {HTMLElement} conversation */
  constructor(conversation) {
    this.conversation = conversation;
  }

  /** @param {string} id */
  turn(id) {
    return this.conversation.querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
  }

  /** @param {string} id */
  article(id) {
    return this.conversation.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
  }

  /**
   * The section of a turn; creates one at the end if there is none.
   * @param {string} id
   */
  turnOrNew(id) {
    const known = this.turn(id);
    if (known) return known;
    const section = fromTemplate("turn-template");
    section.dataset.turnId = id;
    this.conversation.append(section);
    return section;
  }

  /**
   * Puts the server's markup of a message in its place, replacing the article with the same id if there is one.
   * @param {string} turn
   * @param {string} html
   * @returns {HTMLElement} the article on the page
   */
  put(turn, html) {
    const fresh = parse(html);
    enhanceProse(fresh);
    enhancePreviews(fresh);
    // What the agent's code says has no name of an agent.
    const nameless = fresh.querySelector("[data-nameless]");
    if (nameless) nameless.textContent = this.conversation.dataset.agent || nameless.textContent;
    const old = this.article(fresh.dataset.messageId);
    const kept = old && keepProse(old, fresh);
    if (old && !kept) replaceArticle(old, fresh);
    else if (!old) this.#insert(this.turnOrNew(turn), fresh);
    const shown = kept ? old : fresh;
    enhanceForms(shown);
    this.#connectResponse(shown);
    finishProse(shown);
    window.htmx?.process(shown);
    return shown;
  }

  /**
   * @param {HTMLElement} section
   * @param {HTMLElement} fresh
   */
  #insert(section, fresh) {
    const call = fresh.dataset.kind === "tool_response" && fresh.dataset.toolCallId;
    const slot = call && section.querySelector(`[data-response-for="${CSS.escape(call)}"]`);
    if (slot) {
      slot.replaceChildren(fresh);
      return;
    }
    const inside = fresh.dataset.inside;
    const parent = (inside && section.querySelector(`[data-inside-of="${CSS.escape(inside)}"]`)) || section;
    const children = /** @type {HTMLElement[]} */ ([...parent.children]);
    const next = children.find((other) => other.matches("footer") || other.dataset.position > fresh.dataset.position);
    parent.insertBefore(fresh, next ?? null);
    if (fresh.dataset.kind !== "handoff" || inside) return;
    const { author, agentName = "" } = fresh.dataset;
    if (author === "user") showAgent(this.conversation, agentName);
    else showSpeaker(agentName);
  }

  /**
   * Shows a response's state on its tool call's card. A response may arrive before its request.
   * @param {HTMLElement} shown
   */
  #connectResponse(shown) {
    if (shown.dataset.kind === "tool_response") {
      showState(shown);
    } else if (shown.dataset.kind === "tool_request") {
      const slot = shown.querySelector(":scope > [data-response-for]");
      const call = CSS.escape(shown.dataset.toolCallId);
      const early = shown.parentElement.querySelector(
        `:scope > article[data-kind="tool_response"][data-tool-call-id="${call}"]`,
      );
      if (early && slot?.dataset.responseFor) slot.replaceChildren(early);
      const response = slot?.querySelector("article");
      if (response) showState(response);
    }
  }

  /**
   * Shows suggested replies after a turn.
   * @param {string} turn
   * @param {string} html
   */
  suggest(turn, html) {
    const section = this.turn(turn);
    section?.querySelector(":scope > [data-suggestions]")?.remove();
    section?.append(parse(html));
  }

  /**
   * Replaces a turn's status line.
   * @param {HTMLElement} section
   * @param {string} html
   */
  status(section, html) {
    const fresh = parse(html);
    section.querySelector(":scope > [data-turn-status]").replaceWith(fresh);
    window.htmx?.process(fresh);
    return fresh;
  }
}
