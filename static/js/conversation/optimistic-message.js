// A person's message, shown the moment it is sent and later replaced by the server's markup.

import { parse } from "../page/http.js";
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
 * Puts the server's section in place. What the socket has brought meanwhile is newer and stays.
 * @param {string} html
 */
export function acceptOwn(html) {
  const fresh = parse(html);
  const id = fresh?.dataset.turnId;
  if (!id) return;
  const old = section(id);
  if (!old) {
    conversation().append(fresh);
    window.htmx?.process(fresh);
  } else if ("optimistic" in old.dataset) {
    const message = old.querySelector(':scope > article[data-author="user"][data-status="pending"]');
    message?.replaceWith(fresh.querySelector('article[data-author="user"]') ?? message);
    const footer = old.querySelector(":scope > [data-turn-status]:not([data-status])");
    if (footer) {
      footer.replaceWith(fresh.querySelector("[data-turn-status]"));
      old.dataset.status = fresh.dataset.status;
    }
    delete old.dataset.optimistic;
    window.htmx?.process(old);
  }
}
