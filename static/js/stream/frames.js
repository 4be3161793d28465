// What each frame of the stream does to the page. A frame may come twice: ids and offsets tell.

import { Articles } from "../conversation/articles.js";
import { StreamedText } from "./streamed-text.js";
import { announce, firstSentence } from "../page/notices.js";

const OPEN = ["pending", "queued", "running"];

export class Frames {
  #streamed = new StreamedText();
  #withdrawn = new Set();

  /** `resync` reads the conversation anew; `changed` is told when a turn begins or ends. */
  constructor(conversation, { resync, changed }) {
    this.conversation = conversation;
    this.articles = new Articles(conversation);
    this.resync = resync;
    this.changed = changed;
  }

  apply(frame) {
    // Of a message that was taken back while the agent began with it.
    if (this.#withdrawn.has(frame.turn)) return;
    const handler = { started: 1, delta: 1, reset: 1, done: 1, turn: 1, stopping: 1 }[frame.type] && this[frame.type];
    if (handler) handler.call(this, frame);
    else if (frame.type === "resync" || frame.type === "branch") this.resync();
    else if (frame.type === "services") window.htmx?.trigger(document.body, "services-changed");
  }

  started({ turn, message, html }) {
    const old = this.articles.article(message);
    if (old?.dataset.status === "done") return;
    // The page that we were given may hold text already: a repeat must not empty it.
    const length = old ? this.#streamed.length(old) : 0;
    const same = (attribute) => html.includes(`${attribute}="${old.getAttribute(attribute)}"`);
    if (length && ["data-call", "data-attempt", "data-status"].every(same)) return;
    this.articles.put(turn, html);
  }

  delta({ message, offset, text, ...markup }) {
    const article = this.articles.article(message);
    if (article && article.dataset.status !== "streaming") return;
    if (!article || !this.#streamed.append(article, offset, text)) this.resync();
    else if (markup.html !== undefined && !this.#streamed.render(article, markup)) this.resync();
  }

  reset({ call }) {
    if (!call) return;
    // Also what was done: the call starts over, or takes back what it said.
    for (const article of this.conversation.querySelectorAll(`[data-call="${CSS.escape(call)}"]`)) article.remove();
  }

  done({ turn, message, html }) {
    const old = this.articles.article(message);
    this.articles.put(turn, old?.querySelector("[data-markdown]") ? this.#streamed.withoutKnown(old, html) : html);
  }

  turn({ turn, status, html }) {
    const section = this.articles.turnOrNew(turn);
    const before = section.dataset.status;
    if (status === "withdrawn") {
      section.remove();
      this.#withdrawn.add(turn);
    }
    if (status !== "pending") {
      const said = section.querySelector('article[data-author="user"][data-status="pending"]');
      if (said) said.dataset.status = "done";
    }
    const footer = this.articles.status(section, html);
    section.dataset.status = status;
    if (!OPEN.includes(status)) this.#close(section);
    if (before === status) return;
    this.changed();
    this.#say(section, footer, status);
  }

  /** In every tab; what has ended meanwhile stops no more. */
  stopping({ turn, html }) {
    const section = this.articles.turn(turn);
    if (section?.dataset.status !== "running") return;
    this.articles.status(section, html);
  }

  /** Nothing streams in a turn that has ended; if something seems to, the record knows better. */
  #close(section) {
    const orphans = section.querySelectorAll('[data-status="streaming"]');
    for (const article of orphans) {
      if (article.querySelector("[data-text]")?.textContent.trim() === "") article.remove();
      article.dataset.status = "interrupted";
      article.removeAttribute("aria-busy");
    }
    if (orphans.length) this.resync();
  }

  #say(section, footer, status) {
    const texts = section.querySelectorAll('article[data-kind="text"][data-author="agent"]');
    const answer = [...texts].at(-1);
    const name = answer?.dataset.agentName || this.conversation.dataset.agent || "The agent";
    const body = answer?.querySelector(".prose, .plain")?.textContent ?? "";
    if (status === "done") announce(body ? `${name} answered: ${firstSentence(body)}` : `${name} has finished.`);
    else if (status === "interrupted") announce(footer.dataset.reason || "Stopped.");
    else if (status === "failed") announce(`It failed: ${footer.dataset.reason || "no reason was given"}`);
    else if (status === "queued") announce("Queued behind the turn at work.");
  }
}
