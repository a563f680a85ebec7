// Hamdel in the browser, version 1. Its names and the shape of what it sends stay as they are for ever.
import { Events, type Options, type Properties } from "./events";
import { subscribe, unsubscribe } from "./push";
import { VERSION } from "./version";
import { Stage } from "./widgets/stage";

type Call = [name: string, ...parameters: unknown[]];

const script = document.currentScript as HTMLScriptElement | null;
let events: Events | null = null;
let stage: Stage | null = null;
const early: Call[] = [];

function init(options: Options): void {
  if (events) return;
  const host = (options.host ?? (script ? new URL(script.src).origin : location.origin)).replace(/\/+$/, "");
  events = new Events({ ...options, host });
  stage = new Stage(events);
  early.splice(0).forEach(call);
  if (options.widgets !== false && events.isAllowed) whenReady(() => void stage?.load().catch(() => undefined));
}

function whenReady(work: () => void): void {
  if (document.body) work();
  else addEventListener("DOMContentLoaded", work, { once: true });
}

/** Run a call, or keep it until init. */
function call([name, ...parameters]: Call): void {
  const method = (hamdel as unknown as Record<string, (...given: unknown[]) => unknown>)[name];
  method?.(...parameters);
}

function soon(name: string, ...parameters: unknown[]): Events | null {
  if (!events) early.push([name, ...parameters]);
  return events;
}

const hamdel = {
  version: VERSION,
  init,
  track: (event: string, properties?: Properties) => soon("track", event, properties)?.track(event, properties),
  identify: (userId: string, traits?: Properties) => soon("identify", userId, traits)?.identify(userId, traits),
  page: (name?: string, properties?: Properties) => soon("page", name, properties)?.page(name, properties),
  group: (groupId: string, traits?: Properties) => soon("group", groupId, traits)?.group(groupId, traits),
  alias: (userId: string, previousId?: string) => soon("alias", userId, previousId)?.alias(userId, previousId),
  reset: () => soon("reset")?.reset(),
  flush: () => events?.queue.flush() ?? Promise.resolve(),
  anonymousId: () => events?.anonymousId ?? null,
  consent(given: boolean): void {
    const was = events?.isAllowed;
    soon("consent", given)?.consent(given);
    if (given && was === false && events?.options.widgets !== false) void stage?.load().catch(() => undefined);
    if (!given) stage?.hide();
  },
  show: (widget: string) => stage?.show(widget),
  hide: () => stage?.hide(),
  /** Ask to send notifications: call it when the visitor has pressed something of yours. */
  push: (...given: unknown[]): unknown => {
    const [first] = given;
    if (Array.isArray(first)) return call(first as Call);
    return events ? subscribe(events, (first ?? {}) as { worker?: string }) : Promise.resolve(false);
  },
  pushOff: () => (events ? unsubscribe(events) : Promise.resolve(false)),
};

declare global {
  interface Window {
    hamdel: typeof hamdel | Call[];
  }
}

const waiting = window.hamdel;
window.hamdel = hamdel;
const { writeKey, consent, uid, language, page } = script?.dataset ?? {};
if (writeKey) {
  init({ writeKey, uid, language, ...(consent ? { consent: consent === "given" } : {}) });
  if (page !== "off") hamdel.page();
}
if (Array.isArray(waiting)) waiting.forEach(call);

export default hamdel;
