/** The runner's side of a lease: every write of an attempt goes through it and stops the attempt when it is over. */
import type { FailureRecord } from "../core/errors.ts";
import type { ItemAnswer } from "../core/run/brief.ts";
import type { BudgetKind } from "../core/run/budget.ts";
import type { NextWork } from "../core/run/commands.ts";
import type { Answer, FinishedWork } from "../core/run/lease.ts";
import type { Cause, RunArtifact } from "../core/run/types.ts";

/** An answer of any actor that lends leases. */
export type Told<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: { readonly detail: string } };

/** What a journal needs of the actor it writes to. */
export interface StepActor {
  beginStep(epoch: number, key: string, label: string): Promise<Told<null>>;
  commitStep(epoch: number, key: string, label: string, startedAt: number, result: string): Promise<Told<null>>;
  /** Finished work, oldest first, and what begins next, in one commit. */
  advance(epoch: number, done: readonly FinishedWork[], next: NextWork | null): Promise<Told<null>>;
  /** Only where writes to the outside are journalled. */
  intendEffect?(epoch: number, key: string, label: string): Promise<Told<null>>;
  commitEffect?(epoch: number, key: string, label: string, startedAt: number, result: string): Promise<Told<null>>;
}

/** What is needed of an actor to keep a lease and to write under it. */
export interface LeaseActor {
  heartbeat(epoch: number): Promise<Told<null>>;
  /** True while the lease holds; asked right before a write that does not go through the actor. */
  holds(epoch: number): Promise<boolean>;
}

/** What the runner says to the actor of its run. */
export interface RunActor extends StepActor, LeaseActor {
  intendEffect(epoch: number, key: string, label: string): Promise<Answer<null>>;
  commitEffect(epoch: number, key: string, label: string, startedAt: number, result: string): Promise<Answer<null>>;
  finish(epoch: number, artifact: RunArtifact, answers: readonly ItemAnswer[]): Promise<Answer<null>>;
  decline(epoch: number, answers: readonly ItemAnswer[]): Promise<Answer<null>>;
  refuse(epoch: number, cause: Cause): Promise<Answer<null>>;
  continueLater(epoch: number): Promise<Answer<null>>;
  fail(epoch: number, failure: FailureRecord): Promise<Answer<null>>;
  /** A budget is used up; `ledger` is the run it belongs to, null for this one. */
  exhausted(epoch: number, kind: BudgetKind, asked: number, ledger: string | null): Promise<Answer<null>>;
}

/** The lease is over: somebody else has it, or the run was stopped. Nothing more may be written. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
  readonly code = "lease_lost";
}

/** The invocation's time is nearly up; the next one goes on from the journal. */
export class TimeUpError extends Error {
  override readonly name = "TimeUpError";
  readonly code = "time_up";
}

/** The value, or the end of the attempt. */
export function granted<T>(answer: Told<T>): T {
  if (answer.ok) return answer.value;
  throw new LeaseLostError(answer.refusal.detail);
}
