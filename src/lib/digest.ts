/** A digest without waiting: a turn is one synchronous transaction, and Web Crypto only answers later. */
import { hash } from "node:crypto";

/** SHA-256 of a text as UTF-8: 64 lower-case hex digits. */
export function sha256Now(text: string): string {
  return hash("sha256", text, "hex");
}
