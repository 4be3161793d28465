// The search page: while one types, the results below are replaced; Escape empties the box.

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
