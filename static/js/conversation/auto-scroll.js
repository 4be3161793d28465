// Keeps the end of the conversation in view while the reader is there, and does not move a reader who is elsewhere.

import { on } from "../page/events.js";
import { goToFound } from "./found-message.js";

const NEAR = 6; // px; scroll positions are fractions at most zoom levels.

const KEY = `place:${location.pathname}`;

const scroller = document.scrollingElement;

/**
 * The turn at the top of the window before a reload, and whether there was new text below.
 * @returns {{ id?: string, top?: number, news?: boolean }}
 */
function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export class AutoScroll {
  following = false;
  #last = 0;
  #jump = document.getElementById("jump");
  #height = 0;
  #width = 0;
  #held = false;

  /**
   * @param {HTMLElement} conversation
   * @param {HTMLElement} dock the composer at the bottom
   */
  constructor(conversation, dock) {
    this.conversation = conversation;
    history.scrollRestoration = "manual";
    // An observer runs after layout and before paint: reading sizes here costs nothing extra.
    const observer = new ResizeObserver(() => this.#resized());
    for (const element of [conversation, dock]) observer.observe(element);
    addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#jump.addEventListener("click", () => this.toEnd());
    addEventListener("pagehide", () => this.#remember());
    // Opening a fold at the end must show its beginning and not scroll it away; nor is its content new.
    on("click", 'summary, .unfold, [data-act="details"]', () => {
      this.#held = true;
      setTimeout(() => (this.#held = false), 100);
    });
  }

  /** Begins at the end, or after a reload where the reader was. */
  begin() {
    const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    const { id, top, news } = navigation?.type === "reload" ? recall() : /** @type {ReturnType<typeof recall>} */ ({});
    const turn = id && this.conversation.querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
    if (!turn) return goToFound(this.conversation) ? undefined : this.toEnd();
    // Twice: a turn far from the window has only an estimated height until it comes near.
    for (let i = 0; i < 2; i++) scroller.scrollTop += turn.getBoundingClientRect().top - top;
    this.following = this.#atEnd();
    this.#jump.hidden = this.following || !(news || this.conversation.querySelector('.turn[data-status="running"]'));
  }

  #remember() {
    const turns = this.following ? [] : [...this.conversation.querySelectorAll("[data-turn-id]")];
    const turn = turns.find((each) => each.getBoundingClientRect().bottom > 0);
    const place = turn && { id: turn.dataset.turnId, top: turn.getBoundingClientRect().top, news: !this.#jump.hidden };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(place ?? {}));
    } catch {
      // Storage is blocked: the page begins at its end.
    }
  }

  /** True while a form in the conversation has the focus: it must stay where it is, and its growth is not new text. */
  #isWrittenIn() {
    const form = document.activeElement?.closest("form");
    return this.conversation.contains(form) && Boolean(form.querySelector("textarea"));
  }

  toEnd() {
    this.following = true;
    this.#jump.hidden = true;
    scroller.scrollTop = scroller.scrollHeight;
  }

  #atEnd() {
    return scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - NEAR;
  }

  #scrolled() {
    const top = scroller.scrollTop;
    if (this.#atEnd()) this.following = this.conversation.childElementCount > 0;
    else if (top < this.#last) this.following = false;
    this.#last = top;
    if (this.following) this.#jump.hidden = true;
  }

  #resized() {
    // In a narrower window the same text is taller: that is not new text.
    const grown = scroller.clientWidth === this.#width && scroller.scrollHeight > this.#height + NEAR;
    this.#height = scroller.scrollHeight;
    this.#width = scroller.clientWidth;
    if (this.#held || this.#isWrittenIn()) this.following = this.#atEnd();
    else if (this.following) this.toEnd();
    else if (this.#atEnd()) this.following = this.conversation.childElementCount > 0;
    else if (grown && this.conversation.childElementCount) this.#jump.hidden = false;
    if (this.following) this.#jump.hidden = true;
  }
}
