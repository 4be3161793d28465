// Shows an offline page when there is no network, and shows notifications. It caches only that page and its style, and
// no one's data.

const CACHE = "offline-2";
const OFFLINE = "/offline/";
const STYLE = ["common", "sheet"].map((name) => `/static/css/${name}.css`);
const KEPT = [OFFLINE, "/static/mark.svg", "/static/js/page/theme.js", ...STYLE];

const worker = /** @type {any} */ (globalThis);

worker.addEventListener("install", (/** @type {any} */ event) => {
  // A sent message must not wait until the browser has started this script. Not every browser has static routes.
  event.addRoutes?.({ condition: { requestMethod: "POST" }, source: "network" });
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)));
  worker.skipWaiting();
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  const old = caches
    .keys()
    .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(old);
});

let isFresh = false;

/** Once each time the browser starts this script, because the person may have changed the language. */
async function refreshOffline() {
  if (isFresh) return;
  isFresh = true;
  await caches
    .open(CACHE)
    .then((cache) => cache.add(OFFLINE))
    .catch(() => (isFresh = false));
}

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
    event.waitUntil(refreshOffline());
  } else if (KEPT.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});

/** @param {{ title: string, body: string, tag: string, url: string }} news as agentex_web/push/news.py makes it */
async function tell({ title, body, tag, url }) {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  // No notification while the chat is visible.
  const isSeen = (/** @type {any} */ page) => page.visibilityState === "visible" && new URL(page.url).pathname === url;
  if (pages.some(isSeen)) return;
  const icon = "/static/icons/icon-192.png";
  await worker.registration.showNotification(title, { body, tag, icon, data: { url } });
}

worker.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(tell(event.data.json())));

/** @param {string} url */
async function lead(url) {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = pages.find((/** @type {any} */ page) => new URL(page.url).pathname === url);
  await (shown ? shown.focus() : worker.clients.openWindow(url));
}

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data.url));
});
