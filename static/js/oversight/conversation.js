// A task's conversation in the admin. It is in a shadow root, so that the chat's styles apply and the admin's do not.

import { finishProse } from "../conversation/prose.js";
import { getText, parse } from "../page/http.js";
import { gettext } from "../page/i18n.js";
import { vendored } from "../page/vendored.js";

const FAILED = gettext("This could not be loaded. Reload the page to try again.");

/** @param {string} href */
function stylesheet(href) {
  return Object.assign(document.createElement("link"), { rel: "stylesheet", href });
}

/**
 * Loads the body of a tool card when the card is opened: long bodies are not part of the page.
 * @param {ShadowRoot} root
 * @param {string} base the task's address
 */
function loadBodies(root, base) {
  root.addEventListener(
    "toggle",
    async ({ target }) => {
      const waiting = target instanceof HTMLDetailsElement && target.open && target.querySelector("[data-load]");
      if (!waiting) return;
      const id = target.closest("article").dataset.messageId;
      try {
        waiting.replaceWith(...parse(await getText(`${base}messages/${id}/`)).childNodes);
      } catch {
        waiting.textContent = FAILED;
      }
    },
    true,
  );
}

/** @param {HTMLElement} frame */
async function show(frame) {
  try {
    const conversation = parse(await getText(frame.dataset.conversation));
    const container = document.createElement("div");
    container.className = "read-only";
    container.append(conversation);
    frame.replaceChildren();
    const root = frame.attachShadow({ mode: "open" });
    const styles = [...frame.dataset.styles.split(" "), vendored("katex/katex.min.css")];
    root.append(...styles.map(stylesheet), container);
    finishProse(container);
    loadBodies(root, conversation.dataset.taskUrl);
  } catch {
    frame.textContent = FAILED;
  }
}

export function startConversations() {
  for (const frame of document.querySelectorAll("[data-conversation]")) show(frame);
}
