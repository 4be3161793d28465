// While the page is hidden, an answer that is ready or an agent that waits for a person marks the page's title and
// icon, plays a sound and shows a notification (sound and notification depend on settings).

import { gettext } from "./i18n.js";

const MARK = "● ";
const WAITING = 300; // ms; changes within this time count as one.

/** @type {MutationObserver | null} */
let observer = null;
let timer = 0;
let before = new Map();
let icon = "";

/** The state of each chat in the list: "needs", "ready", "running" or "". */
function states() {
  const found = new Map();
  for (const row of document.querySelectorAll(".chat-row")) {
    const needs = row.querySelector(".needs-you") ? "needs" : "";
    const ready = row.dataset.unread === "yes" || row.querySelector(".has-failed") ? "ready" : "";
    found.set(row.dataset.chat, needs || ready || (row.querySelector(".task-running") ? "running" : ""));
  }
  return found;
}

/** @param {string} color */
function badge(color) {
  const link = /** @type {HTMLLinkElement} */ (document.querySelector('link[rel="icon"]'));
  icon ||= link.getAttribute("href");
  const dot = `<circle cx="24" cy="8" r="8" fill="${color}"/>`;
  const mark = '<rect width="32" height="32" rx="8" fill="#0b6b57"/><circle cx="16" cy="18" r="6" fill="#fff"/>';
  link.href = `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${mark}${dot}</svg>`)}`;
}

function beep() {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.08, context.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.35);
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.35);
  tone.onended = () => context.close();
}

/**
 * @param {string} chat
 * @param {string} state
 */
function call(chat, state) {
  const { dataset } = document.documentElement;
  const title = document.getElementById(`task-title-${chat}`)?.textContent ?? "";
  const text = state === "needs" ? gettext("An agent is waiting for you.") : gettext("An answer is ready.");
  if (!document.title.startsWith(MARK)) document.title = MARK + document.title;
  badge(state === "needs" ? "#e2a000" : "#e2553a");
  if (dataset.sound === "on") beep();
  if (dataset.notifications !== "on" || !("Notification" in window) || Notification.permission !== "granted") return;
  notify(title || "Agentex", { body: text, tag: chat, data: { url: `/tasks/${chat}/` } });
}

/**
 * Shows a notification through the service worker, because phones do not let pages show one. The service worker also
 * handles the click (service-worker.js).
 * @param {string} title
 * @param {NotificationOptions} options
 */
async function notify(title, options) {
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.showNotification(title, options);
}

function compare() {
  const now = states();
  for (const [chat, state] of now) {
    if ((state === "needs" || state === "ready") && before.get(chat) !== state) call(chat, state);
  }
  before = now;
}

export function watch() {
  if (observer) return;
  before = states();
  observer = new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(compare, WAITING);
  });
  observer.observe(document.getElementById("sidebar"), { childList: true, subtree: true, attributes: true });
}

/** Removes the marks when the page is visible again. */
export function seen() {
  observer?.disconnect();
  observer = null;
  clearTimeout(timer);
  if (document.title.startsWith(MARK)) document.title = document.title.slice(MARK.length);
  if (icon) /** @type {HTMLLinkElement} */ (document.querySelector('link[rel="icon"]')).href = icon;
}
