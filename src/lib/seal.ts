/** Sealing of short texts: AES-256-GCM with a fresh IV, bound to what it belongs to, with a key that can be rotated. */
import * as v from "valibot";
import { parseJson } from "./json.ts";

const encoder = new TextEncoder();
const IV_BYTES = 12;
const SALT = "agency-os sealed texts";

const SealedSchema = v.object({ keyId: v.string(), iv: v.string(), sealed: v.string() });

/**
 * Seals a text under the first key; JSON, safe to store.
 * @param keys texts of high entropy; the first seals, all of them open
 * @param belongsTo what it is bound to: opened for anything else, it does not open
 */
export async function seal(keys: readonly string[], text: string, belongsTo: string): Promise<string> {
  const [current] = keys;
  if (current === undefined) throw new RangeError("There is no key to seal with");
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const algorithm = { name: "AES-GCM", iv, additionalData: encoder.encode(belongsTo) };
  const bytes = await crypto.subtle.encrypt(algorithm, await keyOf(current), encoder.encode(text));
  return JSON.stringify({ keyId: await keyId(current), iv: toBase64(iv), sealed: toBase64(new Uint8Array(bytes)) });
}

/** The text again; null when none of the keys sealed it, or it belongs to something else, or it was changed. */
export async function open(keys: readonly string[], stored: string, belongsTo: string): Promise<string | null> {
  const read = parseJson(stored);
  const parsed = v.safeParse(SealedSchema, read.ok ? read.value : null);
  if (!parsed.success) return null;
  for (const key of keys) {
    if ((await keyId(key)) !== parsed.output.keyId) continue;
    const iv = fromBase64(parsed.output.iv);
    const algorithm = { name: "AES-GCM", iv, additionalData: encoder.encode(belongsTo) };
    try {
      const bytes = await crypto.subtle.decrypt(algorithm, await keyOf(key), fromBase64(parsed.output.sealed));
      return new TextDecoder().decode(bytes);
    } catch {
      return null;
    }
  }
  return null;
}

/** Names a key without telling it: another derivation of the same text. */
async function keyId(key: string): Promise<string> {
  return toHex(await derive(key, "id")).slice(0, 12);
}

async function keyOf(key: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", await derive(key, "key"), "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function derive(key: string, purpose: string): Promise<Uint8Array<ArrayBuffer>> {
  const base = await crypto.subtle.importKey("raw", encoder.encode(key), "HKDF", false, ["deriveBits"]);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: encoder.encode(SALT), info: encoder.encode(purpose) };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, base, 256));
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array(0);
  }
}
