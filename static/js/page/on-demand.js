// Loads parts when the keyboard or a hidden page needs them: command palette, list of shortcuts, notifications.

import { on } from "./events.js";
import { lazy } from "./lazy.js";

const palette = lazy(() => import("../palette/palette.js"), "palette", "search");
const sheet = lazy(() => import("../palette/sheet.js"), "palette");
const attention = lazy(() => import("./attention.js"));

/** @param {EventTarget} target */
const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]");

/** @param {KeyboardEvent} event */
async function pressed(event) {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  const command = (ctrlKey || metaKey) && !altKey;
  if (command && !shiftKey && key.toLowerCase() === "k") {
    event.preventDefault();
    (await palette.get()).open();
  } else if (command && shiftKey && code === "KeyO") {
    event.preventDefault();
    document.getElementById("new-chat")?.click();
  } else if (command && shiftKey && code === "KeyS") {
    event.preventDefault();
    [...document.querySelectorAll("[data-sidebar-toggle]")].find((each) => each.checkVisibility())?.click();
  } else if (altKey && !ctrlKey && !metaKey && (key === "ArrowUp" || key === "ArrowDown")) {
    event.preventDefault();
    nextChat(key === "ArrowDown" ? 1 : -1);
  } else if (key === "?" && !command && !isTyping(event.target)) {
    event.preventDefault();
    (await sheet.get()).open();
  }
}

/** @param {number} step 1 for the next chat in the list, -1 for the previous one */
function nextChat(step) {
  const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".chat-group .task-link")]);
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  links[at < 0 ? 0 : at + step]?.click();
}

/** Renews the push subscription if this browser has one. */
async function refreshPush() {
  if (localStorage.getItem("push")) await (await import("../preferences/push.js")).refresh();
}

export function startOnDemand() {
  document.addEventListener("keydown", pressed);
  on("click", "[data-act=palette]", async () => (await palette.get()).open());
  on("click", "[data-act=shortcuts]", async () => (await sheet.get()).open());
  const looked = async () => {
    if (document.hidden) (await attention.get()).watch();
    else attention.module?.seen();
  };
  document.addEventListener("visibilitychange", looked);
  looked();
  navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
  refreshPush().catch(() => {});
}
