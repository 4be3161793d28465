// The settings page. When notifications are switched on, it asks the browser for permission. It also subscribes the
// browser to notifications that arrive while no page is open.

import { current, isPossible, subscribe, unsubscribe } from "./push.js";

/** @param {HTMLElement} blocked note that the browser blocks notifications */
function startNotifications(blocked) {
  const box = /** @type {HTMLInputElement} */ (document.querySelector("[data-settings] [name=notifications]"));
  blocked.hidden = !("Notification" in window) || Notification.permission !== "denied" || !box.checked;
  box.addEventListener("change", async () => {
    if (!box.checked || !("Notification" in window)) return;
    blocked.hidden = (await Notification.requestPermission()) !== "denied";
  });
}

/**
 * Takes effect at once and for this browser only; it is not a field of the form.
 * @param {HTMLElement} blocked
 */
function startPush(blocked) {
  const push = /** @type {HTMLInputElement} */ (document.querySelector("[data-push]"));
  const failed = document.querySelector("[data-push-failed]");
  document.querySelector("[data-push-row]").hidden = false;
  // A click before the browser has told whether it is subscribed would be undone.
  push.disabled = true;
  current()
    .then((subscription) => (push.checked = Boolean(subscription)))
    .finally(() => (push.disabled = false));
  push.addEventListener("change", async () => {
    push.disabled = true;
    failed.hidden = true;
    try {
      if (!push.checked) await unsubscribe();
      else if ((await Notification.requestPermission()) === "granted") await subscribe(push.dataset.push);
      else {
        push.checked = false;
        blocked.hidden = Notification.permission !== "denied";
      }
    } catch {
      push.checked = !push.checked;
      failed.hidden = false;
    }
    push.disabled = false;
  });
}

export function start() {
  const blocked = document.querySelector("[data-notifications-blocked]");
  startNotifications(blocked);
  if (isPossible) startPush(blocked);
}
