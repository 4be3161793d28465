// The chat list in the sidebar. The server sends each row that changed, so the page polls nothing while a turn runs.

import { TaskSocket } from "../stream/socket.js";
import { put } from "./chat-rows.js";
import { on } from "./events.js";
import { getText, parse, post } from "./http.js";
import { countInTitle, refreshCount } from "./inbox-count.js";

const SOCKET = "/ws/chats/";
const LATER = 500; // ms until the socket connects; other parts of the page come first.
const FILTERED = 1000; // ms between two reloads of a filtered list.
const PLACE = "list-place"; // Key of the list's scroll position, kept while this window loads another page.
const NEAR = "400px"; // The next part is loaded when the end of the list is this close to the view.

let waiting = 0;

/** @returns {HTMLElement} */
function list() {
  return document.getElementById("sidebar-tasks");
}

/** Reloads the whole list. */
function refreshList() {
  window.htmx?.trigger(document.body, "chats-changed");
}

/** The id of the chat that the page shows; empty if it shows none. */
function current() {
  return /^\/tasks\/([^/]+)\/$/.exec(location.pathname)?.[1] ?? "";
}

/** Marks the link to the current page, and tells the server that its answer was seen. */
export function markCurrent() {
  const { pathname } = location;
  const links = "#new-chat, .task-link, .list-search, .inbox-link, .sidebar-link";
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(links))) {
    const isInside = link.matches(".sidebar-link") && pathname.startsWith(link.pathname);
    if (link.pathname === pathname || isInside) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  seen();
}

function seen() {
  const row = document.getElementById(`chat-row-${current()}`);
  if (row?.dataset.unread !== "yes" || document.hidden) return;
  row.dataset.unread = "no";
  const body = new FormData();
  body.set("action", "seen");
  body.set("ids", row.dataset.chat);
  // If this fails, the unread mark returns when the list is next loaded.
  post(document.getElementById("undo").dataset.arrangeUrl, body).catch(() => {});
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

/** @param {HTMLElement} button */
async function showMore(button) {
  const url = button.dataset.more;
  button.removeAttribute("data-more");
  if (!url) return;
  try {
    const box = document.createElement("div");
    box.innerHTML = await getText(url);
    for (const row of [...box.querySelectorAll("li")]) {
      if (!document.getElementById(row.id)) put(list(), row.dataset.chat, row.outerHTML);
    }
    const next = box.querySelector("[data-more]");
    if (next) button.dataset.more = next.dataset.more;
    else button.remove();
    markCurrent();
    watchEnd();
  } catch {
    button.dataset.more = url;
  }
}

/** @type {IntersectionObserver} */
let observer;

/** Watches the end of the list, to load the next part when it comes near. */
function watchEnd() {
  observer?.disconnect();
  const button = list().querySelector("[data-more]");
  if (button) observer.observe(button);
}

/** @param {HTMLDetailsElement} folder */
async function fillFolder(folder) {
  if (!folder.open || "loaded" in folder.dataset) return;
  folder.dataset.loaded = "";
  try {
    const rows = parse(await getText(folder.dataset.rows));
    folder.querySelector("ul").replaceChildren(...rows.children);
    markCurrent();
  } catch {
    delete folder.dataset.loaded;
    folder.open = false;
  }
}

/** Registers the menus and other rarely used parts, which are loaded on first use. */
function startMenus() {
  on("click", "[data-chat-menu]", async (button) => (await import("../chats/menu.js")).openChatMenu(button));
  on("click", "[data-list-menu]", async (button) => (await import("../chats/list-menu.js")).openListMenu(button));
  on("click", "#sidebar-tasks [data-list-act]", async (button) => {
    (await import("../chats/list-menu.js")).act(button.dataset.listAct);
  });
  on("click", "[data-more]", showMore);
  on("input", "[data-agent-search]", async (/** @type {HTMLInputElement} */ box) => {
    (await import("../chats/agents.js")).filterAgents(box);
  });
  on("toggle", ".chat-folder", fillFolder);
}

async function offerLateUndo() {
  const { until, ids, title } = document.getElementById("undo").dataset;
  if (!until) return;
  const [{ offerUndo }, { gettext, interpolate, ngettext }] = await Promise.all([
    import("../chats/undo.js"),
    import("./i18n.js"),
  ]);
  const each = ids.trim().split(" ");
  const one = interpolate(gettext("“%(title)s” was deleted."), { title });
  const many = ngettext("%(count)s chat was deleted.", "%(count)s chats were deleted.", each.length);
  const text = each.length === 1 ? one : interpolate(many, { count: each.length });
  offerUndo(text, each, "restore", Date.parse(until) - Date.now());
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
    markCurrent();
    watchEnd();
  });
  document.addEventListener("visibilitychange", seen);
  observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) showMore(/** @type {HTMLElement} */ (target));
      }
    },
    { root: list().closest(".sidebar-scroll"), rootMargin: NEAR },
  );
  startMenus();
  watchEnd();
  keepPlace();
  seen();
  offerLateUndo();
  countInTitle();
  setTimeout(() => socket.connect(), LATER);
}
