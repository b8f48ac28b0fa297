/**
 * What passes between a run's actor and the attempt that holds its lease. A lease is renewed by what the attempt records, and
 * while a step takes long by a heartbeat, which ends with the attempt or once it stood still for five minutes
 * (`runner/heartbeat.ts`): no call that is never answered keeps it for longer.
 */
import type { Brief, RequestedItem } from "./brief.ts";
import type { Amounts, Settlement } from "./budget.ts";
import type { Refusal } from "./commands.ts";
import type { Generations } from "./conversation.ts";
import type { Instant, RunState } from "./types.ts";

/** An answer of the actor: the value, or why it refuses. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

/** What an earlier attempt left: a result, or only the intent to act on the outside. */
export interface JournalEntry {
  readonly key: string;
  readonly status: "intended" | "done";
  /** JSON; null for an intent. */
  readonly result: string | null;
}

/** A finished step or effect as the runner reports it; `result` is JSON. */
export interface FinishedWork {
  readonly kind: "step" | "effect";
  readonly key: string;
  readonly label: string;
  readonly startedAt: number;
  readonly result: string;
}

/** What an attempt gets with the lease. */
export interface Grant {
  readonly epoch: number;
  readonly attempt: number;
  /** Whose budget the attempt spends: this run's own, or that of the run it is a part of. */
  readonly budgetRunId: string;
  readonly leaseMs: number;
  readonly brief: Brief;
  readonly round: number;
  readonly roundId: string | null;
  readonly items: readonly RequestedItem[];
  /** What earlier rounds asked for and got, oldest first: a new version keeps it. */
  readonly earlier: readonly RequestedItem[];
  /** Attempts before this one, in a row, that got no further. */
  readonly barrenAttempts: number;
  readonly previousArtifactId: string | null;
  readonly nextVersion: number;
  /** True while nothing but the items of a round asks for a version: where none can be done, the one there is stays. */
  readonly mayStay: boolean;
  /** Which phases are made anew; part of the journal's keys. */
  readonly generations: Generations;
  readonly journal: readonly JournalEntry[];
}

/** What is asked of a budget: at least `amounts`, and as much of `upTo` as is left. */
export interface BudgetAsk {
  readonly amounts: Amounts;
  readonly upTo: Amounts;
  readonly settlement: Settlement | null;
}

/** What was set aside. */
export interface Reserved {
  readonly reservation: number;
  readonly amounts: Amounts;
}

/** Where spending is told: before it, and what came of it. */
export interface Purse {
  /** Errors: BudgetExhaustedError when there is not enough; nothing is set aside then. */
  reserve(ask: BudgetAsk): Promise<Reserved>;
  /** Never fails: what is not settled counts as spent when the attempt ends. */
  settle(settlement: Settlement): Promise<void>;
}

/** True while `epoch` holds a lease of the run that has not run out. */
export function holdsLease(state: RunState | null, epoch: number, now: Instant): boolean {
  const lease = state?.lease ?? null;
  return lease !== null && lease.epoch === epoch && lease.expiresAt > now;
}

/** When the present lease was granted; `now` without one. */
export function leaseBegan(state: RunState, now: Instant): Instant {
  return state.lease === null ? now : (state.attempts.at(-1)?.startedAt ?? now);
}
