// Notifications: the site's own service worker imports /sdk/push.v1.js, we subscribe it and tell the server.
import type { Events } from "./events";

type Keys = { key: string };

function bytes(text: string): Uint8Array {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

export async function subscribe(events: Events, { worker = "/hamdel-push.js" }): Promise<boolean> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !events.isAllowed) return false;
  if ((await Notification.requestPermission()) !== "granted") return false;
  const { host, writeKey } = events.options;
  const { key } = (await (await fetch(`${host}/sdk/v1/push/?key=${encodeURIComponent(writeKey)}`)).json()) as Keys;
  const registration = await navigator.serviceWorker.register(worker);
  await navigator.serviceWorker.ready;
  const found = await registration.pushManager.getSubscription();
  const subscription = found ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) as BufferSource }));
  return tell(events, { subscription: subscription.toJSON() });
}

export async function unsubscribe(events: Events): Promise<boolean> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  if (!subscription) return false;
  await subscription.unsubscribe();
  return tell(events, { gone: subscription.endpoint });
}

async function tell(events: Events, said: object): Promise<boolean> {
  const { host, writeKey, uid } = events.options;
  const body = JSON.stringify({ key: writeKey, uid: uid ?? "", anonymousId: events.anonymousId, ...said });
  return (await fetch(`${host}/sdk/v1/push/`, { method: "POST", headers: { "Content-Type": "text/plain" }, body })).ok;
}
