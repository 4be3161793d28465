// Where an article belongs: a turn's section, by position, or a slot of the call it answers or happens in.

import { parse } from "../page/http.js";
import { replaceArticle, showState } from "./folds.js";
import { keepProse } from "./morph.js";
import { dressProse, finishProse } from "./prose.js";

/** What a page shows of messages under way, put into newer markup that does not know them: Redis may have lost them. */
export function keepUnderWay(conversation, fresh) {
  const running = '.turn[data-status="running"]';
  for (const article of conversation.querySelectorAll(`${running} > article[data-status="streaming"]`)) {
    const turn = fresh.querySelector(`${running}[data-turn-id="${article.parentElement.dataset.turnId}"]`);
    const known = fresh.querySelector(`[data-message-id="${article.dataset.messageId}"]`);
    if (turn && !known) turn.querySelector(":scope > footer").before(article);
  }
}

export class Articles {
  constructor(conversation) {
    this.conversation = conversation;
  }

  turn(id) {
    return this.conversation.querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
  }

  article(id) {
    return this.conversation.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
  }

  /** The section of a turn, made at the end if there is none. */
  turnOrNew(id) {
    const known = this.turn(id);
    if (known) return known;
    const section = document.getElementById("turn-template").content.firstElementChild.cloneNode(true);
    section.dataset.turnId = id;
    this.conversation.append(section);
    return section;
  }

  /** Puts a server's article in its place, over the one of the same id if there is one. */
  put(turn, html) {
    const fresh = parse(html);
    dressProse(fresh);
    const old = this.article(fresh.dataset.messageId);
    const kept = old && keepProse(old, fresh);
    if (old && !kept) replaceArticle(old, fresh);
    else if (!old) this.#insert(this.turnOrNew(turn), fresh);
    const shown = kept ? old : fresh;
    this.#settle(shown);
    finishProse(shown);
    window.htmx?.process(shown);
    return shown;
  }

  #insert(section, fresh) {
    const call = fresh.dataset.kind === "tool_response" && fresh.dataset.toolCallId;
    const slot = call && section.querySelector(`[data-response-for="${CSS.escape(call)}"]`);
    if (slot) {
      slot.replaceChildren(fresh);
      return;
    }
    const inside = fresh.dataset.inside;
    const place = (inside && section.querySelector(`[data-inside-of="${CSS.escape(inside)}"]`)) || section;
    const later = [...place.children].find(
      (other) => other.matches("footer") || other.dataset.position > fresh.dataset.position,
    );
    place.insertBefore(fresh, later ?? null);
  }

  /** A response may have come before its request; a card's words follow its response. */
  #settle(fresh) {
    if (fresh.dataset.kind === "tool_response") {
      showState(fresh);
    } else if (fresh.dataset.kind === "tool_request") {
      const slot = fresh.querySelector(":scope > [data-response-for]");
      const call = CSS.escape(fresh.dataset.toolCallId);
      const stray = fresh.parentElement.querySelector(
        `:scope > article[data-kind="tool_response"][data-tool-call-id="${call}"]`,
      );
      if (stray && slot?.dataset.responseFor) slot.replaceChildren(stray);
      const response = slot?.querySelector("article");
      if (response) showState(response);
    }
  }

  status(section, html) {
    const fresh = parse(html);
    section.querySelector(":scope > [data-turn-status]").replaceWith(fresh);
    window.htmx?.process(fresh);
    return fresh;
  }
}
