// Bring what is on the shelf to the server. It takes each response once, by its secret, however often it comes.
import type { Kept, Shelf } from "./shelf";

const EVERY = 15_000;
const HELLO_EVERY = 60_000;
const MOST = 20;

type Said = { taken: string[]; version: string };

export class Sending {
  waiting = 0;
  lastSent = 0;
  isRevoked = false;
  version = "";
  private busy = false;
  private asked = false;
  private lastHello = 0;

  constructor(private readonly shelf: Shelf, private readonly current: () => string, private readonly changed: () => void) {
    setInterval(() => void this.go(), EVERY);
    addEventListener("online", () => void this.go());
  }

  /** Try now, and once more if somebody finishes meanwhile. What a visitor is still answering stays here. */
  async go(hello = false): Promise<void> {
    this.asked = true;
    if (this.busy) return;
    this.busy = true;
    while (this.asked) {
      this.asked = false;
      await this.bring(hello);
    }
    this.busy = false;
    this.changed();
  }

  private async bring(hello: boolean): Promise<void> {
    try {
      const ready = (await this.shelf.all()).filter((each) => each.once !== this.current() && each.pages.length);
      this.waiting = ready.length;
      const isDue = hello || Date.now() - this.lastHello > HELLO_EVERY;
      if (ready.length || isDue) await this.send(ready);
    } catch {
      // offline, or a server in trouble: it stays on the shelf
    }
  }

  private async send(ready: Kept[]): Promise<void> {
    do {
      const some = ready.splice(0, MOST);
      // By the time it is here, the server tells by how much this clock is wrong.
      const body = JSON.stringify({ responses: some, waiting: ready.length + some.length, sent: new Date().toISOString() });
      const response = await fetch("responses/", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      this.isRevoked = response.status === 404 || response.status === 410;
      if (!response.ok) return;
      const { taken, version } = (await response.json()) as Said;
      for (const once of taken) await this.shelf.remove(once);
      this.version = version;
      this.lastHello = Date.now();
      if (taken.length) this.lastSent = Date.now();
      this.waiting = ready.length;
    } while (ready.length);
  }
}
