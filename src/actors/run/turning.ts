/**
 * The turns of a run: store, watchers and the outside it is lent. Takes one command at a time, and drains what turns
 * promise. A plain object, not a base class: what stands on an actor's prototype can be called from outside.
 */
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
import { isToldByLog, type WorkRecord, workOf } from "../../core/run/work.ts";
import { ARCHIVED, NOBODY_THERE, type Visit } from "../../core/visit.ts";
import { log } from "../../lib/log.ts";
import { OutboxDrain } from "../outbox-drain.ts";
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

function deliverOf(taskGid: string, events: TeamAgentRunMessage["events"]): RunCommand {
  const quiet = events.every((event) => event.action === "reconciled");
  return { type: "deliver", taskGid, what: wordsOf(events), quiet };
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
  readonly #drain: OutboxDrain<Effect>;

  constructor(ctx: DurableObjectState, compose: () => RunDeps) {
    this.#ctx = ctx;
    this.#compose = compose;
    this.store = new RunStore(ctx.storage);
    this.archive = new RunArchive(this.store, () => this.deps());
    this.#drain = new OutboxDrain<Effect>(this.store, {
      now: () => this.deps().now(),
      random: () => this.deps().random(),
      send: ({ effect }) => this.#send(effect),
      parked: () => this.store.readState()?.parked ?? [],
      park: (key, error) => void this.take({ type: "park", key, error }),
      unpark: (key) => void this.take({ type: "unpark", key }),
      drop: (key, error) => void this.take({ type: "drop", key, error }, () => this.store.drop(key)),
    });
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
    const spec: TurnSpec<RunState, RunCommand, RunEvent, Effect, Refusal, WorkRecord> = {
      decide: (state, one, now) => decide(state, one, now, deps.settings),
      evolve,
      effectsOf,
      standing: standingEffects,
      dueAt: effectDueAt,
      isLogged,
      versionOf: (state) => state.version,
      wakeAt: wakeOf,
      workOf,
      isToldByLog,
    };
    const outcome = takeTurn(spec, this.store, command, deps.now(), also);
    if (outcome.changed) this.watchers.changed();
    this.#drain.promised();
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
    const now = this.deps().now();
    this.take(deliverOf(message.taskGid, events), () => {
      this.store.remember([...fresh], now);
      this.store.revive(now);
    });
    return "new";
  }

  /**
   * Whether a message changes anything about a run that lies in the archive. A task that was left open when its run was
   * cancelled is compared for ever, and each time would have the run put back.
   */
  async wouldStir(message: TeamAgentRunMessage): Promise<boolean> {
    const run = await this.archive.record();
    if (run === null) return true;
    const { settings, now } = this.deps();
    const { events, effects } = decide(run.state, deliverOf(message.taskGid, message.events), now(), settings);
    return events.length + effects.length > 0;
  }

  /**
   * The timers and the outbox are the truth, the platform's alarm a hint: one that is missing or too late is set again
   * when the actor comes to memory. Never before its due time, or a deploy would try everything at once.
   */
  async rearm(): Promise<void> {
    const due = this.#dueAt();
    if (due !== null) await this.store.rearm(due);
  }

  /** When the actor has to wake for what its state or its outbox holds; null: for nothing. */
  #dueAt(): number | null {
    const state = this.store.readState();
    return state === null ? null : earliest(wakeAt(state), this.store.earliestDue());
  }

  /** The sweep comes by. No turn is taken: nothing of it looks like activity, and no lease is renewed. */
  async visit(): Promise<Visit> {
    if (this.store.readState() === null) return this.store.stub() === null ? NOBODY_THERE : ARCHIVED;
    return this.store.visited(this.#dueAt(), this.deps().now());
  }

  /** The alarm: what is due by time, then what is due in the outbox. */
  async wake(): Promise<void> {
    this.store.forgetAlarm();
    this.take({ type: "tick" });
    const report = await this.#drain.run();
    if (report.failed + report.parked > 0)
      log.warn("run.effects_failed", { taskGid: this.#ctx.id.name ?? "", ...report });
    // Whatever is left decides when to wake, even if no turn armed in between.
    this.take({ type: "tick" });
  }

  async #send(effect: Effect): Promise<void> {
    const state = this.store.readState();
    if (state === null) return;
    if (effect.kind === "archive") return this.archive.putAway();
    const command = await sendEffect(effect, state, this.deps(), actorPurse(this), (seq, count) =>
      this.store.eventsSince(Math.max(0, seq - count), Math.min(seq, count)),
    );
    if (command !== null) this.take(command);
  }
}
