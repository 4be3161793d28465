// The list of chats in the sidebar. The server sends each row that changed, so nothing is asked for while a turn runs.

import { patch } from "../conversation/morph.js";
import { TaskSocket } from "../stream/socket.js";
import { parse } from "./http.js";

const SOCKET = "/ws/chats/";
const LATER = 500; // ms; the list is not the first thing that a page needs.

/** @returns {HTMLElement} */
function list() {
  return document.getElementById("sidebar-tasks");
}

/** Asks for the whole list. */
export function refreshList() {
  window.htmx?.trigger(document.body, "chats-changed");
}

/** Marks the link to what the page shows. */
export function markCurrent() {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (list().querySelectorAll("#new-chat, .task-link"))) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/**
 * Puts a row in its place: in the list of its group, by its order, the highest first.
 * @param {string} id
 * @param {string} html empty if the chat is not in the list any more
 * @returns {boolean} false if the list has no place for it
 */
function put(id, html) {
  const old = document.getElementById(`chat-row-${id}`);
  const before = old?.parentElement;
  if (!html) {
    old?.remove();
    return !before || before.childElementCount > 0;
  }
  const fresh = parse(html);
  const group = list().querySelector(`[data-group-list="${CSS.escape(fresh.dataset.group)}"]`);
  if (!group) return false;
  const rows = /** @type {HTMLElement[]} */ ([...group.children]);
  const next = rows.find((row) => row !== old && row.dataset.order < fresh.dataset.order) ?? null;
  if (!old) group.insertBefore(fresh, next);
  else {
    patch(old, fresh);
    // Only a row that moves leaves its place: it would lose the focus.
    if (before !== group || old.nextElementSibling !== next) {
      const focused = old.contains(document.activeElement) ? document.activeElement : null;
      group.insertBefore(old, next);
      /** @type {HTMLElement | null} */ (focused)?.focus({ preventScroll: true });
    }
  }
  window.htmx?.process(old ?? fresh);
  return !before || before.childElementCount > 0;
}

/** @param {Frame} frame */
function show(frame) {
  if (frame.type === "list") refreshList();
  if (frame.type !== "rows") return;
  const placed = Object.entries(frame.rows).map(([id, html]) => put(id, html));
  if (placed.includes(false)) refreshList();
  else markCurrent();
}

/** Keeps the list as it is on the server, from now on. */
export function startList() {
  let opened = false;
  const socket = new TaskSocket({
    path: SOCKET,
    cursor: list().dataset.cursor,
    onFrame: show,
    onState: (state) => {
      if (state !== "open") return;
      // What changed while there was no connection is not sent again.
      if (opened) refreshList();
      opened = true;
      socket.cursor = list().dataset.cursor;
    },
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (/** @type {HTMLElement} */ (event.target).id !== "sidebar-tasks") return;
    socket.cursor = list().dataset.cursor;
    markCurrent();
  });
  setTimeout(() => socket.connect(), LATER);
}
