// Dictation with the browser's own speech recognition. The words appear in the box as they are heard.

import { gettext } from "../page/i18n.js";
import { announce, showError } from "../page/notices.js";

/** @type {any} */
const Recognition =
  /** @type {any} */ (globalThis).SpeechRecognition ?? /** @type {any} */ (globalThis).webkitSpeechRecognition;

/** @type {{ stop(): void } | null} */
let running = null;

/**
 * Starts or stops listening.
 * @param {HTMLElement} button
 */
export function toggleDictation(button) {
  if (running) {
    running.stop();
    return;
  }
  const box = /** @type {HTMLTextAreaElement} */ (document.getElementById("message-box"));
  let shown = box.value;
  const before = box.value && !/\s$/.test(box.value) ? `${box.value} ` : box.value;
  const recognition = new Recognition();
  recognition.lang = document.documentElement.lang || navigator.language;
  recognition.continuous = true;
  recognition.interimResults = true;
  recognition.onresult = (/** @type {any} */ event) => {
    // The message has been sent or edited, or the page shows another chat.
    if (!box.isConnected || box.value !== shown) {
      recognition.abort();
      return;
    }
    let heard = "";
    for (const result of event.results) heard += result[0].transcript;
    box.value = shown = before + heard;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  recognition.onerror = (/** @type {any} */ event) => {
    if (event.error === "not-allowed") showError(gettext("The browser did not allow access to the microphone."));
    else if (event.error !== "no-speech" && event.error !== "aborted")
      showError(gettext("Dictation does not work in this browser at the moment."));
  };
  recognition.onend = () => {
    running = null;
    button.setAttribute("aria-pressed", "false");
    if (box.isConnected) box.focus({ preventScroll: true });
  };
  recognition.start();
  running = recognition;
  button.setAttribute("aria-pressed", "true");
  announce(gettext("Listening."));
}
