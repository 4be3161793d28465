// A dialog whose content is markup from the server: folders, sharing, export.

import { getText, parse } from "../page/http.js";
import { gettext } from "../page/i18n.js";
import { styles } from "../page/lazy.js";
import { showError } from "../page/notices.js";

/** @typedef {{ chosen?: (folder: string) => unknown }} Handlers */

/** @returns {HTMLDialogElement} */
function dialog() {
  const found = /** @type {HTMLDialogElement | null} */ (document.querySelector("#chat-dialog"));
  if (found) return found;
  const made = document.createElement("dialog");
  made.id = "chat-dialog";
  made.className = "dialog";
  // A click outside closes the dialog.
  made.addEventListener("click", (event) => event.target === made && made.close());
  made.addEventListener("close", () => made.remove());
  document.body.append(made);
  return made;
}

/**
 * @param {HTMLDialogElement} box
 * @param {string} html
 */
function fill(box, html) {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button dialog-close";
  close.setAttribute("aria-label", gettext("Close"));
  close.append(document.querySelector("[popovertargetaction=hide] svg").cloneNode(true));
  close.addEventListener("click", () => box.close());
  const body = parse(html);
  box.replaceChildren(body, close);
  box.setAttribute("aria-label", body.dataset.dialogTitle ?? "");
  window.htmx?.process(box);
}

/**
 * Opens the markup at `url`.
 * @param {string} url
 * @param {Handlers} [handlers]
 */
export async function openDialog(url, handlers = {}) {
  await styles("chats");
  let html;
  try {
    html = await getText(url);
  } catch {
    showError(gettext("This could not be loaded. Try again in a moment."));
    return;
  }
  const box = dialog();
  fill(box, html);
  if (!box.open) box.showModal();
  box.onclick = (event) => clicked(box, event, handlers);
  box.onsubmit = (event) => submitted(box, event);
}

/**
 * @param {HTMLDialogElement} box
 * @param {Event} event
 * @param {Handlers} handlers
 */
async function clicked(box, event, { chosen }) {
  const button = /** @type {Element} */ (event.target).closest("button");
  if (!button) return;
  const { chooseFolder, renameFolder, removeFolder, copyText } = button.dataset;
  if (chooseFolder !== undefined && chosen) {
    box.close();
    await chosen(chooseFolder);
  } else if (renameFolder) startRename(button);
  else if (removeFolder) await send(box, removeFolder, new FormData());
  else if (copyText !== undefined) {
    const { copy } = await import("../conversation/code-blocks.js");
    await copy(copyText);
    button.dataset.copied = "";
    button.querySelector("span").textContent = gettext("Copied");
  }
}

/** @param {HTMLElement} button */
function startRename(button) {
  const row = button.closest("li");
  const form = document.createElement("form");
  form.className = "folder-form";
  form.dataset.folderForm = button.dataset.renameFolder;
  const input = Object.assign(document.createElement("input"), {
    name: "name",
    value: button.dataset.name,
    maxLength: 60,
  });
  input.setAttribute("aria-label", button.getAttribute("aria-label"));
  form.append(input);
  row.replaceChildren(form);
  input.select();
}

/**
 * @param {HTMLDialogElement} box
 * @param {SubmitEvent} event
 */
async function submitted(box, event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const url = form.dataset.folderForm ?? form.dataset.dialogForm;
  if (!url) return;
  event.preventDefault();
  await send(box, url, new FormData(form, event.submitter));
}

/**
 * Posts. Markup in the response replaces the dialog's content; an empty response reloads the folders.
 * @param {HTMLDialogElement} box
 * @param {string} url
 * @param {FormData} body
 */
async function send(box, url, body) {
  const { post } = await import("../page/http.js");
  // Django rejects a multipart form without fields.
  const response = await post(url, [...body.keys()].length ? body : undefined);
  const text = await response.text();
  if (!response.ok) {
    const place = box.querySelector("[data-dialog-error]");
    if (place) place.innerHTML = text.includes("data-form-error") ? text : "";
    return;
  }
  fill(box, text || (await getText("/folders/")));
}
