// Shows a page that says so where there is no network. It keeps that page and its style, and nothing that is anybody's.

const CACHE = "offline-1";
const OFFLINE = "/offline/";
const STYLE = ["tokens", "base", "type", "controls", "sheet"].map((name) => `/static/css/${name}.css`);
const KEPT = [OFFLINE, "/static/mark.svg", "/static/js/page/theme.js", ...STYLE];

const worker = /** @type {any} */ (globalThis);

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)));
  worker.skipWaiting();
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  const old = caches
    .keys()
    .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(old);
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (KEPT.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});
