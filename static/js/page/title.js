// Shows the chat's title in the top bar and the tab, and the agent that the chat is with.

import { gettext, interpolate } from "./i18n.js";
import { countInTitle } from "./inbox-count.js";

/** @param {string} title */
export function showTitle(title) {
  const shown = document.getElementById("chat-title");
  if (shown) shown.textContent = title;
  document.title = `${title} · Agentex`;
  countInTitle();
}

/**
 * @param {string} name of the agent that speaks now; empty for the file's main agent
 */
export function showSpeaker(name) {
  const speaker = document.getElementById("speaker");
  if (!speaker) return;
  speaker.hidden = !name;
  speaker.querySelector("[data-speaker]").textContent = name;
}

/**
 * Updates the page when the chat's agent has changed.
 * @param {HTMLElement} conversation
 * @param {string} title
 * @param {string} [speaker]
 */
export function showAgent(conversation, title, speaker = "") {
  showSpeaker(speaker);
  if (conversation.dataset.agent === title) return;
  conversation.dataset.agent = title;
  const named = document.querySelector("[data-agent-title]");
  if (named) named.textContent = title;
  const box = /** @type {HTMLTextAreaElement} */ (document.getElementById("message-box"));
  box.placeholder = interpolate(gettext("Write to %(title)s"), { title });
  import("../composer/choices.js").then(({ showMenu }) => showMenu(""));
}
