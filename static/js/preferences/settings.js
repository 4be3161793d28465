// The settings page. When notifications are switched on, it asks the browser for permission. It also subscribes the
// browser to notifications that arrive while no page is open.

import { current, isPossible, subscribe, unsubscribe } from "./push.js";

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

const push = /** @type {HTMLInputElement} */ (document.querySelector("[data-push]"));
const pushRow = /** @type {HTMLElement} */ (document.querySelector("[data-push-row]"));
const pushFailed = /** @type {HTMLElement} */ (document.querySelector("[data-push-failed]"));

/** Takes effect at once and for this browser only; it is not a field of the form. */
async function changed() {
  push.disabled = true;
  pushFailed.hidden = true;
  try {
    if (!push.checked) await unsubscribe();
    else if ((await Notification.requestPermission()) === "granted") await subscribe(push.dataset.push);
    else {
      push.checked = false;
      blocked.hidden = Notification.permission !== "denied";
    }
  } catch {
    push.checked = !push.checked;
    pushFailed.hidden = false;
  }
  push.disabled = false;
}

if (push && isPossible) {
  pushRow.hidden = false;
  current().then((subscription) => (push.checked = Boolean(subscription)));
  push.addEventListener("change", changed);
}
