// Edits an answer in place. Saving creates another version of its turn.

import { isComposing } from "../composer/keys.js";
import { getText, parse } from "../page/http.js";
import { gettext } from "../page/i18n.js";
import { announce, showError } from "../page/notices.js";
import { submitEditor } from "./submit-editor.js";
import { turnUrl } from "./turn-url.js";

/** @param {HTMLElement} turn */
function lastAnswer(turn) {
  const answers = ':scope > article[data-kind="text"][data-author="agent"]';
  return /** @type {HTMLElement | undefined} */ ([...turn.querySelectorAll(answers)].at(-1));
}

/** @param {HTMLFormElement} form */
function close(form) {
  const turn = form.closest("[data-turn-id]");
  form.remove();
  turn?.querySelector('[data-act="edit-answer"]')?.focus({ preventScroll: true });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} url
 */
async function save(form, url) {
  const isSaved = await submitEditor(form, url, {
    refused: gettext("This could not be saved. Copy your text, then reload the page."),
    unreachable: gettext("The server cannot be reached. Your text is still here; save it again."),
  });
  if (!isSaved) return;
  // The new version arrives through the socket.
  announce(gettext("Saved."));
  form.remove();
}

/** @param {HTMLElement} turn */
export async function editAnswer(turn) {
  const article = lastAnswer(turn);
  if (!article || article.querySelector("form.answer-editor")) return;
  const url = turnUrl(turn, "answer");
  let form;
  try {
    form = /** @type {HTMLFormElement} */ (parse(await getText(url)));
  } catch {
    showError(gettext("The answer could not be opened. Try again in a moment."));
    return;
  }
  for (const other of document.querySelectorAll("form.answer-editor")) close(/** @type {HTMLFormElement} */ (other));
  article.append(form);
  const box = form.querySelector("textarea");
  box.focus();
  box.setSelectionRange(0, 0);
  form.querySelector("[data-answer=cancel]").addEventListener("click", () => close(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    save(form, url);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !isComposing(event)) {
      // Esc would also stop a turn.
      event.preventDefault();
      event.stopPropagation();
      close(form);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save(form, url);
    }
  });
}
