// Opens code and documents in the panel next to the chat, and pictures and diagrams in a lightbox. Both modules are
// loaded on first use.

import { isPlain, on } from "../page/events.js";
import { lazy, styles } from "../page/lazy.js";

const panel = lazy(() => import("./panel.js"), "viewer");
const lightbox = lazy(() => import("./lightbox.js"), "viewer");

const PICTURE =
  ".diagram[data-drawn] > img, .file:is(.message *, .chat-files *):has(> img), .tool-images > a, .prose img";

/** Opens the files if the address ends with “#files”, which the menu of another chat links to. */
async function openFiles() {
  const { openFiles } = await import("./chat-files.js");
  await Promise.all([styles("viewer"), styles("chat-files")]);
  await openFiles(location.pathname.split("/")[2], document.getElementById("topbar-menu"));
}

export function startViewer() {
  on("click", ".open-code", async (button) => (await panel.get()).openCode(button.closest(".code"), button));
  on("click", PICTURE, async (element, event) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    (await lightbox.get()).open(element);
  });
  if (location.hash === "#files") openFiles();
  on("click", ".message .file[data-preview]", async (/** @type {HTMLAnchorElement} */ link, event) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    (await panel.get()).openFile(link);
  });
}
