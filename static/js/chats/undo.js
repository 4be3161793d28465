// A note about what was just deleted or archived, with an Undo button. The server decides how long Undo is possible.

import { gettext, interpolate, ngettext } from "../page/i18n.js";
import { styles } from "../page/lazy.js";
import { fromTemplate } from "../page/template.js";

const SHOWN = 10_000; // ms

let timer = 0;

/**
 * @param {number} count
 * @param {string} title of the first chat
 * @param {boolean} isDeleted whether they were deleted or archived
 */
function textOf(count, title, isDeleted) {
  if (count === 1 && title) {
    const one = isDeleted ? gettext("“%(title)s” was deleted.") : gettext("“%(title)s” was archived.");
    return interpolate(one, { title });
  }
  const several = isDeleted
    ? ngettext("%(count)s chat was deleted.", "%(count)s chats were deleted.", count)
    : ngettext("%(count)s chat was archived.", "%(count)s chats were archived.", count);
  return interpolate(several, { count });
}

/**
 * @param {string[]} ids
 * @param {string} title of the first chat
 * @param {"restore" | "unarchive"} action that undoes the change
 * @param {number} [shown] ms that the note stays
 */
export async function offerUndo(ids, title, action, shown = SHOWN) {
  await styles("chats");
  const place = document.getElementById("undo");
  const note = fromTemplate("undo-template");
  note.querySelector("span").textContent = textOf(ids.length, title, action === "restore");
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
