// Thumbs up and down, with an optional comment. Loaded when a thumb is first pressed.

import { on } from "../page/events.js";
import { gettext } from "../page/i18n.js";
import { announce } from "../page/notices.js";
import { submit } from "../page/submit.js";
import { fromTemplate } from "../page/template.js";
import { turnUrl } from "./turn-url.js";

/** @param {HTMLElement} turn */
function thumbs(turn) {
  return [...turn.querySelectorAll('[data-act="rate"]')];
}

/** @param {HTMLElement} turn */
function pressedThumb(turn) {
  return thumbs(turn).find((thumb) => thumb.getAttribute("aria-pressed") === "true");
}

/**
 * @param {HTMLElement} turn
 * @param {string} value
 * @param {string} [comment]
 */
function press(turn, value, comment = "") {
  for (const thumb of thumbs(turn)) {
    thumb.setAttribute("aria-pressed", String(thumb.dataset.value === value));
    thumb.dataset.comment = thumb.dataset.value === value ? comment : "";
  }
}

/**
 * Sends the feedback. Returns true if the server accepted it.
 * @param {HTMLElement} turn
 * @param {{ value: string, comment?: string }} fields
 */
function give(turn, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return submit(turnUrl(turn, "feedback"), body);
}

/**
 * Opens the form for a comment.
 * @param {HTMLElement} turn
 * @param {string} value
 * @param {string} [comment] the existing comment
 */
function ask(turn, value, comment = "") {
  turn.querySelector("form.comment")?.remove();
  const form = /** @type {HTMLFormElement} */ (fromTemplate("comment-template"));
  form.dataset.value = value;
  form.querySelector("label").textContent =
    value === "1" ? gettext("What was good about it? (optional)") : gettext("What was wrong with it? (optional)");
  const box = form.querySelector("textarea");
  box.value = comment;
  if (comment) {
    // A second click on a thumb must not delete a comment; the form has a button for that.
    const button = form.querySelector('[data-act="cancel-comment"]');
    button.textContent = gettext("Remove feedback");
    button.dataset.act = "take-back";
  }
  turn.append(form);
  box.focus();
  // The browser regards what is behind the Message box as visible.
  form.scrollIntoView({ block: "nearest" });
}

/** @param {HTMLElement} button */
export async function rate(button) {
  const turn = button.closest("[data-turn-id]");
  const pressed = pressedThumb(turn);
  if (pressed === button && button.dataset.comment) ask(turn, button.dataset.value, button.dataset.comment);
  else await choose(turn, pressed === button ? "0" : button.dataset.value);
}

/** @param {HTMLFormElement} form */
export async function takeBack(form) {
  const turn = form.closest("[data-turn-id]");
  closeComment(form);
  await choose(turn, "0");
}

/**
 * @param {HTMLElement} turn
 * @param {string} value
 */
async function choose(turn, value) {
  const pressed = pressedThumb(turn);
  const { value: before = "0", comment } = pressed?.dataset ?? {};
  press(turn, value);
  if (value === "0") turn.querySelector("form.comment")?.remove();
  if (!(await give(turn, { value }))) {
    press(turn, before, comment);
    return;
  }
  announce(value === "0" ? gettext("Feedback removed.") : gettext("Thanks for the feedback."));
  if (value !== "0") ask(turn, value);
}

/** @param {HTMLFormElement} form */
export function closeComment(form) {
  const turn = form.closest("[data-turn-id]");
  form.remove();
  turn?.querySelector(`[data-act="rate"][data-value="${form.dataset.value}"]`)?.focus({ preventScroll: true });
}

on("submit", "form.comment", async (/** @type {HTMLFormElement} */ form, event) => {
  event.preventDefault();
  const fields = { value: form.dataset.value, comment: form.querySelector("textarea").value };
  const turn = form.closest("[data-turn-id]");
  if (!(await give(turn, fields))) return;
  press(turn, fields.value, fields.comment.trim());
  announce(gettext("Thanks for the comment."));
  closeComment(form);
});
on("keydown", "form.comment", (/** @type {HTMLFormElement} */ form, event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  // Otherwise Esc would also stop the turn.
  event.preventDefault();
  event.stopPropagation();
  closeComment(form);
});
