/** The Team Agent Run: a shell around `core/run`. It takes turns, drains what they promise and lends the lease. */
import { DurableObject } from "cloudflare:workers";
import { drain, type OutboxItem } from "../../core/delivery/drain.ts";
import type { FailureRecord } from "../../core/errors.ts";
import { fingerprint, wordsOf } from "../../core/intake/candidates.ts";
import type { TeamAgentRunMessage } from "../../core/messages.ts";
import type { ItemAnswer } from "../../core/run/brief.ts";
import type { Refusal, RunCommand } from "../../core/run/commands.ts";
import { decide } from "../../core/run/decide.ts";
import { type Effect, effectsOf } from "../../core/run/effects.ts";
import { isLogged, type RunEvent } from "../../core/run/events.ts";
import { evolve } from "../../core/run/evolve.ts";
import type { Answer, Grant } from "../../core/run/lease.ts";
import type { Cause, RunArtifact, RunState } from "../../core/run/types.ts";
import { currentRound, doneItems, latestArtifact } from "../../core/run/types.ts";
import { detailOf } from "../../core/run/view.ts";
import { wakeAt } from "../../core/run/wake.ts";
import type { RunDetail, RunEventView } from "../../core/wire.ts";
import { log } from "../../lib/log.ts";
import { type TurnOutcome, type TurnSpec, takeTurn } from "../turn.ts";
import type { RunDeps } from "./deps.ts";
import { sendEffect } from "./send.ts";
import { RunStore } from "./store.ts";
import { eventView, RunWatchers, SNAPSHOT_EVENTS } from "./watchers.ts";

type Outcome = TurnOutcome<RunState, RunEvent, Refusal>;

/** Long values of a request are cut here, at the border of the actor. */
const MAX_REASON = 300;

export abstract class TeamAgentRunActor<E> extends DurableObject<E> {
  readonly #store: RunStore;
  readonly #watchers: RunWatchers;
  #deps: RunDeps | null = null;
  /** A running drain that wants to know of new promises; gone with the drain, so memory is enough. */
  readonly #promised = new Set<() => void>();

  constructor(ctx: DurableObjectState, env: E) {
    super(ctx, env);
    this.#store = new RunStore(ctx.storage);
    this.#watchers = new RunWatchers(ctx);
  }

  /** The outside; composed in `worker.ts`, faked in tests. */
  protected abstract deps(): RunDeps;

