/**
 * The turns of a Business Unit: store, watchers and the outside it is lent. A plain object, not a base class: what stands
 * on an actor's prototype can be called from outside.
 */
import type { UnitAnswer, UnitRefusal } from "../../core/business-unit/answers.ts";
import type { UnitCommand } from "../../core/business-unit/commands.ts";
import { decide } from "../../core/business-unit/decide.ts";
import { type Effect, effectDueAt, effectsOf, standingEffects } from "../../core/business-unit/effects.ts";
import { isLogged, type UnitEvent } from "../../core/business-unit/events.ts";
import { evolve } from "../../core/business-unit/evolve.ts";
import { projectionOf } from "../../core/business-unit/projection.ts";
import { isActive, isScheduled } from "../../core/business-unit/queries.ts";
import type { UnitState } from "../../core/business-unit/types.ts";
import { editsOf } from "../../core/business-unit/view.ts";
import { wakeAt } from "../../core/business-unit/wake.ts";
import { NOBODY_THERE, type Visit } from "../../core/visit.ts";
import { log } from "../../lib/log.ts";
import { OutboxDrain } from "../outbox-drain.ts";
import { earliest, type TurnOutcome, type TurnSpec, takeTurn } from "../turn.ts";
import { Claims } from "./claims.ts";
import type { UnitDeps } from "./deps.ts";
import { UnitStore } from "./store.ts";
import { UnitWatchers } from "./watchers.ts";

export type UnitOutcome = TurnOutcome<UnitState, UnitEvent, UnitRefusal>;

/** A unit that is refreshed by schedule and would never wake is lost: a bug, and the turn is not taken. */
function wakeOf(state: UnitState): number | null {
  const at = wakeAt(state);
  if (at === null && isScheduled(state)) throw new Error("The Business Unit would never be refreshed.");
  return at;
}

export class UnitTurns {
  readonly store: UnitStore;
  readonly watchers: UnitWatchers;
  readonly claims: Claims;
  readonly #compose: () => UnitDeps;
  readonly #drain: OutboxDrain<Effect>;
  #deps: UnitDeps | null = null;
  /** One projection at a time, each of the state as it is then: an older one must not come after a newer one. */
  #projecting: Promise<void> = Promise.resolve();
  /** Said once for as long as the actor is in memory. */
  #enlisted = false;

