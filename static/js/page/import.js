// The page on which people import chats: sends only what holds chats, and shows how far the upload is.

import { headers, isLogin, parse } from "./http.js";
import { gettext, interpolate } from "./i18n.js";
import { showError, showRefusal } from "./notices.js";
import { visit } from "./visits.js";

const SMALL = 1_000_000; // Bytes; a smaller file is sent as it is.

/**
 * The chats of a file: of a ZIP archive the conversations, of JSON the compressed text.
 * @param {File} file
 * @returns {Promise<Blob>}
 */
async function chatsOf(file) {
  if (file.size < SMALL) return file;
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (first === 0x50 && second === 0x4b) {
    const { onlyConversations } = await import("./export-archive.js");
    return onlyConversations(file);
  }
  // What is compressed already begins with 1F 8B.
  if (first === 0x1f || !("CompressionStream" in globalThis)) return file;
  return new Response(file.stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

/**
 * Posts the form with this file. Resolves with the response's page, or rejects if there is none.
 * @param {HTMLFormElement} form
 * @param {Blob} blob
 * @param {string} name
 * @param {(share: number) => void} progress
 * @param {AbortSignal} signal
 * @returns {Promise<XMLHttpRequest>}
 */
function send(form, blob, name, progress, signal) {
  const data = new FormData(form);
  data.set("file", blob, name);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  for (const [header, value] of Object.entries(headers())) request.setRequestHeader(header, value);
  // Not fetch: it does not report how much was sent.
  request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
  signal.addEventListener("abort", () => request.abort());
  return new Promise((resolve, reject) => {
    request.onload = () => resolve(request);
    request.onerror = request.onabort = reject;
    request.send(data);
  });
}

/** @param {number} bytes */
const inMegabytes = (bytes) =>
  `${(bytes / 1_048_576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function refuse(form, text) {
  showError(text);
  form.querySelector("[type=file]").focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {AbortSignal} signal
 */
async function upload(form, signal) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const file = /** @type {HTMLInputElement} */ (form.elements.namedItem("file")).files[0];
  if (!file || button.getAttribute("aria-disabled") === "true") return;
  const label = button.textContent;
  button.setAttribute("aria-disabled", "true");
  button.textContent = gettext("Uploading…");
  document.getElementById("form-error").replaceChildren();
  document.querySelector("[data-import-error]").replaceChildren();
  try {
    const chats = await chatsOf(file);
    if (chats.size > Number(form.dataset.limit)) {
      refuse(form, interpolate(form.dataset.tooLarge, { size: inMegabytes(chats.size) }));
      return;
    }
    const progress = (/** @type {number} */ share) => {
      button.textContent = `${gettext("Uploading…")} ${Math.round(share * 100)} %`;
    };
    const { status, responseText, responseURL } = await send(form, chats, file.name, progress, signal);
    if (status >= 400 || isLogin(responseURL)) {
      const note = new DOMParser()
        .parseFromString(responseText, "text/html")
        .querySelector("[data-import-error] .note");
      if (note) document.querySelector("[data-import-error]").replaceChildren(parse(note.outerHTML));
      else showRefusal(isLogin(responseURL) ? 401 : status, responseText);
      return;
    }
    await visit(location.pathname, { returns: true });
  } catch {
    if (!signal.aborted) refuse(form, gettext("The file could not be sent. Try again in a moment."));
  } finally {
    button.textContent = label;
    button.removeAttribute("aria-disabled");
  }
}

/** @param {AbortSignal} signal */
export function start(signal) {
  const form = /** @type {HTMLFormElement} */ (document.querySelector("form[data-import]"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    upload(form, signal);
  });
}
