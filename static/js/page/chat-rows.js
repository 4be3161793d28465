// Places a row in the chat list.

import { patch } from "../conversation/morph.js";
import { parse } from "./http.js";

/**
 * The list element of a row's group; creates the group if it is missing. Null for a folder whose chats are not loaded.
 * @param {HTMLElement} list
 * @param {HTMLElement} row
 */
function groupOf(list, row) {
  const { group: key, rank, heading } = row.dataset;
  const found = list.querySelector(`[data-group-list="${CSS.escape(key)}"]`);
  if (found) return found.closest("details:not([data-loaded])") ? null : found;
  if (!heading) return null;
  const section = document.createElement("section");
  section.className = "chat-group";
  section.dataset.rank = rank;
  const title = Object.assign(document.createElement("h2"), { className: "sidebar-label", id: `chats-${key}` });
  title.textContent = heading;
  const rows = Object.assign(document.createElement("ul"), { className: "task-list" });
  rows.dataset.groupList = key;
  rows.setAttribute("aria-labelledby", title.id);
  section.append(title, rows);
  const groups = [...list.querySelectorAll(".chat-group")];
  const next = groups.find((each) => each.dataset.rank < rank) ?? list.querySelector(".more-chats");
  list.insertBefore(section, next);
  list.querySelector(".sidebar-empty")?.remove();
  return rows;
}

/** @param {Element} [group] */
function removeIfEmpty(group) {
  if (group && !group.childElementCount) group.closest(".chat-group")?.remove();
}

/**
 * Places a row in its group, sorted by `data-order`, highest first.
 * @param {HTMLElement} list
 * @param {string} id of the chat
 * @param {string} html empty if the chat is no longer in the list
 * @returns {boolean} false if the whole list must be reloaded
 */
export function put(list, id, html) {
  const old = document.getElementById(`chat-row-${id}`);
  const before = old?.parentElement;
  if (!html) {
    old?.remove();
    removeIfEmpty(before);
    return !before?.dataset.groupList.startsWith("folder-");
  }
  // Do not replace a title that is being edited.
  if (old?.querySelector("form.rename")) return true;
  const fresh = parse(html);
  const isMoved = before && before.dataset.groupList !== fresh.dataset.group;
  // The chat counts of folders change, too.
  if (isMoved && `${before.dataset.groupList} ${fresh.dataset.group}`.includes("folder-")) return false;
  const group = groupOf(list, fresh);
  if (!group) {
    old?.remove();
    return true;
  }
  const rows = /** @type {HTMLElement[]} */ ([...group.children]);
  const next = rows.find((row) => row !== old && row.dataset.order < fresh.dataset.order) ?? null;
  if (!old) group.insertBefore(fresh, next);
  else {
    patch(old, fresh);
    // Move the row only if its position changed: moving drops the focus.
    if (before !== group || old.nextElementSibling !== next) {
      const focused = old.contains(document.activeElement) ? document.activeElement : null;
      group.insertBefore(old, next);
      /** @type {HTMLElement | null} */ (focused)?.focus({ preventScroll: true });
    }
    removeIfEmpty(before);
  }
  return true;
}
