// Sends a chat's first message. The page shows the new chat meanwhile.

import { removeOwn, showOwn } from "../conversation/optimistic-message.js";
import { gettext } from "../page/i18n.js";
import { showError, showRefusal } from "../page/notices.js";
import { accepted, saveOutgoing } from "./drafts.js";
import { postMessage } from "./outgoing.js";
import { giveBack, isInBackground } from "./taken-message.js";

/** @import { Refusal } from "./outgoing.js" */

/**
 * Shows a new chat before its first message is accepted.
 * @typedef {(id: string, text: string, opening: Promise<boolean>) => { keep(): void, undo(): void }} OpenNew
 */

/** Opens the start page for another chat, after a message that is answered in the background. */
export function startAnother() {
  document.getElementById("new-chat").click();
}

/**
 * @param {HTMLFormElement} form of the start page
 * @param {Outgoing} message
 * @param {object} page
 * @param {() => void} page.empty empties the box; called once the request has started
 * @param {OpenNew} page.openNew
 */
export async function sendFirst(form, message, { empty, openNew }) {
  /** @type {(isOpen: boolean) => void} */
  let opened;
  saveOutgoing(form, [message]);
  // Start the request before rendering the chat: rendering takes about as long as the server does.
  const posting = postMessage(form.action, message);
  empty();
  const opening = new Promise((resolve) => (opened = resolve));
  const page = isInBackground(message) ? { keep: startAnother, undo() {} } : openNew(message.id, message.text, opening);
  showOwn(message.id, message.text);
  /** @type {Refusal | null | undefined} */
  let refusal;
  try {
    refusal = await posting;
  } catch {
    // The message may have arrived. It keeps its id, so sending it again is safe.
  }
  if (refusal === null) {
    accepted(form, message.id);
    page.keep();
  } else {
    saveOutgoing(form, []);
    removeOwn(message.id);
    page.undo();
    giveBack(form, message);
    if (refusal) showRefusal(refusal.status, refusal.body);
    else showError(gettext("The server cannot be reached. Your text is saved; send it again."));
  }
  opened(refusal === null);
}
