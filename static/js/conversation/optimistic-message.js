// A person's message, shown the moment it is sent. The socket brings the server's markup of it.

import { fromTemplate } from "../page/template.js";

function conversation() {
  return document.getElementById("conversation");
}

/** @param {string} id */
function section(id) {
  return conversation().querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
}

/**
 * True if the server will show this text folded. The limits come with the template.
 * @param {string} text
 * @param {DOMStringMap} limits
 */
export function isFolded(text, { foldedLength, foldedLines }) {
  return text.length > Number(foldedLength) || text.split("\n").length - 1 > Number(foldedLines);
}

/**
 * @param {string} id the turn's id and the message's
 * @param {string} text
 */
export function showOwn(id, text) {
  if (section(id)) return;
  const turn = fromTemplate("turn-template");
  const article = fromTemplate("own-template");
  turn.dataset.turnId = id;
  turn.dataset.optimistic = "";
  article.dataset.messageId = id;
  article.dataset.length = String(text.length);
  article.querySelector(".plain").textContent = text;
  const limits = document.getElementById("own-template").dataset;
  article.querySelector(".own").toggleAttribute("data-long", isFolded(text, limits));
  turn.prepend(article);
  const welcome = document.getElementById("welcome");
  if (welcome) welcome.hidden = true;
  conversation().append(turn);
}

/**
 * Removes a message that the server refused, unless the socket has already brought the server's own.
 * @param {string} id
 */
export function removeOwn(id) {
  const turn = section(id);
  if (turn && "optimistic" in turn.dataset && !turn.querySelector("[data-turn-status][data-status]")) turn.remove();
  const welcome = document.getElementById("welcome");
  if (welcome) welcome.hidden = false;
}

/**
 * True while the page knows nothing of a turn but that its message was sent.
 * @param {string} id
 */
export function isOnlySent(id) {
  return Boolean(section(id)?.querySelector(":scope > [data-turn-status]:not([data-status])"));
}

/**
 * True if the server has told the page of a turn.
 * @param {string} id
 */
export function hasArrived(id) {
  return Boolean(section(id)?.querySelector(":scope > [data-turn-status][data-status]"));
}

/**
 * Says below a message that it could not be sent, with buttons to send it again and to change it.
 * @param {string} id
 */
export function markUnsent(id) {
  const turn = section(id);
  if (!turn || !isOnlySent(id)) return;
  turn.dataset.status = "unsent";
  turn.querySelector(":scope > [data-turn-status]").replaceWith(fromTemplate("unsent-template"));
}

/**
 * The message is being sent again.
 * @param {string} id
 */
export function markSending(id) {
  const turn = section(id);
  if (turn?.dataset.status !== "unsent") return;
  turn.dataset.status = "pending";
  turn.querySelector(":scope > [data-turn-status]").replaceChildren();
}
