// Sends what is in the Message box. A sent message leaves the box at once and is stored until the server accepts it.

import { on } from "../page/events.js";
import { gettext } from "../page/i18n.js";
import { lazy } from "../page/lazy.js";
import { clearError, showError, showRefusal } from "../page/notices.js";
import { outgoingOf, restore, save, saveOutgoing } from "./drafts.js";
import { hasFiles, restoreFiles, uploading } from "./files.js";
import { sendFirst, startAnother } from "./first-message.js";
import { sends, touchOnly } from "./keys.js";
import { boxOf, composer, focusBox, offer, offerKey, resize, showTo } from "./message-box.js";
import { OutgoingMessages } from "./outgoing.js";
import { emptyBox, giveBack, isInBackground, takeMessage } from "./taken-message.js";

/** @import { Refusal } from "./outgoing.js" */
/** @import { OpenNew } from "./first-message.js" */
/** @import { AutoScroll } from "../conversation/auto-scroll.js" */

const choices = lazy(() => import("./choices.js"));
const editor = lazy(() => import("../conversation/message-editor.js"), "editors");

/** @type {{ scroll: AutoScroll, outgoing: OutgoingMessages }} what the page shows now */
let chat;
/** @type {OpenNew} */
let openNew;

/** Resolves when every sent message has been accepted, refused, or could not be sent. */
export function settled() {
  return chat.outgoing.settled();
}

/**
 * Calls `then` once the agent whose card was clicked is chosen. If that fails, nothing happens: the text stays in the box.
 * @param {Element} card htmx replaces it when the server has answered
 * @param {() => void} then
 */
function afterChoice(card, then) {
  const over = new AbortController();
  const requested = (/** @type {HtmxEvent} */ { detail }) => {
    if (detail.elt === card && !detail.successful) over.abort();
  };
  const swapped = () => {
    if (card.isConnected) return;
    over.abort();
    then();
  };
  document.addEventListener("htmx:afterRequest", requested, over);
  document.addEventListener("htmx:afterSettle", swapped, over);
}

/**
 * Sends the text in the box, or a suggestion.
 * @param {HTMLFormElement} form
 * @param {string} [starter]
 * @param {boolean} [inBackground] true to have it answered while the person starts another chat
 */
function send(form, starter, inBackground) {
  if (!((starter ?? boxOf(form).value).trim() || hasFiles())) {
    boxOf(form).focus();
    return;
  }
  const card = starter === undefined && document.querySelector(".agent-card.htmx-request");
  if (card) {
    afterChoice(card, () => send(form, starter, inBackground));
    return;
  }
  const wrong = /** @type {HTMLInputElement[]} */ ([...form.elements]).find((each) => !each.checkValidity());
  if (wrong) {
    wrong.closest("[popover]")?.showPopover();
    wrong.reportValidity();
    return;
  }
  if (uploading()) {
    showError(gettext("A file is still uploading. Send when it is done."));
    return;
  }
  clearError();
  const message = takeMessage(form, starter, inBackground);
  // The box is emptied after the request has started, because that makes the browser lay out the page.
  const empty = () => starter === undefined && emptyBox(form);
  if (form.hasAttribute("data-first")) {
    sendFirst(form, message, { empty, openNew });
  } else {
    chat.outgoing.send(message);
    empty();
  }
  chat.scroll.toEnd();
  focusBox();
}

/** Retries the messages that could not be sent. */
export function sendAgain() {
  chat.outgoing.retry();
}

/** @param {HTMLElement} turn of a message that could not be sent; its text returns to the box */
export function takeUnsent(turn) {
  chat.outgoing.takeBack(turn.dataset.turnId);
  focusBox();
}

/** Restores the draft: its text, files and the agent it is addressed to. */
function restoreDraft() {
  const form = composer();
  if (!form) return;
  restore(form);
  restoreFiles();
  showTo(form);
  resize(form);
}

/**
 * Starts with the composer that is on the page now.
 * @param {AutoScroll} scroll
 * @param {(id: string) => void} onAccepted called when the server has accepted a message
 * @param {Promise<boolean>} [opening] for a new chat: whether its first message is accepted
 */
export function openComposer(scroll, onAccepted, opening) {
  const form = composer();
  /** @type {(message: Outgoing, refusal: Refusal | null) => void} */
  const onRefused = (message, refusal) => {
    giveBack(form.isConnected || !opening ? form : composer(), message);
    if (refusal && form === composer()) showRefusal(refusal.status, refusal.body);
  };
  const callbacks = {
    /** @param {Outgoing} message */
    onAccepted: (message) => (isInBackground(message) ? startAnother() : onAccepted(message.id)),
    onRefused,
  };
  chat = { scroll, outgoing: new OutgoingMessages(form, callbacks, opening) };
  if (form.hasAttribute("data-first")) {
    // The message may have arrived before the page was left. It keeps its id, so sending it again is safe.
    const left = outgoingOf(form);
    saveOutgoing(form, []);
    for (const message of left) giveBack(form, message);
  } else {
    chat.outgoing.resume();
  }
  restoreDraft();
  if (touchOnly.matches) boxOf(form).enterKeyHint = "enter";
  else focusBox();
}

/** @param {OpenNew} open shows a new chat before its first message is accepted */
export function startComposer(open) {
  openNew = open;
  document.addEventListener("htmx:afterSettle", restoreDraft);
  addEventListener("online", () => chat?.outgoing.retry());
  on("input", "#message-box", (/** @type {HTMLTextAreaElement} */ box) => {
    save(composer(), box.value);
    resize(composer());
    offer(box);
  });
  on("keydown", "#message-box", (/** @type {HTMLTextAreaElement} */ box, event) => {
    if (offerKey(box, event)) {
      event.preventDefault();
      return;
    }
    // With Alt, it leads to another chat.
    if (event.key === "ArrowUp" && !event.altKey && !box.value) editor.get().then((module) => module.editLast());
    if (!sends(event)) return;
    event.preventDefault();
    send(composer());
  });
  on("submit", "#composer", (/** @type {HTMLFormElement} */ form, event) => {
    if (event.submitter?.matches("[data-stop]")) return;
    event.preventDefault();
    send(form, undefined, /** @type {HTMLButtonElement | null} */ (event.submitter)?.name === "background");
  });
  on("change", "#choices", () => choices.get().then((module) => module.keepChoices(composer())));
  on("click", "[data-starter]", (starter) => send(composer(), starter.dataset.starter));
}
