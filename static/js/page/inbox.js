// The inbox: adds new cards as they arrive, and has keyboard shortcuts for decisions.

import { on } from "./events.js";
import { getStage } from "./http.js";
import { refreshCount } from "./inbox-count.js";

const list = () => document.getElementById("inbox");

/** @returns {HTMLElement[]} */
const cards = () => [...(list()?.querySelectorAll("[data-inbox-card]") ?? [])];

/** @param {HTMLElement} card */
const isWaiting = (card) => Boolean(card.querySelector('[data-wait-status="waiting"]'));

/** @returns {HTMLElement | undefined} */
const current = () => document.activeElement?.closest("[data-inbox-card]") ?? undefined;

/**
 * Adds cards that are new since the page was loaded, and removes cards that others have decided.
 * @param {AbortSignal} signal
 */
async function refresh(signal) {
  const page = await getStage(location.href, signal);
  if (signal.aborted) return;
  const fresh = [...page.querySelectorAll("[data-inbox-card]")];
  const ids = fresh.map((card) => card.dataset.inboxCard);
  for (const card of cards()) {
    if (isWaiting(card) && !ids.includes(card.dataset.inboxCard) && card !== current()) card.remove();
  }
  const known = cards().map((card) => card.dataset.inboxCard);
  for (const card of fresh) {
    if (known.includes(card.dataset.inboxCard)) continue;
    list().append(card);
    window.htmx?.process(card);
  }
}

/** @param {number} step */
function move(step) {
  const all = cards();
  const at = all.indexOf(current());
  all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))]?.focus();
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  // Keys in the chat list, a menu or a dialog are not for the cards.
  if (target !== document.body && !target.closest("#main")) return;
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
}

/** @param {AbortSignal} signal */
export function start(signal) {
  const again = () => refresh(signal).catch(() => {});
  for (const button of document.querySelectorAll("[data-submits-itself] button"))
    button.toggleAttribute("hidden", true);
  on(
    "change",
    "[data-submits-itself] select",
    (select) => {
      const { form } = /** @type {HTMLSelectElement} */ (select);
      form.requestSubmit();
    },
    signal,
  );
  document.addEventListener("keydown", pressed, { signal });
  document.addEventListener(
    "htmx:afterSwap",
    (event) => {
      const swapped = /** @type {HTMLElement} */ (event.target);
      if (!list().contains(swapped)) return;
      refreshCount();
      // The buttons are gone: focus the next waiting card.
      const card = swapped.closest("[data-inbox-card]") ?? current();
      (cards().find(isWaiting) ?? card)?.focus();
    },
    { signal },
  );
  document.addEventListener("htmx:responseError", again, { signal });
  // Events that chat-list.js sends when chats have changed.
  for (const name of ["inbox-changed", "chats-changed"]) document.body.addEventListener(name, again, { signal });
}
