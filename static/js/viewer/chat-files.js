// Lists a chat's files in the panel next to the chat.

import { goToFound } from "../conversation/found-message.js";
import { isPlain } from "../page/events.js";
import { getText, parse } from "../page/http.js";
import { gettext } from "../page/i18n.js";
import { showError } from "../page/notices.js";
import { openFile, openList } from "./panel.js";

/**
 * @param {HTMLAnchorElement} link to a message of the chat that the page shows
 * @param {MouseEvent} event
 */
function goTo(link, event) {
  const url = new URL(link.href);
  if (url.pathname !== location.pathname) return;
  event.preventDefault();
  if (document.getElementById(url.hash.slice(1))) url.searchParams.delete("turn");
  // On a narrow page the panel covers the chat.
  const panel = /** @type {HTMLDialogElement} */ (link.closest("dialog"));
  if (panel.matches(":modal")) panel.close();
  history.replaceState(history.state, "", url);
  goToFound(document.getElementById("conversation"));
}

/** @param {MouseEvent} event */
function clicked(event) {
  if (!isPlain(event)) return;
  const target = /** @type {Element} */ (event.target);
  const link = /** @type {HTMLAnchorElement | null} */ (target.closest("[data-go-to]"));
  if (link) goTo(link, event);
  const file = /** @type {HTMLAnchorElement | null} */ (target.closest(".file[data-preview]"));
  if (!file) return;
  event.preventDefault();
  openFile(file);
}

/**
 * @param {string} id of the chat
 * @param {HTMLElement} button that was pressed
 */
export async function openFiles(id, button) {
  let list;
  try {
    list = parse(await getText(`/tasks/${id}/files/`));
  } catch {
    showError(gettext("This could not be loaded. Try again in a moment."));
    return;
  }
  list.addEventListener("click", clicked);
  openList(list, button);
}
