// Shows a picture or diagram over the page, fitted or zoomed in, with a download.

import { gettext } from "../page/i18n.js";
import { fromTemplate } from "../page/template.js";

const STEP = 1.4;
const SMALLEST = 1;
const LARGEST = 12;

/** @type {HTMLDialogElement | null} */
let dialog = null;
let scale = 1;

function image() {
  return dialog.querySelector("img");
}

/** @param {number} to 1 fits the window */
function zoom(to) {
  scale = Math.min(LARGEST, Math.max(SMALLEST, to));
  image().style.setProperty("--zoom", String(scale));
  dialog.querySelector("[data-lightbox=reset]").textContent = `${Math.round(scale * 100)} %`;
}

function makeDialog() {
  dialog = fromTemplate("lightbox-template");
  document.body.append(dialog);
  const press = (/** @type {string} */ name, /** @type {() => void} */ act) =>
    dialog.querySelector(`[data-lightbox="${name}"]`).addEventListener("click", act);
  press("close", () => dialog.close());
  press("in", () => zoom(scale * STEP));
  press("out", () => zoom(scale / STEP));
  press("reset", () => zoom(1));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") zoom(scale * STEP);
    else if (event.key === "-") zoom(scale / STEP);
    else if (event.key === "0") zoom(1);
  });
  dialog.querySelector(".lightbox-stage").addEventListener(
    "wheel",
    (/** @type {WheelEvent} */ event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(event.deltaY < 0 ? scale * STEP : scale / STEP);
    },
    { passive: false },
  );
}

/** @param {HTMLElement} element a picture, or the link around one */
export function open(element) {
  if (!dialog) makeDialog();
  const shown = element instanceof HTMLImageElement ? element : element.querySelector("img");
  const target = image();
  target.src = shown.currentSrc || shown.src;
  target.alt = shown.alt || gettext("Picture");
  zoom(1);
  const link = /** @type {HTMLAnchorElement} */ (dialog.querySelector("[data-lightbox=download]"));
  // The server gives an attachment its own file name.
  link.href = target.src.includes("/attachments/") ? `${target.src}?download` : target.src;
  link.download = element.closest(".diagram") ? "diagram.svg" : shown.alt || "picture";
  dialog.showModal();
}
