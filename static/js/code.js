// What rendered markdown lacks: copy buttons on code, names for checkboxes, and the keyboard's way
// into boxes that scroll sideways.

/** Before the markup is on the page, so that nothing moves. */
export function dressCode(root) {
  const template = document.getElementById("copy-template").content.firstElementChild;
  for (const code of root.querySelectorAll(".code:not(:has(.copy))")) {
    code.append(template.cloneNode(true));
  }
  for (const box of root.querySelectorAll('.prose input[type="checkbox"]:not([aria-label])')) {
    box.setAttribute("aria-label", box.checked ? "Done" : "To do");
  }
  requestAnimationFrame(() => {
    for (const box of root.querySelectorAll(".code pre, .prose > pre, .prose table")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    }
  });
}

async function copy(text) {
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
  dressCode(document);
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
