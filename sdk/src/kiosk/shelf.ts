// Responses of this device until the server has them: IndexedDB, which outlives a reload, a crash and an empty battery.

export type Kept = {
  once: string;
  language: string;
  version: string;
  begun: string;
  pages: { page: number; typed: Record<string, string>; at: string }[];
  finished: boolean;
};

const NAME = "hamdel-kiosk";
const STORE = "responses";

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class Shelf {
  private constructor(private readonly db: IDBDatabase) {}

  /** Each device has a shelf of its own, named by what its address says. */
  static async open(device: string): Promise<Shelf> {
    const asked = indexedDB.open(`${NAME}-${device}`, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "once" });
    const shelf = new Shelf(await done(asked));
    await navigator.storage?.persist?.().catch(() => false);
    return shelf;
  }

  private store(mode: IDBTransactionMode): IDBObjectStore {
    return this.db.transaction(STORE, mode, { durability: "strict" } as IDBTransactionOptions).objectStore(STORE);
  }

  /** Put a response on the shelf, or what is newer of it. */
  async put(response: Kept): Promise<void> {
    await done(this.store("readwrite").put(response));
  }

  async remove(once: string): Promise<void> {
    await done(this.store("readwrite").delete(once));
  }

  async all(): Promise<Kept[]> {
    const found = (await done(this.store("readonly").getAll())) as Kept[];
    return found.sort((one, other) => one.begun.localeCompare(other.begun));
  }
}
