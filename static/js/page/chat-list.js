// The chat list in the sidebar. The server sends each row that changed, so the page polls nothing while a turn runs.

import { TaskSocket } from "../stream/socket.js";
import { list, startParts, watchEnd } from "./chat-list-parts.js";
import { put } from "./chat-rows.js";
import { current, markCurrent, markSeen } from "./current-chat.js";
import { on } from "./events.js";
import { getText, parse } from "./http.js";
import { countInTitle, refreshCount } from "./inbox-count.js";
import { showOutdated } from "./notices.js";

const SOCKET = "/ws/chats/";
const LATER = 500; // ms until the socket connects; other parts of the page come first.
const FILTERED = 1000; // ms between two reloads of a filtered list.
const PLACE = "list-place"; // Key of the list's scroll position, kept while this window loads another page.

let waiting = 0;

/** Reloads the whole list. */
function refreshList() {
  window.htmx?.trigger(document.body, "chats-changed");
}

/**
 * Applies changes of rows: a frame from the socket, or a response in the same form.
 * @param {Frame} frame
 */
export function show(frame) {
  if (frame.type === "rows" || frame.type === "list") refreshCount();
  if (frame.type === "list") refreshList();
  if (frame.type !== "rows") return;
  if ("filtered" in list().dataset) {
    clearTimeout(waiting);
    waiting = setTimeout(refreshList, FILTERED);
    return;
  }
  const placed = Object.entries(frame.rows).map(([id, html]) => put(list(), id, html));
  if (placed.includes(false)) refreshList();
  else markCurrent();
}

/**
 * Shows the list for another filter.
 * @param {string} query in the form that agentex_web/chat/list_filter.py reads; empty for the whole list
 * @param {() => unknown} [then]
 */
export async function showList(query, then) {
  const given = new URLSearchParams(query);
  given.set("current", current());
  list().replaceWith(parse(await getText(`/sidebar/?${given}`)));
  window.htmx?.process(list());
  list().closest(".sidebar-scroll").scrollTop = 0;
  markCurrent();
  watchEnd();
  await then?.();
}

/** Registers the menus and other rarely used parts, which are loaded on first use. */
function startMenus() {
  on("click", "[data-chat-menu]", async (button) => (await import("../chats/menu.js")).openChatMenu(button));
  on("click", "[data-list-menu]", async (button) => (await import("../chats/list-menu.js")).openListMenu(button));
  on("click", "#sidebar-tasks [data-list-act]", async (button) => {
    (await import("../chats/list-menu.js")).act(button.dataset.listAct);
  });
  on("input", "[data-agent-search]", async (/** @type {HTMLInputElement} */ box) => {
    (await import("../chats/agents.js")).filterAgents(box);
  });
}

async function offerLateUndo() {
  const { until, now, ids, title } = document.getElementById("undo").dataset;
  if (!until) return;
  const { offerUndo } = await import("../chats/undo.js");
  // By the server's clock: the browser's may be wrong.
  offerUndo(ids.trim().split(" "), title, "restore", Date.parse(until) - Date.parse(now));
}

/** Restores the list's scroll position from before this page was loaded, with the open chat in view. */
function keepPlace() {
  const box = list().closest(".sidebar-scroll");
  try {
    box.scrollTop = Number(sessionStorage.getItem(PLACE));
    addEventListener("pagehide", () => sessionStorage.setItem(PLACE, String(Math.round(box.scrollTop))));
  } catch {
    // Storage may be blocked: the list starts at the top.
  }
  list().querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

/** Starts to keep the list in step with the server. */
export function startList() {
  let opened = false;
  const { scripts } = list().dataset;
  const socket = new TaskSocket({
    path: SOCKET,
    cursor: list().dataset.cursor,
    onFrame: show,
    onState: (state) => {
      if (state !== "open") return;
      // The server does not resend changes that happened while the connection was lost.
      if (opened) {
        refreshList();
        refreshCount();
      }
      opened = true;
      socket.cursor = list().dataset.cursor;
    },
  });
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.id !== "sidebar-tasks") return;
    detail.parameters.current = current();
    detail.parameters.shown = String(list().querySelectorAll(".chat-group .chat-row").length);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const { id } = /** @type {HTMLElement} */ (event.target);
    if (id === "inbox-link") {
      countInTitle();
      markCurrent();
    }
    if (id !== "sidebar-tasks") return;
    socket.cursor = list().dataset.cursor;
    if (list().dataset.scripts !== scripts) showOutdated();
    markCurrent();
    watchEnd();
  });
  document.addEventListener("visibilitychange", markSeen);
  startMenus();
  startParts();
  keepPlace();
  markSeen();
  offerLateUndo();
  countInTitle();
  setTimeout(() => socket.connect(), LATER);
}
