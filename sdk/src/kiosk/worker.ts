// The kiosk's service worker: the page, its script and its survey open without a network.

const worker = self as unknown as ServiceWorkerGlobalScope;
const CACHE = "hamdel-kiosk-1";
const PATIENCE = 4000;

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(freshOrKept(request));
});

/** What the network says soon, kept for later; else what was kept. */
async function freshOrKept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (response.ok && response.type === "basic") await cache.put(request, response.clone());
    // A server in trouble is as good as none; a device that was revoked must hear it.
    if (response.status < 500) return response;
  } catch {
    // offline
  }
  return (await cache.match(request, { ignoreSearch: false })) ?? new Response("", { status: 503 });
}

export {};
