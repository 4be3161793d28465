// The view next to the chat list: a chat, or the start page of a new one. `end` undoes what the constructor started, so
// that visits.js can replace the view.

import { openComposer, sendAgain } from "../composer/composer.js";
import { stopReady } from "../composer/stop.js";
import { enhanceForms } from "../conversation/articles.js";
import { AutoScroll } from "../conversation/auto-scroll.js";
import { isBusy, markWaiting } from "../conversation/busy.js";
import { isOnlySent } from "../conversation/optimistic-message.js";
import { enhanceProse, finishProse } from "../conversation/prose.js";
import { foldSteps } from "../conversation/steps.js";
import { enhancePreviews } from "../conversation/tool-preview.js";
import { Frames } from "../stream/frames.js";
import { makeResync } from "../stream/resync.js";
import { TaskSocket } from "../stream/socket.js";
import { together } from "../stream/together.js";
import { lazy } from "./lazy.js";
import { showConnection } from "./notices.js";

const OVERDUE = 3000; // ms until the page resyncs if no frame has delivered an accepted message.

const chosen = lazy(() => import("./chosen-agent.js"));

/** Brings the agent that is chosen on the start page into view. */
export async function showChosen() {
  (await chosen.get()).showChosenAgent();
}

export class ChatView {
  /** @type {TaskSocket | null} */
  #socket = null;
  #hasEnded = false;

  /**
   * @param {object} options
   * @param {boolean} [options.returns] true if this window has shown the chat before: scroll to where the reader was
   * @param {Promise<boolean>} [options.opening] for a new chat: whether its first message is accepted
   */
  constructor({ returns = false, opening } = {}) {
    this.conversation = document.getElementById("conversation");
    this.scroll = new AutoScroll(this.conversation, document.querySelector(".dock"));
    foldSteps(this.conversation);
    enhanceProse(this.conversation);
    enhancePreviews(this.conversation);
    finishProse(this.conversation);
    enhanceForms(this.conversation);
    markWaiting(this.conversation);
    openComposer(this.scroll, (id) => this.#accepted(id), opening);
    if (this.conversation.dataset.socket) {
      this.#begin(returns);
      this.#startStream();
    } else if (/[?&]agent=/.test(location.search)) showChosen();
  }

  /** @param {boolean} returns */
  async #begin(returns) {
    const { scroll } = this;
    const beginIfKnown = () => {
      if (scroll.seeks && scroll.knowsPlace(returns)) scroll.begin(returns);
    };
    scroll.seeks = true;
    beginIfKnown();
    await this.#loadEarlier(beginIfKnown);
    if (scroll.seeks && !this.#hasEnded) scroll.begin(returns);
  }

  /**
   * Loads the earlier turns of a long chat, if the page came without them.
   * @param {() => void} [arrived] called when a part of them is on the page
   */
  async #loadEarlier(arrived) {
    if (!this.conversation.querySelector(":scope > [data-earlier]")) return;
    const { loadEarlier } = await import("../conversation/earlier.js");
    await loadEarlier(this.conversation, this.scroll, arrived);
  }

  end() {
    this.#hasEnded = true;
    // A notice that waits is not for the next view.
    showConnection("open");
    this.scroll.end();
    this.#socket?.end();
  }

  /** Call when the status of one of the chat's turns has changed. */
  turnChanged() {
    foldSteps(this.conversation);
    markWaiting(this.conversation);
    if (!isBusy()) stopReady();
  }

  #startStream() {
    const { dataset } = this.conversation;
    const changed = () => this.turnChanged();
    const replaced = () => {
      this.turnChanged();
      this.#loadEarlier();
    };
    const readAgain = makeResync(this.conversation, { socket: () => this.#socket, changed: replaced });
    let wasLost = false;
    const frames = new Frames(this.conversation, { resync: () => this.resync(), changed });
    const incoming = together((frame) => frames.apply(frame));
    this.resync = () => {
      // What the conversation is replaced with is newer than the frames that wait.
      incoming.flush();
      return readAgain();
    };
    this.#socket = new TaskSocket({
      path: dataset.socket,
      cursor: dataset.cursor,
      version: dataset.version,
      isNew: "new" in dataset,
      onFrame: incoming.take,
      onState: (state, code) => {
        showConnection(state, code);
        if (state === "open" && wasLost) sendAgain();
        wasLost = state === "lost";
        // A refusal during the handshake has no close code. After three failures, resync to get an HTTP status.
        if (state === "lost" && this.#socket.failures === 3) this.resync();
      },
    });
    this.#socket.connect();
  }

  /** @param {string} id */
  #accepted(id) {
    setTimeout(() => !this.#hasEnded && isOnlySent(id) && this.resync(), OVERDUE);
  }
}
