// A chat behind a shared link: typesets its math and draws its diagrams.

import { finishProse } from "../conversation/prose.js";

finishProse(document.getElementById("main"));
