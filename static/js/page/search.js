// The search page: arrow keys move between the box and the results. htmx loads the results while somebody types, and
// the browser empties the box on Escape.

import { on } from "./events.js";

const box = () => /** @type {HTMLInputElement} */ (document.getElementById("search-box"));

/** Keeps what is searched for in the address, for reloads and the way back. */
function keepAddress() {
  const url = new URL(location.href);
  url.searchParams.set("q", box().value);
  history.replaceState(history.state, "", url);
}

/** @param {AbortSignal} signal */
export function start(signal) {
  on("htmx:afterSwap", "#found", keepAddress, signal);
  on(
    "keydown",
    "#search-box",
    (_, event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      document.querySelector("#found .found")?.focus();
    },
    signal,
  );
  on(
    "keydown",
    "#found .found",
    (link, event) => {
      const { key } = event;
      if (key !== "ArrowDown" && key !== "ArrowUp") return;
      event.preventDefault();
      const links = [...document.querySelectorAll("#found .found")];
      const next = links[links.indexOf(link) + (key === "ArrowDown" ? 1 : -1)];
      (next ?? (key === "ArrowUp" ? box() : link)).focus();
    },
    signal,
  );
}
