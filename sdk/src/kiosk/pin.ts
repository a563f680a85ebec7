// The PIN of staff, checked without a network: the server sends salt and hash, never the PIN.

const ROUNDS = 200_000;
const MOST_TRIES = 5;
const PAUSE = 60_000;

let tries = 0;
let closedUntil = 0;

function bytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Tell whether the PIN is right; after five wrong ones nothing is right for a minute. */
export async function isRight(pin: string, kept: string, now = Date.now()): Promise<boolean> {
  if (now < closedUntil) return false;
  const [salt, hash] = kept.split(":").map(bytes) as [Uint8Array, Uint8Array];
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const found = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: salt as BufferSource, iterations: ROUNDS }, key, 256);
  const same = new Uint8Array(found).every((byte, n) => byte === hash[n]);
  tries = same ? 0 : tries + 1;
  if (tries >= MOST_TRIES) [tries, closedUntil] = [0, now + PAUSE];
  return same;
}
