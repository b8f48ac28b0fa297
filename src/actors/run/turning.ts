/**
 * The turns of a run: store, watchers and the outside it is lent. Takes one command at a time, and drains what turns
 * promise. A plain object, not a base class: what stands on an actor's prototype can be called from outside.
 */
import { drain, type OutboxItem } from "../../core/delivery/drain.ts";
import { fingerprint, wordsOf } from "../../core/intake/candidates.ts";
import type { TeamAgentRunMessage } from "../../core/messages.ts";
import type { Refusal, RunCommand } from "../../core/run/commands.ts";
import { decide } from "../../core/run/decide.ts";
import { type Effect, effectDueAt, effectsOf, standingEffects } from "../../core/run/effects.ts";
import { isLogged, type RunEvent } from "../../core/run/events.ts";
import { evolve } from "../../core/run/evolve.ts";
import type { Answer } from "../../core/run/lease.ts";
import { isTerminal } from "../../core/run/queries.ts";
import type { RunState } from "../../core/run/types.ts";
import { wakeAt } from "../../core/run/wake.ts";
import { log } from "../../lib/log.ts";
import { earliest, type TurnOutcome, type TurnSpec, takeTurn } from "../turn.ts";
import { RunArchive } from "./archive.ts";
import type { RunDeps } from "./deps.ts";
import { actorPurse } from "./purse.ts";
import { sendEffect } from "./send.ts";
import { RunStore } from "./store.ts";
import { RunWatchers } from "./watchers.ts";

export type RunOutcome = TurnOutcome<RunState, RunEvent, Refusal>;

/** More rows of a turn's transaction; gets the state the turn leads to. */
export type Also = (state: RunState | null) => void;

/** A run that has not ended and would never wake is lost: a bug, and the turn is not taken. */
function wakeOf(state: RunState): number | null {
  const at = wakeAt(state);
  if (at === null && !isTerminal(state.status)) throw new Error(`The run would never wake from ${state.status}.`);
  return at;
}

/** A turn on a run that lies in the archive; whoever may move it has it put back first. */
const IN_ARCHIVE: Refusal = { code: "wrong_state", detail: "The run lies in the archive and takes part in nothing." };

export class RunTurns {
  readonly store: RunStore;
  readonly archive: RunArchive;
  readonly watchers: RunWatchers;
  readonly #ctx: DurableObjectState;
  readonly #compose: () => RunDeps;
  #deps: RunDeps | null = null;
  /** A running drain that wants to know of new promises; gone with the drain, so memory is enough. */
  readonly #promised = new Set<() => void>();

  constructor(ctx: DurableObjectState, compose: () => RunDeps) {
    this.#ctx = ctx;
    this.#compose = compose;
    this.store = new RunStore(ctx.storage);
    this.archive = new RunArchive(this.store, () => this.deps());
    this.watchers = new RunWatchers(ctx, {
      state: () => this.store.readState(),
      eventsSince: (seq) => this.store.eventsSince(seq, Number.MAX_SAFE_INTEGER),
      now: () => this.deps().now(),
    });
  }

  /** The outside; composed when it is first needed. */
  deps(): RunDeps {
    this.#deps ??= this.#compose();
    return this.#deps;
  }

