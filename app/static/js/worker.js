// Answers for pages when there is no network: with the form for a visit that outbox.js keeps in the cache, and nothing
// else. Pages with records are never kept.

const SHELL = "luodi-shell";
const FORM = "/visits/offline";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET") {
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => kept(FORM)));
  } else if (new URL(request.url).pathname.indexOf("/static/") === 0) {
    event.respondWith(fetch(request).catch(() => kept(request)));
  }
});

function kept(what) {
  return caches.open(SHELL).then((cache) => cache.match(what)).then((found) => found || Response.error());
}
