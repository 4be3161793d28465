// What was just deleted or archived, with the button that takes it back. Until when that is possible the server decides.

import { fromTemplate } from "../page/template.js";
import { loadStyle } from "./style.js";

const SHOWN = 10_000; // ms

let timer = 0;

/**
 * @param {string} text
 * @param {string[]} ids
 * @param {"restore" | "unarchive"} action that takes it back
 * @param {number} [shown] in ms
 */
export async function offerUndo(text, ids, action, shown = SHOWN) {
  await loadStyle("chats.css");
  const place = document.getElementById("undo");
  const note = fromTemplate("undo-template");
  note.querySelector("span").textContent = text;
  note.querySelector("[data-undo]").addEventListener("click", async () => {
    place.replaceChildren();
    const { arrange } = await import("./arrange.js");
    const isBack = await arrange(ids, action);
    // The page of a deleted chat had been closed.
    if (isBack && action === "restore" && ids.some((id) => location.pathname === `/tasks/${id}/`)) location.reload();
  });
  place.replaceChildren(note);
  clearTimeout(timer);
  timer = setTimeout(() => place.replaceChildren(), shown);
}