  /** One command, one transaction; `also` adds rows to it. */
  take(command: RunCommand, also: Also | null = null): RunOutcome {
    const deps = this.deps();
    if (!this.store.exists && command.type !== "deliver") {
      // Asking about a name nobody ever reported must not create storage for it.
      const { refusal } = decide(null, command, deps.now(), deps.settings);
      return { state: null, logged: [], changed: false, refusal };
    }
    if (this.store.stub() !== null) return { state: null, logged: [], changed: false, refusal: IN_ARCHIVE };
    const spec: TurnSpec<RunState, RunCommand, RunEvent, Effect, Refusal> = {
      decide: (state, one, now) => decide(state, one, now, deps.settings),
      evolve,
      effectsOf,
      standing: standingEffects,
      dueAt: effectDueAt,
      isLogged,
      versionOf: (state) => state.version,
      wakeAt: wakeOf,
    };
    const outcome = takeTurn(spec, this.store, command, deps.now(), also);
    if (outcome.changed) this.watchers.changed();
    for (const promised of this.#promised) promised();
    return outcome;
  }

  /** A command whose caller only wants to know whether it was carried out. */
  told(command: RunCommand, also: Also | null = null): Answer<null> {
    const { refusal } = this.take(command, also);
    return refusal === null ? { ok: true, value: null } : { ok: false, refusal };
  }

  /** A message about the task. Repeats are recognised event by event. */
  deliver(message: TeamAgentRunMessage): "new" | "known" {
    const prints = message.events.map(fingerprint);
    const fresh = new Set(this.store.unseen(prints));
    if (fresh.size === 0 && this.store.readState() !== null) return "known";
    const events = message.events.filter((event) => fresh.has(fingerprint(event)));
    const quiet = events.every((event) => event.action === "reconciled");
    const now = this.deps().now();
    this.take({ type: "deliver", taskGid: message.taskGid, what: wordsOf(events), quiet }, () => {
      this.store.remember([...fresh], now);
      this.store.revive(now);
    });
    return "new";
  }

  /**
   * The timers and the outbox are the truth, the platform's alarm a hint: one that is missing or too late is set again
   * when the actor comes to memory. Never before its due time, or a deploy would try everything at once.
   */
  async rearm(): Promise<void> {
    const state = this.store.readState();
    if (state === null) return;
    const due = earliest(wakeAt(state), this.store.earliestDue());
    if (due === null) return;
    const set = await this.#ctx.storage.getAlarm();
    if (set === null || set > due) await this.#ctx.storage.setAlarm(due);
  }

  /** The alarm: what is due by time, then what is due in the outbox. */
  async wake(): Promise<void> {
    const deps = this.deps();
    this.store.forgetAlarm();
    this.take({ type: "tick" });
    const report = await drain<Effect>({
      due: () => this.store.due(deps.now()),
      begin: (item) => this.#ctx.storage.transactionSync(() => this.store.beginSend(item.key)),
      send: async (item) => {
        const state = this.store.readState();
        if (state === null) return;
        if (item.effect.kind === "archive") return this.archive.putAway();
        const command = await sendEffect(item.effect, state, deps, actorPurse(this), (seq, count) =>
          this.store.eventsSince(Math.max(0, seq - count), Math.min(seq, count)),
        );
        if (command !== null) this.take(command);
      },
      sent: (item) => {
        this.store.transaction(() => this.store.confirmSent(item.key, item.generation));
        // By what the run shows: the row of one that was asked for again meanwhile is no longer marked.
        const parked = this.store.readState()?.parked ?? [];
        if (parked.some((row) => row.key === item.key)) this.take({ type: "unpark", key: item.key });
      },
      failed: (item, error, retryAt) => this.#failedSend(item, error, retryAt),
      listen: (promised) => {
        this.#promised.add(promised);
        return () => this.#promised.delete(promised);
      },
      now: () => deps.now(),
      jitter: () => deps.random(),
    });
    if (report.failed + report.parked > 0)
      log.warn("run.effects_failed", { taskGid: this.#ctx.id.name ?? "", ...report });
    // Whatever is left decides when to wake, even if no turn armed in between.
    this.take({ type: "tick" });
  }

  #failedSend(
    { key, generation }: OutboxItem<Effect>,
    error: { code: string; message: string },
    retryAt: number | null,
  ): void {
    const failure = `${error.code}: ${error.message}`;
    const fate = this.store.transaction(() =>
      this.store.recordFailure(key, generation, failure, retryAt, this.deps().now()),
    );
    // A process that died in between has parked the row and told nobody.
    const untold = fate === "still parked" && this.store.readState()?.parked.every((row) => row.key !== key) === true;
    if (fate === "parked" || untold) this.take({ type: "park", key, error: error.message });
    if (fate === "spent") this.take({ type: "drop", key, error: error.message }, () => this.store.drop(key));
  }
}
