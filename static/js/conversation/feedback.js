// Thumbs, and the comment that one may add.

import { isLogin, post } from "../page/http.js";
import { announce, showError, showRefusal } from "../page/notices.js";
import { turnUrl } from "./turn-url.js";

function thumbs(turn) {
  return [...turn.querySelectorAll('[data-act="rate"]')];
}

function press(turn, value, comment = "") {
  for (const thumb of thumbs(turn)) {
    thumb.setAttribute("aria-pressed", String(thumb.dataset.value === value));
    thumb.dataset.comment = thumb.dataset.value === value ? comment : "";
  }
}

async function give(turn, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  try {
    const response = await post(turnUrl(turn, "feedback"), body);
    if (response.ok && !isLogin(response.url)) return true;
    showRefusal(response.ok ? 401 : response.status, await response.text());
  } catch {
    showError("The server cannot be reached. Try again in a moment.");
  }
  return false;
}

function ask(turn, value, comment = "") {
  turn.querySelector("form.comment")?.remove();
  const form = document.getElementById("comment-template").content.firstElementChild.cloneNode(true);
  form.dataset.value = value;
  form.querySelector("label").textContent = value === "1" ? "What was good about it? (optional)" : "What was wrong with it? (optional)";
  form.elements.comment.value = comment;
  // What was written is not taken back by a stray click on its thumb.
  if (comment) Object.assign(form.querySelector('[data-act="cancel-comment"]'), { textContent: "Take it back" }).dataset.act = "take-back";
  turn.append(form);
  form.elements.comment.focus();
}

export async function rate(button) {
  const turn = button.closest("[data-turn-id]");
  const pressed = thumbs(turn).find((thumb) => thumb.getAttribute("aria-pressed") === "true");
  if (pressed === button && button.dataset.comment) ask(turn, button.dataset.value, button.dataset.comment);
  else await choose(turn, pressed === button ? "0" : button.dataset.value);
}

export async function takeBack(form) {
  const turn = form.closest("[data-turn-id]");
  closeComment(form);
  await choose(turn, "0");
}

async function choose(turn, value) {
  const pressed = thumbs(turn).find((thumb) => thumb.getAttribute("aria-pressed") === "true");
  const before = [pressed?.dataset.value ?? "0", pressed?.dataset.comment];
  press(turn, value);
  if (value === "0") turn.querySelector("form.comment")?.remove();
  if (!(await give(turn, { value }))) {
    press(turn, ...before);
    return;
  }
  announce(value === "0" ? "Feedback taken back." : "Feedback kept.");
  if (value !== "0") ask(turn, value);
}

export function closeComment(form) {
  const turn = form.closest("[data-turn-id]");
  form.remove();
  turn?.querySelector(`[data-act="rate"][data-value="${form.dataset.value}"]`)?.focus({ preventScroll: true });
}

export function startRating() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form.comment")) return;
    event.preventDefault();
    const fields = { value: form.dataset.value, comment: form.elements.comment.value };
    const turn = form.closest("[data-turn-id]");
    if (!(await give(turn, fields))) return;
    press(turn, fields.value, fields.comment.trim());
    announce("Thank you: your comment is kept.");
    closeComment(form);
  });
  document.addEventListener(
    "keydown",
    (event) => {
      const form = event.target.closest?.("form.comment");
      if (!form || event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      closeComment(form);
    },
    true,
  );
}
