/** The door of a refresh: the lease, the journal, progress by source, and how an attempt ends. */
import { DurableObject } from "cloudflare:workers";
import type { UnitAnswer, UnitRefusal } from "../../core/business-unit/answers.ts";
import { isUnread } from "../../core/business-unit/attempt.ts";
import type { UnitCommand } from "../../core/business-unit/commands.ts";
import { decide } from "../../core/business-unit/decide.ts";
import type { CheckResult, RefreshGrant, SourceCounts, SourceOutcome } from "../../core/business-unit/lease.ts";
import type { Quota, Refresh, SourceName, UnitState } from "../../core/business-unit/types.ts";
import { refreshContextOf } from "../../core/business-unit/view.ts";
import type { FailureRecord } from "../../core/errors.ts";
import { dayIn } from "../../core/facts/zones.ts";
import type { NextWork } from "../../core/run/commands.ts";
import type { FinishedWork } from "../../core/run/lease.ts";
import { homeIsGone, noteHome } from "../home.ts";
import type { UnitDeps } from "./deps.ts";
import { heldOf } from "./holds.ts";
import { UnitTurns } from "./turning.ts";

const NOBODY: UnitRefusal = { code: "no_such_unit", detail: "There is no such Business Unit." };

export abstract class RefreshDoor<E> extends DurableObject<E> {
  /** A field, so that no caller from outside can reach it. */
  protected readonly turns: UnitTurns;

  constructor(ctx: DurableObjectState, env: E) {
    super(ctx, env);
    this.turns = new UnitTurns(ctx, () => this.deps());
    void ctx.blockConcurrencyWhile(async () => {
      const due = this.turns.dueAt();
      if (due !== null) await this.turns.store.rearm(due);
    });
  }

  /** The outside; composed in `worker.ts`, faked in tests. */
  protected abstract deps(): UnitDeps;

  /**
   * The lease for an attempt, with what earlier attempts finished. Its epoch is written to D1 first: from then on no
   * earlier attempt can publish a fact, and this one can from its first word.
   */
  async acquire(ingestionRunId: string, attempt: number, process = ""): Promise<UnitAnswer<RefreshGrant>> {
    const before = this.turns.store.readState();
    const deps = this.turns.deps();
    const wish = { type: "acquire", ingestionRunId, attempt } as const;
    const unheld: UnitCommand = { ...wish, held: { all: null, sources: [] } };
    const { refusal } = decide(before, unheld, deps.now(), deps.settings);
    if (refusal !== null || before === null || before.refresh === null)
      return { ok: false, refusal: refusal ?? NOBODY };
    const held = await heldOf(before.businessUnitId, before.refresh, deps);
    const command: UnitCommand = { ...wish, held };
    if (held.all !== null) {
      const put = this.turns.take(command);
      return { ok: false, refusal: put.refusal ?? { code: "withheld", detail: held.all.detail } };
    }
    const epoch = before.epoch + 1;
    await deps.fence(before.businessUnitId, epoch);
    // Whatever raised the epoch meanwhile, a stop or another acquire, left this attempt unwanted: the turn refuses it.
    const outcome = this.turns.take(command, () => noteHome(this.ctx.storage.sql, epoch, process));
    if (outcome.refusal !== null) return { ok: false, refusal: outcome.refusal };
    const { state } = outcome;
    if (state === null || state.refresh === null) throw new Error("A granted lease belongs to a refresh.");
    return { ok: true, value: this.#grant(state, state.refresh) };
  }

  #grant(state: UnitState, refresh: Refresh): RefreshGrant {
    const { ingestionRunId, attempt, kind, requestedAt, range, sources } = refresh;
    const context = refreshContextOf(state, dayIn("UTC", requestedAt));
    return {
      epoch: state.epoch,
      attempt,
      leaseMs: this.turns.deps().settings.leaseMs,
      businessUnitId: state.businessUnitId,
      ingestionRunId,
      kind,
      requestedAt,
      range,
      plan: refresh.plan.filter(({ source }) => isUnread(sources[source])),
      sources,
      context,
      quotas: state.quotas,
      barrenAttempts: refresh.barrenAttempts,
      journal: this.turns.store.journal(ingestionRunId),
    };
  }

  /**
   * Looked at after a start: an attempt that died together with this actor is followed by the next one at once.
   * @param queueLost the queue forgot what it held: a message that nobody took yet is sent again, not when its start is late
   */
  touch(queueLost = false): void {
    const { store } = this.turns;
    const refresh = store.readState()?.refresh ?? null;
    if (refresh === null) return;
    const { lease, startBy, dueAt } = refresh;
    if (lease !== null && homeIsGone(this.ctx.storage.sql, lease.epoch))
      this.turns.take({ type: "cut_off", epoch: lease.epoch });
    const now = this.turns.deps().now();
    if (queueLost && lease === null && startBy !== null && dueAt <= now)
      this.turns.take({ type: "tick" }, () => store.enqueue({ kind: "enqueue_refresh" }, now, now));
  }

  /** True while that epoch holds a lease that has not run out. Doors outside ask right before they write. */
  holds(epoch: number): boolean {
    const lease = this.turns.store.readState()?.refresh?.lease ?? null;
    return lease !== null && lease.epoch === epoch && lease.expiresAt > this.turns.deps().now();
  }

  beginStep(epoch: number, _key: string, label: string): UnitAnswer<null> {
    return this.turns.told({ type: "begin_step", epoch, label });
  }

  /** Records a finished step; `result` is JSON. */
  commitStep(epoch: number, key: string, label: string, startedAt: number, result: string): UnitAnswer<null> {
    return this.advance(epoch, [{ kind: "step", key, label, startedAt, result }], null);
  }

  /** Records what is finished and what begins next, in one commit. */
  advance(epoch: number, done: readonly FinishedWork[], next: NextWork | null): UnitAnswer<null> {
    return this.turns.told({ type: "advance", epoch, done: done.length, next }, () => {
      const refresh = this.turns.store.readState()?.refresh;
      if (refresh === null || refresh === undefined) return;
      const { ingestionRunId, attempt } = refresh;
      const at = this.turns.deps().now();
      for (const { key, kind, result } of done)
        this.turns.store.writeJournal({ key, kind, status: "done", result, ingestionRunId, epoch, attempt, at });
    });
  }

  heartbeat(epoch: number): UnitAnswer<null> {
    return this.turns.told({ type: "heartbeat", epoch });
  }

  sourceProgress(
    epoch: number,
    source: SourceName,
    counts: SourceCounts,
    quota: Omit<Quota, "at"> | null,
  ): UnitAnswer<null> {
    return this.turns.told({ type: "source_progress", epoch, source, counts, quota });
  }

  checked(epoch: number, source: SourceName, checks: readonly CheckResult[]): UnitAnswer<null> {
    return this.turns.told({ type: "checked", epoch, source, checks });
  }

  finishSource(epoch: number, source: SourceName, counts: SourceCounts, outcome: SourceOutcome): UnitAnswer<null> {
    const jitter = this.turns.deps().random();
    return this.turns.told({ type: "finish_source", epoch, source, counts, outcome, jitter });
  }

  finish(epoch: number): UnitAnswer<null> {
    return this.turns.told({ type: "finish", epoch });
  }

  fail(epoch: number, failure: FailureRecord): UnitAnswer<null> {
    return this.turns.told({ type: "fail", epoch, failure, jitter: this.turns.deps().random() });
  }

  continueLater(epoch: number): UnitAnswer<null> {
    return this.turns.told({ type: "continue", epoch });
  }
}
