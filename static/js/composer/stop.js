// Stops the turn, by button or, unless it waits for a person or a time, by Esc.

import { isWaiting } from "../conversation/busy.js";
import { gettext } from "../page/i18n.js";
import { announce } from "../page/notices.js";
import { submit } from "../page/submit.js";
import { settled } from "./composer.js";
import { focusBox } from "./message-box.js";

const AGAIN = 10_000; // ms after which Stop can be pressed again.

function button() {
  return /** @type {HTMLButtonElement} */ (document.querySelector("[data-stop]"));
}

/**
 * @param {string} text
 * @param {boolean} busy
 */
function label(text, busy) {
  button().querySelector("span").textContent = text;
  button().setAttribute("aria-disabled", String(busy));
}

let timer = 0;

/** Enables the button again: the turn has ended, or the request failed. */
export function stopReady() {
  clearTimeout(timer);
  if (button()) label(gettext("Stop"), false);
}

async function stop() {
  if (button().getAttribute("aria-disabled") === "true") return;
  label(gettext("Stopping…"), true);
  announce(gettext("Stopping…"));
  // The button disappears when the turn ends, so move the focus away.
  if (document.activeElement === button()) focusBox();
  timer = setTimeout(stopReady, AGAIN);
  // Wait for the message: a Stop that arrives before it would stop nothing.
  await settled();
  const unreachable = gettext("The server cannot be reached, so nothing was stopped. Try again.");
  if (!(await submit(button().formAction, undefined, unreachable))) stopReady();
}

export function startStop() {
  document.addEventListener("submit", (event) => {
    if (!event.submitter?.matches("[data-stop]")) return;
    event.preventDefault();
    stop();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (isWaiting() || document.querySelector(":popover-open, dialog[open]")) return;
    if (button()?.checkVisibility()) stop();
  });
}
