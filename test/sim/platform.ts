/** What the runtime lends to the code under test, made small and the same every time. */
import { createHash } from "node:crypto";
import { enterSockets } from "./sockets.ts";

/**
 * A small object in the place of a large interface of the runtime, of which the code under test uses only what is
 * there. What is missing fails by its name the moment it is called.
 */
export function standIn<T extends object>(part: object): T;
export function standIn(part: object): object {
  return part;
}

/**
 * For the time of a simulation digests are made at once (the real ones come from a pool of threads, in any order) and
 * logs are silent and errors carry no stack; timers go by `later`. Answers how to undo that.
 */
export function enterPlatform(later: (ms: number, work: () => void) => () => void): () => void {
  const { log, warn, error } = console;
  const silent = (): void => undefined;
  Object.assign(console, { log: silent, warn: silent, error: silent });
  // Thousands of refusals are thrown on purpose, and nobody reads where.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const { subtle } = crypto;
  const digest = subtle.digest.bind(subtle);
  const atOnce = async (_: string, bytes: Uint8Array): Promise<ArrayBuffer> => {
    const made = createHash("sha256").update(bytes).digest();
    return new Uint8Array(made).buffer;
  };
  Object.defineProperty(subtle, "digest", { configurable: true, value: atOnce });
  const leaveSockets = enterSockets(later);
  return () => {
    leaveSockets();
    Error.stackTraceLimit = stackTraceLimit;
    Object.assign(console, { log, warn, error });
    Object.defineProperty(subtle, "digest", { configurable: true, value: digest });
  };
}
