// The parts of the chat list that are loaded when they are needed: the next rows, and the rows of a folder.

import { put } from "./chat-rows.js";
import { markCurrent } from "./current-chat.js";
import { on } from "./events.js";
import { getText, parse } from "./http.js";

const NEAR = "400px"; // The next rows are loaded when the end of the list is this close to the view.

/** @returns {HTMLElement} */
export function list() {
  return document.getElementById("sidebar-tasks");
}

/** @param {HTMLElement} button */
async function showMore(button) {
  const url = button.dataset.more;
  button.removeAttribute("data-more");
  if (!url) return;
  try {
    const box = document.createElement("div");
    box.innerHTML = await getText(url);
    for (const row of [...box.querySelectorAll("li")]) {
      if (!document.getElementById(row.id)) put(list(), row.dataset.chat, row.outerHTML);
    }
    const next = box.querySelector("[data-more]");
    if (next) button.dataset.more = next.dataset.more;
    else button.remove();
    markCurrent();
    watchEnd();
  } catch {
    button.dataset.more = url;
  }
}

/** @type {IntersectionObserver} */
let observer;

/** Loads the next rows when the end of the list comes near. Call it again when the list was replaced. */
export function watchEnd() {
  observer?.disconnect();
  const button = list().querySelector("[data-more]");
  if (button) observer.observe(button);
}

/** @param {HTMLDetailsElement} folder */
async function fillFolder(folder) {
  if (!folder.open || "loaded" in folder.dataset) return;
  folder.dataset.loaded = "";
  try {
    const rows = parse(await getText(folder.dataset.rows));
    folder.querySelector("ul").replaceChildren(...rows.children);
    markCurrent();
  } catch {
    delete folder.dataset.loaded;
    folder.open = false;
  }
}

export function startParts() {
  observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) showMore(/** @type {HTMLElement} */ (target));
      }
    },
    { root: list().closest(".sidebar-scroll"), rootMargin: NEAR },
  );
  on("click", "[data-more]", showMore);
  on("toggle", ".chat-folder", fillFolder);
  watchEnd();
}
