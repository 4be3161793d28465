// Keeps the end in view while the reader is there, and leaves a reader who is elsewhere alone.

const NEAR = 6; // px; positions are fractions at most zoom levels.

const KEY = `place:${location.pathname}`;

const scroller = document.scrollingElement;

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

  constructor(conversation, dock) {
    this.conversation = conversation;
    history.scrollRestoration = "manual";
    // An observer runs after layout and before paint: reading sizes here costs nothing extra.
    const observer = new ResizeObserver(() => this.#resized());
    for (const element of [conversation, dock]) observer.observe(element);
    addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#jump.addEventListener("click", () => this.toEnd());
    // Opening a fold at the end must show its beginning, not scroll it away; nor is what it shows new.
    addEventListener("pagehide", () => this.#remember());
    document.addEventListener("click", (event) => {
      if (!event.target.closest('summary, .unfold, [data-act="details"]')) return;
      this.#held = true;
      setTimeout(() => (this.#held = false), 100);
    });
  }

  /** At the end; a reload leads a reader who was elsewhere back there. */
  begin() {
    const [{ type } = {}] = performance.getEntriesByType("navigation");
    const { id, top, news } = type === "reload" ? recall() : {};
    const turn = id && this.conversation.querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
    if (!turn) return this.toEnd();
    // Twice: a turn far from the window has no height of its own until it comes near.
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
      // No storage: the page begins at its end.
    }
  }

  /** Somebody writes in the conversation: what they write stays where they see it, and is nothing new. */
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
    // In a narrower window the same text is higher: that is nothing new.
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
