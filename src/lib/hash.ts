/** Digests and comparisons on Web Crypto alone, so that they run in workerd and in Node alike. */

const encoder = new TextEncoder();

function hex(buffer: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** The UTF-8 bytes of a text, or the same bytes in a buffer of their own, which Web Crypto insists on. */
function plainBytes(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(typeof content === "string" ? encoder.encode(content) : content);
}

/** SHA-256 of a text (as UTF-8) or of bytes: 64 lower-case hex digits. */
export async function sha256Hex(content: string | Uint8Array): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", plainBytes(content)));
}

/** HMAC-SHA256 over the exact bytes, lower-case hex. The secret is used as UTF-8. */
export async function hmacSha256Hex(secret: string, content: string | Uint8Array): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  // Web Crypto refuses an empty key; an empty secret would sign for anyone, so it is refused here by name.
  if (secret === "") throw new RangeError("An HMAC secret must not be empty");
  const key = await crypto.subtle.importKey("raw", plainBytes(secret), algorithm, false, ["sign"]);
  return hex(await crypto.subtle.sign("HMAC", key, plainBytes(content)));
}

/**
 * Equality that takes the same time wherever the texts differ, so that a secret cannot be found character by
 * character. Synchronous on purpose: a forgotten `await` would make every comparison true. Only the length of the
 * longer text shows in the time.
 */
export function timingSafeEqualText(a: string, b: string): boolean {
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  let difference = left.length ^ right.length;
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) difference |= (left[i] ?? 0) ^ (right[i] ?? 0);
  return difference === 0;
}
