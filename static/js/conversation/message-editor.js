// Editing a message of one's own, in its place: what is sent again becomes another version of its turn.

import { isLogin, post } from "../page/http.js";
import { announce } from "../page/notices.js";
import { turnUrl } from "./turn-url.js";

function conversation() {
  return document.getElementById("conversation");
}

function isBusy() {
  return Boolean(conversation().querySelector('.turn:is([data-status="pending"], [data-status="queued"], [data-status="running"])'));
}

function close(form) {
  const turn = form.closest("[data-turn-id]");
  form.remove();
  return turn;
}

export function cancelEdit(form) {
  close(form)?.querySelector('[data-act="edit"]')?.focus({ preventScroll: true });
}

/** Opens the editor over a turn's message; only one is open at a time. */
export function edit(turn) {
  const bubble = turn?.querySelector('article[data-author="user"] .own');
  if (!bubble || isBusy()) return false;
  conversation().querySelector("form.editor")?.remove();
  const form = document.getElementById("editor-template").content.firstElementChild.cloneNode(true);
  const box = form.elements.content;
  box.value = bubble.querySelector(".plain").textContent;
  bubble.after(form);
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
  return true;
}

export function editLast() {
  const own = [...conversation().querySelectorAll('[data-act="edit"]')].at(-1);
  return Boolean(own) && edit(own.closest("[data-turn-id]"));
}

function complain(form, text) {
  const note = document.getElementById("error-template").content.firstElementChild.cloneNode(true);
  note.querySelector("span").textContent = text;
  form.querySelector("[data-editor-error]").replaceChildren(note);
}

async function sendAgain(form) {
  const turn = form.closest("[data-turn-id]");
  const button = form.querySelector("[type=submit]");
  if (button.disabled || !form.elements.content.value.trim()) return;
  button.disabled = true;
  try {
    const response = await post(turnUrl(turn, "edit"), new FormData(form));
    if (response.ok && !isLogin(response.url)) {
      close(form);
      announce("Sent again.");
      document.getElementById("message-box")?.focus({ preventScroll: true });
      return;
    }
    const words = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-form-error]");
    complain(form, words?.textContent.trim() || "It could not be sent. Reload the page; copy your text first.");
  } catch {
    complain(form, "The server cannot be reached. Your text is kept here: send it again.");
  }
  button.disabled = false;
}

export function startEditor() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.editor")) return;
    event.preventDefault();
    sendAgain(event.target);
  });
  document.addEventListener(
    "keydown",
    (event) => {
      const form = event.target.closest?.("form.editor");
      if (!form || event.isComposing || event.keyCode === 229) return;
      if (event.key === "Escape") {
        // Not also a Stop.
        event.preventDefault();
        event.stopPropagation();
        cancelEdit(form);
      } else if (event.key === "Enter" && !event.shiftKey && event.target.matches("textarea")) {
        if (matchMedia("(pointer: coarse) and (hover: none)").matches && !event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        sendAgain(form);
      }
    },
    true,
  );
}
