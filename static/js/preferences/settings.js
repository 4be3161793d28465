// The settings page: asks the browser for the permission that notifications need, when they are switched on.

const box = /** @type {HTMLInputElement} */ (document.querySelector("[data-settings] [name=notifications]"));
const blocked = /** @type {HTMLElement} */ (document.querySelector("[data-notifications-blocked]"));

async function ask() {
  if (!box.checked || !("Notification" in window)) return;
  const permission = await Notification.requestPermission();
  blocked.hidden = permission !== "denied";
}

if (box) {
  box.addEventListener("change", ask);
  blocked.hidden = !("Notification" in window) || Notification.permission !== "denied" || !box.checked;
}
