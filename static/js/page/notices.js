// The one live region, the one line about the connection, and errors of the composer.

import { isLogin } from "./http.js";

const GRACE = 1000; // ms; a reconnect that takes less is nobody's concern.

let timer = 0;

export function announce(text) {
  const region = document.getElementById("announcer");
  region.textContent = "";
  // Emptied first: the same sentence twice is two announcements.
  setTimeout(() => (region.textContent = text), 60);
}

export function firstSentence(text) {
  const flat = text.trim().replace(/\s+/g, " ").slice(0, 200);
  return /^.+?[.!?…。！？](?=\s|$)/u.exec(flat)?.[0] ?? flat;
}

function line(text) {
  const notice = document.getElementById("connection");
  notice.textContent = text;
  notice.hidden = !text;
}

export function showConnection(state, code) {
  clearTimeout(timer);
  if (state === "open") {
    line("");
  } else if (state === "lost") {
    timer = setTimeout(() => line("Reconnecting… What the agent does meanwhile is kept."), GRACE);
  } else {
    const words = {
      4401: "You have been logged out. Log in again in another tab, then reload this page.",
      4403: "You may no longer see this chat.",
      4404: "This chat no longer exists.",
    }[code];
    line(words);
    announce(words);
  }
}

export function clearError() {
  document.getElementById("form-error").replaceChildren();
}

export function showError(text) {
  const note = document.getElementById("error-template").content.firstElementChild.cloneNode(true);
  note.querySelector("span").textContent = text;
  document.getElementById("form-error").replaceChildren(note);
}

/** What to say about a refusal: the server's own fragment, or a sentence for its status. */
export function showRefusal(status, body) {
  if (body.includes("data-form-error")) {
    document.getElementById("form-error").innerHTML = body;
    return;
  }
  const words = {
    401: "You have been logged out. Log in again in another tab, then reload this page: your text is kept.",
    403: "This page is too old. Reload it: your text is kept.",
    404: "This chat no longer exists. Your text is kept here.",
    413: "This is more than the server takes in one message.",
    429: "That was too fast. Wait a moment and send it again.",
  };
  showError(words[status] ?? `The server could not take it (${status}). Your text is kept: send it again.`);
}

/** Shows an error below those that are shown already: several files may be refused at once. */
export function below(show) {
  const before = document.querySelector("#form-error span")?.textContent;
  show();
  const note = document.querySelector("#form-error span");
  if (before) note.textContent = `${before}\n${note.textContent}`;
}

export function watchHtmx() {
  // A session that ended turns a fragment into the login page, which belongs in no corner of this one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isLogin(event.detail.xhr.responseURL)) return;
    event.detail.shouldSwap = false;
    showConnection("refused", 4401);
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (requestConfig.verb === "post") showRefusal(xhr.status, xhr.responseText);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.requestConfig.verb === "post") showError("The server cannot be reached. Try again in a moment.");
  });
}
