// Notifications while no page is open: this browser's subscription at its vendor's push service.

import { post } from "../page/http.js";

const KEPT = "push"; // Where the browser notes that it has subscribed, and the day on which the server was told last.

/** True if this browser can. */
export const isPossible = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** @param {string} value base64url */
function bytes(value) {
  const text = atob(value.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (each) => each.charCodeAt(0));
}

/** @param {ArrayBuffer | null} buffer */
function text(buffer) {
  const value = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return value.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function today() {
  return new Date().toISOString().slice(0, 10);
}

async function registration() {
  await navigator.serviceWorker.register("/service-worker.js");
  return navigator.serviceWorker.ready;
}

/** The browser's subscription; null if it has none. */
export async function current() {
  return (await registration()).pushManager.getSubscription();
}

/** @param {PushSubscription} subscription */
async function tell(subscription) {
  const body = new FormData();
  body.set("endpoint", subscription.endpoint);
  body.set("p256dh", text(subscription.getKey("p256dh")));
  body.set("auth", text(subscription.getKey("auth")));
  const response = await post("/settings/push/subscribe/", body);
  if (!response.ok) throw new Error(`${response.status}`);
  localStorage.setItem(KEPT, today());
}

/**
 * Subscribes, and tells the server. Rejects where the browser, its push service or the server refuses.
 * @param {string} key of the server, base64url
 */
export async function subscribe(key) {
  const { pushManager } = await registration();
  const old = await pushManager.getSubscription();
  // A subscription for another key is of no use.
  if (old && text(old.options.applicationServerKey) !== key) await old.unsubscribe();
  await tell(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
}

export async function unsubscribe() {
  const subscription = await current();
  localStorage.removeItem(KEPT);
  if (!subscription) return;
  const body = new FormData();
  body.set("endpoint", subscription.endpoint);
  await subscription.unsubscribe();
  await post("/settings/push/unsubscribe/", body);
}

/** Once a day, a page tells the server again: the subscription may have changed, and it ends with the session. */
export async function refresh() {
  if (!isPossible || localStorage.getItem(KEPT) === today()) return;
  const subscription = await current();
  if (subscription) await tell(subscription);
}
