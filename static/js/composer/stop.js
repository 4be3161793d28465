// Stop, by its button or by Esc.

import { focusBox, settled } from "./composer.js";
import { isLogin, post } from "../page/http.js";
import { announce, showError, showRefusal } from "../page/notices.js";

const AGAIN = 10_000; // ms after which one may ask once more.

function button() {
  return document.querySelector("[data-stop]");
}

function label(text, busy) {
  button().querySelector("span").textContent = text;
  button().setAttribute("aria-disabled", String(busy));
}

let timer = 0;

/** The turn has ended, or asking failed: the button is itself again. */
export function stopReady() {
  clearTimeout(timer);
  if (button()) label("Stop", false);
}

async function stop() {
  if (button().getAttribute("aria-disabled") === "true") return;
  label("Stopping…", true);
  announce("Stopping…");
  // The button goes when the turn ends.
  if (document.activeElement === button()) focusBox();
  timer = setTimeout(stopReady, AGAIN);
  // A stop that overtakes the message it is meant for would stop nothing.
  await settled();
  try {
    const response = await post(button().formAction);
    if (response.ok && !isLogin(response.url)) return;
    showRefusal(response.ok ? 401 : response.status, await response.text());
  } catch {
    showError("The server cannot be reached, so it was not stopped. Try again.");
  }
  stopReady();
}

export function startStop() {
  document.addEventListener("submit", (event) => {
    if (!event.submitter?.matches("[data-stop]")) return;
    event.preventDefault();
    stop();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (document.querySelector(":popover-open, dialog[open]")) return;
    if (button()?.checkVisibility()) stop();
  });
}
