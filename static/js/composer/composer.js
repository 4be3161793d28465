// The Message box. Its text goes only when the server has it.

import { accepted, idFor, restore, save } from "./drafts.js";
import { clearFiles, hasFiles, restoreFiles, uploading } from "./files.js";
import { editLast } from "../conversation/message-editor.js";
import { isLogin, post } from "../page/http.js";
import { clearError, showError, showRefusal } from "../page/notices.js";
import { acceptOwn, removeOwn, showOwn } from "../conversation/optimistic-message.js";

const WARN = 0.9; // The part of the longest message from which on the counter shows.
const ownHeight = !CSS.supports("field-sizing", "content");
const touchOnly = matchMedia("(pointer: coarse) and (hover: none)");

let sending = null;

/** Settles when the message on its way has arrived or failed. */
export function settled() {
  return sending ?? Promise.resolve();
}

function composer() {
  return document.getElementById("composer");
}

function resize(form) {
  const box = form.elements.content;
  if (ownHeight) {
    box.style.blockSize = "auto";
    box.style.blockSize = `${box.scrollHeight}px`;
  }
  const left = Number(form.dataset.maxLength) - box.value.length;
  const counter = form.querySelector(".counter");
  counter.hidden = left > Number(form.dataset.maxLength) * (1 - WARN);
  counter.classList.toggle("over", left < 0);
  const count = Math.abs(left).toLocaleString();
  if (!counter.hidden) counter.textContent = left < 0 ? `${count} too many` : `${count} left`;
}

/** Puts a text into the box, below what somebody writes there; says whether there was such. */
export function offerText(text) {
  const form = composer();
  const typed = form.elements.content.value.trimEnd();
  const both = typed ? `${typed}\n\n${text}` : text;
  setText(form, both);
  save(form, both);
  return Boolean(typed);
}

/** Where the focus goes when what had it goes away; on a touch screen a keyboard would come with it. */
export function focusBox() {
  if (!touchOnly.matches) composer().elements.content.focus({ preventScroll: true });
}

function setText(form, text) {
  form.elements.content.value = text;
  resize(form);
}

/** It was never said; a starter that was not sent is in the box then, as a typed text is. */
function takeBack(form, id, text) {
  removeOwn(id);
  if (!form.elements.content.value) offerText(text);
}

async function deliver(form, id, text) {
  let response, body;
  const data = new FormData(form);
  data.set("content", text);
  try {
    response = await post(form.action, data);
    body = await response.text();
  } catch {
    takeBack(form, id, text);
    showError("The server cannot be reached. Your text is kept here: send it again.");
    return;
  }
  if (!response.ok || isLogin(response.url)) {
    takeBack(form, id, text);
    showRefusal(response.ok ? 401 : response.status, body);
    return;
  }
  const box = form.elements.content;
  const rest = box.value.startsWith(text) ? box.value.slice(text.length) : box.value;
  accepted(form, rest);
  clearFiles();
  setText(form, rest);
  const next = response.headers.get("HX-Redirect") || (response.redirected && response.url);
  if (next) location.assign(next);
  else acceptOwn(body);
}

/** Sends what is in the box, or a starter, which leaves the box as it is. */
async function send(form, follow, text = form.elements.content.value) {
  if (sending || !(text.trim() || hasFiles())) {
    form.elements.content.focus();
    return;
  }
  if (uploading()) {
    showError("A file is still on its way. Send the message when it has arrived.");
    return;
  }
  const id = idFor(form, text);
  form.elements.id.value = id;
  clearError();
  showOwn(id, text);
  follow.toEnd();
  focusBox();
  form.dataset.busy = "";
  sending = deliver(form, id, text);
  await sending;
  sending = null;
  delete form.dataset.busy;
}

export function startComposer(follow) {
  const begin = () => {
    restore(composer());
    restoreFiles();
    resize(composer());
  };
  begin();
  if (touchOnly.matches) composer().elements.content.enterKeyHint = "enter";
  else focusBox();
  document.addEventListener("htmx:afterSettle", begin);
  document.addEventListener("input", (event) => {
    if (event.target.id !== "message-box") return;
    save(composer(), event.target.value);
    resize(composer());
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "message-box") return;
    if (event.key === "ArrowUp" && !event.target.value && editLast()) event.preventDefault();
    if (event.key !== "Enter") return;
    // 229: Safari ends a composition before this key is told of.
    if (event.shiftKey || event.isComposing || event.keyCode === 229) return;
    // A touch keyboard has no Shift + Enter; its Send is the button.
    if (touchOnly.matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    send(composer(), follow);
  });
  document.addEventListener("submit", (event) => {
    // Not `target.id`: that is the field of this name.
    if (!event.target.matches("#composer") || event.submitter?.matches("[data-stop]")) return;
    event.preventDefault();
    send(event.target, follow);
  });
  document.addEventListener("click", (event) => {
    const starter = event.target.closest("[data-starter]");
    if (starter && !sending) send(composer(), follow, starter.dataset.starter);
  });
}
