// Moves, pins, archives and deletes chats, and updates the list at once. The server updates other tabs.

import { show } from "../page/chat-list.js";
import { isLogin, post as send } from "../page/http.js";
import { gettext } from "../page/i18n.js";
import { announce, showRefusal, showUnreachable } from "../page/notices.js";
import { visit } from "../page/visits.js";
import { openDialog } from "./dialog.js";
import { offerUndo } from "./undo.js";

/**
 * Posts, and returns the response if the server accepted the request. Otherwise shows the reason and returns null.
 * @param {string} url
 * @param {FormData} [body]
 */
export async function post(url, body) {
  try {
    const response = await send(url, body);
    if (response.ok && !isLogin(response.url)) return response;
    showRefusal(response.ok ? 401 : response.status, await response.text());
  } catch {
    showUnreachable();
  }
  return null;
}

/**
 * @param {string[]} ids
 * @param {string} action as the server names it (agentex_web/journal/listing.py)
 * @param {string} [folder] target of the action "move"
 */
export async function arrange(ids, action, folder = "") {
  const body = new FormData();
  body.set("action", action);
  if (folder) body.set("folder", folder);
  for (const id of ids) body.append("ids", id);
  const title = document.getElementById(`task-title-${ids[0]}`)?.textContent ?? "";
  const response = await post(document.getElementById("undo").dataset.arrangeUrl, body);
  if (!response) return false;
  show(await response.json());
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#topbar-menu"))) {
    if (!ids.includes(button.dataset.chatMenu)) continue;
    if (action === "pin" || action === "unpin") button.dataset.pinned = action === "pin" ? "yes" : "no";
    if (action === "archive") button.dataset.pinned = "no";
    if (action.endsWith("archive")) button.dataset.archived = action === "archive" ? "yes" : "no";
  }
  report(ids, action, title);
  // The page of a deleted chat has nothing left to show.
  if (action === "delete" && ids.some((id) => location.pathname === `/tasks/${id}/`)) await visit("/");
  return true;
}

/**
 * @param {string[]} ids
 * @param {string} action
 * @param {string} title of the first chat
 */
function report(ids, action, title) {
  if (action === "delete") offerUndo(ids, title, "restore");
  else if (action === "archive") offerUndo(ids, title, "unarchive");
  else if (action === "pin") announce(gettext("Pinned."));
  else if (action === "unpin") announce(gettext("Unpinned."));
  else if (action === "move") announce(gettext("Moved."));
  else if (action === "unarchive" || action === "restore") announce(gettext("The chat is back in the list."));
}

/**
 * Opens the folder dialog and moves the chats into the chosen folder.
 * @param {string[]} ids if empty, the dialog only edits folders
 */
export function openFolders(ids) {
  return openDialog("/folders/", {
    chosen: async (folder) => {
      if (ids.length) await arrange(ids, "move", folder);
    },
  });
}
