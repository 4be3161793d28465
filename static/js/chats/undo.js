// A note about what was just deleted or archived, with an Undo button. The server decides how long Undo is possible.

import { styles } from "../page/lazy.js";
import { fromTemplate } from "../page/template.js";

const SHOWN = 10_000; // ms

let timer = 0;

/**
 * @param {string} text
 * @param {string[]} ids
 * @param {"restore" | "unarchive"} action that undoes the change
 * @param {number} [shown] ms that the note stays
 */
export async function offerUndo(text, ids, action, shown = SHOWN) {
  await styles("chats");
  const place = document.getElementById("undo");
  const note = fromTemplate("undo-template");
  note.querySelector("span").textContent = text;
  note.querySelector("[data-undo]").addEventListener("click", async () => {
    place.replaceChildren();
    const { arrange } = await import("./arrange.js");
    const isBack = await arrange(ids, action);
    // The page shows a chat that is no longer deleted: load it again.
    if (isBack && action === "restore" && ids.some((id) => location.pathname === `/tasks/${id}/`)) location.reload();
  });
  place.replaceChildren(note);
  clearTimeout(timer);
  timer = setTimeout(() => place.replaceChildren(), shown);
}
