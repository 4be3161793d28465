// What people opened or closed by hand stays so when the server's newer markup takes its place.

document.addEventListener("click", (event) => {
  const fold = event.target.closest("summary")?.parentElement;
  // The click is heard before the browser turns the fold over.
  if (fold?.dataset.fold) fold.dataset.chosen = fold.open ? "closed" : "open";
});

function foldsOf(article) {
  return [...article.querySelectorAll("details[data-fold]")].filter((fold) => fold.closest("article") === article);
}

export function keepFolds(old, fresh) {
  for (const fold of foldsOf(old)) {
    const heir = foldsOf(fresh).find((other) => other.dataset.fold === fold.dataset.fold);
    if (heir && fold.dataset.chosen) {
      heir.dataset.chosen = fold.dataset.chosen;
      heir.open = fold.dataset.chosen === "open";
    }
  }
}

/** Replaces one article by another, with its folds, what happens in it, its response and the focus. */
export function replaceArticle(old, fresh) {
  keepFolds(old, fresh);
  // Their own: what happens in a call may be calls again.
  const slot = fresh.querySelector(":scope > [data-response-for]");
  const response = old.querySelector(":scope > [data-response-for] > article");
  if (slot && response && !slot.querySelector("article")) slot.append(response);
  const within = fresh.querySelector(":scope > [data-inside-of]");
  if (within && !within.childElementCount) {
    within.append(...old.querySelectorAll(":scope > [data-inside-of] > article"));
  }
  const focused = old.contains(document.activeElement)
    ? document.activeElement.closest("details[data-fold]")?.dataset.fold
    : undefined;
  old.replaceWith(fresh);
  if (focused) fresh.querySelector(`details[data-fold="${focused}"] > summary`)?.focus({ preventScroll: true });
}

/** A tool's card says how its response is: the response brings the words. */
export function showState(response) {
  const card = response.closest('article[data-kind="tool_request"]');
  const words = response.querySelector("template[data-state-of]")?.content.firstElementChild;
  if (card && words) card.querySelector("summary > .tool-state")?.replaceWith(words.cloneNode(true));
}
