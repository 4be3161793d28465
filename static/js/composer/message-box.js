// The Message box: its text and size, the counter of what is left, and the agent that the draft is addressed to.

import { gettext, interpolate } from "../page/i18n.js";
import { lazy } from "../page/lazy.js";
import { save, toOf } from "./drafts.js";
import { touchOnly } from "./keys.js";

const WARN = 0.1; // The counter shows when less than this share of the longest message is left.
const growsByItself = CSS.supports("field-sizing", "content");
const offers = lazy(() => import("./offers.js"), "prompt-list");

export function composer() {
  return /** @type {HTMLFormElement} */ (document.getElementById("composer"));
}

/**
 * @param {HTMLFormElement} form
 * @returns {HTMLTextAreaElement}
 */
export function boxOf(form) {
  return /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("content"));
}

/**
 * Fits the box to its text and updates the counter.
 * @param {HTMLFormElement} form
 */
export function resize(form) {
  const box = boxOf(form);
  if (!growsByItself) {
    box.style.blockSize = "auto";
    box.style.blockSize = `${box.scrollHeight}px`;
  }
  const limit = Number(form.dataset.maxLength);
  const left = limit - box.value.length;
  const counter = form.querySelector(".counter");
  counter.hidden = left > limit * WARN;
  counter.classList.toggle("over", left < 0);
  const count = Math.abs(left).toLocaleString();
  if (!counter.hidden)
    counter.textContent =
      left < 0
        ? interpolate(gettext("%(count)s too many"), { count })
        : interpolate(gettext("%(count)s left"), { count });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
export function setText(form, text) {
  boxOf(form).value = text;
  resize(form);
}

/**
 * Adds a text to the box, below any text in it. Returns true if the box was not empty.
 * @param {string} text
 */
export function offerText(text) {
  const form = composer();
  const typed = boxOf(form).value.trimEnd();
  const both = typed ? `${typed}\n\n${text}` : text;
  setText(form, both);
  save(form, both);
  return Boolean(typed);
}

/** Focuses the box when the focused element disappears. Not on touch screens, where a keyboard would open. */
export function focusBox() {
  if (!touchOnly.matches && composer()) boxOf(composer()).focus({ preventScroll: true });
}

/**
 * Shows the agent that the draft is addressed to, if any.
 * @param {HTMLFormElement} form
 */
export function showTo(form) {
  const to = toOf(form);
  if (to || offers.module) offers.get().then((module) => module.showTo(form, to));
}

/**
 * Offers prompts and agents that fit what is being typed. Loads the lists of offers on their first use.
 * @param {HTMLTextAreaElement} box
 */
export function offer(box) {
  if (offers.module || box.value === "/" || /(^|\s)@[^\s@]{0,40}$/.test(box.value.slice(0, box.selectionEnd)))
    offers.get().then((module) => module.offer(box));
}

/**
 * Returns true if an open list of offers used the key.
 * @param {HTMLTextAreaElement} box
 * @param {KeyboardEvent} event
 */
export function offerKey(box, event) {
  return Boolean(offers.module?.offerKey(box, event));
}
