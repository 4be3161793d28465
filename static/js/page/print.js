// The print page: its button opens the browser's print dialog.

import { on } from "./events.js";

on("click", "[data-print]", () => print());
