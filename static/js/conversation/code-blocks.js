// What rendered markdown lacks: copy buttons on code, names for checkboxes, and the keyboard's way
// into boxes that scroll sideways.

import { inFrame } from "../page/clock.js";

const LONG = 30; // Lines; longer code scrolls in a box of its own until it is unfolded.

/** Before the markup is on the page, so that nothing moves. */
export function dressCode(root) {
  const template = document.getElementById("copy-template").content.firstElementChild;
  for (const code of root.querySelectorAll(".code:not(:has(.copy))")) {
    code.append(template.cloneNode(true));
    if (code.querySelector("pre").textContent.split("\n", LONG + 2).length > LONG + 1) {
      code.dataset.long = "";
      code.append(document.getElementById("unfold-template").content.firstElementChild.cloneNode(true));
    }
  }
  for (const box of root.querySelectorAll(".task-list-item-checkbox:not([aria-label])")) {
    box.setAttribute("aria-label", box.checked ? "Done" : "To do");
  }
}

// Pixels around the view in which boxes are looked at: the keyboard goes ahead of the eyes.
const AHEAD = 10_000;

// Not all at once: to measure the boxes of a whole chat would lay all of it out.
const scrollers = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      if (target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight) target.tabIndex = 0;
      scrollers.unobserve(target);
    }
  },
  { rootMargin: `${AHEAD}px 0px` },
);

/** Boxes that scroll are reached by keyboard. */
export function watchScrollers(root) {
  for (const box of root.querySelectorAll(".code pre, .prose table, .prose .math.display")) scrollers.observe(box);
}

// In a narrower window, or at a larger zoom, more of them scroll.
addEventListener("resize", inFrame(() => watchScrollers(document)));

/** Puts text on the clipboard; `text` may be a promise of it. */
export async function copy(text) {
  if (navigator.clipboard?.write && globalThis.ClipboardItem && typeof text !== "string") {
    // Safari forgets the click while a text is loaded, unless it is given the promise.
    const blob = Promise.resolve(text).then((loaded) => new Blob([loaded], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    return;
  }
  text = await text;
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // The clipboard API exists only on https and localhost.
  const box = document.createElement("textarea");
  box.className = "visually-hidden";
  box.value = text;
  document.body.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
}

export function startCopying(announce) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".unfold");
    if (!button) return;
    const folded = button.closest(".code, .own");
    const open = folded.toggleAttribute("data-unfolded");
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Show less" : "Show all";
    if (!open) folded.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const label = button.querySelector("span");
    try {
      await copy(button.closest(".code").querySelector("pre").textContent);
      label.textContent = "Copied";
      announce("Copied.");
    } catch {
      label.textContent = "Not allowed";
    }
    setTimeout(() => (label.textContent = "Copy"), 2000);
  });
}
