// Notifications while no page is open: this browser's subscription with its vendor's push service.

import { post } from "../page/http.js";

// Key in localStorage; its value says when the subscription was last sent to the server: account, session and day.
const KEPT = "push";

/** True if this browser supports push notifications. */
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

function login() {
  return document.getElementById("sidebar").dataset.login;
}

function today() {
  return `${login()}:${new Date().toISOString().slice(0, 10)}`;
}

/** False if another person, who used this browser before, has subscribed it. */
function isMine() {
  const kept = localStorage.getItem(KEPT);
  // Pages of an earlier version have stored the day alone.
  return kept?.includes(":") ? kept.split(":")[0] === login().split(":")[0] : kept !== null;
}

async function registration() {
  await navigator.serviceWorker.register("/service-worker.js");
  return navigator.serviceWorker.ready;
}

/** The person's subscription of this browser; null if there is none. */
export async function current() {
  return isMine() ? (await registration()).pushManager.getSubscription() : null;
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
 * Subscribes, and sends the subscription to the server. Rejects if the browser, its push service or the server refuses.
 * @param {string} key of the server, base64url
 */
export async function subscribe(key) {
  const { pushManager } = await registration();
  const old = await pushManager.getSubscription();
  // A subscription made with another key is useless.
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

/** Sends the subscription to the server once a day and after a login: it may have changed, and it ends with the session. */
export async function refresh() {
  if (!isPossible || localStorage.getItem(KEPT) === today()) return;
  const subscription = await current();
  if (subscription) await tell(subscription);
}
