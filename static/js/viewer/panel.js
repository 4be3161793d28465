// The panel next to the chat. It shows long code, pages, pictures and tables from answers, and attached documents. Code
// blocks in the same language count as versions of each other, in the order of the chat.

import { copy } from "../conversation/code-blocks.js";
import { gettext } from "../page/i18n.js";
import { announce } from "../page/notices.js";
import { fromTemplate } from "../page/template.js";
import { previewOf } from "./preview.js";
import { shownCode, shownFile, versionsOf } from "./shown.js";

/** @import { Shown } from "./shown.js" */

/** @type {HTMLDialogElement | null} */
let dialog = null;
/** @type {HTMLElement | null} */
let opener = null;
/** @type {HTMLElement | null} the code block of the page that the panel shows */
let code = null;
/** @type {Shown | null} */
let shown = null;
/** @type {HTMLElement | null} the list from which a file was opened */
let list = null;

/** @param {string} name */
function part(name) {
  return dialog.querySelector(`[data-viewer="${name}"]`);
}

function close() {
  dialog?.close();
}

function closed() {
  delete document.body.dataset.viewer;
  part("body").replaceChildren();
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  opener = code = shown = list = null;
}

function makeDialog() {
  dialog = fromTemplate("viewer-template");
  document.body.append(dialog);
  dialog.addEventListener("close", closed);
  part("close").addEventListener("click", close);
  part("previous").addEventListener("click", () => step(-1));
  part("next").addEventListener("click", () => step(1));
  part("back").addEventListener("click", () => openList(list, opener));
  part("show-code").addEventListener("click", () => showBody(false));
  part("show-preview").addEventListener("click", () => showBody(true));
  part("copy").addEventListener("click", async () => {
    await copy(shown.source);
    announce(gettext("Copied."));
  });
  part("download").addEventListener("click", download);
  // Escape does not close a non-modal dialog by itself.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && dialog.open && dialog.contains(document.activeElement)) close();
  });
}

function download() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([shown.source], { type: "text/plain" }));
  link.download = shown.download;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** @param {boolean} asPreview */
function showBody(asPreview) {
  const preview = asPreview ? previewOf(shown) : null;
  part("show-code").setAttribute("aria-pressed", String(!preview));
  part("show-preview").setAttribute("aria-pressed", String(Boolean(preview)));
  if (preview) {
    part("body").replaceChildren(preview);
    return;
  }
  const pre = document.createElement("pre");
  const inner = document.createElement("code");
  // Markup from the page's code block, which the server has highlighted and sanitised.
  if (shown.html !== undefined) inner.innerHTML = shown.html;
  else inner.textContent = shown.source;
  pre.append(inner);
  pre.tabIndex = 0;
  part("body").replaceChildren(pre);
}

/** @param {number} by */
function step(by) {
  const all = versionsOf(code);
  const next = all[all.indexOf(code) + by];
  if (next) showCode(next);
}

/** @param {HTMLElement} element */
function showCode(element) {
  code = element;
  const all = versionsOf(element);
  const number = all.indexOf(element) + 1;
  show(shownCode(element, number, all.length));
  part("versions").hidden = all.length < 2;
  /** @type {HTMLButtonElement} */ (part("previous")).disabled = number <= 1;
  /** @type {HTMLButtonElement} */ (part("next")).disabled = number >= all.length;
}

/** @param {Shown} what */
function show(what) {
  shown = what;
  part("title").textContent = what.title;
  const hasPreview = ["html", "svg", "csv", "tsv"].includes(what.language) || Boolean(what.pages || what.drawing);
  part("modes").hidden = !hasPreview;
  part("show-preview").textContent = what.pages ? gettext("Pages") : gettext("Preview");
  part("show-code").textContent = what.pages ? gettext("Text") : gettext("Code");
  for (const name of ["copy", "download"]) part(name).hidden = false;
  part("back").hidden = !list;
  // The page shows the diagram already, so the panel begins with its source.
  showBody(hasPreview && !what.drawing);
  openDialog();
}

function openDialog() {
  document.body.dataset.viewer = "";
  if (dialog.open) return;
  if (matchMedia("(max-width: 64rem)").matches) dialog.showModal();
  else dialog.show();
}

/**
 * Shows a list of files. A file that is opened from it has a button back to the list.
 * @param {HTMLElement} element list, with its title in `data-title`
 * @param {HTMLElement} button that was pressed
 */
export function openList(element, button) {
  if (!dialog) makeDialog();
  opener = button;
  code = shown = null;
  list = element;
  part("title").textContent = element.dataset.title;
  for (const name of ["back", "versions", "modes", "copy", "download"]) part(name).hidden = true;
  part("body").replaceChildren(element);
  openDialog();
  part("close").focus({ preventScroll: true });
}

/**
 * @param {HTMLElement} element a `.code` element of the page
 * @param {HTMLElement} button that was pressed
 */
export function openCode(element, button) {
  if (!dialog) makeDialog();
  opener = button;
  list = null;
  showCode(element);
  part("close").focus({ preventScroll: true });
}

/**
 * Shows an attached document: its text as the model reads it, and its pages if the browser can show PDFs.
 * @param {HTMLAnchorElement} link
 */
export async function openFile(link) {
  if (!dialog) makeDialog();
  if (!list?.contains(link)) {
    opener = link;
    list = null;
  }
  let file;
  try {
    file = await shownFile(link);
  } catch {
    open(link.href, "_blank", "noopener");
    return;
  }
  show(file);
  part("versions").hidden = true;
  part("close").focus({ preventScroll: true });
}
