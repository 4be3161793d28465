// Edits a person's message in place. Sending it again creates another version of its turn.

import { isComposing, sends } from "../composer/keys.js";
import { gettext, interpolate } from "../page/i18n.js";
import { announce } from "../page/notices.js";
import { fromTemplate } from "../page/template.js";
import { isBusy } from "./busy.js";
import { submitEditor } from "./submit-editor.js";
import { turnUrl } from "./turn-url.js";

function conversation() {
  return document.getElementById("conversation");
}

/** @param {HTMLFormElement} form */
function close(form) {
  const turn = form.closest("[data-turn-id]");
  form.remove();
  return turn;
}

/** @param {HTMLFormElement} form */
export function cancelEdit(form) {
  close(form)?.querySelector('[data-act="edit"]')?.focus({ preventScroll: true });
}

/**
 * Opens the editor on a turn's message and closes any other editor. Does nothing while the agent is working.
 * @param {HTMLElement} turn
 */
export function edit(turn) {
  const bubble = turn?.querySelector('article[data-author="user"] .own');
  if (!bubble || isBusy()) return;
  conversation().querySelector("form.editor")?.remove();
  const form = /** @type {HTMLFormElement} */ (fromTemplate("editor-template"));
  const box = form.querySelector("textarea");
  box.value = bubble.querySelector(".plain").textContent;
  offerFiles(form, bubble.closest("article"));
  bubble.after(form);
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    sendAgain(form);
  });
  form.addEventListener("keydown", (event) => pressed(form, event));
}

/**
 * Lists a message's files in its editor, each with a button to remove it.
 * @param {HTMLElement} form
 * @param {HTMLElement} article
 */
function offerFiles(form, article) {
  const list = /** @type {HTMLElement} */ (form.querySelector("[data-editor-files]"));
  for (const file of article.querySelectorAll(".files > [data-file]")) {
    const name = file.querySelector("img")?.alt ?? file.querySelector(".file-name").textContent;
    const chip = fromTemplate("kept-file-template");
    chip.querySelector(".file-name").textContent = name;
    chip.querySelector("input").value = /** @type {HTMLElement} */ (file).dataset.file;
    chip.querySelector("button").setAttribute("aria-label", interpolate(gettext("Send without %(name)s"), { name }));
    list.append(chip);
  }
  list.hidden = !list.childElementCount;
}

/** @param {HTMLElement} chip */
export function dropFile(chip) {
  const form = chip.closest("form");
  const list = chip.parentElement;
  announce(interpolate(gettext("%(name)s will not be sent."), { name: chip.querySelector(".file-name").textContent }));
  chip.remove();
  list.hidden = !list.childElementCount;
  form.querySelector("textarea").focus({ preventScroll: true });
}

export function editLast() {
  edit([...conversation().querySelectorAll('[data-act="edit"]')].at(-1)?.closest("[data-turn-id]"));
}

/** @param {HTMLFormElement} form */
async function sendAgain(form) {
  const isEmpty = !form.querySelector("textarea").value.trim() && !form.querySelector('[name="keep"]');
  if (isEmpty) return;
  const isSent = await submitEditor(form, turnUrl(form.closest("[data-turn-id]"), "edit"), {
    refused: gettext("This could not be sent. Copy your text, then reload the page."),
    unreachable: gettext("The server cannot be reached. Your text is still here; send it again."),
  });
  if (!isSent) return;
  close(form);
  announce(gettext("Sent again."));
  document.getElementById("message-box")?.focus({ preventScroll: true });
}

/**
 * @param {HTMLFormElement} form
 * @param {KeyboardEvent} event
 */
function pressed(form, event) {
  if (event.key === "Escape" && !isComposing(event)) {
    // Otherwise Esc would also stop the turn.
    event.preventDefault();
    event.stopPropagation();
    cancelEdit(form);
  } else if (sends(event) && event.target instanceof HTMLTextAreaElement) {
    event.preventDefault();
    sendAgain(form);
  }
}
