// The Message box. Its text leaves it only when the server has accepted it.

import { editLast } from "../conversation/message-editor.js";
import { acceptOwn, removeOwn, showOwn } from "../conversation/optimistic-message.js";
import { on } from "../page/events.js";
import { isLogin, post } from "../page/http.js";
import { gettext, interpolate } from "../page/i18n.js";
import { lazy, styles } from "../page/lazy.js";
import { clearError, showError, showRefusal } from "../page/notices.js";
import { accepted, idFor, restore, save } from "./drafts.js";
import { clearFiles, hasFiles, restoreFiles, uploading } from "./files.js";
import { sends, touchOnly } from "./keys.js";

/** @import { AutoScroll } from "../conversation/auto-scroll.js" */

const prompts = lazy(() => Promise.all([import("./prompts.js"), styles("prompt-list")]).then(([module]) => module));
const WARN = 0.1; // The counter shows when less than this share of the longest message is left.
const growsByItself = CSS.supports("field-sizing", "content");

/** @type {Promise<void> | null} */
let sending = null;

/** Resolves when the message that is being sent has been accepted or refused. */
export function settled() {
  return sending ?? Promise.resolve();
}

function composer() {
  return /** @type {HTMLFormElement} */ (document.getElementById("composer"));
}

/**
 * @param {HTMLFormElement} form
 * @returns {HTMLTextAreaElement}
 */
function boxOf(form) {
  return /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("content"));
}

/** @param {HTMLFormElement} form */
function resize(form) {
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
 * Puts a text into the box, below what is in it. Returns true if there was something in it.
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

/** Focuses the box when what had the focus disappears; not on a touch screen, where a keyboard would open. */
export function focusBox() {
  if (!touchOnly.matches) boxOf(composer()).focus({ preventScroll: true });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function setText(form, text) {
  boxOf(form).value = text;
  resize(form);
}

/**
 * Removes a message that was not accepted. A suggestion that was refused is then in the box, as typed text is.
 * @param {HTMLFormElement} form
 * @param {string} id
 * @param {string} text
 */
function takeBack(form, id, text) {
  removeOwn(id);
  if (!boxOf(form).value) offerText(text);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} id
 * @param {string} text
 */
async function deliver(form, id, text) {
  let response, body;
  const data = new FormData(form);
  data.set("content", text);
  if (form.dataset.aside) data.set("background", "1");
  try {
    response = await post(form.action, data);
    body = await response.text();
  } catch {
    takeBack(form, id, text);
    showError(gettext("The server cannot be reached. Your text is saved; send it again."));
    return;
  }
  if (!response.ok || isLogin(response.url)) {
    takeBack(form, id, text);
    showRefusal(response.ok ? 401 : response.status, body);
    return;
  }
  const box = boxOf(form);
  const rest = box.value.startsWith(text) ? box.value.slice(text.length) : box.value;
  accepted(form, rest);
  clearFiles();
  setText(form, rest);
  const next = response.headers.get("HX-Redirect") || (response.redirected && response.url);
  if (next) location.assign(next);
  else acceptOwn(body);
}

/**
 * Sends what is in the box, or a suggestion, which leaves the box as it is.
 * @param {HTMLFormElement} form
 * @param {AutoScroll} scroll
 * @param {string} [text]
 */
async function send(form, scroll, text = boxOf(form).value) {
  if (sending || !(text.trim() || hasFiles())) {
    boxOf(form).focus();
    return;
  }
  if (uploading()) {
    showError("A file is still uploading. Send when it is done.");
    return;
  }
  const id = idFor(form, text);
  /** @type {HTMLInputElement} */ (form.elements.namedItem("id")).value = id;
  clearError();
  showOwn(id, text);
  scroll.toEnd();
  focusBox();
  form.dataset.busy = "";
  sending = deliver(form, id, text);
  await sending;
  sending = null;
  delete form.dataset.busy;
}

/** @param {AutoScroll} scroll */
export function startComposer(scroll) {
  const begin = () => {
    restore(composer());
    restoreFiles();
    resize(composer());
  };
  begin();
  if (touchOnly.matches) boxOf(composer()).enterKeyHint = "enter";
  else focusBox();
  document.addEventListener("htmx:afterSettle", begin);
  on("input", "#message-box", (/** @type {HTMLTextAreaElement} */ box) => {
    save(composer(), box.value);
    resize(composer());
    if (prompts.module || box.value === "/") prompts.get().then((module) => module.offerPrompts(box));
  });
  on("keydown", "#message-box", (/** @type {HTMLTextAreaElement} */ box, event) => {
    if (prompts.module?.promptKey(box, event)) {
      event.preventDefault();
      return;
    }
    if (event.key === "ArrowUp" && !box.value && editLast()) event.preventDefault();
    if (!sends(event)) return;
    event.preventDefault();
    send(composer(), scroll);
  });
  on("submit", "#composer", (/** @type {HTMLFormElement} */ form, event) => {
    if (event.submitter?.matches("[data-stop]")) return;
    event.preventDefault();
    const submitter = /** @type {HTMLButtonElement | null} */ (event.submitter);
    form.dataset.aside = submitter?.name === "background" ? "1" : "";
    send(form, scroll).finally(() => delete form.dataset.aside);
  });
  on("click", "[data-starter]", (starter) => {
    if (!sending) send(composer(), scroll, starter.dataset.starter);
  });
}
