// The link to the inbox in the sidebar, and its count before the page's title.

const BEFORE = /^\(\d+\+?\) /;

/** Shows in the page's title how much waits. */
export function countInTitle() {
  const count = document.querySelector("#inbox-link .inbox-count")?.textContent ?? "";
  document.title = (count ? `(${count}) ` : "") + document.title.replace(BEFORE, "");
}

/** Asks how much waits now. */
export function refreshCount() {
  window.htmx?.trigger(document.body, "inbox-changed");
}
