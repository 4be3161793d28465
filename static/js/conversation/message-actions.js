// The buttons of messages and answers: copy, answer again, rate, details, edit, versions, withdraw.

import { startAddingFiles } from "../composer/added-files.js";
import { sendAgain, takeUnsent } from "../composer/composer.js";
import { pickFiles, removeFile } from "../composer/files.js";
import { focusBox, offerText } from "../composer/message-box.js";
import { on } from "../page/events.js";
import { getText, parse } from "../page/http.js";
import { gettext } from "../page/i18n.js";
import { lazy } from "../page/lazy.js";
import { announce, showError, showUnreachable } from "../page/notices.js";
import { submit } from "../page/submit.js";
import { markWaiting, mustWait } from "./busy.js";
import { copy } from "./code-blocks.js";
import { bodyText } from "./tool-bodies.js";
import { turnUrl } from "./turn-url.js";

const aloud = lazy(() => import("./reading-aloud.js"));
const dictation = lazy(() => import("../composer/dictation.js"));
const editor = lazy(() => import("./message-editor.js"), "editors");
const answers = lazy(() => import("./answer-editor.js"), "editors");
const feedback = lazy(() => import("./feedback.js"), "editors");
const SHOWN = 2000; // ms for which a button shows that it has copied.

/**
 * @param {HTMLElement} button
 * @param {string | Promise<string>} text
 */
async function copyFrom(button, text) {
  try {
    await copy(text);
    button.dataset.copied = "";
    announce(gettext("Copied."));
    setTimeout(() => delete button.dataset.copied, SHOWN);
  } catch {
    showError(gettext("This could not be copied."));
  }
}

/**
 * Posts, and returns true if the server accepted the request. The page changes when the socket reports the new branch.
 * @param {HTMLElement} button
 * @param {string} url
 */
async function ask(button, url) {
  if (button.getAttribute("aria-disabled") === "true") return false;
  button.setAttribute("aria-disabled", "true");
  const accepted = await submit(url);
  if (button.isConnected) setTimeout(() => button.removeAttribute("aria-disabled"), 500);
  return accepted;
}

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} turn
 */
async function regenerate(button, turn) {
  // The button disappears with its answer, so move the focus away.
  if (await ask(button, turnUrl(turn, "retry"))) focusBox();
}

/**
 * Shows or hides who answered, when, and with how many tokens.
 * @param {HTMLElement} button
 * @param {HTMLElement} turn
 */
async function details(button, turn) {
  const old = turn.querySelector("[data-details]");
  button.setAttribute("aria-expanded", String(!old));
  if (old) {
    old.remove();
    return;
  }
  try {
    const fresh = parse(await getText(turnUrl(turn, "details")));
    turn.querySelector("[data-details]")?.remove();
    turn.querySelector(":scope > [data-turn-status]").append(fresh);
    turn.querySelector("[data-details]").scrollIntoView({ block: "nearest" });
  } catch {
    button.setAttribute("aria-expanded", "false");
    showError(gettext("The details could not be loaded. Try again in a moment."));
  }
}

/** @type {Record<string, (button: HTMLButtonElement, turn: HTMLElement | null) => unknown>} by `data-act` */
const ACTIONS = {
  "copy-body": (button) => copyFrom(button, bodyText(button)),
  "copy-own": (button) => copyFrom(button, button.closest("article").querySelector(".own .plain").textContent),
  "copy-answer": (button, turn) => copyFrom(button, getText(turnUrl(turn, "source"))),
  regenerate,
  show: (button) => ask(button, turnUrl(button.dataset.version, "show")),
  rate: async (button) => (await feedback.get()).rate(button),
  details,
  "read-aloud": async (button, turn) => (await aloud.get()).readAloud(button, turn),
  dictate: async (button) => (await dictation.get()).toggleDictation(button),
  edit: async (_, turn) => (await editor.get()).edit(turn),
  "edit-answer": async (_, turn) => (await answers.get()).editAnswer(turn),
  "cancel-edit": (button) => editor.module.cancelEdit(button.form),
  attach: pickFiles,
  "send-again": sendAgain,
  "take-unsent": (_, turn) => takeUnsent(turn),
  "drop-file": (button) => editor.module.dropFile(button.closest("li")),
  "remove-file": (button) => removeFile(button.closest("li")),
  "cancel-comment": (button) => feedback.module.closeComment(button.form),
  "take-back": (button) => feedback.module.takeBack(button.form),
};

/**
 * Cancels a message that the agent has not started on. Its text returns to the box.
 * @param {HTMLFormElement} form
 */
async function withdraw(form) {
  const turn = form.closest("[data-turn-id]");
  // Read first: the socket may remove the turn before the response arrives.
  const text = turn.querySelector(".own .plain").textContent;
  const button = form.querySelector("button");
  button.disabled = true;
  const unreachable = gettext("The server cannot be reached, so the message was not cancelled. Try again.");
  button.disabled = await submit(form.action, undefined, unreachable);
  if (!button.disabled) return;
  const chat = turn.parentElement;
  turn.remove();
  markWaiting(chat);
  const below = text && offerText(text);
  if (below) announce(gettext("Cancelled. The text is back in the box, below what you wrote."));
  else announce(text ? gettext("Cancelled. The text is back in the box.") : gettext("Cancelled."));
  document.getElementById("message-box")?.focus({ preventScroll: true });
}

export function startActions() {
  // Show these buttons only if the browser supports the feature.
  const page = document.documentElement;
  page.toggleAttribute("data-speaks", "speechSynthesis" in globalThis);
  page.toggleAttribute("data-listens", "SpeechRecognition" in globalThis || "webkitSpeechRecognition" in globalThis);
  on("click", "[data-act]", async (/** @type {HTMLButtonElement} */ button) => {
    if (mustWait(button)) showError(gettext("This is possible when the agent has finished."));
    else {
      try {
        await ACTIONS[button.dataset.act]?.(button, button.closest("[data-turn-id]"));
      } catch (error) {
        // Its module could not be loaded.
        showUnreachable();
        throw error;
      }
    }
  });
  startAddingFiles();
  on("submit", "form[data-withdraw]", (/** @type {HTMLFormElement} */ form, event) => {
    event.preventDefault();
    withdraw(form);
  });
}
