/** The door of the runner: the lease, the journal and how an attempt ends. */
import { DurableObject } from "cloudflare:workers";
import type { FailureRecord } from "../../core/errors.ts";
import type { ItemAnswer } from "../../core/run/brief.ts";
import type { BudgetKind, Settlement } from "../../core/run/budget.ts";
import type { NextWork, Refusal, RunCommand } from "../../core/run/commands.ts";
import { startAt } from "../../core/run/decide-execution.ts";
import {
  type Answer,
  type BudgetAsk,
  type FinishedWork,
  type Grant,
  holdsLease,
  type Reserved,
} from "../../core/run/lease.ts";
import { currentRound, doneItems, latestArtifact } from "../../core/run/queries.ts";
import type { Cause, RunArtifact } from "../../core/run/types.ts";
import { homeIsGone, noteHome } from "../home.ts";
import type { RunDeps } from "./deps.ts";
import { holdOf } from "./send.ts";
import { RunTurns } from "./turning.ts";

const ENDED_HERE: Refusal = { code: "fenced", detail: "The attempt ends here: the run was stopped, paused or held." };

export abstract class LeaseDoor<E> extends DurableObject<E> {
  /** A field, so that no caller from outside can reach it. */
  protected readonly turns: RunTurns;

  constructor(ctx: DurableObjectState, env: E) {
    super(ctx, env);
    this.turns = new RunTurns(ctx, () => this.deps());
    void ctx.blockConcurrencyWhile(() => this.turns.rearm());
  }

  /** The outside; composed in `worker.ts`, faked in tests. */
  protected abstract deps(): RunDeps;

  /** The lease for an attempt, with what earlier attempts finished. The holds are read first: one may be new. */
  async acquire(attempt: number, process = ""): Promise<Answer<Grant>> {
    const before = this.turns.store.readState();
    const hold = before?.execution?.attempt === attempt ? await holdOf(before, this.turns.deps()) : null;
    if (hold !== null) this.turns.take({ type: "held", hold });
    const outcome = this.turns.take({ type: "acquire", attempt });
    const { state, refusal } = outcome;
    if (refusal !== null) return { ok: false, refusal };
    if (state === null || state.lease === null || state.brief === null) throw new Error("A granted lease has a brief.");
    const round = currentRound(state);
    const roundId = state.execution?.roundId ?? null;
    const { epoch } = state.lease;
    // In the commit of the grant: nothing is awaited in between.
    noteHome(this.ctx.storage.sql, epoch, process);
    const artifact = latestArtifact(state);
    return {
      ok: true,
      value: {
        epoch,
        attempt,
        budgetRunId: state.brief.budgetRunId ?? state.runId,
        leaseMs: this.turns.deps().settings.leaseMs,
        brief: state.brief,
        round,
        roundId,
        items: state.rounds.find((one) => one.roundId === roundId)?.items ?? [],
        earlier: doneItems(state),
        barrenAttempts: state.barrenAttempts,
        previousArtifactId: artifact?.artifactId ?? null,
        nextVersion: (artifact?.version ?? 0) + 1,
        mayStay: roundId !== null && state.talk.owed === null,
        generations: state.talk.generations,
        journal: this.turns.store.journal(round),
      },
    };
  }

  /**
   * Looked at after a start. An attempt that shared a process with the actor died with it: the next one goes on at once
   * from what was recorded, without waiting for the lease. Should that attempt live after all, because only the actor
   * had moved, its epoch is over and it can write nothing (ADR 020).
   * @param queueLost the queue forgot what it held: a message that nobody took yet is sent again, not when its start is late
   */
  touch(queueLost = false): void {
    const { store } = this.turns;
    const state = store.readState();
    if (state === null) return;
    const { lease, execution } = state;
    if (lease !== null && homeIsGone(this.ctx.storage.sql, lease.epoch))
      this.turns.take({ type: "cut_off", epoch: lease.epoch });
    const now = this.turns.deps().now();
    if (queueLost && execution !== null && startAt(state) !== null && execution.dueAt <= now)
      this.turns.take({ type: "tick" }, () => store.enqueue({ kind: "enqueue_execution" }, now, now));
  }

