// JSON becomes a tree when it is opened. Without scripts it stays text.

import { treeOf } from "../conversation/json-tree.js";

export function startJson() {
  // The event does not bubble.
  document.addEventListener(
    "toggle",
    ({ target }) => {
      if (!(target instanceof HTMLDetailsElement) || !target.open || !target.classList.contains("json")) return;
      const text = target.querySelector("pre[data-json]");
      const tree = text && treeOf(text.textContent);
      if (tree) text.replaceWith(tree);
    },
    true,
  );
}
