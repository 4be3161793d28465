// The commands of the palette. Each clicks an element of the page, so that every action has one implementation.

import { isWaiting } from "../conversation/busy.js";
import { gettext } from "../page/i18n.js";
import { visit } from "../page/visits.js";

/** @typedef {{ id: string, name: string, keys?: string, run: () => unknown }} Command */

const isMac = navigator.platform.startsWith("Mac");
export const CTRL = isMac ? "⌘" : "Ctrl";
export const ALT = isMac ? "⌥" : "Alt";

/** @param {string} selector */
const visible = (selector) =>
  /** @type {HTMLElement | undefined} */ (
    [...document.querySelectorAll(selector)].find((each) => each.checkVisibility())
  );

/**
 * @param {string} id
 * @param {string} name
 * @param {string} selector of the element to click; if the page has none, the command is left out
 * @param {string} [keys]
 * @returns {Command[]}
 */
function pressing(id, name, selector, keys) {
  const element = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  return element ? [{ id, name, keys, run: () => element.click() }] : [];
}

/** @returns {Command[]} the commands that are possible on the page now */
export function commands() {
  const stop = visible("[data-stop]");
  const sidebar = visible("[data-sidebar-toggle]");
  return [
    ...pressing("new", gettext("New chat"), "#new-chat", `${CTRL} ⇧ O`),
    ...pressing("search", gettext("Search all messages"), ".list-search"),
    ...pressing("inbox", gettext("Inbox"), "#inbox-link"),
    ...(stop
      ? [
          {
            id: "stop",
            name: gettext("Stop the agent"),
            keys: isWaiting() ? undefined : "Esc",
            run: () => stop.click(),
          },
        ]
      : []),
    ...(sidebar
      ? [
          {
            id: "sidebar",
            name: gettext("Show or hide the list of chats"),
            keys: `${CTRL} ⇧ S`,
            run: () => sidebar.click(),
          },
        ]
      : []),
    ...pressing("menu", gettext("Chat menu"), "#topbar-menu"),
    ...pressing("light", gettext("Light theme"), '[data-theme-choice="light"]'),
    ...pressing("dark", gettext("Dark theme"), '[data-theme-choice="dark"]'),
    ...pressing("system", gettext("System theme"), '[data-theme-choice=""]'),
    { id: "schedules", name: gettext("Schedules"), run: () => visit("/schedules/") },
    { id: "prompts", name: gettext("Prompts"), run: () => visit("/prompts/") },
    { id: "shares", name: gettext("Shared links"), run: () => visit("/shares/") },
    { id: "import", name: gettext("Import chats"), run: () => visit("/import/") },
    ...pressing("settings", gettext("Settings"), 'a[href="/settings/"]'),
    ...pressing("shortcuts", gettext("Keyboard shortcuts"), "[data-act=shortcuts]", "?"),
    ...pressing("admin", gettext("Admin"), 'a[href="/admin/"]'),
    ...pressing("logout", gettext("Log out"), 'form[action="/accounts/logout/"] button'),
  ];
}
