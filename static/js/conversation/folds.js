// Keeps folds as a person opened or closed them when newer markup from the server replaces them.

import { on } from "../page/events.js";

on("click", "summary", (summary) => {
  const fold = /** @type {HTMLDetailsElement} */ (summary.parentElement);
  // The click event fires before the browser toggles the fold.
  if (fold.dataset.fold) fold.dataset.chosen = fold.open ? "closed" : "open";
});

/** @param {HTMLElement} article */
function foldsOf(article) {
  const folds = /** @type {HTMLDetailsElement[]} */ ([...article.querySelectorAll("details[data-fold]")]);
  return folds.filter((fold) => fold.closest("article") === article);
}

/**
 * @param {HTMLElement} old
 * @param {HTMLElement} fresh
 */
function keepFolds(old, fresh) {
  for (const fold of foldsOf(old)) {
    const newer = foldsOf(fresh).find((other) => other.dataset.fold === fold.dataset.fold);
    if (newer && fold.dataset.chosen) {
      newer.dataset.chosen = fold.dataset.chosen;
      newer.open = fold.dataset.chosen === "open";
    }
  }
}

/**
 * Replaces an article with a newer one. Folds, nested messages, the response and the focus are kept.
 * @param {HTMLElement} old
 * @param {HTMLElement} fresh
 */
export function replaceArticle(old, fresh) {
  keepFolds(old, fresh);
  // Only direct children: nested messages may be tool calls too.
  const slot = fresh.querySelector(":scope > [data-response-for]");
  const response = old.querySelector(":scope > [data-response-for] > article");
  if (slot && response && !slot.querySelector("article")) slot.append(response);
  const nested = fresh.querySelector(":scope > [data-inside-of]");
  if (nested && !nested.childElementCount) {
    nested.append(...old.querySelectorAll(":scope > [data-inside-of] > article"));
  }
  const focused = old.contains(document.activeElement)
    ? document.activeElement.closest("details[data-fold]")?.dataset.fold
    : undefined;
  old.replaceWith(fresh);
  if (focused) fresh.querySelector(`details[data-fold="${focused}"] > summary`)?.focus({ preventScroll: true });
}

/**
 * Shows a response's state on the card of its tool call. The response's markup contains the text.
 * @param {HTMLElement} response
 */
export function showState(response) {
  const card = response.closest('article[data-kind="tool_request"]');
  const template = /** @type {HTMLTemplateElement} */ (response.querySelector("template[data-state-of]"));
  const words = template?.content.firstElementChild;
  if (card && words) card.querySelector("summary > .tool-state")?.replaceWith(words.cloneNode(true));
}
