// What can be done with a message or an answer: one listener for all of their buttons.

import { bodyText } from "./tool-bodies.js";
import { copy } from "./code-blocks.js";
import { focusBox, offerText } from "../composer/composer.js";
import { cancelEdit, edit, startEditor } from "./message-editor.js";
import { pickFiles, removeFile, startFiles } from "../composer/files.js";
import { get, isLogin, parse, post } from "../page/http.js";
import { announce, showError, showRefusal } from "../page/notices.js";
import { closeComment, rate, startRating, takeBack } from "./feedback.js";
import { turnUrl } from "./turn-url.js";

const SHOWN = 2000; // ms that a button says that it has copied.

async function copied(button, text) {
  try {
    await copy(text);
    button.dataset.copied = "";
    announce("Copied.");
    setTimeout(() => delete button.dataset.copied, SHOWN);
  } catch {
    showError("It could not be copied.");
  }
}

async function source(turn) {
  const response = await get(turnUrl(turn, "source"));
  if (!response.ok || isLogin(response.url)) throw new Error(`${response.status}`);
  return response.text();
}

/** Posts and says whether it was taken; the page itself follows when the socket tells of the branch. */
async function ask(button, url) {
  if (button.getAttribute("aria-disabled") === "true") return false;
  button.setAttribute("aria-disabled", "true");
  try {
    const response = await post(url);
    if (response.ok && !isLogin(response.url)) return true;
    showRefusal(response.ok ? 401 : response.status, await response.text());
  } catch {
    showError("The server cannot be reached. Try again in a moment.");
  } finally {
    if (button.isConnected) setTimeout(() => button.removeAttribute("aria-disabled"), 500);
  }
  return false;
}

/** The button goes with the answer that it was for. */
async function regenerate(button, turn) {
  if (await ask(button, turnUrl(turn, "retry"))) focusBox();
}

async function details(button, turn) {
  const old = turn.querySelector("[data-details]");
  button.setAttribute("aria-expanded", String(!old));
  if (old) {
    old.remove();
    return;
  }
  try {
    const response = await get(turnUrl(turn, "details"));
    if (!response.ok || isLogin(response.url)) throw new Error(`${response.status}`);
    const fresh = parse(await response.text());
    for (const time of fresh.querySelectorAll("time[data-local]")) {
      time.textContent = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
    }
    turn.querySelector("[data-details]")?.remove();
    turn.querySelector(":scope > [data-turn-status]").append(fresh);
  } catch {
    button.setAttribute("aria-expanded", "false");
    showError("The details could not be loaded. Try again in a moment.");
  }
}

const ACTS = {
  "copy-body": (button) => copied(button, bodyText(button)),
  "copy-own": (button) => copied(button, button.closest("article").querySelector(".own .plain").textContent),
  "copy-answer": (button, turn) => copied(button, source(turn)),
  regenerate,
  show: (button) => ask(button, turnUrl(button.dataset.version, "show")),
  rate: (button) => rate(button),
  details,
  edit: (_, turn) => edit(turn),
  "cancel-edit": (button) => cancelEdit(button.form),
  attach: () => pickFiles(),
  "remove-file": (button) => removeFile(button.closest("li")),
  "cancel-comment": (button) => closeComment(button.form),
  "take-back": (button) => takeBack(button.form),
};

/** Takes a message back; its text returns to the box. */
async function withdraw(form) {
  const turn = form.closest("[data-turn-id]");
  // Read now: the socket may remove the turn before the request has its answer.
  const text = turn.querySelector(".own .plain").textContent;
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const response = await post(form.action);
    if (response.ok && !isLogin(response.url)) {
      turn.remove();
      const place = text && (offerText(text) ? ": its text is in the box, below what was there" : ": its text is in the box again");
      announce(`Withdrawn${place}.`);
      document.getElementById("message-box")?.focus({ preventScroll: true });
      return;
    }
    showRefusal(response.ok ? 401 : response.status, await response.text());
  } catch {
    showError("The server cannot be reached, so it was not withdrawn. Try again.");
  }
  button.disabled = false;
}

export function startActs() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) ACTS[button.dataset.act]?.(button, button.closest("[data-turn-id]"));
  });
  startEditor();
  startRating();
  startFiles();
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-withdraw]")) return;
    event.preventDefault();
    withdraw(event.target);
  });
}
