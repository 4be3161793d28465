// Offers in the Message box while somebody types: prompts after "/", agents after "@".

import { agentKey, offerAgents } from "./mentions.js";
import { offerPrompts, promptKey } from "./prompts.js";

export { showTo } from "./mentions.js";

/** @param {HTMLTextAreaElement} box */
export function offer(box) {
  offerPrompts(box);
  offerAgents(box);
}

/**
 * Returns true if the key was used.
 * @param {HTMLTextAreaElement} box
 * @param {KeyboardEvent} event
 */
export function offerKey(box, event) {
  return agentKey(box, event) || promptKey(box, event);
}
