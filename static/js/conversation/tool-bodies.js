// Bodies of tool cards: loaded when they are long and opened, shown as a tree where they are JSON.

import { get, isLogin, parse } from "../page/http.js";
import { treeOf } from "./json-tree.js";

const texts = new WeakMap(); // body → its text as given, for the clipboard

function dress(body) {
  const pre = body.querySelector(":scope > pre[data-json]");
  if (!pre) return;
  delete pre.dataset.json;
  texts.set(body, pre.textContent);
  const tree = treeOf(pre.textContent);
  if (tree) pre.replaceWith(tree);
  const copy = document.createElement("button");
  copy.className = "act copy-icon";
  copy.type = "button";
  copy.dataset.act = "copy-body";
  copy.setAttribute("aria-label", "Copy");
  body.append(copy);
}

async function load(body, waiting) {
  if (waiting.dataset.load === "asked") return;
  waiting.dataset.load = "asked";
  const base = document.getElementById("conversation").dataset.taskUrl;
  try {
    const response = await get(`${base}messages/${body.closest("article").dataset.messageId}/`);
    if (!response.ok || isLogin(response.url)) throw new Error(`${response.status}`);
    waiting.replaceWith(...parse(await response.text()).childNodes);
    dress(body);
  } catch {
    waiting.dataset.load = "";
    waiting.textContent = "It could not be loaded. Close and open it to try again.";
  }
}

export function bodyText(button) {
  return texts.get(button.closest(".tool-body"));
}

export function startBodies() {
  // It does not bubble; and it also comes when newer markup is opened as the older was.
  document.addEventListener(
    "toggle",
    (event) => {
      const fold = event.target;
      const body = fold.open && fold.dataset.fold && fold.querySelector(":scope > .tool-body");
      if (!body) return;
      const waiting = body.querySelector("[data-load]");
      if (waiting) load(body, waiting);
      else dress(body);
    },
    true,
  );
}
