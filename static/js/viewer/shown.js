// What the panel shows: a code block of the page, or an attached file.

import { getText } from "../page/http.js";
import { gettext, interpolate } from "../page/i18n.js";

const ENDINGS = {
  javascript: "js",
  typescript: "ts",
  python: "py",
  mermaid: "mmd",
  markdown: "md",
  shell: "sh",
  bash: "sh",
  rust: "rs",
};

/**
 * @typedef {object} Shown
 * @property {string} title
 * @property {string} language
 * @property {string} source
 * @property {string} [html] of the source, highlighted
 * @property {string} download name of the file
 * @property {string} [pages] address of a PDF
 * @property {string} [drawing] address of the picture of a diagram
 */

/** @param {HTMLElement} element */
function languageOf(element) {
  return (element.dataset.language || "").toLowerCase();
}

/**
 * The code blocks of the page in the same language that can be opened, including this one.
 * @param {HTMLElement} element
 * @returns {HTMLElement[]}
 */
export function versionsOf(element) {
  const all = document.querySelectorAll("#conversation .code:has(> .open-code)");
  return [...all].filter((each) => languageOf(each) === languageOf(element));
}

/**
 * @param {HTMLElement} element a `.code` element of the page
 * @param {number} number of this version, from 1
 * @param {number} count of versions
 * @returns {Shown}
 */
export function shownCode(element, number, count) {
  const inner = element.querySelector("pre code") ?? element.querySelector("pre");
  const language = languageOf(element);
  const title = element.dataset.language || gettext("Code");
  return {
    title: count > 1 ? `${title} · ${interpolate(gettext("%(number)s of %(count)s"), { number, count })}` : title,
    language,
    source: inner.textContent,
    html: inner.innerHTML,
    drawing: /** @type {HTMLImageElement | null} */ (element.querySelector(":scope[data-drawn] > img"))?.src,
    download: `${gettext("code")}.${/** @type {Record<string, string>} */ (ENDINGS)[language] ?? (language || "txt")}`,
  };
}

/**
 * Throws if the server does not answer.
 * @param {HTMLAnchorElement} link to an attached document
 * @returns {Promise<Shown>}
 */
export async function shownFile(link) {
  const name = link.querySelector(".file-name").textContent;
  const source = await getText(link.dataset.preview);
  const ending = name.toLowerCase().match(/\.(\w+)$/)?.[1] ?? "";
  const { pages } = link.dataset;
  return {
    title: name,
    language: ending === "csv" || ending === "tsv" ? ending : "",
    // The server has extracted no text from files that an agent made.
    source: source || gettext("This file has no text to show. Download it to open it."),
    download: pages ? `${name}.txt` : name,
    pages: navigator.pdfViewerEnabled ? pages : undefined,
  };
}
