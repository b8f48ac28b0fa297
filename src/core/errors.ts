/**
 * Failures are named by what happens next. Expected refusals are return values, never errors.
 *
 * Across an RPC border only `name`, `message` and own data survive, so code that looks at a
 * failure from another actor reads `name` and `code`, never `instanceof`.
 */

import type { BudgetKind } from "./run/budget.ts";

/** Try again later; nothing is wrong with the request itself. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
  readonly code: string;
  /** Wait the upstream asked for, in milliseconds; null when it did not say. */
  readonly retryAfterMs: number | null;
  constructor(code: string, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Trying again cannot help: the request, the data or the far side has to change first. */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A setting, secret or permission is missing or wrong; a person who runs the system can fix it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A budget is used up; a person has to allow more. */
export class BudgetExhaustedError extends Error {
  override readonly name = "BudgetExhaustedError";
  readonly code = "budget_exhausted";
  readonly kind: BudgetKind;
  /** The least that was needed. */
  readonly asked: number;
  /** The run whose budget it is, null for the asking run's own. */
  readonly ledger: string | null;
  constructor(message: string, kind: BudgetKind, asked: number, ledger: string | null) {
    super(message);
    this.kind = kind;
    this.asked = asked;
    this.ledger = ledger;
  }
}

/** How a failure is written into event logs, journals and rows. */
export interface FailureRecord {
  readonly kind: "retryable" | "permanent" | "config" | "bug";
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs: number | null;
}

const MAX_MESSAGE = 500;

/** Code of the failure to read a run that lies in the archive. */
export const ARCHIVE_DAMAGED = "archive_damaged";

/** Turns anything thrown into a record that is safe to store: bounded, without a stack. */
export function failureRecord(thrown: unknown): FailureRecord {
  if (!(thrown instanceof Error)) {
    return { kind: "bug", code: "not_an_error", message: String(thrown).slice(0, MAX_MESSAGE), retryAfterMs: null };
  }
  const message = thrown.message.slice(0, MAX_MESSAGE);
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : "unexpected";
  if (thrown.name === "RetryableError") {
    const wait = "retryAfterMs" in thrown && typeof thrown.retryAfterMs === "number" ? thrown.retryAfterMs : null;
    return { kind: "retryable", code, message, retryAfterMs: wait };
  }
  if (thrown.name === "PermanentError") return { kind: "permanent", code, message, retryAfterMs: null };
  if (thrown.name === "ConfigError") return { kind: "config", code, message, retryAfterMs: null };
  return { kind: "bug", code, message, retryAfterMs: null };
}
