// The command palette: commands, and a search of the person's chats and messages.

import { getText } from "../page/http.js";
import { gettext } from "../page/i18n.js";
import { commands } from "./commands.js";

const PAUSE = 120; // ms between the last key press and the request to the server.

/** @type {HTMLDialogElement} */
let dialog;
/** @type {HTMLInputElement} */
let box;
/** @type {HTMLElement} */
let list;
let timer = 0;
let asked = 0;

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "palette";
  dialog.setAttribute("aria-label", gettext("Search and commands"));
  box = document.createElement("input");
  box.type = "search";
  box.setAttribute("aria-label", gettext("Search"));
  box.placeholder = gettext("Search chats and commands");
  box.autocomplete = "off";
  box.setAttribute("aria-controls", "palette-list");
  list = document.createElement("div");
  list.id = "palette-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", gettext("Commands and chats"));
  // The list scrolls, so the keyboard must reach it.
  list.tabIndex = 0;
  dialog.append(box, list);
  document.body.append(dialog);
  box.addEventListener("input", changed);
  dialog.addEventListener("keydown", pressed);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  list.addEventListener("click", (event) => {
    const option = /** @type {Element} */ (event.target).closest("[role=option]");
    if (option) choose(/** @type {HTMLElement} */ (option), event);
  });
}

/** @returns {HTMLElement[]} */
const options = () => [...list.querySelectorAll("[role=option]")];

/** @param {HTMLElement | undefined} option */
function select(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else box.removeAttribute("aria-activedescendant");
}

/** @param {string} words */
function shown(words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return commands().filter(({ name }) => wanted.every((word) => name.toLowerCase().includes(word)));
}

/** @param {string} words */
function showCommands(words) {
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", gettext("Commands"));
  for (const { id, name, keys, run } of shown(words)) {
    const option = document.createElement("button");
    option.type = "button";
    option.className = "command";
    option.id = `command-${id}`;
    option.tabIndex = -1;
    option.setAttribute("role", "option");
    option.append(name);
    if (keys) option.append(Object.assign(document.createElement("kbd"), { textContent: keys }));
    option.addEventListener("click", () => {
      dialog.close();
      run();
    });
    group.append(option);
  }
  list.replaceChildren(...(group.childElementCount ? [group] : []));
  select(options()[0]);
}

function changed() {
  const words = box.value.trim();
  showCommands(words);
  clearTimeout(timer);
  asked += 1;
  if (words) timer = setTimeout(suggest, PAUSE, words, asked);
}

/**
 * @param {string} words
 * @param {number} number of the request; responses to earlier requests are dropped
 */
async function suggest(words, number) {
  try {
    const html = await getText(`/search/suggest?q=${encodeURIComponent(words)}`);
    if (number !== asked) return;
    const found = document.createElement("div");
    found.innerHTML = html;
    for (const option of found.querySelectorAll("[role=option]")) option.setAttribute("tabindex", "-1");
    list.append(...found.childNodes);
    if (!list.querySelector('[aria-selected="true"]')) select(options()[0]);
  } catch {
    // The commands are still shown.
  }
}

/**
 * @param {HTMLElement} option
 * @param {Event} [event] the click, if there was one
 */
function choose(option, event) {
  if (event) {
    if (option instanceof HTMLAnchorElement) dialog.close();
    return;
  }
  option.click();
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.isComposing) return;
  const all = options();
  const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") select(all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") select(all[(at - 1 + all.length) % all.length]);
  else if (event.key === "Enter" && all[at]) choose(all[at]);
  else if (event.key === "Escape") dialog.close();
  else return;
  event.preventDefault();
}

export function open() {
  if (!dialog) build();
  if (dialog.open) return;
  box.value = "";
  changed();
  dialog.showModal();
  box.focus();
}
