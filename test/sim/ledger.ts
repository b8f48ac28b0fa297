/** Books kept outside of the code under test: who may write, what is owed, what the index shows. */
import { MAX_BARREN_ATTEMPTS, MAX_SILENT_ATTEMPTS, QUARANTINED } from "../../src/core/run/decide-execution.ts";
import type { Answer, Grant } from "../../src/core/run/lease.ts";
import type { RunSummary } from "../../src/core/wire.ts";
import type { LeasingActor } from "../../src/runner/execute.ts";
import { SETTINGS } from "../support/run-cases.ts";
import type { Process } from "./clock.ts";
import type { Actor, ActorHost } from "./host.ts";

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

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#violated = watched.violated;
  }

  /** A message was taken: a look at the task is owed from here on. */
  delivered(taskGid: string): void {
    this.#owed.add(taskGid);
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
    const to = <T>(name: string, epoch: number, ends: boolean, work: (actor: Actor) => Answer<T>) =>
      host.call(process, name, work, (answer, at) => {
        if (answer.ok) this.#wrote(host.taskGid, name, epoch, at, ends);
      });
    return {
      acquire: (attempt) =>
        host.call(
          process,
          "acquire",
          (actor) => actor.acquire(attempt),
          (answer, at, arrivedAt) => {
            if (answer.ok) this.#granted(host.taskGid, answer.value, at, arrivedAt);
          },
        ),
      beginStep: (epoch, ...rest) => to("beginStep", epoch, false, (actor) => actor.beginStep(epoch, ...rest)),
      commitStep: (epoch, ...rest) => to("commitStep", epoch, false, (actor) => actor.commitStep(epoch, ...rest)),
      intendEffect: (epoch, ...rest) => to("intendEffect", epoch, false, (actor) => actor.intendEffect(epoch, ...rest)),
      commitEffect: (epoch, ...rest) => to("commitEffect", epoch, false, (actor) => actor.commitEffect(epoch, ...rest)),
      advance: (epoch, done, next) =>
        to(done.length > 0 ? "commitStep" : "beginStep", epoch, false, (actor) => actor.advance(epoch, done, next)),
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
      refuse: (epoch, cause) => to("refuse", epoch, true, (actor) => actor.refuse(epoch, cause)),
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
    else {
      held.expiresAt = ends ? at : at + SETTINGS.leaseMs;
      if (name === "commitStep" || name === "commitEffect") this.#barren.set(taskGid, 1);
    }
  }
}
