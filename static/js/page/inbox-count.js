// The number of waiting items: on the sidebar's link to the inbox, and before the page's title.

const BEFORE = /^\(\d+\+?\) /;

/** Shows the number of waiting items in the page's title. */
export function countInTitle() {
  const count = document.querySelector("#inbox-link .inbox-count")?.textContent ?? "";
  document.title = (count ? `(${count}) ` : "") + document.title.replace(BEFORE, "");
}

/** Reloads the number of waiting items. */
export function refreshCount() {
  window.htmx?.trigger(document.body, "inbox-changed");
}