  constructor(ctx: DurableObjectState, compose: () => UnitDeps) {
    this.#compose = compose;
    this.store = new UnitStore(ctx.storage);
    this.claims = new Claims(
      () => this.deps(),
      () => this.store.readState(),
    );
    this.#drain = new OutboxDrain<Effect>(this.store, {
      now: () => this.deps().now(),
      random: () => this.deps().random(),
      send: ({ effect }) => this.#send(effect),
      parked: () => this.store.readState()?.parked ?? [],
      park: (key, error) => void this.take({ type: "park", key, error }),
      unpark: (key) => void this.take({ type: "unpark", key }),
      drop: (key, error) => void this.take({ type: "drop", key, error }, () => this.store.drop(key)),
    });
    this.watchers = new UnitWatchers(ctx, {
      state: () => this.store.readState(),
      eventsSince: (seq) => this.store.eventsSince(seq, Number.MAX_SAFE_INTEGER),
      now: () => this.deps().now(),
    });
  }

  /** The outside; composed when it is first needed. */
  deps(): UnitDeps {
    this.#deps ??= this.#compose();
    return this.#deps;
  }

  /** One command, one transaction; `also` adds rows to it. */
  take(command: UnitCommand, also: (() => void) | null = null): UnitOutcome {
    const deps = this.deps();
    if (!this.store.exists) {
      // Asking about a name nobody ever made a unit of must not create storage for it.
      const { refusal } = decide(null, command, deps.now(), deps.settings);
      if (refusal !== null) return { state: null, logged: [], changed: false, refusal };
    }
    const spec: TurnSpec<UnitState, UnitCommand, UnitEvent, Effect, UnitRefusal> = {
      decide: (state, one, now) => decide(state, one, now, deps.settings),
      evolve,
      effectsOf,
      standing: standingEffects,
      dueAt: effectDueAt,
      isLogged,
      versionOf: (state) => state.version,
      wakeAt: wakeOf,
      workOf: () => null,
      isToldByLog: () => false,
    };
    const outcome = takeTurn(spec, this.store, command, deps.now(), also);
    if (outcome.changed) this.watchers.changed();
    this.#drain.promised();
    return outcome;
  }

  /** A command whose caller only wants to know whether it was carried out. */
  told(command: UnitCommand, also: (() => void) | null = null): UnitAnswer<null> {
    const { refusal } = this.take(command, also);
    return refusal === null ? { ok: true, value: null } : { ok: false, refusal };
  }

  /** The state. A unit that stood in D1 before it had an actor is taken over when it is first asked about. */
  async state(businessUnitId: string): Promise<UnitState | null> {
    const known = this.store.readState();
    if (known !== null) return known;
    const unit = await this.deps().seeded(businessUnitId);
    return unit === null ? null : this.take({ type: "adopt", unit }).state;
  }

  /** When the actor has to wake for what its state or its outbox holds; null: for nothing. */
  dueAt(): number | null {
    const state = this.store.readState();
    return state === null ? null : earliest(wakeAt(state), this.store.earliestDue());
  }

  /** The sweep comes by. No turn is taken: nothing of it looks like activity, and no lease is renewed. */
  async visit(): Promise<Visit> {
    if (this.store.readState() === null) return NOBODY_THERE;
    return this.store.visited(this.dueAt(), this.deps().now());
  }

  /** A first try of what the index is to show, so that whoever wrote reads it; the alarm tries again when D1 fails. */
  async projectNow(): Promise<void> {
    await this.#drain.run(({ effect }) => effect.kind === "project");
  }

  /** The alarm: what is due by time, then what is due in the outbox. */
  async wake(): Promise<void> {
    this.store.forgetAlarm();
    this.take({ type: "tick" });
    const report = await this.#drain.run();
    if (report.failed + report.parked > 0) {
      const businessUnitId = this.store.readState()?.businessUnitId ?? "";
      log.warn("unit.effects_failed", { businessUnitId, ...report });
    }
    // Whatever is left decides when to wake, even if no turn armed in between.
    this.take({ type: "tick" });
  }

  async #send(effect: Effect): Promise<void> {
    const state = this.store.readState();
    if (state === null) return;
    switch (effect.kind) {
      case "project":
        return this.project(false);
      case "enqueue_refresh":
        return this.#enqueueRefresh(state);
      case "fence":
        return this.deps().fence(state.businessUnitId, state.epoch);
      case "claims":
        return this.claims.settle(state);
    }
  }

  async #enqueueRefresh({ businessUnitId, refresh }: UnitState): Promise<void> {
    if (!isActive(refresh) || refresh.lease !== null) return;
    const { ingestionRunId, attempt, resends } = refresh;
    await this.deps().enqueueRefresh({
      type: "business-unit-refresh",
      schemaVersion: 1,
      idempotencyKey: `${ingestionRunId}:${attempt}:${resends}`,
      correlationId: ingestionRunId,
      businessUnitId,
      ingestionRunId,
      attempt,
      enqueuedAt: new Date(this.deps().now()).toISOString(),
    });
  }

  /** Writes the unit's rows of the index; `whole`: those it should have already, too. */
  async project(whole: boolean): Promise<void> {
    const before = this.#projecting;
    const done = Promise.withResolvers<void>();
    this.#projecting = done.promise;
    await before;
    try {
      await this.#write(whole);
    } finally {
      done.resolve();
    }
  }

  async #write(whole: boolean): Promise<void> {
    const { store } = this;
    const state = store.readState();
    if (state === null) return;
    const deps = this.deps();
    if (!this.#enlisted) await deps.enlist(state.businessUnitId);
    this.#enlisted = true;
    const edits = store.editsSince(whole ? 0 : store.editsShown());
    const refreshes = store.refreshesToShow(whole);
    const shown = edits.flatMap((entry) => editsOf(state.businessUnitId, entry));
    await deps.project(projectionOf(state, { edits: shown, refreshes }, deps.now()));
    store.noteShown(edits.at(-1)?.seq ?? 0, refreshes);
  }
}
