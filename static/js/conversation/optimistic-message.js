// Shows a person's message the moment it is sent. The server's markup arrives through the socket.

import { fromTemplate } from "../page/template.js";
import { markWaiting } from "./busy.js";

function conversation() {
  return document.getElementById("conversation");
}

/** @param {string} id */
function section(id) {
  return conversation().querySelector(`[data-turn-id="${CSS.escape(id)}"]`);
}

/**
 * True if the server will fold this text. The limits are in the template.
 * @param {string} text
 * @param {DOMStringMap} limits
 */
export function isFolded(text, { foldedLength, foldedLines }) {
  return text.length > Number(foldedLength) || text.split("\n").length - 1 > Number(foldedLines);
}

/**
 * @param {string} id of both the turn and the message
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
 * Removes a message that the server refused, unless the server's markup has already arrived through the socket.
 * @param {string} id
 */
export function removeOwn(id) {
  const turn = section(id);
  if (turn && "optimistic" in turn.dataset && !turn.querySelector("[data-turn-status][data-status]")) turn.remove();
  const welcome = document.getElementById("welcome");
  if (welcome) welcome.hidden = false;
  markWaiting(conversation());
}

/**
 * True while the page knows nothing about a turn except that its message was sent.
 * @param {string} id
 */
export function isOnlySent(id) {
  return Boolean(section(id)?.querySelector(":scope > [data-turn-status]:not([data-status])"));
}

/**
 * True if the server has reported this turn to the page.
 * @param {string} id
 */
export function hasArrived(id) {
  return Boolean(section(id)?.querySelector(":scope > [data-turn-status][data-status]"));
}

/**
 * Shows below a message that it could not be sent, with buttons to send it again or change it.
 * @param {string} id
 */
export function markUnsent(id) {
  const turn = section(id);
  if (!turn || !isOnlySent(id)) return;
  turn.dataset.status = "unsent";
  turn.querySelector(":scope > [data-turn-status]").replaceWith(fromTemplate("unsent-template"));
  markWaiting(conversation());
}

/**
 * Shows that the message is being sent again.
 * @param {string} id
 */
export function markSending(id) {
  const turn = section(id);
  if (turn?.dataset.status !== "unsent") return;
  turn.dataset.status = "pending";
  turn.querySelector(":scope > [data-turn-status]").replaceChildren();
}