  #lent(): RunDeps {
    this.#deps ??= this.deps();
    return this.#deps;
  }

  #turn(command: RunCommand, also: (() => void) | null = null): Outcome {
    const deps = this.#lent();
    if (!this.#store.exists && command.type !== "deliver") {
      // Asking about a name nobody ever reported must not create storage for it.
      const { refusal } = decide(null, command, deps.now(), deps.settings);
      return { state: null, logged: [], changed: false, refusal };
    }
    const spec: TurnSpec<RunState, RunCommand, RunEvent, Effect, Refusal> = {
      decide: (state, one, now) => decide(state, one, now, deps.settings),
      evolve,
      effectsOf,
      standing: [{ kind: "project" }],
      dueAt: (effect, state, now) =>
        effect.kind === "enqueue_execution" ? Math.max(now, state.execution?.dueAt ?? 0) : now,
      isLogged,
      versionOf: (state) => state.version,
      wakeAt,
    };
    const outcome = takeTurn(spec, this.#store, command, deps.now(), also);
    if (outcome.changed && outcome.state !== null) this.#watchers.broadcast(outcome.state, outcome.logged);
    for (const promised of this.#promised) promised();
    return outcome;
  }

  #answer<T>(outcome: Outcome, value: () => T): Answer<T> {
    return outcome.refusal === null ? { ok: true, value: value() } : { ok: false, refusal: outcome.refusal };
  }

  /** A message about the task. Repeats are recognised event by event. */
  deliver(message: TeamAgentRunMessage): "new" | "known" {
    const prints = message.events.map(fingerprint);
    const fresh = new Set(this.#store.unseen(prints));
    if (fresh.size === 0 && this.#store.readState() !== null) return "known";
    const events = message.events.filter((event) => fresh.has(fingerprint(event)));
    const quiet = events.every((event) => event.action === "reconciled");
    const now = this.#lent().now();
    this.#turn({ type: "deliver", taskGid: message.taskGid, what: wordsOf(events), quiet }, () => {
      this.#store.remember([...fresh], now);
      this.#store.revive(now);
    });
    return "new";
  }

  override async alarm(): Promise<void> {
    const deps = this.#lent();
    this.#turn({ type: "tick" });
    const report = await drain<Effect>({
      due: () => this.#store.due(deps.now()),
      begin: (item) => this.ctx.storage.transactionSync(() => this.#store.beginSend(item.key)),
      send: async (item) => {
        const state = this.#store.readState();
        if (state === null) return;
        const command = await sendEffect(item.effect, state, deps);
        if (command !== null) this.#turn(command);
      },
      sent: (item) => {
        const wasParked = this.#store.transaction(() => this.#store.confirmSent(item.key, item.generation));
        if (wasParked) this.#turn({ type: "unpark", key: item.key });
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
      log.warn("run.effects_failed", { taskGid: this.ctx.id.name ?? "", ...report });
    // Whatever is left decides when to wake, even if no turn armed in between.
    this.#turn({ type: "tick" });
  }

  #failedSend(
    { key, generation }: OutboxItem<Effect>,
    error: { code: string; message: string },
    retryAt: number | null,
  ): void {
    const failure = `${error.code}: ${error.message}`;
    const parked = this.#store.transaction(() =>
      this.#store.recordFailure(key, generation, failure, retryAt, this.#lent().now()),
    );
    if (parked) this.#turn({ type: "park", key, error: error.message });
  }

  /** The lease for an attempt, with what earlier attempts finished. */
  acquire(attempt: number): Answer<Grant> {
    const outcome = this.#turn({ type: "acquire", attempt });
    const { state, refusal } = outcome;
    if (refusal !== null) return { ok: false, refusal };
    if (state === null || state.lease === null || state.brief === null) throw new Error("A granted lease has a brief.");
    const round = currentRound(state);
    const roundId = state.execution?.roundId ?? null;
    const { epoch } = state.lease;
    const artifact = latestArtifact(state);
    return {
      ok: true,
      value: {
        epoch,
        leaseMs: this.#lent().settings.leaseMs,
        brief: state.brief,
        round,
        roundId,
        items: state.rounds.find((one) => one.roundId === roundId)?.items ?? [],
        earlier: doneItems(state),
        barrenAttempts: state.barrenAttempts,
        previousArtifactId: artifact?.artifactId ?? null,
        nextVersion: (artifact?.version ?? 0) + 1,
        journal: this.#store.journal(round),
      },
    };
  }

  beginStep(epoch: number, key: string, label: string): Answer<null> {
    return this.#answer(this.#turn({ type: "begin_step", epoch, key, label }), () => null);
  }

  /** Records a finished step; `result` is JSON. */
  commitStep(epoch: number, key: string, label: string, startedAt: number, result: string): Answer<null> {
    const journal = () => this.#journal(epoch, key, "step", "done", result);
    return this.#answer(this.#turn({ type: "commit_step", epoch, key, label, startedAt }, journal), () => null);
  }

  /** Records the intent to write to the outside, before it is done. */
  intendEffect(epoch: number, key: string, label: string): Answer<null> {
    const journal = () => this.#journal(epoch, key, "effect", "intended", null);
    return this.#answer(this.#turn({ type: "intend_effect", epoch, key, label }, journal), () => null);
  }

  commitEffect(epoch: number, key: string, label: string, startedAt: number, result: string): Answer<null> {
    const journal = () => this.#journal(epoch, key, "effect", "done", result);
    return this.#answer(this.#turn({ type: "commit_step", epoch, key, label, startedAt }, journal), () => null);
  }

  #journal(
    epoch: number,
    key: string,
    kind: "step" | "effect",
    status: "intended" | "done",
    result: string | null,
  ): void {
    const state = this.#store.readState();
    if (state === null) return;
    const attempt = state.lease?.attempt ?? 0;
    this.#store.writeJournal({
      key,
      round: currentRound(state),
      kind,
      status,
      result,
      epoch,
      attempt,
      at: this.#lent().now(),
    });
  }

  heartbeat(epoch: number): Answer<null> {
    return this.#answer(this.#turn({ type: "heartbeat", epoch }), () => null);
  }

  finish(epoch: number, artifact: RunArtifact, answers: readonly ItemAnswer[]): Answer<null> {
    return this.#answer(this.#turn({ type: "finish", epoch, artifact, answers }), () => null);
  }

  /** The skill refuses to deliver: a gate of its contract failed. What was gathered is forgotten, it was not enough. */
  refuse(epoch: number, cause: Cause): Answer<null> {
    const state = this.#store.readState();
    const round = state === null ? 0 : currentRound(state);
    return this.#answer(
      this.#turn({ type: "refuse", epoch, cause }, () => this.#store.forgetSteps(round)),
      () => null,
    );
  }

  continueLater(epoch: number): Answer<null> {
    return this.#answer(this.#turn({ type: "continue", epoch }), () => null);
  }

  fail(epoch: number, failure: FailureRecord): Answer<null> {
    return this.#answer(this.#turn({ type: "fail", epoch, failure, jitter: this.#lent().random() }), () => null);
  }

  cancel(by: string, reason: string): Answer<null> {
    return this.#answer(this.#turn({ type: "cancel", by, reason: reason.slice(0, MAX_REASON) }), () => null);
  }

  retry(by: string): Answer<null> {
    return this.#answer(this.#turn({ type: "retry", by }), () => null);
  }

  /** The run as the interface shows it; null when nobody ever reported the task. */
  view(): RunDetail | null {
    const state = this.#store.readState();
    return state === null ? null : detailOf(state);
  }

  events(since: number, limit: number): readonly RunEventView[] | null {
    if (this.#store.readState() === null) return null;
    return this.#store.eventsSince(since, limit).map(eventView);
  }

  /** State, lease, timers, outbox and journal as JSON, for ops. No credential is in any of them. */
  inspect(): string | null {
    const state = this.#store.readState();
    if (state === null) return null;
    const round = currentRound(state);
    return JSON.stringify({
      state: detailOf(state),
      epoch: state.epoch,
      wakeAt: wakeAt(state),
      outbox: this.#store.outbox(),
      journal: this.#store.journal(round).map(({ key, status }) => ({ key, status })),
      parked: state.parked,
    });
  }

  /** WebSocket of the live panel. */
  override async fetch(request: Request): Promise<Response> {
    const state = this.#store.readState();
    if (state === null) return new Response("no such run", { status: 404 });
    const since = sinceOf(new URL(request.url).searchParams.get("since"), state.version);
    const from = since ?? Math.max(0, state.version - SNAPSHOT_EVENTS);
    return this.#watchers.accept(state, this.#store.eventsSince(from, Number.MAX_SAFE_INTEGER), since);
  }

  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 may not be sent back.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }
}

/** A number a client may resume from; anything else starts afresh. */
function sinceOf(text: string | null, version: number): number | null {
  if (text === null || !/^\d{1,15}$/.test(text)) return null;
  const since = Number(text);
  return since <= version ? since : null;
}
