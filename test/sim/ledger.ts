/** Books kept outside of the code under test: who may write, what is owed, what the index shows. */
import { fingerprint } from "../../src/core/intake/candidates.ts";
import type { TeamAgentRunMessage } from "../../src/core/messages.ts";
import { brakeOf } from "../../src/core/run/brakes.ts";
import { MAX_BARREN_ATTEMPTS, MAX_SILENT_ATTEMPTS, QUARANTINED } from "../../src/core/run/decide-execution.ts";
import type { Answer, Grant } from "../../src/core/run/lease.ts";
import type { RunSummary } from "../../src/core/wire.ts";
import { processId } from "../../src/lib/process-id.ts";
import type { LeasingActor } from "../../src/runner/execute.ts";
import { SETTINGS } from "../support/run-cases.ts";
import type { Process } from "./clock.ts";
import type { Actor, ActorHost } from "./host.ts";
import { WorkBooks } from "./work-books.ts";

/** A lease as somebody outside would count it. */
interface Held {
  readonly epoch: number;
  expiresAt: number;
}

/** What the books are compared with. */
export interface Watched {
  readonly violated: (what: string) => void;
  readonly objects: { epochOf(artifactId: string): number };
  readonly operators: { heldBefore(at: number): boolean };
  readonly random: { chance(probability: number): boolean };
}

