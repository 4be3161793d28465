// Bodies of tool cards. Long bodies are loaded when they are opened; JSON is shown as a tree.

import { getText, parse } from "../page/http.js";
import { gettext } from "../page/i18n.js";
import { lazy } from "../page/lazy.js";

const jsonTree = lazy(() => import("./json-tree.js"));

/** @type {WeakMap<HTMLElement, string>} body → its text as received, for the clipboard */
const texts = new WeakMap();

/** @param {HTMLElement} body */
function enhance(body) {
  const pre = body.querySelector(":scope > pre[data-json]");
  if (!pre) return;
  delete pre.dataset.json;
  texts.set(body, pre.textContent);
  jsonTree.get().then(({ treeOf }) => {
    const tree = treeOf(pre.textContent);
    if (tree) pre.replaceWith(tree);
  });
  const copy = document.createElement("button");
  copy.className = "act copy-icon";
  copy.type = "button";
  copy.dataset.act = "copy-body";
  copy.setAttribute("aria-label", gettext("Copy"));
  body.append(copy);
}

/**
 * @param {HTMLElement} body
 * @param {HTMLElement} placeholder
 */
async function load(body, placeholder) {
  if (placeholder.dataset.load === "loading") return;
  placeholder.dataset.load = "loading";
  const base = document.getElementById("conversation").dataset.taskUrl;
  try {
    const html = await getText(`${base}messages/${body.closest("article").dataset.messageId}/`);
    placeholder.replaceWith(...parse(html).childNodes);
    enhance(body);
  } catch {
    placeholder.dataset.load = "";
    placeholder.textContent = gettext("This could not be loaded. Close and open it to try again.");
  }
}

/**
 * The text of the card that a copy button belongs to.
 * @param {HTMLElement} button
 */
export function bodyText(button) {
  return texts.get(button.closest(".tool-body"));
}

export function startBodies() {
  // The event does not bubble. It also fires when newer markup is opened because the old markup was open.
  document.addEventListener(
    "toggle",
    (event) => {
      const fold = event.target;
      if (!(fold instanceof HTMLDetailsElement) || !fold.open || !fold.dataset.fold) return;
      const body = fold.querySelector(":scope > .tool-body");
      if (!body) return;
      const placeholder = body.querySelector("[data-load]");
      if (placeholder) load(body, placeholder);
      else enhance(body);
    },
    true,
  );
}
