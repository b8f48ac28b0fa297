/**
 * Notes the edge signs for itself: what for, about whom, until when. Nothing is stored, a note proves itself, and every
 * copy of the edge reads every other copy's. The key comes from the service token: a new token ends all notes.
 */

/** What a note is good for. A note of one purpose is worth nothing for another. */
export type Purpose = "write" | "socket";

const encoder = new TextEncoder();
const MOST_CHARACTERS = 100;

/** What the platform calls a key has another name in Node's types, which read this file too. */
type Key = Awaited<ReturnType<typeof crypto.subtle.deriveKey>>;

async function keyFor(token: string, purpose: Purpose): Promise<Key> {
  const root = await crypto.subtle.importKey("raw", encoder.encode(token), "HKDF", false, ["deriveKey"]);
  const info = encoder.encode(`agency-os web edge ${purpose}`);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info },
    root,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign", "verify"],
  );
}

/** A list as JSON, so that no two notes are signed over the same bytes. */
function signed(until: number, about: readonly string[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encoder.encode(JSON.stringify([until, ...about])));
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[\w-]+$/.test(text)) return null;
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  try {
    return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Signs a note that holds until `until`, in milliseconds since 1970. */
export async function seal(token: string, purpose: Purpose, about: readonly string[], until: number): Promise<string> {
  const key = await keyFor(token, purpose);
  const signature = await crypto.subtle.sign("HMAC", key, signed(until, about));
  return `${until.toString(36)}.${toBase64Url(new Uint8Array(signature))}`;
}

/** Whether a note is ours, for this purpose and about exactly this, and still holds. Compared in constant time. */
export async function isSealed(
  note: string | null,
  token: string,
  purpose: Purpose,
  about: readonly string[],
  now: number,
): Promise<boolean> {
  if (note === null || note.length > MOST_CHARACTERS) return false;
  const [end = "", text = "", ...rest] = note.split(".");
  const signature = fromBase64Url(text);
  if (rest.length > 0 || signature === null || !/^[0-9a-z]{1,10}$/.test(end)) return false;
  const until = Number.parseInt(end, 36);
  if (until <= now) return false;
  return crypto.subtle.verify("HMAC", await keyFor(token, purpose), signature, signed(until, about));
}
