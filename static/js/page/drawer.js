// The focus and what opens over the page: the list of chats on a narrow screen, the account's menu.

export function startDrawer() {
  // When the focus moves on, the list must not cover what has it.
  document.addEventListener("focusin", (event) => {
    const drawer = document.getElementById("sidebar");
    if (drawer.matches(":popover-open") && !drawer.contains(/** @type {Node} */ (event.target))) drawer.hidePopover();
  });
  // Browsers return the focus only to the button of the outermost popover.
  document.addEventListener(
    "beforetoggle",
    (event) => {
      const menu = /** @type {HTMLElement} */ (event.target);
      if (event.newState !== "closed" || !menu.parentElement?.closest("[popover]")) return;
      if (menu.contains(document.activeElement)) document.querySelector(`[popovertarget="${menu.id}"]`)?.focus();
    },
    true,
  );
}
