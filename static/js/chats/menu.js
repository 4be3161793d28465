// The menu of a chat, in the list and in the top bar. Loaded when such a menu is first opened.

import { gettext } from "../page/i18n.js";
import { styles } from "../page/lazy.js";
import { announce } from "../page/notices.js";
import { visit } from "../page/visits.js";
import { arrange, openFolders, post } from "./arrange.js";
import { openDialog } from "./dialog.js";
import { openMenu } from "./popup.js";
import { rename } from "./rename.js";

/**
 * @typedef {object} Chat
 * @property {string} id
 * @property {HTMLElement} button that opened the menu
 */

/** @param {Chat} chat */
async function duplicate({ id }) {
  const body = new FormData();
  body.set("id", crypto.randomUUID());
  announce(gettext("The chat is being copied."));
  const response = await post(`/tasks/${id}/duplicate/`, body);
  if (response) await visit(response.headers.get("HX-Redirect"));
}

/**
 * Opens the file panel if the page shows this chat; otherwise goes to the chat, which then opens it.
 * @param {string} id
 * @param {HTMLElement} button
 */
async function showFiles(id, button) {
  if (location.pathname !== `/tasks/${id}/`) await visit(`/tasks/${id}/#files`);
  const [{ openFiles }] = await Promise.all([
    import("../viewer/chat-files.js"),
    styles("viewer"),
    styles("chat-files"),
  ]);
  await openFiles(id, button);
}

/** @type {Record<string, (chat: Chat) => unknown>} by `data-chat-act` */
const ACTIONS = {
  rename: ({ id, button }) => rename(id, button),
  pin: ({ id }) => arrange([id], "pin"),
  unpin: ({ id }) => arrange([id], "unpin"),
  archive: ({ id }) => arrange([id], "archive"),
  unarchive: ({ id }) => arrange([id], "unarchive"),
  delete: ({ id }) => arrange([id], "delete"),
  move: ({ id }) => openFolders([id]),
  duplicate,
  files: ({ id, button }) => showFiles(id, button),
  share: ({ id }) => openDialog(`/tasks/${id}/share/`),
  export: ({ id }) => openDialog(`/tasks/${id}/export/`),
};

/** @param {HTMLElement} button */
export async function openChatMenu(button) {
  await styles("chats");
  const id = button.dataset.chatMenu;
  // The row is current even if another tab made the last change.
  const state = (document.getElementById(`chat-row-${id}`) ?? button).dataset;
  const menu = openMenu("chat-menu-template", button, (act) => ACTIONS[act]({ id, button }));
  for (const [act, hidden] of /** @type {[string, boolean][]} */ ([
    ["pin", state.pinned === "yes" || state.archived === "yes"],
    ["unpin", state.pinned !== "yes"],
    ["archive", state.archived === "yes"],
    ["unarchive", state.archived !== "yes"],
  ])) {
    menu.querySelector(`[data-chat-act="${act}"]`).hidden = hidden;
  }
  menu.querySelector('[role="menuitem"]:not([hidden])').focus();
}
