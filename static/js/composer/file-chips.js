// The chips of the files in the Message box: name, size, a small picture, and the form field with the file's id.

import { gettext, interpolate, ngettext } from "../page/i18n.js";
import { fromTemplate } from "../page/template.js";

// Rounds like Django's filesizeformat.
const rounded = new Intl.NumberFormat(globalThis.document?.documentElement.lang || "en", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  roundingMode: "halfEven",
  useGrouping: false,
});

/**
 * Formats a size like Django's filesizeformat, so that it does not change when the message is sent.
 * @param {number} bytes
 */
export function sizeOf(bytes) {
  if (bytes < 1024)
    return interpolate(ngettext("%(count)s\u00a0byte", "%(count)s\u00a0bytes", bytes), { count: bytes });
  const step = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return `${rounded.format(bytes / 1024 ** step)}\u00a0${"KMG"[step - 1]}B`;
}

/**
 * A new chip, with a button that removes the file.
 * @param {string} name
 * @param {number} size in bytes
 */
export function chipOf(name, size) {
  const chip = fromTemplate("file-template");
  chip.dataset.name = name;
  chip.dataset.size = String(size);
  chip.querySelector(".file-name").textContent = name;
  chip.querySelector(".file-size").textContent = sizeOf(size);
  chip.querySelector("button").setAttribute("aria-label", interpolate(gettext("Remove %(name)s"), { name }));
  return chip;
}

/**
 * Shows an image in its chip. If the file turns out not to be an image, only its name is shown.
 * @param {HTMLElement} chip
 * @param {string} address
 */
export function showPicture(chip, address) {
  const image = document.createElement("img");
  image.alt = "";
  const revoke = () => URL.revokeObjectURL(address);
  image.addEventListener("load", revoke);
  image.addEventListener("error", () => {
    revoke();
    image.remove();
  });
  image.src = address;
  chip.dataset.image = "1";
  chip.prepend(image);
}

/**
 * Adds the form field with the file's id, so that the message is sent with the file.
 * @param {HTMLElement} chip
 * @param {string} id
 */
export function addIdField(chip, id) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "attachments";
  field.value = id;
  chip.append(field);
}

/**
 * The form field with the id of an uploaded file; null while the upload is running.
 * @param {HTMLElement} chip
 * @returns {HTMLInputElement | null}
 */
export function idField(chip) {
  return /** @type {HTMLInputElement} */ (chip.querySelector("input"));
}
