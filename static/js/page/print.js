// The print page: as on paper, so always light. Its button opens the browser's print dialog.

import { finishProse } from "../conversation/prose.js";
import { on } from "./events.js";

// After theme.js, which sets the person's theme at this event.
document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.dataset.theme = "light";
  finishProse(document.getElementById("main"));
});
on("click", "[data-print]", () => print());
