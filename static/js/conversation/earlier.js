// Loads the earlier turns of a long chat. The page comes with the last ones; the rest follow in parts while it is idle.

import { getText, parse } from "../page/http.js";
import { idle } from "../page/idle.js";
import { enhanceForms } from "./articles.js";
import { markWaiting } from "./busy.js";
import { enhanceProse, finishProse } from "./prose.js";
import { foldSteps } from "./steps.js";
import { enhancePreviews } from "./tool-preview.js";

/** @import { AutoScroll } from "./auto-scroll.js" */

const LATEST = 500; // ms; a page that is never idle loads the next part after this time.

/** @type {WeakMap<HTMLElement, Promise<void>>} */
const loading = new WeakMap();

/**
 * Loads all earlier turns. Resolves when they are on the page, or could not be loaded: then a button stays.
 * @param {HTMLElement} conversation
 * @param {AutoScroll} scroll
 * @param {() => void} [arrived] called when a part of them is on the page
 */
export function loadEarlier(conversation, scroll, arrived) {
  const known = loading.get(conversation);
  if (known) return known;
  const work = load(conversation, scroll, arrived)
    .catch(() => {})
    .finally(() => loading.delete(conversation));
  loading.set(conversation, work);
  return work;
}

/**
 * Keeps earlier turns that have arrived since the request of a resync, which asked for what begins with `first`.
 * @param {HTMLElement} conversation
 * @param {HTMLElement} fresh
 * @param {string} first
 */
export function keepEarlier(conversation, fresh, first) {
  const slot = /** @type {HTMLElement | null} */ (fresh.querySelector(":scope > [data-earlier]"));
  const shown = conversation.querySelector(`:scope > [data-turn-id="${CSS.escape(first)}"]`);
  if (slot?.dataset.earlier !== first || !shown?.previousElementSibling?.matches("[data-turn-id]")) return;
  const kept = [];
  for (const child of conversation.children) {
    if (child === shown) break;
    if (child.matches("[data-turn-id], [data-earlier]")) kept.push(child);
  }
  slot.replaceWith(...kept);
}

/**
 * @param {HTMLElement} conversation
 * @param {AutoScroll} scroll
 * @param {() => void} [arrived]
 */
async function load(conversation, scroll, arrived) {
  for (;;) {
    const slot = conversation.querySelector(":scope > [data-earlier]");
    if (!slot) return;
    slot.onclick = () => loadEarlier(conversation, scroll);
    await idle(LATEST);
    let html;
    try {
      html = await getText(`${conversation.dataset.conversationUrl}?before=${slot.dataset.earlier}`);
    } catch (error) {
      // A resync has put another slot there, which has not been tried.
      if (!slot.isConnected && conversation.isConnected) continue;
      throw error;
    }
    // A resync may have replaced the turns in the meantime, and the view may show another chat.
    if (!conversation.isConnected) return;
    if (!slot.isConnected) continue;
    put(conversation, slot, parse(html), scroll);
    arrived?.();
  }
}

/**
 * @param {HTMLElement} conversation
 * @param {HTMLElement} slot is replaced by the turns
 * @param {HTMLElement} fresh
 * @param {AutoScroll} scroll
 */
function put(conversation, slot, fresh, scroll) {
  enhanceProse(fresh);
  enhancePreviews(fresh);
  foldSteps(fresh);
  markWaiting(fresh);
  // A frame for a turn that was not on the page yet has put it at the end.
  for (const { dataset } of fresh.querySelectorAll(":scope > [data-turn-id]")) {
    conversation.querySelector(`:scope > [data-turn-id="${CSS.escape(dataset.turnId)}"]`)?.remove();
  }
  const children = /** @type {HTMLElement[]} */ ([...fresh.children]);
  const hadFocus = document.activeElement === slot;
  scroll.hold(slot.nextElementSibling, () => slot.replaceWith(...children));
  if (hadFocus) focusAbove(children);
  for (const child of children) {
    finishProse(child);
    enhanceForms(child);
    window.htmx?.process(child);
  }
}

/**
 * Moves the focus of a slot to the next one, or else to the last turn that came: the reader goes on upwards.
 * @param {HTMLElement[]} children what the slot was replaced with
 */
function focusAbove(children) {
  const next = children.find((child) => child.matches("[data-earlier]")) ?? children.at(-1);
  if (!next) return;
  if (!next.matches("button")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
}
