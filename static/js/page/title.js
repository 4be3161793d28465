// The title of the chat that the page shows: in the top bar and in the tab.

/** @param {string} title */
export function showTitle(title) {
  const shown = document.getElementById("chat-title");
  if (shown) shown.textContent = title;
  document.title = `${title} · Agentex`;
}
