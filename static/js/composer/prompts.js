// The prompts that a slash in an empty Message box offers: arrows choose, Enter takes one, Escape leaves. Its places to
// fill in, as {{city}}, are selected one after the other by Tab.

import { getText } from "../page/http.js";
import { gettext } from "../page/i18n.js";

const PLACE = /\{\{[^{}]{1,60}\}\}/;
const ID = "prompt-list";

/** @typedef {{ title: string, text: string, owner: string }} Prompt */

/** @type {Prompt[]} */
let offered = [];
let chosen = 0;
let asked = 0;

function list() {
  return document.getElementById(ID);
}

/** @param {HTMLTextAreaElement} box */
export function closePrompts(box) {
  asked++;
  list()?.remove();
  box.removeAttribute("aria-activedescendant");
  box.removeAttribute("aria-controls");
}

/**
 * @param {HTMLTextAreaElement} box
 * @param {number} index
 */
function choose(box, index) {
  chosen = (index + offered.length) % offered.length;
  for (const [number, option] of [...list().querySelectorAll(".prompt-option")].entries()) {
    option.setAttribute("aria-selected", String(number === chosen));
    if (number === chosen) option.scrollIntoView({ block: "nearest" });
  }
  box.setAttribute("aria-activedescendant", `${ID}-${chosen}`);
}

/**
 * @param {HTMLTextAreaElement} box
 * @param {Prompt} prompt
 */
function take(box, prompt) {
  closePrompts(box);
  box.value = prompt.text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  if (!nextPlace(box)) box.setSelectionRange(box.value.length, box.value.length);
}

/**
 * Selects the next place to fill in; false if there is none.
 * @param {HTMLTextAreaElement} box
 */
export function nextPlace(box) {
  const after = box.value.slice(box.selectionEnd).match(PLACE);
  const found = after ?? box.value.match(PLACE);
  if (!found) return false;
  const start = found.index + (after ? box.selectionEnd : 0);
  box.setSelectionRange(start, start + found[0].length);
  return true;
}

/**
 * @param {HTMLTextAreaElement} box
 * @param {Prompt[]} prompts
 */
function show(box, prompts) {
  const made = document.createElement("ul");
  made.id = ID;
  made.className = "prompt-list";
  made.setAttribute("role", "listbox");
  made.setAttribute("aria-label", gettext("Prompts"));
  for (const [index, prompt] of prompts.entries()) {
    const option = document.createElement("li");
    option.id = `${ID}-${index}`;
    option.className = "prompt-option";
    option.setAttribute("role", "option");
    option.append(
      Object.assign(document.createElement("strong"), { textContent: prompt.title }),
      Object.assign(document.createElement("span"), { textContent: prompt.owner || prompt.text }),
    );
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(box, prompt);
    });
    made.append(option);
  }
  list()?.remove();
  if (!prompts.length) return;
  box.closest("form").append(made);
  box.setAttribute("aria-controls", ID);
  offered = prompts;
  choose(box, 0);
}

/**
 * Offers what the text of the box asks for: "/" and words of a name.
 * @param {HTMLTextAreaElement} box
 */
export async function offerPrompts(box) {
  const asking = box.value.match(/^\/([^\n]{0,60})$/);
  if (!asking) {
    closePrompts(box);
    return;
  }
  const number = ++asked;
  try {
    const answer = await getText(`/prompts/suggest?q=${encodeURIComponent(asking[1])}`);
    if (number === asked) show(box, JSON.parse(answer).prompts);
  } catch {
    closePrompts(box);
  }
}

/**
 * What a key does while prompts are offered or places are to be filled in. Returns whether it was used.
 * @param {HTMLTextAreaElement} box
 * @param {KeyboardEvent} event
 */
export function promptKey(box, event) {
  if (list()) {
    if (event.key === "ArrowDown") choose(box, chosen + 1);
    else if (event.key === "ArrowUp") choose(box, chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(box, offered[chosen]);
    else if (event.key === "Escape") closePrompts(box);
    else return false;
    return true;
  }
  return event.key === "Tab" && !event.shiftKey && PLACE.test(box.value) && nextPlace(box);
}
