/** The refresh's side of a lease: what an attempt says to the actor of its Business Unit. */
import type { UnitAnswer } from "../core/business-unit/answers.ts";
import type { CheckResult, RefreshGrant, SourceCounts, SourceOutcome } from "../core/business-unit/lease.ts";
import type { Quota, SourceName } from "../core/business-unit/types.ts";
import type { FailureRecord } from "../core/errors.ts";
import type { NextWork } from "../core/run/commands.ts";
import type { FinishedWork } from "../core/run/lease.ts";

/** Every call but `acquire` and `holds` is refused as `fenced` when the epoch's lease is over: stop at once. */
export interface RefreshActor {
  /** The lease for an attempt, with what earlier ones finished. D1 has its epoch when this returns. */
  acquire(ingestionRunId: string, attempt: number, process?: string): Promise<UnitAnswer<RefreshGrant>>;
  beginStep(epoch: number, key: string, label: string): Promise<UnitAnswer<null>>;
  /** Records a finished step and renews the lease; `result` is JSON. */
  commitStep(epoch: number, key: string, label: string, startedAt: number, result: string): Promise<UnitAnswer<null>>;
  /** Finished steps, oldest first, and what begins next, in one commit. */
  advance(epoch: number, done: readonly FinishedWork[], next: NextWork | null): Promise<UnitAnswer<null>>;
  heartbeat(epoch: number): Promise<UnitAnswer<null>>;
  /** True while the lease holds; asked right before a write that does not go through the actor. */
  holds(epoch: number): Promise<boolean>;
  /** How far a source is, for whoever watches; `quota` when a reply told it. */
  sourceProgress(
    epoch: number,
    source: SourceName,
    counts: SourceCounts,
    quota: Omit<Quota, "at"> | null,
  ): Promise<UnitAnswer<null>>;
  /** The checks of one chunk; a failing one opens a quality round, a passing one closes it. */
  checked(epoch: number, source: SourceName, checks: readonly CheckResult[]): Promise<UnitAnswer<null>>;
  finishSource(
    epoch: number,
    source: SourceName,
    counts: SourceCounts,
    outcome: SourceOutcome,
  ): Promise<UnitAnswer<null>>;
  /** Every source of the plan is finished. */
  finish(epoch: number): Promise<UnitAnswer<null>>;
  /** The attempt as a whole failed, not one source: the store is down, or a bug. */
  fail(epoch: number, failure: FailureRecord): Promise<UnitAnswer<null>>;
  /** Out of time: the lease is given back, the next message goes on from the journal. */
  continueLater(epoch: number): Promise<UnitAnswer<null>>;
}
