// The Message box. A sent message leaves the box at once and is stored until the server accepts it.

import { removeOwn, showOwn } from "../conversation/optimistic-message.js";
import { on } from "../page/events.js";
import { gettext, interpolate } from "../page/i18n.js";
import { lazy, styles } from "../page/lazy.js";
import { clearError, showError, showRefusal } from "../page/notices.js";
import {
  accepted,
  filesOf,
  idFor,
  outgoingOf,
  restore,
  save,
  saveFiles,
  saveOutgoing,
  saveTo,
  takeText,
  textOf,
  toOf,
} from "./drafts.js";
import { hasFiles, restoreFiles, takeFiles, uploading } from "./files.js";
import { sends, touchOnly } from "./keys.js";
import { OutgoingMessages, postMessage } from "./outgoing.js";

/** @import { Refusal } from "./outgoing.js" */
/** @import { AutoScroll } from "../conversation/auto-scroll.js" */

const offers = lazy(() => Promise.all([import("./offers.js"), styles("prompt-list")]).then(([module]) => module));
const choices = lazy(() => import("./choices.js"));
const editor = lazy(() => import("../conversation/message-editor.js"));
const WARN = 0.1; // The counter shows when less than this share of the longest message is left.
const growsByItself = CSS.supports("field-sizing", "content");

/** @type {{ scroll: AutoScroll, outgoing: OutgoingMessages }} what the page shows now */
let chat;

/** Resolves when every sent message has been accepted, refused, or could not be sent. */
export function settled() {
  return chat.outgoing.settled();
}

function composer() {
  return /** @type {HTMLFormElement} */ (document.getElementById("composer"));
}

/**
 * @param {HTMLFormElement} form
 * @returns {HTMLTextAreaElement}
 */
function boxOf(form) {
  return /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("content"));
}

/** @param {HTMLFormElement} form */
function resize(form) {
  const box = boxOf(form);
  if (!growsByItself) {
    box.style.blockSize = "auto";
    box.style.blockSize = `${box.scrollHeight}px`;
  }
  const limit = Number(form.dataset.maxLength);
  const left = limit - box.value.length;
  const counter = form.querySelector(".counter");
  counter.hidden = left > limit * WARN;
  counter.classList.toggle("over", left < 0);
  const count = Math.abs(left).toLocaleString();
  if (!counter.hidden)
    counter.textContent =
      left < 0
        ? interpolate(gettext("%(count)s too many"), { count })
        : interpolate(gettext("%(count)s left"), { count });
}

/**
 * Adds a text to the box, below any text in it. Returns true if the box was not empty.
 * @param {string} text
 */
export function offerText(text) {
  const form = composer();
  const typed = boxOf(form).value.trimEnd();
  const both = typed ? `${typed}\n\n${text}` : text;
  setText(form, both);
  save(form, both);
  return Boolean(typed);
}

