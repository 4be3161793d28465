// Files that are picked, pasted or dropped.

import { on } from "../page/events.js";
import { attach, fileList } from "./files.js";
import { composer } from "./message-box.js";

export function startAddingFiles() {
  let isOwn = false; // A picture of this page that is dragged counts as a file, too.
  const hasDropped = (/** @type {DragEvent} */ event) =>
    !isOwn && fileList() && event.dataTransfer?.types.includes("Files");
  const mark = (/** @type {boolean} */ over) => composer()?.classList.toggle("dropping", over);
  on("change", "#file-input", (/** @type {HTMLInputElement} */ picker) => {
    attach([...picker.files]);
    picker.value = "";
  });
  on("paste", "#message-box", (_, event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    attach(files);
  });
  document.addEventListener("dragstart", () => (isOwn = true));
  // A dragged element that was replaced meanwhile gets no "dragend"; the mouse moves only after a drag.
  for (const name of ["dragend", "mousemove"]) document.addEventListener(name, () => (isOwn = false));
  document.addEventListener("dragover", (event) => {
    if (!hasDropped(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || mark(false));
  document.addEventListener("drop", (event) => {
    if (!hasDropped(event)) return;
    event.preventDefault();
    mark(false);
    attach([...event.dataTransfer.files]);
  });
}
