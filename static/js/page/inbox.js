// The inbox: adds new cards as they arrive, and has keyboard shortcuts for decisions.

import { TaskSocket } from "../stream/socket.js";
import { startClock } from "./clock.js";
import { on } from "./events.js";
import { getText } from "./http.js";
import { watchHtmx } from "./notices.js";

const list = document.getElementById("inbox");

/** @returns {HTMLElement[]} */
const cards = () => [...list.querySelectorAll("[data-inbox-card]")];

/** @param {HTMLElement} card */
const isWaiting = (card) => Boolean(card.querySelector('[data-wait-status="waiting"]'));

/** @returns {HTMLElement | undefined} */
const current = () => document.activeElement?.closest("[data-inbox-card]") ?? undefined;

/** Adds cards that are new since the page was loaded, and removes cards that others have decided. */
async function refresh() {
  const page = new DOMParser().parseFromString(await getText(location.href), "text/html");
  const fresh = [...page.querySelectorAll("[data-inbox-card]")];
  const ids = fresh.map((card) => card.dataset.inboxCard);
  for (const card of cards()) {
    if (isWaiting(card) && !ids.includes(card.dataset.inboxCard) && card !== current()) card.remove();
  }
  const known = cards().map((card) => card.dataset.inboxCard);
  for (const card of fresh) {
    if (known.includes(card.dataset.inboxCard)) continue;
    list.append(card);
    window.htmx?.process(card);
  }
  countInTitle();
}

function countInTitle() {
  const count = cards().filter(isWaiting).length;
  document.title = (count ? `(${count}) ` : "") + document.title.replace(/^\(\d+\) /, "");
}

/** @param {number} step */
function move(step) {
  const all = cards();
  const at = all.indexOf(current());
  all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))]?.focus();
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select")) {
    if (event.key === "Escape") current()?.focus();
    return;
  }
  const card = current() ?? cards().find(isWaiting);
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (!card) return;
  else if (event.key === "a") card.querySelector('button[value="approve"]')?.click();
  else if (event.key === "r") card.querySelector('input[name="reason"]')?.focus();
  else if (event.key === "o") card.querySelector("a")?.click();
  else return;
  event.preventDefault();
});

for (const button of document.querySelectorAll("[data-submits-itself] button")) button.toggleAttribute("hidden", true);
on("change", "[data-submits-itself] select", (select) =>
  /** @type {HTMLSelectElement} */ (select).form.requestSubmit(),
);

document.addEventListener("htmx:afterSwap", (event) => {
  const card = /** @type {HTMLElement} */ (event.target).closest("[data-inbox-card]") ?? current();
  countInTitle();
  // The buttons are gone: focus the next waiting card.
  (cards().find(isWaiting) ?? card)?.focus();
});
document.addEventListener("htmx:responseError", refresh);

watchHtmx();
startClock();
countInTitle();
new TaskSocket({
  path: "/ws/chats/",
  cursor: list.dataset.cursor,
  onFrame: (frame) => (frame.type === "rows" || frame.type === "list") && refresh(),
  onState: () => {},
}).connect();
