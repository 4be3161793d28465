// What opens over the page by its buttons (the list of chats on a narrow one, the account's menu) and the focus.

export function startDrawer() {
  // When the focus goes on, the list must not stay in the way of what has it.
  document.addEventListener("focusin", (event) => {
    const drawer = document.getElementById("sidebar");
    if (drawer.matches(":popover-open") && !drawer.contains(event.target)) drawer.hidePopover();
  });
  // Browsers give the focus back to the button of the outermost popover alone.
  document.addEventListener(
    "beforetoggle",
    (event) => {
      const menu = event.target;
      if (event.newState !== "closed" || !menu.parentElement?.closest("[popover]")) return;
      if (menu.contains(document.activeElement)) document.querySelector(`[popovertarget="${menu.id}"]`)?.focus();
    },
    true,
  );
}
