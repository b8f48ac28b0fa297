/** What can go wrong with any upstream, in one list: how a simulator is told, and what a port must make of it. */
import { ConfigError, PermanentError, RetryableError } from "../../../src/core/errors.ts";
import type { FaultOptions } from "../../../src/ports/fault-script.ts";

export type FaultKind =
  | "rate_limited"
  | "server_error"
  | "timeout"
  | "truncated"
  | "unauthorised"
  | "forbidden"
  | "lost_answer";

/** The fault as the sandbox takes it, without upstream and route. */
export const SANDBOX_FAULT = {
  rate_limited: { kind: "status", status: 429, retryAfter: 120 },
  server_error: { kind: "status", status: 500 },
  timeout: { kind: "timeout", delayMs: 30_000 },
  truncated: { kind: "truncate" },
  unauthorised: { kind: "status", status: 401 },
  forbidden: { kind: "status", status: 403 },
  lost_answer: { kind: "drop_after" },
} as const satisfies Record<FaultKind, object>;

/** How a failure looks from outside. */
export interface Seen {
  readonly name: string;
  readonly code: string;
  readonly retryAfterMs: number | null;
}

/** What every port must make of a fault that does not go away. */
export function expectedOf(upstream: string, kind: FaultKind): Seen {
  const retryable = (reason: string, retryAfterMs: number | null = null): Seen => ({
    name: "RetryableError",
    code: `${upstream}_${reason}`,
    retryAfterMs,
  });
  const config = (reason: string): Seen => ({ name: "ConfigError", code: `${upstream}_${reason}`, retryAfterMs: null });
  switch (kind) {
    case "rate_limited":
      return retryable("rate_limited", 120_000);
    case "server_error":
      return retryable("unavailable");
    case "timeout":
      return retryable("timeout");
    case "truncated":
      return retryable("bad_reply");
    case "lost_answer":
      return retryable("unreachable");
    case "unauthorised":
      return config("unauthorised");
    case "forbidden":
      // Asana's port promises one code for both: a person has to look at the token either way.
      return config(upstream === "asana" ? "unauthorised" : "forbidden");
  }
}

/** The error a fake is told to throw for a fault. */
export function errorFor(upstream: string, kind: FaultKind): Error {
  const { name, code, retryAfterMs } = expectedOf(upstream, kind);
  const message = `${upstream}: told to fail with ${kind}`;
  return name === "RetryableError" ? new RetryableError(code, message, retryAfterMs) : new ConfigError(code, message);
}

/** Only a lost answer and a cut one leave the work done. */
export function fakeOptions(kind: FaultKind): FaultOptions {
  return { times: 1, performed: kind === "lost_answer" || kind === "truncated" };
}

/** The failure of a call as it looks from outside; a call that succeeds or throws anything unnamed fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<Seen & { readonly message: string }> {
  const thrown: unknown = await work.then(
    (value) => new Error(`succeeded with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (thrown instanceof RetryableError) {
    return { name: thrown.name, code: thrown.code, retryAfterMs: thrown.retryAfterMs, message: thrown.message };
  }
  if (thrown instanceof PermanentError || thrown instanceof ConfigError) {
    return { name: thrown.name, code: thrown.code, retryAfterMs: null, message: thrown.message };
  }
  throw thrown;
}

/** A short time limit only where time is the fault: a busy machine must not look like a slow upstream. */
export function portFor<P>(world: { readonly port: P; readonly impatient: P }, kind: FaultKind): P {
  return kind === "timeout" ? world.impatient : world.port;
}