export class Ledger {
  readonly #watched: Watched;
  readonly #violated: (what: string) => void;
  readonly #held = new Map<string, Held>();
  readonly #owed = new Set<string>();
  /** Attempts since one that committed something, that one and the present one included. */
  readonly #barren = new Map<string, number>();
  /** Tasks of which an attempt said that no other can do better. */
  readonly #hopeless = new Set<string>();
  readonly #projected = new Map<string, number>();
  /** Fingerprints of the events that each actor has taken. */
  readonly #taken = new Map<string, Set<string>>();
  readonly #work: WorkBooks;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#violated = watched.violated;
    this.#work = new WorkBooks(watched.violated);
  }

  /** A message was taken: a look at the task is owed from here on, unless all of it was taken before. */
  delivered({ taskGid, events }: TeamAgentRunMessage, answer: "new" | "known", host: ActorHost): void {
    const taken = this.#taken.get(taskGid) ?? new Set<string>();
    this.#taken.set(taskGid, taken);
    const prints = events.map(fingerprint);
    if (answer === "new") {
      this.#owed.add(taskGid);
      for (const print of prints) taken.add(print);
      return;
    }
    // What leaves a run in the archive as it is, is known to nobody.
    const fresh = host.remembered() === null ? undefined : prints.find((print) => !taken.has(print));
    if (fresh !== undefined) this.#violated(`${taskGid} claims to know ${fresh}, which nobody told it`);
  }

  /** When a lease runs out by these books; null for one that they do not know. */
  expiryOf(taskGid: string, epoch: number): number | null {
    const held = this.#held.get(taskGid);
    return held?.epoch === epoch ? held.expiresAt : null;
  }

  looked(taskGid: string): void {
    this.#owed.delete(taskGid);
  }

  isOwed(taskGid: string): boolean {
    return this.#owed.has(taskGid);
  }

  /** A run may give up only after enough attempts in a row that brought nothing new, or when one said it is in vain. */
  mayFail(taskGid: string, code: string): boolean {
    const cap = code === QUARANTINED ? MAX_SILENT_ATTEMPTS : MAX_BARREN_ATTEMPTS;
    return this.#hopeless.has(taskGid) || (this.#barren.get(taskGid) ?? 0) >= cap;
  }

  projected(summary: RunSummary, rows: readonly Record<string, unknown>[]): void {
    const row = rows.find((one) => one.run_id === summary.runId);
    const version = Number(row?.version ?? 0);
    const before = this.#projected.get(summary.runId) ?? 0;
    if (version < before)
      this.#violated(`the index of ${summary.runId} went back from version ${before} to ${version}`);
    this.#projected.set(summary.runId, version);
  }

  /** The door to a run's lease, with every answer entered in the books. */
  leasing(host: ActorHost, process: Process): LeasingActor {
    const { taskGid } = host;
    const nothing = (): boolean => false;
    const to = <T>(name: string, epoch: number, ends: boolean, work: (actor: Actor) => Answer<T>, booked = nothing) =>
      host.call(process, name, work, (answer, at) => {
        if (!answer.ok) return;
        const gotOn = booked();
        this.#wrote(taskGid, name, epoch, at, ends);
        if (gotOn) this.#barren.set(taskGid, 1);
      });
    const home = this.#watched.random.chance(0.5) ? processId() : "elsewhere";
    return {
      acquire: (attempt) =>
        host.call(
          process,
          "acquire",
          (actor) => actor.acquire(attempt, home),
          (answer, at, arrivedAt) => {
            if (answer.ok) this.#granted(host.taskGid, answer.value, at, arrivedAt);
          },
        ),
      beginStep: (epoch, ...rest) => to("beginStep", epoch, false, (actor) => actor.beginStep(epoch, ...rest)),
      commitStep: (epoch, key, label, startedAt, result) =>
        to(
          "commitStep",
          epoch,
          false,
          (actor) => actor.commitStep(epoch, key, label, startedAt, result),
          () => this.#work.finished(taskGid, [{ kind: "step", key, result }]),
        ),
      intendEffect: (epoch, key, label) =>
        to(
          "intendEffect",
          epoch,
          false,
          (actor) => this.#unlessStopped(host, actor, () => actor.intendEffect(epoch, key, label)),
          () => this.#work.intended(taskGid, key),
        ),
      commitEffect: (epoch, key, label, startedAt, result) =>
        to(
          "commitEffect",
          epoch,
          false,
          (actor) => actor.commitEffect(epoch, key, label, startedAt, result),
          () => this.#work.finished(taskGid, [{ kind: "effect", key, result }]),
        ),
      advance: (epoch, done, next) =>
        to(
          done.length > 0 ? "commitStep" : "beginStep",
          epoch,
          false,
          (actor) => {
            const advance = () => actor.advance(epoch, done, next);
            return next?.kind === "effect" ? this.#unlessStopped(host, actor, advance) : advance();
          },
          () => {
            const gotOn = this.#work.finished(taskGid, done);
            if (next?.kind === "effect") this.#work.intended(taskGid, next.key);
            return gotOn;
          },
        ),
      holds: (epoch) => this.holds(host, process, epoch),
      heartbeat: (epoch) => to("heartbeat", epoch, false, (actor) => actor.heartbeat(epoch)),
      finish: (epoch, artifact, answers) =>
        to("finish", epoch, true, (actor) => {
          const answer = actor.finish(epoch, artifact, answers);
          const named = this.#watched.objects.epochOf(artifact.artifactId);
          if (answer.ok && named !== epoch)
            this.#violated(`${artifact.artifactId} was taken from epoch ${epoch}, its manifest names ${named}`);
          return answer;
        }),
      refuse: (epoch, cause) =>
        to(
          "refuse",
          epoch,
          true,
          (actor) => actor.refuse(epoch, cause),
          () => this.#work.forgotten(taskGid),
        ),
      continueLater: (epoch) => to("continueLater", epoch, true, (actor) => actor.continueLater(epoch)),
      // Neither renews the lease, so the books have nothing to enter.
      reserve: (...args) =>
        host.call(
          process,
          "reserve",
          (actor) => actor.reserve(...args),
          () => undefined,
        ),
      settle: (...args) =>
        host.call(
          process,
          "settle",
          (actor) => actor.settle(...args),
          () => undefined,
        ),
      exhausted: (epoch, ...rest) => to("exhausted", epoch, true, (actor) => actor.exhausted(epoch, ...rest)),
      fail: (epoch, failure) =>
        to("fail", epoch, true, (actor) => {
          if (failure.kind === "permanent") this.#hopeless.add(host.taskGid);
          return actor.fail(epoch, failure);
        }),
    };
  }

  /** Nothing is begun on the outside once somebody wants the run to stop, to pause or to be held. */
  #unlessStopped<T>({ taskGid }: ActorHost, actor: Actor, intend: () => Answer<T>): Answer<T> {
    const before = actor.remembered();
    const answer = intend();
    if (answer.ok && before !== null && (before.stopping !== null || brakeOf(before) !== null))
      this.#violated(`${taskGid} lets an effect begin although it is to stop`);
    return answer;
  }

  /** What a door asks right before a write leaves; only the holder by these books may hear yes. */
  holds(host: ActorHost, from: Process, epoch: number): Promise<boolean> {
    const holds = (actor: Actor): boolean => actor.holds(epoch);
    return host.call(from, "holds", holds, (yes, at) => {
      const held = this.#held.get(host.taskGid);
      if (yes && (held?.epoch !== epoch || held.expiresAt <= at))
        this.#violated(`epoch ${epoch} of ${host.taskGid} was told that it holds the lease; it is over`);
    });
  }

  #granted(taskGid: string, grant: Grant, at: number, arrivedAt: number): void {
    this.#work.granted(taskGid, grant);
    const held = this.#held.get(taskGid);
    if (held !== undefined && held.epoch >= grant.epoch)
      this.#violated(`epoch ${grant.epoch} of ${taskGid} was granted after ${held.epoch}`);
    if (this.#watched.operators.heldBefore(arrivedAt))
      this.#violated(`epoch ${grant.epoch} of ${taskGid} was granted although its work is held`);
    this.#barren.set(taskGid, (this.#barren.get(taskGid) ?? 0) + 1);
    this.#held.set(taskGid, { epoch: grant.epoch, expiresAt: at + SETTINGS.leaseMs });
  }

  #wrote(taskGid: string, name: string, epoch: number, at: number, ends: boolean): void {
    const held = this.#held.get(taskGid);
    if (held === undefined || held.epoch !== epoch || held.expiresAt <= at)
      this.#violated(`${name} of ${taskGid} was taken under epoch ${epoch}, which is over`);
    else held.expiresAt = ends ? at : at + SETTINGS.leaseMs;
  }
}
