// Events on their way. They are kept until the server has said 200; a resend is harmless, because every event carries
// its messageId and the server takes each once.
import { forget, keep, kept, keptNames, newId } from "./keeping";

export type Call = Record<string, unknown> & { messageId: string };

const MOST_KEPT = 1000;
const MOST_SENT = 100;
const SOON = 500;
const LONGEST_WAIT = 60_000;
// Browsers refuse beacons and keepalive requests above 64 KB, all that are on their way together.
const BEACON_BYTES = 60_000;

export class Queue {
  private calls: Call[] = [];
  private timer = 0;
  private failures = 0;
  private sending = false;
  private readonly name = `queue.${newId(6)}`;

  constructor(
    private readonly host: string,
    private readonly writeKey: string,
  ) {
    // What an earlier page, or one that is still open beside us, could not send.
    for (const name of keptNames("queue.")) {
      this.calls.push(...(kept<Call[]>(name) ?? []));
      forget(name);
    }
    this.save();
    addEventListener("pagehide", () => this.beacon());
    addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.beacon());
    addEventListener("online", () => this.plan(0));
    this.plan(0);
  }

  add(call: Call): void {
    this.calls.push(call);
    if (this.calls.length > MOST_KEPT) this.calls.splice(0, this.calls.length - MOST_KEPT);
    this.save();
    this.plan(this.calls.length >= MOST_SENT ? 0 : SOON);
  }

  clear(): void {
    this.calls = [];
    this.save();
  }

  get size(): number {
    return this.calls.length;
  }

  /** Send what waits now; resolves when it has been tried. */
  async flush(): Promise<void> {
    if (this.sending || !this.calls.length) return;
    this.sending = true;
    const batch = this.calls.slice(0, MOST_SENT);
    const wait = await this.post(batch);
    this.sending = false;
    if (wait === null) {
      const sent = new Set(batch.map((call) => call.messageId));
      this.calls = this.calls.filter((call) => !sent.has(call.messageId));
      this.save();
      this.failures = 0;
      if (this.calls.length) this.plan(0);
    } else {
      this.plan(wait, true);
    }
  }

  private body(batch: Call[]): string {
    return JSON.stringify({ batch, writeKey: this.writeKey, sentAt: new Date().toISOString() });
  }

  /** Return null when the batch is done with, else how many milliseconds to wait. */
  private async post(batch: Call[]): Promise<number | null> {
    try {
      // text/plain needs no preflight: half the requests.
      const headers = { "Content-Type": "text/plain" };
      const response = await fetch(`${this.host}/v1/batch`, { method: "POST", headers, body: this.body(batch), credentials: "omit" });
      if (response.ok) return null;
      if (response.status < 500 && response.status !== 429 && response.status !== 408) {
        console.warn(`Hamdel refuses these events (${response.status}):`, await response.text());
        return null;
      }
      return this.backoff(Number(response.headers.get("Retry-After")) * 1000);
    } catch {
      return this.backoff(0);
    }
  }

  private backoff(asked: number): number {
    this.failures += 1;
    const grown = Math.min(LONGEST_WAIT, 1000 * 2 ** (this.failures - 1));
    return Math.max(asked || 0, grown * (0.5 + Math.random() / 2));
  }

  private plan(wait: number, isRetry = false): void {
    if (this.timer && !isRetry && (wait || this.failures)) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      void this.flush();
    }, wait);
  }

  /** The page is going away: hand over what fits. It stays kept as well, since nobody tells whether it came. */
  private beacon(): void {
    let batch = this.calls.slice(0, MOST_SENT);
    while (batch.length && this.body(batch).length > BEACON_BYTES) batch = batch.slice(0, Math.floor(batch.length / 2));
    if (batch.length) navigator.sendBeacon?.(`${this.host}/v1/batch`, new Blob([this.body(batch)], { type: "text/plain" }));
  }

  private save(): void {
    if (this.calls.length) keep(this.name, this.calls);
    else forget(this.name);
  }
}