/** Focuses the box when the focused element disappears. Not on touch screens, where a keyboard would open. */
export function focusBox() {
  if (!touchOnly.matches && composer()) boxOf(composer()).focus({ preventScroll: true });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function setText(form, text) {
  boxOf(form).value = text;
  resize(form);
}

/**
 * Returns an unsent message to the form it was written in. A suggestion is only put into an empty box.
 * @param {HTMLFormElement} form
 * @param {Outgoing} message
 */
function giveBack(form, { text, files, fields, isStarter }) {
  const { to, to_title: title } = Object.fromEntries(fields);
  if (to && !toOf(form)) saveTo(form, { name: to, title });
  if (files.length) saveFiles(form, [...filesOf(form), ...files]);
  if (form === composer()) {
    if (!isStarter || !boxOf(form).value) offerText(text);
    restoreFiles();
    showTo(form);
  } else if (!isStarter || !textOf(form)) {
    save(form, [textOf(form), text].filter(Boolean).join("\n\n"));
  }
}

/**
 * The message in the box, or a suggestion.
 * @param {HTMLFormElement} form
 * @param {string} [starter]
 * @param {boolean} [aside] true to have it answered in the background
 * @returns {Outgoing}
 */
function take(form, starter, aside) {
  const text = starter ?? boxOf(form).value;
  const id = idFor(form, text);
  const own = ["id", "content", "attachments", "csrfmiddlewaretoken"];
  const fields = /** @type {[string, string][]} */ ([...new FormData(form)].filter(([name]) => !own.includes(name)));
  if (aside) fields.push(["background", "1"]);
  return { id, text, files: takeFiles(), fields, isStarter: starter !== undefined };
}

/**
 * Empties the box, whose text is being sent.
 * @param {HTMLFormElement} form
 */
function clear(form) {
  setText(form, "");
  takeText(form);
  showTo(form);
  offers.module?.offer(boxOf(form));
}

/**
 * Shows the agent that the draft is addressed to, if any.
 * @param {HTMLFormElement} form
 */
function showTo(form) {
  const to = toOf(form);
  if (to || offers.module) offers.get().then((module) => module.showTo(form, to));
}

/**
 * True if the message is answered in the background while the person starts another chat.
 * @param {Outgoing} message
 */
function isAside({ fields }) {
  return fields.some(([name]) => name === "background");
}

function goOn() {
  document.getElementById("new-chat").click();
}

/**
 * Sends the text in the box, or a suggestion.
 * @param {HTMLFormElement} form
 * @param {string} [starter]
 * @param {boolean} [aside]
 */
function send(form, starter, aside) {
  if (!((starter ?? boxOf(form).value).trim() || hasFiles())) {
    boxOf(form).focus();
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
  const message = take(form, starter, aside);
  // The box is emptied after the request has started, because that makes the browser lay out the page.
  const empty = () => starter === undefined && clear(form);
  if (form.hasAttribute("data-first")) {
    sendFirst(form, message, empty);
  } else {
    chat.outgoing.send(message);
    empty();
  }
  chat.scroll.toEnd();
  focusBox();
}

/** @type {(id: string, text: string, opening: Promise<boolean>) => { keep(): void, undo(): void }} */
let openNew;

/**
 * Sends a chat's first message. The page shows the chat meanwhile.
 * @param {HTMLFormElement} form of the start page
 * @param {Outgoing} message
 * @param {() => void} empty called once the request has started
 */
async function sendFirst(form, message, empty) {
  /** @type {(isOpen: boolean) => void} */
  let opened;
  saveOutgoing(form, [message]);
  // Start the request before rendering the chat: rendering takes about as long as the server does.
  const posting = postMessage(form.action, message);
  empty();
  const opening = new Promise((resolve) => (opened = resolve));
  const page = isAside(message) ? { keep: goOn, undo() {} } : openNew(message.id, message.text, opening);
  showOwn(message.id, message.text);
  /** @type {Refusal | null | undefined} */
  let refusal;
  try {
    refusal = await posting;
  } catch {
    // The message may have arrived. It keeps its id, so sending it again is safe.
  }
  if (refusal === null) {
    accepted(form, message.id);
    page.keep();
  } else {
    saveOutgoing(form, []);
    removeOwn(message.id);
    page.undo();
    giveBack(form, message);
    if (refusal) showRefusal(refusal.status, refusal.body);
    else showError(gettext("The server cannot be reached. Your text is saved; send it again."));
  }
  opened(refusal === null);
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
function begin() {
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
    onAccepted: (message) => (isAside(message) ? goOn() : onAccepted(message.id)),
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
  begin();
  if (touchOnly.matches) boxOf(form).enterKeyHint = "enter";
  else focusBox();
}

/** @param {typeof openNew} open shows a new chat before its first message is accepted */
export function startComposer(open) {
  openNew = open;
  document.addEventListener("htmx:afterSettle", begin);
  addEventListener("online", () => chat?.outgoing.retry());
  on("input", "#message-box", (/** @type {HTMLTextAreaElement} */ box) => {
    save(composer(), box.value);
    resize(composer());
    if (offers.module || box.value === "/" || /(^|\s)@[^\s@]{0,40}$/.test(box.value.slice(0, box.selectionEnd)))
      offers.get().then((module) => module.offer(box));
  });
  on("keydown", "#message-box", (/** @type {HTMLTextAreaElement} */ box, event) => {
    if (offers.module?.offerKey(box, event)) {
      event.preventDefault();
      return;
    }
    if (event.key === "ArrowUp" && !box.value) editor.get().then((module) => module.editLast());
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
