// Filters the agents on the start page by words in their title and description.

/** @param {HTMLInputElement} box */
export function filterAgents(box) {
  const words = box.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const card of document.querySelectorAll(".agent-cards > li")) {
    const text = card.textContent.toLocaleLowerCase();
    /** @type {HTMLElement} */ (card).hidden = !words.every((word) => text.includes(word));
  }
}
