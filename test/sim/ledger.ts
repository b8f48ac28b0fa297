/** Books kept outside of the code under test: who may write, what is owed, what the index shows. */
import { fingerprint } from "../../src/core/intake/candidates.ts";
import type { TeamAgentRunMessage } from "../../src/core/messages.ts";
import { brakeOf } from "../../src/core/run/brakes.ts";
import { MAX_BARREN_ATTEMPTS, MAX_SILENT_ATTEMPTS, QUARANTINED } from "../../src/core/run/decide-execution.ts";
import type { Answer, FinishedWork, Grant } from "../../src/core/run/lease.ts";
import type { RunArtifact } from "../../src/core/run/types.ts";
import type { RunSummary } from "../../src/core/wire.ts";
import { processId } from "../../src/lib/process-id.ts";
import type { LeasingActor } from "../../src/runner/execute.ts";
import { SETTINGS } from "../support/run-cases.ts";
import { AnewBooks } from "./anew-books.ts";
import type { Process } from "./clock.ts";
import type { Actor, ActorHost } from "./host.ts";
import { ToldBooks } from "./told-books.ts";
import { WorkBooks } from "./work-books.ts";

/** What ends an attempt. */
const ENDS: ReadonlySet<string> = new Set(["finish", "decline", "refuse", "continueLater", "exhausted", "fail"]);
const BEGINS = "lets an effect begin";

