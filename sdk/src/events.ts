// The calls of Segment's specification: track, identify, page, group, alias.
import { forget, keep, kept, newId } from "./keeping";
import { Queue } from "./queue";
import { VERSION } from "./version";

export type Properties = Record<string, unknown>;
export type Options = {
  writeKey: string;
  /** Where Hamdel is, such as https://cx.example.ir; by default where this script came from. */
  host?: string;
  /** false: nothing is kept or sent until hamdel.consent(true). What was decided before is remembered. */
  consent?: boolean;
  /** The signed id of the customer, made by your server (see "who is it" on the page of widgets). */
  uid?: string;
  /** fa, en, …; by default the language of the page. */
  language?: string;
  /** false: no widgets on this page. */
  widgets?: boolean;
};
type Listener = (name: string, properties: Properties) => void;

export class Events {
  readonly queue: Queue;
  private readonly listeners: Listener[] = [];
  private allowed: boolean;
  private anonymous = "";

  constructor(readonly options: Options & { host: string }) {
    this.queue = new Queue(options.host, options.writeKey);
    this.allowed = kept<boolean>("consent") ?? options.consent ?? true;
    if (!this.allowed) this.queue.clear();
  }

  get anonymousId(): string {
    if (!this.anonymous) {
      this.anonymous = kept<string>("anonymousId") ?? newId(18);
      if (this.allowed) keep("anonymousId", this.anonymous);
    }
    return this.anonymous;
  }

  get userId(): string | null {
    return kept<string>("userId");
  }

  get isAllowed(): boolean {
    return this.allowed;
  }

  onTrack(listener: Listener): void {
    this.listeners.push(listener);
  }

  track(event: string, properties: Properties = {}): void {
    this.send({ type: "track", event, properties });
    for (const listener of this.listeners) listener(event, properties);
  }

  identify(userId: string, traits: Properties = {}): void {
    if (this.allowed) keep("userId", String(userId));
    this.send({ type: "identify", traits });
  }

  page(name = "", properties: Properties = {}): void {
    this.send({ type: "page", name, properties: { ...pageOf(), ...properties } });
  }

  group(groupId: string, traits: Properties = {}): void {
    this.send({ type: "group", groupId, traits });
  }

  alias(userId: string, previousId = this.userId ?? this.anonymousId): void {
    if (this.allowed) keep("userId", String(userId));
    this.send({ type: "alias", previousId });
  }

  /** Forget who it is: the next visitor of this browser is somebody else. */
  reset(): void {
    forget("userId");
    forget("anonymousId");
    this.anonymous = "";
  }

  /** Allow or forbid; forbidding forgets everything that was kept here. */
  consent(given: boolean): void {
    this.allowed = given;
    keep("consent", given);
    if (given) return;
    this.queue.clear();
    this.reset();
    forget("seen");
  }

  private send(call: Properties): void {
    if (!this.allowed) return;
    const userId = this.userId;
    this.queue.add({
      ...call,
      messageId: newId(),
      anonymousId: this.anonymousId,
      ...(userId ? { userId } : {}),
      timestamp: new Date().toISOString(),
      context: contextNow(),
    });
  }
}

function pageOf(): Properties {
  const { pathname, href, search } = location;
  return { path: pathname, url: href, search, title: document.title, referrer: document.referrer };
}

function contextNow(): Properties {
  return {
    library: { name: "hamdel.js", version: VERSION },
    page: pageOf(),
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
