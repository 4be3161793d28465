// Previews of code: a page in a sandboxed frame, a picture, or a table.

import { gettext, interpolate } from "../page/i18n.js";
import { rowsOf } from "./csv.js";

const ROWS = 1000;
const SEPARATORS = { csv: ",", tsv: "\t" };

/**
 * A page in a frame that has no origin and can load nothing: artifact-frame.html.
 * @param {string} source
 */
function page(source) {
  const frame = document.createElement("iframe");
  frame.className = "viewer-page";
  frame.title = gettext("Preview");
  frame.setAttribute("sandbox", "allow-scripts allow-forms allow-modals");
  frame.src = new URL("../../artifact-frame.html", import.meta.url).href;
  addEventListener("message", function ready(event) {
    if (event.source !== frame.contentWindow) return;
    removeEventListener("message", ready);
    frame.contentWindow.postMessage({ source }, "*");
  });
  return frame;
}

/**
 * A picture. As an image, an SVG can neither run scripts nor load anything.
 * @param {string} address
 */
function picture(address) {
  const box = document.createElement("div");
  const image = document.createElement("img");
  box.className = "viewer-picture";
  image.alt = gettext("Preview");
  image.src = address;
  image.addEventListener("error", () => box.replaceChildren(gettext("This is not a valid picture.")), { once: true });
  box.append(image);
  return box;
}

/**
 * @param {string} source
 * @param {string} separator
 */
function table(source, separator) {
  const box = document.createElement("div");
  const made = document.createElement("table");
  box.className = "viewer-table";
  box.tabIndex = 0;
  const [head = [], ...rows] = rowsOf(source, separator, ROWS + 1);
  const line = (/** @type {string[]} */ fields, /** @type {"th" | "td"} */ name) => {
    const row = document.createElement("tr");
    for (const field of fields) row.append(Object.assign(document.createElement(name), { textContent: field }));
    return row;
  };
  made.createTHead().append(line(head, "th"));
  made.createTBody().append(...rows.map((fields) => line(fields, "td")));
  box.append(made);
  if (rows.length === ROWS) {
    const note = document.createElement("p");
    note.className = "viewer-note";
    note.textContent = interpolate(gettext("The first %(count)s rows are shown."), { count: ROWS });
    box.append(note);
  }
  return box;
}

/**
 * The pages of a PDF, in the browser's own viewer.
 * @param {string} address
 */
function pdf(address) {
  const frame = document.createElement("iframe");
  frame.className = "viewer-page";
  frame.title = gettext("Pages");
  // Chromium's viewer would give half of the panel to small pictures of the pages.
  frame.src = `${address}#navpanes=0&view=FitH`;
  return frame;
}

/** @param {string} source */
function svg(source) {
  const address = URL.createObjectURL(new Blob([source], { type: "image/svg+xml" }));
  const box = picture(address);
  box.querySelector("img").addEventListener("load", () => URL.revokeObjectURL(address), { once: true });
  return box;
}

/**
 * The preview of a code block or a file; null for languages without a preview.
 * @param {object} what
 * @param {string} what.language
 * @param {string} what.source
 * @param {string} [what.pages] the address of a PDF
 * @param {string} [what.drawing] the address of a diagram's picture
 * @returns {HTMLElement | null}
 */
export function previewOf({ language, source, pages, drawing }) {
  if (pages) return pdf(pages);
  if (drawing) return picture(drawing);
  if (language === "html") return page(source);
  if (language === "svg") return svg(source);
  if (language === "csv" || language === "tsv") return table(source, SEPARATORS[language]);
  return null;
}