  /** True while that epoch holds a lease that has not run out. Doors outside ask right before they write. */
  holds(epoch: number): boolean {
    return holdsLease(this.turns.store.readState(), epoch, this.turns.deps().now());
  }

  /**
   * What an attempt records at a boundary. Refused also when it was recorded and the attempt ended with it, because
   * somebody stopped, paused or held the run: the worker has to let go.
   */
  #atBoundary(epoch: number, command: RunCommand): Answer<null> {
    const told = this.turns.told(command);
    return told.ok && !this.holds(epoch) ? { ok: false, refusal: ENDED_HERE } : told;
  }

  beginStep(epoch: number, key: string, label: string): Answer<null> {
    return this.turns.told({ type: "begin_step", epoch, key, label });
  }

  /** Records a finished step; `result` is JSON. */
  commitStep(epoch: number, key: string, label: string, startedAt: number, result: string): Answer<null> {
    return this.#atBoundary(epoch, { type: "commit_step", epoch, kind: "step", key, label, startedAt, result });
  }

  /** Records the intent to write to the outside, before it is done. */
  intendEffect(epoch: number, key: string, label: string): Answer<null> {
    return this.#atBoundary(epoch, { type: "intend_effect", epoch, key, label });
  }

  commitEffect(epoch: number, key: string, label: string, startedAt: number, result: string): Answer<null> {
    return this.#atBoundary(epoch, { type: "commit_step", epoch, kind: "effect", key, label, startedAt, result });
  }

  /** Records what is finished and what begins next, in one commit. */
  advance(epoch: number, done: readonly FinishedWork[], next: NextWork | null): Answer<null> {
    return this.#atBoundary(epoch, { type: "advance", epoch, done, next });
  }

  heartbeat(epoch: number): Answer<null> {
    return this.turns.told({ type: "heartbeat", epoch });
  }

  /**
   * Sets aside what is about to be spent: for an attempt of this run (`holder` "lease") or of a child run, by its id.
   * What was used up before can be told with it.
   */
  reserve(holder: string, epoch: number, ask: BudgetAsk): Answer<Reserved> {
    const outcome = this.turns.take({ type: "reserve", holder, epoch, ...ask });
    if (outcome.refusal !== null) return { ok: false, refusal: outcome.refusal };
    const made = outcome.state === null ? undefined : outcome.state.budget?.reservations.at(-1);
    if (made === undefined) throw new Error("A reservation that was not refused is in the ledger.");
    return { ok: true, value: { reservation: made.n, amounts: made.amounts } };
  }

  settle(holder: string, epoch: number, settlement: Settlement): Answer<null> {
    return this.turns.told({ type: "settle", holder, epoch, settlement });
  }

  /** The attempt stops: a budget is used up. The run pauses and asks. */
  exhausted(epoch: number, kind: BudgetKind, asked: number, ledger: string | null): Answer<null> {
    return this.turns.told({ type: "exhausted", holder: "lease", epoch, kind, asked, ledger });
  }

  finish(epoch: number, artifact: RunArtifact, answers: readonly ItemAnswer[]): Answer<null> {
    return this.turns.told({ type: "finish", epoch, artifact, answers });
  }

  /** None of the items can be done: the version there is stays. */
  decline(epoch: number, answers: readonly ItemAnswer[]): Answer<null> {
    return this.turns.told({ type: "decline", epoch, answers });
  }

  /** The skill refuses to deliver: a gate of its contract failed. What was gathered is forgotten, it was not enough. */
  refuse(epoch: number, cause: Cause): Answer<null> {
    const state = this.turns.store.readState();
    const round = state === null ? 0 : currentRound(state);
    return this.turns.told({ type: "refuse", epoch, cause }, () => this.turns.store.forgetSteps(round));
  }

  continueLater(epoch: number): Answer<null> {
    return this.turns.told({ type: "continue", epoch });
  }

  fail(epoch: number, failure: FailureRecord): Answer<null> {
    return this.turns.told({ type: "fail", epoch, failure, jitter: this.turns.deps().random() });
  }
}
