// Marks the link to the current page in the sidebar, and the chat that it shows as seen.

import { post } from "./http.js";

/** The id of the chat that the page shows; empty if it shows none. */
export function current() {
  return /^\/tasks\/([^/]+)\/$/.exec(location.pathname)?.[1] ?? "";
}

/** Marks the link to the current page, and the chat as seen. */
export function markCurrent() {
  const { pathname } = location;
  const links = "#new-chat, .task-link, .list-search, .inbox-link, .sidebar-link";
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(links))) {
    const isInside = link.matches(".sidebar-link") && pathname.startsWith(link.pathname);
    if (link.pathname === pathname || isInside) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  markSeen();
}

/** Marks the current chat as seen, unless this window is in the background. */
export function markSeen() {
  const row = document.getElementById(`chat-row-${current()}`);
  if (row?.dataset.unread !== "yes" || document.hidden) return;
  row.dataset.unread = "no";
  const body = new FormData();
  body.set("action", "seen");
  body.set("ids", row.dataset.chat);
  // If this fails, the unread mark returns when the list is next loaded.
  post(document.getElementById("undo").dataset.arrangeUrl, body).catch(() => {});
}
