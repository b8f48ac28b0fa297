/** A credential as a port asks for it: late, so that a missing one fails the call that needs it and nothing else. */
import { ConfigError } from "../core/errors.ts";

/** Reads a secret; null or an empty text when it is not set. */
export type Secret = () => Promise<string | null>;

/** The secret's value. Errors: ConfigError `<code>_missing` naming a secret that is not set or cannot be sent. */
export async function requireSecret(secret: Secret, code: string, name: string): Promise<string> {
  const value = (await secret())?.trim() ?? "";
  if (value === "") throw new ConfigError(`${code}_missing`, `The secret ${name} is not set.`);
  // Anything else makes `fetch` throw as if the network had failed, and that would be tried again for ever.
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new ConfigError(`${code}_missing`, `The secret ${name} holds characters no header can carry.`);
  }
  return value;
}
