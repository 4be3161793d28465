import assert from "node:assert/strict";
import { test } from "node:test";
import "./dom.js";

const buffer = new Uint8Array(65).buffer;
let subscription = null;
const pushManager = {
  getSubscription: async () => subscription,
  subscribe: async () => (subscription = { endpoint: "https://push", options: {}, getKey: () => buffer }),
};
const registration = { pushManager };
Object.defineProperty(globalThis, "navigator", {
  value: { serviceWorker: { register: async () => {}, ready: registration } },
});
globalThis.PushManager = window.PushManager = class {};
globalThis.Notification = window.Notification = class {};
const sent = [];
globalThis.fetch = async (url) => sent.push(url) && { ok: true };
document.body.insertAdjacentHTML("beforeend", '<aside id="sidebar" data-login="7:aaaa"></aside>');
const sidebar = document.getElementById("sidebar");

const { current, refresh, subscribe } = await import("../../static/js/preferences/push.js");

test("a subscription is sent again after a login, and is not that of another person at the same browser", async () => {
  await subscribe("BAAA");
  await refresh();
  assert.equal(sent.length, 1, "the same login on the same day");
  sidebar.dataset.login = "8:bbbb";
  await refresh();
  assert.equal(sent.length, 1, "another person did not ask for it");
  assert.equal(await current(), null, "nor do their settings show it");
  sidebar.dataset.login = "7:cccc";
  await refresh();
  assert.equal(sent.length, 2, "the logout ended it");
  assert.equal(await current(), subscription);
  localStorage.setItem("push", "2026-11-26");
  await refresh();
  assert.equal(sent.length, 3, "an earlier version has stored the day alone");
  assert.match(localStorage.getItem("push"), /^7:cccc:/);
});
