// Sends what is written in an editor on the page, and shows in the editor why that failed.

import { isLogin, post } from "../page/http.js";
import { fromTemplate } from "../page/template.js";

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function showFault(form, text) {
  const note = fromTemplate("error-template");
  note.querySelector("span").textContent = text;
  form.querySelector("[data-editor-error]").replaceChildren(note);
}

/**
 * Posts an editor's form, unless that is under way. Returns true if the server accepted it.
 * @param {HTMLFormElement} form
 * @param {string} url
 * @param {{ refused: string, unreachable: string }} faults shown if the server gives no reason, or does not respond
 */
export async function submitEditor(form, url, { refused, unreachable }) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
  if (button.disabled) return false;
  button.disabled = true;
  try {
    const response = await post(url, new FormData(form));
    if (response.ok && !isLogin(response.url)) return true;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    showFault(form, page.querySelector("[data-form-error]")?.textContent.trim() || refused);
  } catch {
    showFault(form, unreachable);
  }
  button.disabled = false;
  return false;
}
