// Scrolls to the message that the address names, for example from a search result, and highlights it for a moment.

import { submit } from "../page/submit.js";
import { turnUrl } from "./turn-url.js";

const MARKED = 3000; // ms
const PATIENCE = 10_000; // ms to wait for the version that contains the message.

function named() {
  const id = /^#message-([0-9a-f-]{36})$/.exec(location.hash)?.[1];
  return id ? `message-${id}` : "";
}

/** True if the address names a message that is not on the page. */
export function isNamedMissing() {
  const id = named();
  return Boolean(id && !document.getElementById(id));
}

/** @param {HTMLElement} message */
function mark(message) {
  for (let fold = message.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    /** @type {HTMLDetailsElement} */ (fold).open = true;
  }
  // AutoScroll stops following the end.
  message.dispatchEvent(new Event("found", { bubbles: true }));
  // Twice, because content far from the window has only an estimated height until it comes near.
  for (let i = 0; i < 2; i++) message.scrollIntoView({ block: "center" });
  message.setAttribute("data-found", "");
  setTimeout(() => message.removeAttribute("data-found"), MARKED);
}

/**
 * Goes to the message that the address names. If it belongs to another version of the chat, switches to that version.
 * @param {HTMLElement} conversation
 * @returns {boolean} true if the message is on the page now
 */
export function goToFound(conversation) {
  const id = named();
  const message = id && document.getElementById(id);
  if (message) mark(message);
  else if (id) showItsVersion(conversation, id);
  return Boolean(message);
}

/**
 * @param {HTMLElement} conversation
 * @param {string} id
 */
async function showItsVersion(conversation, id) {
  const url = new URL(location.href);
  const turn = url.searchParams.get("turn");
  if (!turn) return;
  // Ask only once: going back must not change the version again.
  url.searchParams.delete("turn");
  history.replaceState(history.state, "", url);
  const observer = new MutationObserver(() => {
    const message = document.getElementById(id);
    if (!message) return;
    observer.disconnect();
    mark(message);
  });
  observer.observe(conversation, { childList: true });
  setTimeout(() => observer.disconnect(), PATIENCE);
  await submit(turnUrl(turn, "show"));
}
