// Sends messages to the server in order, whatever the network does: each waits until the one before it is accepted.
// Messages are stored until they are accepted, so that a reload loses none.

import { hasArrived, markSending, markUnsent, removeOwn, showOwn } from "../conversation/optimistic-message.js";
import { isLogin, post } from "../page/http.js";
import { accepted, outgoingOf, saveOutgoing } from "./drafts.js";

/** @typedef {{ status: number, body: string }} Refusal the server's response to a message that it refused */

/**
 * Sends a message. Returns the refusal, or null if the server accepted it.
 * @param {string} url
 * @param {Outgoing} message
 * @returns {Promise<Refusal | null>}
 * @throws if the server could not be reached or failed; the message may have arrived all the same
 */
export async function postMessage(url, { id, text, files, fields }) {
  const attached = files.map(({ id }) => ["attachments", id]);
  // Much shorter than FormData: it leaves in one packet with its headers.
  const data = new URLSearchParams([...fields, ["id", id], ["content", text], ...attached]);
  const response = await post(url, data);
  if (isLogin(response.url)) return { status: 401, body: "" };
  if (response.ok) return null;
  if (response.status >= 500) throw new Error(`${url}: ${response.status}`);
  return { status: response.status, body: await response.text() };
}

/** The outgoing messages of one chat. */
export class OutgoingMessages {
  /** @type {Promise<void> | null} */
  #sending = null;
  /** @type {Set<string>} ids of messages that could not be sent */
  #unsent = new Set();

  /**
   * @param {HTMLFormElement} form
   * @param {object} callbacks
   * @param {(message: Outgoing) => void} callbacks.onAccepted
   * @param {(message: Outgoing, refusal: Refusal | null) => void} callbacks.onRefused it was refused or taken back
   * @param {Promise<boolean>} [opening] for a new chat: whether its first message is accepted
   */
  constructor(form, { onAccepted, onRefused }, opening) {
    this.form = form;
    this.onAccepted = onAccepted;
    this.onRefused = onRefused;
    this.opening = opening;
    // An open chat waits for nothing: even a promise that has resolved would delay its requests.
    opening?.then((isOpen) => {
      if (isOpen) this.opening = undefined;
    });
  }

  /** Shows the messages that an earlier page could not send. */
  resume() {
    for (const { id, text } of outgoingOf(this.form)) {
      showOwn(id, text);
      this.#fail(id);
    }
  }

  /** @param {Outgoing} message */
  send(message) {
    saveOutgoing(this.form, [...outgoingOf(this.form), message]);
    // Start the request before rendering the message.
    this.#sendAll();
    showOwn(message.id, message.text);
  }

  /** Retries the messages that could not be sent. */
  retry() {
    if (this.#unsent.size) this.#sendAll();
  }

  #sendAll() {
    for (const id of this.#unsent) markSending(id);
    this.#unsent.clear();
    this.#sending ??= this.#sendInOrder().finally(() => (this.#sending = null));
  }

  /**
   * Takes back a message that could not be sent.
   * @param {string} id
   */
  takeBack(id) {
    const message = outgoingOf(this.form).find((each) => each.id === id);
    if (!message || !this.#unsent.delete(id)) return;
    this.#drop(message, null);
  }

  /** Resolves when nothing is being sent. */
  settled() {
    return this.#sending ?? Promise.resolve();
  }

  async #sendInOrder() {
    const isOpen = this.opening ? await this.opening : true;
    for (;;) {
      const [message] = outgoingOf(this.form);
      if (!message) return;
      if (!isOpen) {
        this.#drop(message, null);
        continue;
      }
      try {
        const refusal = await postMessage(this.form.action, message);
        if (refusal) this.#drop(message, refusal);
        else {
          accepted(this.form, message.id);
          this.onAccepted(message);
        }
      } catch {
        return this.#failAll();
      }
    }
  }

  #failAll() {
    for (const { id } of outgoingOf(this.form)) this.#fail(id);
  }

  /** @param {string} id */
  #fail(id) {
    // The message arrived; only the response was lost.
    if (hasArrived(id)) {
      accepted(this.form, id);
      return;
    }
    this.#unsent.add(id);
    markUnsent(id);
  }

  /**
   * @param {Outgoing} message
   * @param {Refusal | null} refusal
   */
  #drop(message, refusal) {
    const rest = outgoingOf(this.form).filter(({ id }) => id !== message.id);
    saveOutgoing(this.form, rest);
    removeOwn(message.id);
    this.onRefused(message, refusal);
  }
}
