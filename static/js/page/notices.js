// The page's live region, the connection notice, and the composer's errors.

import { isLogin } from "./http.js";
import { gettext, interpolate } from "./i18n.js";
import { fromTemplate } from "./template.js";

const GRACE = 1000; // ms; a shorter interruption of the connection is not shown.

let timer = 0;
let outdated = ""; // The text that says so, once the server has other scripts than this page.

/** @param {string} text read out by screen readers */
export function announce(text) {
  const region = document.getElementById("announcer");
  region.textContent = "";
  // Without the pause after emptying, repeating a sentence would not be announced.
  setTimeout(() => (region.textContent = text), 60);
}

/** @param {string} text */
export function firstSentence(text) {
  // Counts characters, of which an emoji is one.
  const [flat] = /^.{0,200}/u.exec(text.trim().replace(/\s+/g, " "));
  return /^.+?(?:[.!?…](?=\s|$)|[。！？])/u.exec(flat)?.[0] ?? flat;
}

/** @param {string} text */
function showNotice(text) {
  const notice = document.getElementById("connection");
  notice.textContent = text || outdated;
  notice.hidden = !notice.textContent;
}

/** Call when the server has other scripts than this page, so that what the page loads later may not fit. */
export function showOutdated() {
  outdated = gettext("A new version of this page is available. Reload it; your text is saved.");
  if (document.getElementById("connection").hidden) showNotice("");
}

/** True from then on. */
export function isOutdated() {
  return Boolean(outdated);
}

/** @type {Record<number, string>} by the close code that the server sends */
const CLOSED = {
  4401: gettext("You have been logged out. Log in again in another tab, then reload this page."),
  4403: gettext("You no longer have access to this chat."),
  4404: gettext("This chat no longer exists."),
  4429: gettext("You have too many chats open. Close some of them, then reload this page."),
};

/**
 * @param {"open" | "lost" | "refused"} state
 * @param {number} [code] with "refused": a key of CLOSED
 */
export function showConnection(state, code) {
  clearTimeout(timer);
  if (state === "open") {
    showNotice("");
  } else if (state === "lost") {
    timer = setTimeout(() => showNotice(gettext("Reconnecting… Nothing will be lost.")), GRACE);
  } else {
    showNotice(CLOSED[code]);
    announce(CLOSED[code]);
  }
}

export function clearError() {
  document.getElementById("form-error").replaceChildren();
}

/** @param {string} text */
export function showError(text) {
  const note = fromTemplate("error-template");
  note.querySelector("span").textContent = text;
  document.getElementById("form-error").replaceChildren(note);
}

/** Call when a request had no response, or a module could not be loaded. */
export function showUnreachable() {
  showError(outdated || gettext("The server cannot be reached. Try again in a moment."));
}

/** @type {Record<number, string>} by HTTP status, for responses without a text of their own */
const REFUSED = {
  401: gettext("You have been logged out. Log in again in another tab, then reload this page; your text is saved."),
  403: gettext("This page has expired. Reload it; your text is saved."),
  404: gettext("This chat no longer exists. Your text is still here."),
  413: gettext("This message is too large. Shorten it, or send it in parts."),
  429: gettext("You are sending too fast. Wait a moment and send it again."),
};

/**
 * Shows the server's text for a refusal, or else the text for its status.
 * @param {number} status
 * @param {string} body
 */
export function showRefusal(status, body) {
  if (body.includes("data-form-error")) document.getElementById("form-error").innerHTML = body;
  else
    showError(
      REFUSED[status] ??
        interpolate(gettext("The server returned an error (%(status)s). Your text is saved; send it again."), {
          status,
        }),
    );
}

/**
 * Shows an error below those already shown: several files may be refused at once.
 * @param {() => void} show
 */
export function appendError(show) {
  const before = document.querySelector("#form-error span")?.textContent;
  show();
  const note = document.querySelector("#form-error span");
  if (before) note.textContent = `${before}\n${note.textContent}`;
}

export function watchHtmx() {
  // After a logout, htmx would insert the login page into a part of this page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isLogin(event.detail.xhr.responseURL)) return;
    event.detail.shouldSwap = false;
    showConnection("refused", 4401);
  });
  // htmx's own events of errors are lost if the socket has replaced the card while the request was on its way.
  document.addEventListener("htmx:beforeSend", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (requestConfig.verb !== "post") return;
    xhr.addEventListener("load", () => xhr.status >= 400 && showRefusal(xhr.status, xhr.responseText));
    xhr.addEventListener("error", showUnreachable);
  });
}
