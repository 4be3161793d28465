// A message that is taken out of the Message box to be sent, and given back if it is not accepted.

import { filesOf, idFor, save, saveFiles, saveTo, takeText, textOf, toOf } from "./drafts.js";
import { restoreFiles, takeFiles } from "./files.js";
import { boxOf, composer, offer, offerText, setText, showTo } from "./message-box.js";

/**
 * Takes the message to send from the box, or makes one of a suggestion.
 * @param {HTMLFormElement} form
 * @param {string} [starter]
 * @param {boolean} [inBackground]
 * @returns {Outgoing}
 */
export function takeMessage(form, starter, inBackground) {
  const text = starter ?? boxOf(form).value;
  const id = idFor(form, text);
  const own = ["id", "content", "attachments", "csrfmiddlewaretoken"];
  const fields = /** @type {[string, string][]} */ ([...new FormData(form)].filter(([name]) => !own.includes(name)));
  if (inBackground) fields.push(["background", "1"]);
  return { id, text, files: takeFiles(), fields, isStarter: starter !== undefined };
}

/**
 * Empties the box, whose text is being sent.
 * @param {HTMLFormElement} form
 */
export function emptyBox(form) {
  setText(form, "");
  takeText(form);
  showTo(form);
  offer(boxOf(form));
}

/**
 * Returns an unsent message to the form it was written in. A suggestion is only put into an empty box.
 * @param {HTMLFormElement} form
 * @param {Outgoing} message
 */
export function giveBack(form, { text, files, fields, isStarter }) {
  const { to, to_title: title } = Object.fromEntries(fields);
  if (to && !toOf(form)) saveTo(form, { name: to, title });
  if (files.length) saveFiles(form, [...filesOf(form), ...files]);
  if (form === composer()) {
    if (!isStarter || !boxOf(form).value) offerText(text);
    restoreFiles();
    showTo(form);
  } else if (!isStarter || !textOf(form)) {
    save(form, [textOf(form), text].filter(Boolean).join("\n\n"));
  }
}

/**
 * True if the message is answered in the background while the person starts another chat.
 * @param {Outgoing} message
 */
export function isInBackground({ fields }) {
  return fields.some(([name]) => name === "background");
}
