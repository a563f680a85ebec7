// For the service worker of a site: importScripts("https://cx.example.ir/sdk/push.v1.js"). Shows what we send, opens its link.

type Note = { title: string; text?: string; link?: string; language?: string; dir?: "rtl" | "ltr"; icon?: string; tag?: string };

const worker = self as unknown as ServiceWorkerGlobalScope;

worker.addEventListener("push", (event) => {
  const note = (event.data?.json() ?? { title: "" }) as Note;
  const { title, text, link, language, dir, icon, tag } = note;
  event.waitUntil(worker.registration.showNotification(title, { body: text, lang: language, dir, icon, tag, data: { link } }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { link } = event.notification.data as { link?: string };
  if (link && /^https?:/.test(link)) event.waitUntil(worker.clients.openWindow(link));
});

export {};
