// The menu of the chat list: filters, selecting several chats, folders, archived chats.

import { showList } from "../page/chat-list.js";
import { getText } from "../page/http.js";
import { styles } from "../page/lazy.js";
import { openFolders } from "./arrange.js";
import { openMenu } from "./popup.js";
import { startSelection } from "./select.js";

/** @type {Record<string, () => unknown>} by `data-list-act` */
const ACTIONS = {
  filter: openFilter,
  select: () => startSelection(),
  folders: () => openFolders([]),
  archived: () => showList("archived=1"),
  all: () => showList(""),
};

/** @param {HTMLElement} button */
export async function openListMenu(button) {
  await styles("chats");
  openMenu("list-menu-template", button, act).querySelector('[role="menuitem"]').focus();
}

/** @param {string} name */
export function act(name) {
  return ACTIONS[name]?.();
}

async function openFilter() {
  await styles("chats");
  const place = document.getElementById("list-filter");
  const which = new URL(document.getElementById("sidebar-tasks").getAttribute("hx-get"), location.href).search;
  place.innerHTML = await getText(`/sidebar/filter/${which}`);
  place.hidden = false;
  const form = place.querySelector("form");
  form.addEventListener("change", () => {
    const given = [...new FormData(form)].filter(([, value]) => value).map(([name, value]) => [name, String(value)]);
    showList(new URLSearchParams(given).toString(), openFilter);
  });
  form.querySelector("select").focus();
}
