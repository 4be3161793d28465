// Selecting several chats: checkboxes in the rows, and a bar with the actions for the selection.

import { gettext, interpolate, ngettext } from "../page/i18n.js";
import { fromTemplate } from "../page/template.js";
import { arrange, openFolders } from "./arrange.js";

/** @returns {HTMLElement} */
function sidebar() {
  return document.getElementById("sidebar");
}

/** @returns {HTMLInputElement[]} */
function chosen() {
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (sidebar().querySelectorAll(".chat-choice:checked"))];
}

/** Shows how many chats are selected. */
function showCount() {
  const number = chosen().length;
  const words = ngettext("%(count)s chat", "%(count)s chats", number);
  const bar = document.getElementById("selection");
  bar.querySelector("output").textContent = number ? interpolate(words, { count: number }) : gettext("Choose chats");
  for (const button of bar.querySelectorAll("button:not([data-selection-act=done])")) {
    /** @type {HTMLButtonElement} */ (button).disabled = !number;
  }
}

function end() {
  document.getElementById("selection")?.remove();
  delete sidebar().dataset.selecting;
  for (const box of chosen()) box.checked = false;
  document.querySelector("[data-list-menu]")?.focus();
}

/** @param {string} act as in `data-selection-act` */
async function run(act) {
  if (act === "done") return end();
  const ids = chosen().map((box) => box.value);
  if (act === "move") await openFolders(ids);
  else if (await arrange(ids, act)) end();
}

/** @param {Event} event */
function chose(event) {
  const box = /** @type {Element} */ (event.target);
  if (box.matches(".chat-choice")) showCount();
}

export function startSelection() {
  if (document.getElementById("selection")) return;
  sidebar().dataset.selecting = "";
  const bar = fromTemplate("selection-template");
  const archived = document.getElementById("sidebar-tasks").getAttribute("hx-get").includes("archived");
  bar.querySelector(`[data-selection-act="${archived ? "archive" : "unarchive"}"]`).remove();
  sidebar().querySelector(".sidebar-scroll").after(bar);
  bar.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-selection-act]");
    if (button) run(button.dataset.selectionAct);
  });
  bar.addEventListener("keydown", (event) => event.key === "Escape" && end());
  sidebar().addEventListener("change", chose);
  showCount();
  document.querySelector(".chat-choice")?.focus();
}