type Finished = Pick<FinishedWork, "kind" | "key" | "result">;

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
  readonly asana: { isReadBack(attachmentGid: string): boolean };
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
  readonly told: ToldBooks;
  readonly anew: AnewBooks;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#violated = watched.violated;
    this.#work = new WorkBooks(watched.violated);
    this.told = new ToldBooks(watched.violated);
    this.anew = new AnewBooks(watched.violated);
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
    const { told } = this;
    const home = this.#watched.random.chance(0.5) ? processId() : "elsewhere";
    const to = <T>(
      name: string,
      epoch: number,
      work: (actor: Actor) => Answer<T>,
      booked?: (at: number) => unknown,
    ) => {
      const call = host.call(process, name, work, (answer, at) => {
        if (!answer.ok) return;
        const gotOn = booked?.(at) === true;
        this.#wrote(taskGid, name, epoch, at, ENDS.has(name));
        if (gotOn) this.#barren.set(taskGid, 1);
        if (ENDS.has(name)) told.ended(process, taskGid, name);
        else if (name !== "heartbeat") told.moved(process, at);
      });
      call.catch(() => told.broke(process));
      return call;
    };
    /** What is finished is recorded at a boundary, where those are heard who want the run to stop. */
    const finished = (
      name: string,
      epoch: number,
      works: readonly Finished[],
      commit: (actor: Actor) => Answer<null>,
    ) =>
      to(
        name,
        epoch,
        (actor) => {
          this.#work.arrived(taskGid, works);
          return this.#unlessStopped(host, actor, "goes on behind a commit", () => commit(actor));
        },
        () => {
          const keys = works.map(({ key }) => key);
          told.recorded(process, taskGid, keys);
          return this.#work.finished(taskGid, works);
        },
      );
    /** Money is not recorded like work, and renews no lease. */
    const unbooked = <T>(name: string, work: (actor: Actor) => T) =>
      host.call(process, name, work, (_, at) => told.moved(process, at));
    return {
      acquire: (attempt) =>
        host.call(
          process,
          "acquire",
          (actor) => actor.acquire(attempt, home),
          (answer, at, arrivedAt) => {
            if (answer.ok) this.#granted(process, taskGid, answer.value, at, arrivedAt);
          },
        ),
      beginStep: (epoch, ...rest) => to("beginStep", epoch, (actor) => actor.beginStep(epoch, ...rest)),
      commitStep: (epoch, key, label, startedAt, result) =>
        finished("commitStep", epoch, [{ kind: "step", key, result }], (actor) =>
          actor.commitStep(epoch, key, label, startedAt, result),
        ),
      intendEffect: (epoch, key, label) =>
        to(
          "intendEffect",
          epoch,
          (actor) => this.#unlessStopped(host, actor, BEGINS, () => actor.intendEffect(epoch, key, label)),
          () => this.#work.intended(taskGid, key),
        ),
      commitEffect: (epoch, key, label, startedAt, result) =>
        finished("commitEffect", epoch, [{ kind: "effect", key, result }], (actor) =>
          actor.commitEffect(epoch, key, label, startedAt, result),
        ),
      advance: (epoch, done, next) => {
        const advance = (actor: Actor) => {
          this.#work.arrived(taskGid, done);
          return actor.advance(epoch, done, next);
        };
        if (done.length > 0 && next?.kind !== "effect") return finished("commitStep", epoch, done, advance);
        return to(
          done.length > 0 ? "commitStep" : "beginStep",
          epoch,
          (actor) =>
            next?.kind === "effect" ? this.#unlessStopped(host, actor, BEGINS, () => advance(actor)) : advance(actor),
          () => {
            told.recorded(
              process,
              taskGid,
              done.map(({ key }) => key),
            );
            const gotOn = this.#work.finished(taskGid, done);
            if (next?.kind === "effect") this.#work.intended(taskGid, next.key);
            return gotOn;
          },
        );
      },
      holds: (epoch) => this.holds(host, process, epoch),
      heartbeat: (epoch) =>
        to(
          "heartbeat",
          epoch,
          (actor) => actor.heartbeat(epoch),
          (at) => told.renewed(process, taskGid, at),
        ),
      finish: (epoch, artifact, answers) =>
        to(
          "finish",
          epoch,
          (actor) => {
            const answer = actor.finish(epoch, artifact, answers);
            if (answer.ok) this.#handedOver(epoch, artifact);
            return answer;
          },
          () => this.anew.taken(process, taskGid),
        ),
      decline: (epoch, answers) =>
        to(
          "decline",
          epoch,
          (actor) => actor.decline(epoch, answers),
          () => this.anew.declined(taskGid),
        ),
      refuse: (epoch, cause) =>
        to(
          "refuse",
          epoch,
          (actor) => actor.refuse(epoch, cause),
          () => this.#work.forgotten(taskGid),
        ),
      continueLater: (epoch) => to("continueLater", epoch, (actor) => actor.continueLater(epoch)),
      reserve: (...args) => unbooked("reserve", (actor) => actor.reserve(...args)),
      settle: (...args) => unbooked("settle", (actor) => actor.settle(...args)),
      exhausted: (epoch, ...rest) => to("exhausted", epoch, (actor) => actor.exhausted(epoch, ...rest)),
      fail: (epoch, failure) =>
        to("fail", epoch, (actor) => {
          if (failure.kind === "permanent") this.#hopeless.add(taskGid);
          return actor.fail(epoch, failure);
        }),
    };
  }

  /** The report that is taken is the one of its lease, and every file of it was read back from the task. */
  #handedOver(epoch: number, { artifactId, files }: RunArtifact): void {
    const named = this.#watched.objects.epochOf(artifactId);
    if (named !== epoch) this.#violated(`${artifactId} was taken from epoch ${epoch}, its manifest names ${named}`);
    for (const { name, attachmentGid } of files)
      if (attachmentGid === null || !this.#watched.asana.isReadBack(attachmentGid))
        this.#violated(`${name} of ${artifactId} was handed over, and nobody read it back from the task`);
  }

  /** Nothing goes on once somebody wants the run to stop, to pause or to be held; least of all on the outside. */
  #unlessStopped<T>({ taskGid }: ActorHost, actor: Actor, what: string, work: () => Answer<T>): Answer<T> {
    const before = actor.remembered();
    const answer = work();
    if (answer.ok && before !== null && (before.stopping !== null || brakeOf(before) !== null))
      this.#violated(`${taskGid} ${what} although it is to stop`);
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

  #granted(process: Process, taskGid: string, grant: Grant, at: number, arrivedAt: number): void {
    this.told.moved(process, at);
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
