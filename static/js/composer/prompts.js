// "/" in an empty Message box offers prompts. Tab selects a prompt's placeholders, such as {{city}}, one after the
// other.

import { getText } from "../page/http.js";
import { gettext } from "../page/i18n.js";
import { OfferList } from "./offer-list.js";

const PLACE = /\{\{[^{}]{1,60}\}\}/;

/** @typedef {{ title: string, text: string, owner: string }} Prompt */

const list = new OfferList("prompt-list", gettext("Prompts"));
let asked = 0;

/**
 * @param {HTMLTextAreaElement} box
 * @param {Prompt} prompt
 */
function take(box, prompt) {
  box.value = prompt.text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  if (!nextPlace(box)) box.setSelectionRange(box.value.length, box.value.length);
}

/**
 * Selects the next placeholder. Returns false if there is none.
 * @param {HTMLTextAreaElement} box
 */
function nextPlace(box) {
  const after = box.value.slice(box.selectionEnd).match(PLACE);
  const found = after ?? box.value.match(PLACE);
  if (!found) return false;
  const start = found.index + (after ? box.selectionEnd : 0);
  box.setSelectionRange(start, start + found[0].length);
  return true;
}

/**
 * Offers the prompts that match the words after "/".
 * @param {HTMLTextAreaElement} box
 */
export async function offerPrompts(box) {
  const number = ++asked;
  const asking = box.value.match(/^\/([^\n]{0,60})$/);
  if (!asking) {
    list.close(box);
    return;
  }
  try {
    /** @type {Prompt[]} */
    const prompts = JSON.parse(await getText(`/prompts/suggest?q=${encodeURIComponent(asking[1])}`)).prompts;
    const offers = prompts.map((prompt) => ({
      title: prompt.title,
      text: prompt.owner || prompt.text,
      take: () => take(box, prompt),
    }));
    if (number === asked) list.show(box, offers);
  } catch {
    list.close(box);
  }
}

/**
 * Handles a key while prompts are offered or placeholders are left. Returns true if the key was used.
 * @param {HTMLTextAreaElement} box
 * @param {KeyboardEvent} event
 */
export function promptKey(box, event) {
  if (list.key(box, event)) return true;
  return event.key === "Tab" && !event.shiftKey && PLACE.test(box.value) && nextPlace(box);
}
