// What is kept in the browser: localStorage, or memory where that is forbidden. Never a cookie.

const PREFIX = "hamdel.";
const memory = new Map<string, string>();

function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null; // blocked by the browser's settings or by a sandboxed frame
  }
}

export function keep(name: string, value: unknown): void {
  const text = JSON.stringify(value);
  try {
    const where = storage();
    if (where) return where.setItem(PREFIX + name, text);
  } catch {
    // full: this page still remembers
  }
  memory.set(name, text);
}

export function kept<T>(name: string): T | null {
  const text = memory.get(name) ?? storage()?.getItem(PREFIX + name);
  try {
    return text ? (JSON.parse(text) as T) : null;
  } catch {
    return null;
  }
}

export function forget(name: string): void {
  memory.delete(name);
  storage()?.removeItem(PREFIX + name);
}

/** The names of everything kept that begins so. */
export function keptNames(start: string): string[] {
  const where = storage();
  const stored = where ? Object.keys(where).filter((key) => key.startsWith(PREFIX)) : [];
  const names = [...stored.map((key) => key.slice(PREFIX.length)), ...memory.keys()];
  return names.filter((name) => name.startsWith(start));
}

/** 128 random bits and more, in letters that fit an address. */
export function newId(bytes = 24): string {
  const raw = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...raw)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}
