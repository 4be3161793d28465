// Manages the focus for popovers: the chat list on a narrow screen, and the account menu.

export function startDrawer() {
  // Close the chat list when the focus leaves it, so that it does not cover the focused element.
  document.addEventListener("focusin", (event) => {
    const drawer = document.getElementById("sidebar");
    if (drawer.matches(":popover-open") && !drawer.contains(/** @type {Node} */ (event.target))) drawer.hidePopover();
  });
  // Browsers return the focus only to the button of the outermost popover, so do it for nested ones.
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
