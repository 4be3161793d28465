// A menu that a button opens. Arrow keys, Home, End and letters move in it; Escape and Tab close it.

import { fromTemplate } from "../page/template.js";

const GAP = 4; // px between the button and the menu, and around it.

/**
 * @param {HTMLElement} menu
 * @param {HTMLElement} button
 */
function place(menu, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const rtl = getComputedStyle(button).direction === "rtl";
  const left = rtl ? at.right - width : at.left;
  const below = at.bottom + GAP;
  menu.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
  menu.style.top = `${below + height + GAP > innerHeight ? Math.max(GAP, at.top - height - GAP) : below}px`;
}

/**
 * @param {HTMLElement} menu
 * @param {KeyboardEvent} event
 */
export function move(menu, event) {
  // Such as the browser's reload.
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const items = [...menu.querySelectorAll('[role="menuitem"]:not([hidden])')];
  const now = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const { key } = event;
  let next = -1;
  if (key === "ArrowDown") next = (now + 1) % items.length;
  else if (key === "ArrowUp") next = (now - 1 + items.length) % items.length;
  else if (key === "Home") next = 0;
  else if (key === "End") next = items.length - 1;
  else if (key === "Tab") menu.hidePopover();
  else if (key.length === 1) {
    const rest = [...items.slice(now + 1), ...items.slice(0, now + 1)];
    next = items.indexOf(rest.find((item) => item.textContent.trim().toLowerCase().startsWith(key.toLowerCase())));
  }
  if (next < 0) return;
  event.preventDefault();
  items[next].focus();
}

/**
 * Opens a menu from a template. `act` is called with the name of the chosen item.
 * @param {string} template
 * @param {HTMLElement} button
 * @param {(act: string) => unknown} act
 */
export function openMenu(template, button, act) {
  const menu = fromTemplate(template);
  document.getElementById(menu.id)?.remove();
  // On a narrow page the menu must be inside the drawer, which closes when something opens outside it.
  (button.closest("[popover], header") ?? document.body).append(menu);
  menu.addEventListener("keydown", (event) => move(menu, event));
  menu.addEventListener("click", (event) => {
    const item = /** @type {Element} */ (event.target).closest('[role="menuitem"]');
    if (!item) return;
    menu.hidePopover();
    button.focus({ preventScroll: true });
    // A link has no action name: the browser follows it.
    const name = item.dataset.chatAct ?? item.dataset.listAct;
    if (name) act(name);
  });
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    button.setAttribute("aria-expanded", "false");
    if (menu.contains(document.activeElement) || document.activeElement === document.body) {
      button.focus({ preventScroll: true });
    }
    menu.remove();
  });
  menu.showPopover();
  place(menu, button);
  button.setAttribute("aria-expanded", "true");
  return menu;
}
