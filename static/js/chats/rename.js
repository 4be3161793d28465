// Renames a chat in place: in its row of the list, or in the top bar.

import { show } from "../page/chat-list.js";
import { fromTemplate } from "../page/template.js";
import { showTitle } from "../page/title.js";
import { post } from "./arrange.js";

/**
 * @param {string} id
 * @param {HTMLElement} button of the chat's menu, next to the title
 */
export function rename(id, button) {
  const inBar = button.id === "topbar-menu";
  const title = document.getElementById(inBar ? "chat-title" : `task-title-${id}`);
  const place = inBar ? title : document.getElementById(`task-link-${id}`);
  const form = /** @type {HTMLFormElement} */ (fromTemplate("rename-template"));
  const box = /** @type {HTMLInputElement} */ (form.elements.namedItem("title"));
  box.value = title.textContent.trim();
  place.hidden = true;
  place.after(form);
  box.focus();
  box.select();
  let over = false;

  /** @param {boolean} keep */
  async function end(keep) {
    if (over) return;
    over = true;
    const words = box.value.trim();
    const before = title.textContent.trim();
    const hadFocus = form.contains(document.activeElement);
    form.remove();
    place.hidden = false;
    if (hadFocus) (inBar ? button : place).focus({ preventScroll: true });
    if (!keep || !words || words === before) return;
    title.textContent = words;
    const body = new FormData();
    body.set("title", words);
    const response = await post(`/tasks/${id}/rename/`, body);
    if (!response) {
      title.textContent = before;
      return;
    }
    const answer = await response.json();
    if (location.pathname === `/tasks/${id}/`) showTitle(answer.title);
    show(answer);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    end(true);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    end(false);
  });
  box.addEventListener("blur", () => end(true));
}
