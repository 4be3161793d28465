// The search page: arrow keys move between the box and the results. htmx loads the results while somebody types, and
// the browser empties the box on Escape.

import { on } from "./events.js";

on("keydown", "#search-box", (_, event) => {
  if (/** @type {KeyboardEvent} */ (event).key === "ArrowDown") {
    event.preventDefault();
    document.querySelector("#found .found")?.focus();
  }
});

on("keydown", "#found .found", (link, event) => {
  const { key } = /** @type {KeyboardEvent} */ (event);
  if (key !== "ArrowDown" && key !== "ArrowUp") return;
  event.preventDefault();
  const links = [...document.querySelectorAll("#found .found")];
  const next = links[links.indexOf(link) + (key === "ArrowDown" ? 1 : -1)];
  (next ?? (key === "ArrowUp" ? document.getElementById("search-box") : link)).focus();
});
