// Switches between chats and other pages without a page load: replaces the stage next to the chat list and keeps the list
// and scripts. Any failure falls back to a page load.

import { ChatView } from "./chat-view.js";
import { markCurrent } from "./current-chat.js";
import { isPlain } from "./events.js";
import { getStage, parse } from "./http.js";
import { countInTitle } from "./inbox-count.js";
import { announce, isOutdated } from "./notices.js";
import { stylesOf } from "./page-styles.js";
import { PageView } from "./page-view.js";
import { fromTemplate } from "./template.js";

const ID = "[0-9a-f-]{36}";
// The addresses of the pages that extend templates/shell.html.
const PAGES = new RegExp(
  `^/(?:tasks/${ID}/|search/|inbox/|shares/|import/|settings/(?:memory/)?|prompts/(?:new/|\\d+/)?|` +
    `schedules/(?:new/|${ID}/(?:edit/)?)?|accounts/(?:3rdparty|profile|delete|email|password/change|password/set|sessions)/)?$`,
);
const NOBODY = "00000000-0000-0000-0000-000000000000"; // Placeholder id in the template of a new chat.
const TITLE_LENGTH = 80;

/** @type {ChatView | PageView} */
let view;
/** @type {AbortController | null} */
let asking = null;

/** @returns {HTMLElement} */
function stage() {
  return document.querySelector(".stage");
}

/**
 * Starts the stage that is on the page now.
 * @param {ConstructorParameters<typeof ChatView>[0]} [options] for a chat
 */
function begin(options) {
  view = stage().dataset.view ? new PageView(stage()) : new ChatView(options);
}

/**
 * @param {HTMLElement} fresh
 * @param {ConstructorParameters<typeof ChatView>[0]} [options]
 */
function show(fresh, options) {
  view.end();
  stage().replaceWith(fresh);
  document.title = fresh.dataset.title;
  countInTitle();
  scrollTo(0, 0);
  window.htmx?.process(fresh);
  begin(options);
}

/** Closes what lies above the page: the drawer, menus and dialogs. */
function closeAbove() {
  for (const above of document.querySelectorAll(":popover-open")) above.hidePopover();
  for (const dialog of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (dialog).close();
}

/** Adds the address to the history, with the place on the page that is left. @param {string} url */
function push(url) {
  history.replaceState({ visited: true, top: scrollY }, "");
  history.pushState({ visited: true }, "", url);
}

/**
 * Shows the page with this address, one of PAGES.
 * @param {string} url
 * @param {object} [options]
 * @param {boolean} [options.returns] true for the browser's back or forward, which has already changed the address
 * @param {number} [options.top] the place to scroll to; chats remember theirs
 */
export async function visit(url, { returns = false, top = 0 } = {}) {
  asking?.abort();
  const mine = (asking = new AbortController());
  try {
    if (isOutdated()) throw new Error("this page is outdated");
    stage()?.setAttribute("aria-busy", "true");
    const page = await getStage(url, mine.signal);
    const fresh = page.querySelector(".stage");
    if (!fresh) throw new Error("another page");
    fresh.dataset.title ??= page.title;
    const applyStyles = await stylesOf(page);
    if (asking !== mine) return;
    if (!returns) push(url);
    applyStyles();
    closeAbove();
    show(fresh, { returns });
    if (fresh.dataset.view) {
      (fresh.querySelector("[autofocus]") ?? document.getElementById("main")).focus({ preventScroll: true });
      scrollTo(0, top);
    }
  } catch {
    if (asking !== mine) return;
    stage()?.removeAttribute("aria-busy");
    // After back or forward, this is the address already: one with a hash would only scroll.
    if (returns) location.reload();
    else location.assign(url);
    return;
  }
  asking = null;
  markCurrent();
  announce(document.title);
}

/** @param {string} text */
function titleOf(text) {
  const words = text.trim().replace(/\s+/g, " ");
  return words.length > TITLE_LENGTH ? `${words.slice(0, TITLE_LENGTH - 1)}…` : words;
}

/**
 * Moves the choices in the menu of the Message box to another stage.
 * @param {HTMLElement} from
 * @param {HTMLElement} to
 */
function moveChoices(from, to) {
  to.querySelector("#choices").replaceChildren(...from.querySelector("#choices").childNodes);
}

/**
 * Shows a chat whose first message is being sent.
 * @param {string} id of both the message and the chat
 * @param {string} text
 * @param {Promise<boolean>} opening whether the message is accepted
 */
export function openNew(id, text, opening) {
  const before = stage();
  const title = document.title;
  const template = fromTemplate("new-chat-template");
  const fresh = parse(template.outerHTML.replaceAll(NOBODY, id));
  const words = titleOf(text);
  if (words) {
    fresh.querySelector("#chat-title").textContent = words;
    fresh.dataset.title = `${words} · Agentex`;
  }
  moveChoices(before, fresh);
  show(fresh, { opening });
  const mine = /** @type {ChatView} */ (view);
  return {
    /** Call when the message is accepted: the chat gets its address. */
    keep() {
      if (view !== mine) return;
      push(`/tasks/${id}/`);
      markCurrent();
      // Only the server can show the parameters from the start page.
      if (before.querySelector(".parameters")) mine.resync();
    },
    /** Call when the message is not accepted: shows the start page again. */
    undo() {
      if (view !== mine) return;
      moveChoices(fresh, before);
      show(before);
      document.title = title;
    },
  };
}

/** Starts the view that the page was loaded with, and handles visits from then on. */
export function startVisits() {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  begin({ returns: navigation?.type === "reload" });
  history.replaceState({ visited: true }, "");
  document.addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (
      event.target instanceof Element ? event.target.closest("a[href]") : null
    );
    if (!link || event.defaultPrevented || !isPlain(event)) return;
    if (link.target || link.download || link.origin !== location.origin) return;
    if (!PAGES.test(link.pathname)) return;
    // A link within the page.
    if (link.hash && link.pathname + link.search === location.pathname + location.search) return;
    event.preventDefault();
    visit(link.href);
  });
  addEventListener("popstate", ({ state }) => {
    if (state?.visited && PAGES.test(location.pathname)) visit(location.href, { returns: true, top: state.top });
  });
}

/** Call when the status of one of the shown chat's turns has changed. */
export function turnChanged() {
  if (view instanceof ChatView) view.turnChanged();
}
