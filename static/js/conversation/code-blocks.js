// Adds to rendered Markdown: copy buttons on code, labels for checkboxes, and keyboard access to scrolling boxes.

import { inFrame } from "../page/clock.js";
import { on } from "../page/events.js";
import { gettext } from "../page/i18n.js";
import { announce } from "../page/notices.js";
import { fromTemplate } from "../page/template.js";

const LONG = 30; // Lines; longer code scrolls in its own box until it is unfolded.
const SHOWN_BESIDE = /^(html|svg|csv|tsv|mermaid)$/i; // The panel (js/viewer/) shows a preview of these languages, too.

/**
 * Called before the markup is on the page, so that nothing moves.
 * @param {ParentNode} root
 */
export function enhanceCode(root) {
  const copy = fromTemplate("copy-template");
  const open = fromTemplate("open-code-template");
  for (const code of root.querySelectorAll(".code:not(:has(.copy))")) {
    code.append(copy.cloneNode(true));
    if (SHOWN_BESIDE.test(code.dataset.language)) code.append(open.cloneNode(true));
    if (code.querySelector("pre").textContent.split("\n", LONG + 2).length > LONG + 1) {
      code.dataset.long = "";
      if (!code.querySelector(".open-code")) code.append(open.cloneNode(true));
      code.append(fromTemplate("unfold-template"));
    }
  }
  for (const box of root.querySelectorAll(".task-list-item-checkbox:not([aria-label])")) {
    box.setAttribute("aria-label", /** @type {HTMLInputElement} */ (box).checked ? gettext("Done") : gettext("To do"));
  }
}

// Pixels around the viewport within which boxes are checked: the keyboard can move ahead of the viewport.
const AHEAD = 10_000;

// Boxes are checked near the viewport only: measuring all of them would lay out the whole chat.
const scrollers = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      if (target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight)
        /** @type {HTMLElement} */ (target).tabIndex = 0;
      scrollers.unobserve(target);
    }
  },
  { rootMargin: `${AHEAD}px 0px` },
);

/**
 * Makes boxes that scroll focusable.
 * @param {ParentNode} root
 */
export function watchScrollers(root) {
  for (const box of root.querySelectorAll(".code pre, .prose table, .prose .math.display")) scrollers.observe(box);
}

// More boxes scroll in a narrower window or at a larger zoom.
addEventListener(
  "resize",
  inFrame(() => watchScrollers(document)),
);

/**
 * Copies a text to the clipboard.
 * @param {string | Promise<string>} text
 */
export async function copy(text) {
  if (navigator.clipboard?.write && globalThis.ClipboardItem && typeof text !== "string") {
    // Safari needs the promise: while the text loads, it would forget the click that allowed the copy.
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

export function startCopying() {
  on("click", ".unfold", (button) => {
    const folded = button.closest(".code, .own");
    const open = folded.toggleAttribute("data-unfolded");
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? gettext("Show less") : gettext("Show all");
    if (!open) folded.scrollIntoView({ block: "nearest" });
  });
  on("click", ".copy", async (button) => {
    const label = button.querySelector("span");
    try {
      await copy(button.closest(".code").querySelector("pre").textContent);
      label.textContent = gettext("Copied");
      announce(gettext("Copied."));
    } catch {
      label.textContent = gettext("Not allowed");
    }
    setTimeout(() => (label.textContent = gettext("Copy")), 2000);
  });
}
