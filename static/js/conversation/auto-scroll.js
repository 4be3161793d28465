// Keeps the end of the conversation in view while the reader is there. Does not move a reader who has scrolled away.

import { on } from "../page/events.js";
import { goToFound, isNamedMissing } from "./found-message.js";

const MOVES = /^(?:Page|Home|End|Arrow|Tab| )/; // Keys that scroll or move the focus.
const NEAR = 6; // px; scroll positions are fractions at most zoom levels.
const BAR = 56; // px that the bar at the top covers.

const scroller = document.scrollingElement;

/** @typedef {{ id?: string, top?: number, news?: boolean }} Place a turn at the top of the window, and whether there was new text below */

export class AutoScroll {
  following = false;
  /** True until the reader is where they should begin. If they go elsewhere before, nothing moves them. */
  seeks = false;
  #last = 0;
  #jump = document.getElementById("jump");
  #height = 0;
  #width = 0;
  #held = false;
  #form = "";
  #ended = new AbortController();

  /**
   * @param {HTMLElement} conversation
   * @param {HTMLElement} dock the composer at the bottom
   */
  constructor(conversation, dock) {
    this.conversation = conversation;
    this.key = `place:${conversation.dataset.taskUrl ?? location.pathname}`;
    const { signal } = this.#ended;
    conversation.addEventListener("found", () => (this.seeks = this.following = false), { signal });
    for (const name of ["wheel", "touchmove"]) {
      addEventListener(name, () => (this.seeks = false), { passive: true, signal });
    }
    for (const name of ["pointerdown", "keydown"]) {
      addEventListener(
        name,
        (/** @type {Event & { key?: string }} */ { target, key }) => {
          // A reader who writes a message has not gone elsewhere.
          if (!dock.contains(/** @type {Node} */ (target)) && (!key || MOVES.test(key))) this.seeks = false;
        },
        { signal },
      );
    }
    history.scrollRestoration = "manual";
    // The observer runs after layout and before paint, so reading sizes in it is free.
    const observer = new ResizeObserver(() => this.#resized());
    for (const element of [conversation, dock]) observer.observe(element);
    signal.addEventListener("abort", () => observer.disconnect());
    addEventListener("scroll", () => this.#scrolled(), { passive: true, signal });
    this.#jump.addEventListener("click", () => this.toEnd());
    addEventListener("pagehide", () => this.#remember(), { signal });
    // Opening a fold at the end must keep its beginning in view; its content does not count as new text.
    const hold = () => {
      this.#held = true;
      setTimeout(() => (this.#held = false), 100);
    };
    on("click", 'summary, .unfold, [data-act="details"]', hold, signal);
  }

  /** Stops when the page shows another view. */
  end() {
    this.#remember();
    this.#ended.abort();
  }

  /**
   * Scrolls to the end, or to where the reader was.
   * @param {boolean} returns true if this window has shown the chat before
   */
  begin(returns) {
    this.seeks = false;
    const { id, top, news } = returns ? this.#recall() : /** @type {Place} */ ({});
    const turn = id && this.#turn(id);
    if (!turn) return goToFound(this.conversation) ? undefined : this.#toNewest();
    // Twice, because a turn far from the window has only an estimated height until it comes near.
    for (let i = 0; i < 2; i++) scroller.scrollTop += turn.getBoundingClientRect().top - top;
    this.following = this.#atEnd();
    this.#jump.hidden = this.following || !(news || this.conversation.querySelector('.turn[data-status="running"]'));
  }

  /**
   * True if the place where the reader should begin is on the page. The earlier turns of a long chat follow later.
   * @param {boolean} returns
   */
  knowsPlace(returns) {
    const { id } = returns ? this.#recall() : /** @type {Place} */ ({});
    return id ? Boolean(this.#turn(id)) : !isNamedMissing();
  }

  /** @param {string} id */
  #turn(id) {
    return this.conversation.querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
  }

  /**
   * Changes what is above an element, which stays where it is in the window.
   * @param {Element} element
   * @param {() => void} change
   */
  hold(element, change) {
    const top = element.getBoundingClientRect().top;
    // Not every browser anchors the scroll position, and one that does would do it a second time.
    document.documentElement.style.overflowAnchor = "none";
    change();
    scroller.scrollTop += element.getBoundingClientRect().top - top;
    this.#last = scroller.scrollTop;
    this.#height = scroller.scrollHeight;
    requestAnimationFrame(() => document.documentElement.style.removeProperty("overflow-anchor"));
  }

  /** @returns {Place} */
  #recall() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key)) ?? {};
    } catch {
      return {};
    }
  }

  #remember() {
    if (this.seeks) return;
    const turns = this.following ? [] : [...this.conversation.querySelectorAll("[data-turn-id]")];
    const turn = turns.find((each) => each.getBoundingClientRect().bottom > 0);
    const place = turn && { id: turn.dataset.turnId, top: turn.getBoundingClientRect().top, news: !this.#jump.hidden };
    try {
      sessionStorage.setItem(this.key, JSON.stringify(place ?? {}));
    } catch {
      // Storage is blocked: the page will start at the end.
    }
  }

  /** True while a form in the conversation has the focus: it must not move, and its growth is not new text. */
  #isWrittenIn() {
    const form = document.activeElement?.closest("form");
    return this.conversation.contains(form) && Boolean(form.querySelector("textarea"));
  }

  toEnd() {
    this.seeks = false;
    this.following = true;
    this.#jump.hidden = true;
    scroller.scrollTop = scroller.scrollHeight;
  }

  /** Shows the end, or once the beginning of a form there that is taller than the window. */
  #toNewest() {
    this.toEnd();
    const form = this.conversation.querySelector(".turn:last-child .answer-form")?.closest(".message");
    if (!(form?.getBoundingClientRect().top < BAR) || form.id === this.#form) return;
    this.#form = form.id;
    form.scrollIntoView();
    this.following = false;
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
    // The same text is taller in a narrower window; that is not new text.
    const grown = scroller.clientWidth === this.#width && scroller.scrollHeight > this.#height + NEAR;
    this.#height = scroller.scrollHeight;
    this.#width = scroller.clientWidth;
    if (this.#held || this.#isWrittenIn()) this.following = this.#atEnd();
    else if (this.following) this.#toNewest();
    else if (this.#atEnd()) this.following = this.conversation.childElementCount > 0;
    else if (grown && this.conversation.childElementCount) this.#jump.hidden = false;
    if (this.following) this.#jump.hidden = true;
  }
}
