// Switches between chats without a page load: replaces the stage next to the chat list and keeps the list and scripts.
// Any failure falls back to a page load.

import { markCurrent } from "./chat-list.js";
import { ChatView } from "./chat-view.js";
import { headers, parse } from "./http.js";
import { countInTitle } from "./inbox-count.js";
import { announce } from "./notices.js";
import { fromTemplate } from "./template.js";

const LINKS = "a.task-link, #new-chat, .topbar-new, .sidebar-head .brand";
const CHAT = /^\/(?:tasks\/[0-9a-f-]{36}\/)?$/;
const NOBODY = "00000000-0000-0000-0000-000000000000"; // Placeholder id in the template of a new chat.
const TITLE_LENGTH = 80;

/** @type {ChatView} */
let view;
/** @type {AbortController | null} */
let asking = null;

/** @returns {HTMLElement} */
function stage() {
  return document.querySelector(".stage");
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
  view = new ChatView(options);
}

function closeDrawer() {
  const drawer = document.getElementById("sidebar");
  if (drawer.matches(":popover-open")) drawer.hidePopover();
}

/**
 * @param {string} url
 * @param {boolean} returns true for the browser's back or forward, which has already changed the address
 */
async function visit(url, returns) {
  asking?.abort();
  const mine = (asking = new AbortController());
  try {
    const response = await fetch(url, { headers: { ...headers(), "X-Agentex-Stage": "1" }, signal: mine.signal });
    if (!response.ok || response.redirected) throw new Error(`${response.status}`);
    const fresh = parse(await response.text());
    if (!fresh?.matches(".stage")) throw new Error("another page");
    if (asking !== mine) return;
    if (!returns) history.pushState({ visited: true }, "", url);
    show(fresh, { returns });
  } catch {
    if (asking !== mine) return;
    location.assign(url);
    return;
  }
  asking = null;
  closeDrawer();
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
  const mine = view;
  return {
    /** Call when the message is accepted: the chat gets its address. */
    keep() {
      if (view !== mine) return;
      history.pushState({ visited: true }, "", `/tasks/${id}/`);
      markCurrent();
      // Only the server can show the parameters from the start page.
      if (before.querySelector(".parameters")) view.resync();
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
  view = new ChatView({ returns: navigation?.type === "reload" });
  history.replaceState({ visited: true }, "");
  document.addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (
      event.target instanceof Element ? event.target.closest(LINKS) : null
    );
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (event.altKey || link.target || link.origin !== location.origin || !CHAT.test(link.pathname)) return;
    event.preventDefault();
    visit(link.href, false);
  });
  addEventListener("popstate", (event) => {
    if (event.state?.visited && CHAT.test(location.pathname)) visit(location.href, true);
  });
}

/** Call when the status of one of the shown chat's turns has changed. */
export function turnChanged() {
  view.turnChanged();
}
