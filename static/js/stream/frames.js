// Applies frames from the server to the page. A frame may arrive twice; ids and offsets reveal repeats.

import { Articles } from "../conversation/articles.js";
import { isOpen } from "../conversation/busy.js";
import { showTitle } from "../page/title.js";
import { announceTurn } from "./announcements.js";
import { StreamedText } from "./streamed-text.js";

const WAITING = ["pending", "queued"];

export class Frames {
  #streamed = new StreamedText();
  /** @type {Set<string>} cancelled turns; frames may still arrive if the agent had just started */
  #withdrawn = new Set();

  /**
   * @param {HTMLElement} conversation
   * @param {object} callbacks
   * @param {() => unknown} callbacks.resync reloads the conversation
   * @param {() => void} callbacks.changed called when a turn's status changes
   */
  constructor(conversation, { resync, changed }) {
    this.conversation = conversation;
    this.articles = new Articles(conversation);
    this.resync = resync;
    this.changed = changed;
  }

  /** @param {Frame} frame */
  apply(frame) {
    if (this.#withdrawn.has(frame.turn)) return;
    switch (frame.type) {
      case "started":
        return this.#started(frame);
      case "delta":
        return this.#delta(/** @type {Frame & MarkupChange} */ (frame));
      case "reset":
        return this.#reset(frame);
      case "done":
        return this.#done(frame);
      case "turn":
        return this.#turn(frame);
      case "stopping":
        return this.#stopping(frame);
      case "suggested":
        return this.articles.suggest(frame.turn, frame.html);
      case "title":
        return showTitle(frame.title);
      case "resync":
        this.resync();
    }
  }

  /** @param {Frame} frame */
  #started({ turn, message, call, attempt, html, continues }) {
    // A call that began just before Stop ended its turn: no later frame would end it.
    const section = this.articles.turn(turn);
    if (section && !isOpen(section.dataset.status)) return;
    const old = this.articles.article(message);
    if (old?.dataset.status === "done" || Number(old?.dataset.attempt) > attempt) return;
    if (continues) return old ? this.#goesOn(old, call, attempt) : this.resync();
    // The page may already show text of this message: a repeated frame must not remove it.
    const length = old ? this.#streamed.length(old) : 0;
    const same = (/** @type {string} */ name) => html.includes(`${name}="${old.getAttribute(name)}"`);
    if (length && ["data-call", "data-attempt", "data-status"].every(same)) return;
    if (call && this.#lostTo(call, attempt)) return;
    this.articles.put(turn, html);
  }

  /**
   * Continues a cut answer. Its text stays in view until the first delta, which repeats that text, is rendered.
   * @param {HTMLElement} article
   * @param {string} call
   * @param {number} attempt
   */
  #goesOn(article, call, attempt) {
    const begun = `${call}/${attempt}`;
    if (article.dataset.goesOn === begun) return;
    const text = article.querySelector(".prose");
    if (!text) return this.resync();
    Object.assign(article.dataset, { goesOn: begun, status: "streaming", attempt: String(attempt) });
    article.setAttribute("aria-busy", "true");
    article.querySelector(".outcome")?.remove();
    text.setAttribute("data-text", "");
    text.setAttribute("data-markdown", "");
    this.#streamed.startOver(article);
  }

  /**
   * Removes messages of earlier attempts of a model call, because their reset may be lost. Returns true if a later
   * attempt has begun, so that this attempt must be ignored.
   * @param {string} call
   * @param {number} attempt
   */
  #lostTo(call, attempt) {
    const others = this.#ofCall(call);
    if (others.some((other) => Number(other.dataset.attempt) > attempt)) return true;
    for (const other of others) if (Number(other.dataset.attempt) < attempt) other.remove();
    return false;
  }

  /** @param {string} call */
  #ofCall(call) {
    return [...this.conversation.querySelectorAll(`[data-call="${CSS.escape(call)}"]`)];
  }

  /** @param {Frame & MarkupChange} frame */
  #delta({ message, offset, text, attempt, ...markup }) {
    const article = this.articles.article(message);
    if (article && article.dataset.status !== "streaming") return;
    // A later attempt, which is shown, has replaced this one.
    if (attempt && Number(article?.dataset.attempt) > attempt) return;
    // The HTML of earlier text, which another page of this person shows and this one does not.
    if (!article && !text) return;
    if (!article || !this.#streamed.append(article, offset, text)) this.resync();
    else if (markup.html !== undefined && !this.#streamed.render(article, markup)) this.resync();
    // Show the first words at once.
    else if (!offset) this.#streamed.flush();
  }

  /** @param {Frame} frame */
  #reset({ call, attempt }) {
    if (!call) return;
    // Also removes finished messages: the call starts over, or withdraws its output. Later attempts stay.
    for (const article of this.#ofCall(call)) {
      if (!attempt || Number(article.dataset.attempt) <= attempt) article.remove();
    }
  }

  /** @param {Frame} frame */
  #done({ turn, message, html }) {
    const old = this.articles.article(message);
    this.articles.put(turn, old?.querySelector("[data-markdown]") ? this.#streamed.withoutKnown(old, html) : html);
  }

  /** @param {Frame} frame */
  #turn({ turn, status, html }) {
    // A turn of another branch that ends late is not on this page.
    const section = isOpen(status) ? this.articles.turnOrNew(turn) : this.articles.turn(turn);
    if (!section) return;
    const before = section.dataset.status;
    // Two processes report a turn's status: "queued" or "running" may arrive before "pending".
    if (WAITING.includes(status) && before && !["pending", "unsent"].includes(before)) return;
    if (status === "withdrawn") {
      section.remove();
      this.#withdrawn.add(turn);
    }
    if (status !== "pending") {
      const own = section.querySelector('article[data-author="user"][data-status="pending"]');
      if (own) own.dataset.status = "done";
    }
    const footer = this.articles.status(section, html);
    section.dataset.status = status;
    if (!isOpen(status)) this.#close(section);
    if (before === status) return;
    this.changed();
    announceTurn(section, footer, this.conversation.dataset.agent);
  }

  /**
   * Shows in every tab that the turn is being stopped, unless it has ended in the meantime.
   * @param {Frame} frame
   */
  #stopping({ turn, html }) {
    const section = this.articles.turn(turn);
    if (section?.dataset.status !== "running") return;
    this.articles.status(section, html);
  }

  /**
   * Ends messages that still seem to stream in an ended turn, and resyncs to get their true state.
   * @param {HTMLElement} section
   */
  #close(section) {
    const streaming = section.querySelectorAll('[data-status="streaming"]');
    for (const article of streaming) {
      if (article.querySelector("[data-text]")?.textContent.trim() === "") article.remove();
      article.dataset.status = "interrupted";
      article.removeAttribute("aria-busy");
    }
    if (streaming.length) this.resync();
  }
}
