/** The platform around one run actor: births, calls, alarms, evictions and deaths. */
import type { TeamAgentRunActor } from "../../src/actors/run/actor.ts";
import { RetryableError } from "../../src/core/errors.ts";
import type { RunState } from "../../src/core/run/types.ts";
import { type Clock, newProcess, type Process } from "./clock.ts";
import { drawLatency, type Weather } from "./faults.ts";
import type { Random } from "./random.ts";
import { Sockets } from "./sockets.ts";
import { type SimStorage, StorageFailure } from "./storage.ts";

export interface Actor extends TeamAgentRunActor<unknown> {
  /** What it holds of its state in memory. */
  remembered(): RunState | null;
}

export interface HostDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly weather: Weather;
  /** Constructs the class over the storage; `process` is the memory it lives in. */
  birth(taskGid: string, storage: SimStorage, process: Process): Actor;
  /** Something happened that must never happen. */
  violated(what: string): void;
}

interface Reply<T> {
  durable(value: T, at: number): void;
  answer(value: T): void;
  broken(): void;
}

/** What an actor wrote is durable after this long; until then nothing it says leaves. */
const FLUSH_MS = 2;

export class ActorHost {
  readonly taskGid: string;
  readonly storage: SimStorage;
  readonly #deps: HostDeps;
  #living: { readonly actor: Actor; readonly process: Process } | null = null;
  /** Which setting of the alarm the platform heard of last. */
  #heard = 0;
  #unschedule = (): void => undefined;
  #handling = false;
  /** When the platform last forgot an alarm. */
  forgottenAt = 0;
  /** What to enter in the books once what was written until now is durable. */
  #unbooked: (() => void)[] = [];
  /** Calls the actor has not answered yet: they break when it dies. */
  readonly #open = new Set<() => void>();
  readonly sockets = new Sockets();

  constructor(taskGid: string, storage: SimStorage, deps: HostDeps) {
    this.taskGid = taskGid;
    this.storage = storage;
    this.#deps = deps;
  }

  /** The instance in memory, born if need be. */
  #actor(): { readonly actor: Actor; readonly process: Process } {
    if (this.#living === null) {
      const process = newProcess(`actor ${this.taskGid}`);
      this.storage.fails = () => false;
      this.#living = { process, actor: this.#deps.birth(this.taskGid, this.storage, process) };
      this.storage.fails = () => this.#fails();
    }
    return this.#living;
  }

  /** The state as the living instance remembers it; null when none lives. */
  remembered(): RunState | null {
    return this.#living?.actor.remembered() ?? null;
  }

  /** Whether the write that is being made fails. Now and then the platform starts the actor anew for it. */
  #fails(): boolean {
    const { clock, random, weather } = this.#deps;
    if (!random.chance(weather.storageFails)) return false;
    clock.note(`the storage of ${this.taskGid} takes no write`);
    const failed = this.#living;
    if (random.chance(0.5))
      clock.after(0, `${this.taskGid} is reset`, () => {
        if (this.#living === failed) this.kill(false);
      });
    return true;
  }

  get isBusy(): boolean {
    return this.#handling || (this.#living !== null && this.#deps.clock.isBusy(this.#living.process));
  }

  /** Makes durable what was written and lets the platform know the alarm. */
  commit(): void {
    if (this.#keep() && this.storage.armed !== this.#heard) this.#schedule(0);
  }

  /** True when there was anything to make durable. Whoever waits for its own write is served by any later one. */
  #keep(): boolean {
    const written = this.storage.commit();
    for (const book of this.#unbooked.splice(0)) book();
    this.sockets.release(this.#deps.clock, this.#deps.random);
    return written;
  }

  /** A timer of the living instance; it is gone with it, and keeps it from nothing. */
  later(ms: number, work: () => void): () => void {
    const living = this.#living;
    return this.#deps.clock.after(ms, `a timer of ${this.taskGid} rings`, () => {
      if (this.#living !== living) return;
      work();
      this.commit();
    });
  }

  #schedule(restMs: number): void {
    const at = this.storage.alarm;
    const { random, weather, clock } = this.#deps;
    this.#heard = this.storage.armed;
    this.#unschedule();
    if (at === null) return;
    if (random.chance(weather.alarmLost)) {
      this.forgottenAt = clock.now;
      clock.note(`the alarm of ${this.taskGid} at ${at} is lost`);
      return;
    }
    const wait = Math.max(restMs, at - this.#deps.clock.now) + this.#deps.random.between(0, 5);
    this.#unschedule = this.#deps.clock.after(wait, `alarm ${this.taskGid}`, () => this.#fire());
  }

  #fire(): void {
    // One handler at a time: an alarm that comes due meanwhile is looked at when the handler ends.
    if (this.#handling) return;
    const { actor, process } = this.#actor();
    this.#handling = true;
    this.storage.fire();
    actor.alarm().then(
      () => {
        if (!process.alive) return;
        this.#handling = false;
        this.storage.fired();
        this.#keep();
        this.#schedule(0);
      },
      (thrown: unknown) => {
        if (!process.alive) return;
        if (!(thrown instanceof StorageFailure))
          this.#deps.violated(`the alarm of ${this.taskGid} threw: ${String(thrown)}`);
        // The platform calls again a little later.
        this.#handling = false;
        this.#keep();
        this.#schedule(this.#deps.random.between(2_000, 10_000));
      },
    );
  }

  /**
   * A call from another process, over a line that may break on either way. What the actor answers leaves only when it
   * is durable; `booked` hears of it then, whether or not the answer arrives, with the times at which the call arrived
   * and was answered: what is asked of the outside in between may take long.
   */
  call<T>(
    from: Process,
    name: string,
    work: (actor: Actor) => T | Promise<T>,
    booked: (value: T, at: number, arrivedAt: number) => void,
  ): Promise<T> {
    const { clock, random, weather } = this.#deps;
    return new Promise((resolve, reject) => {
      const broken = (): void => {
        const label = `line to ${this.taskGid} broke at ${name}`;
        clock.after(random.between(1, 50), label, () => reject(lineBroken()), { owner: from });
      };
      const arrives = random.chance(1 - weather.refused);
      const answered = random.chance(1 - weather.answerLost);
      const perform = (): void => {
        const arrivedAt = clock.now;
        const durable = (value: T, at: number): void => booked(value, at, arrivedAt);
        const deliver = (value: T): void => {
          clock.after(0, `${name} answered to ${from.name}`, () => resolve(value), { owner: from });
        };
        if (!arrives) broken();
        else this.#perform(name, work, { durable, answer: answered ? deliver : broken, broken });
      };
      clock.after(drawLatency(weather, random), `${from.name} calls ${name}`, perform, {
        owner: from,
        left: true,
        orphaned: () => {
          if (random.chance(0.5)) perform();
        },
      });
    });
  }

  #perform<T>(name: string, work: (actor: Actor) => T | Promise<T>, then: Reply<T>): void {
    const { actor, process } = this.#actor();
    const { broken } = then;
    this.#open.add(broken);
    const failed = (thrown: unknown): void => {
      if (!this.#open.delete(broken)) return;
      // What was asked of the outside failed: the caller is told and tries again.
      if (thrown instanceof RetryableError || thrown instanceof StorageFailure) broken();
      else this.#deps.violated(`${name} of ${this.taskGid} threw: ${String(thrown)}`);
    };
    const done = (value: T): void => {
      if (!this.#open.delete(broken)) return;
      const at = this.#deps.clock.now;
      this.#unbooked.push(() => then.durable(value, at));
      const durable = (): void => {
        this.commit();
        then.answer(value);
      };
      this.#deps.clock.after(FLUSH_MS, `${name} is durable`, durable, { owner: process, orphaned: then.broken });
    };
    try {
      const value = work(actor);
      if (value instanceof Promise) value.then(done, failed);
      else done(value);
    } catch (thrown) {
      failed(thrown);
    }
  }

  /** The instance leaves memory while it does nothing. */
  evict(): void {
    if (this.#living === null || this.isBusy) return;
    this.#deps.clock.note(`evict ${this.taskGid}`);
    this.commit();
    this.#living = null;
  }

  /** The instance dies at whatever it was doing; what had not become durable may be lost. */
  kill(kept = this.#deps.random.chance(0.5)): void {
    const living = this.#living;
    // A process that goes takes the lines of those along that sleep.
    this.sockets.breakAll();
    if (living === null) return;
    this.#deps.clock.note(`kill ${living.process.name}${kept ? "" : ", losing what was not durable"}`);
    if (kept) this.#keep();
    else this.storage.rollback();
    this.#unbooked = [];
    const unanswered = [...this.#open];
    this.#open.clear();
    this.#living = null;
    this.#handling = false;
    living.process.flushed = kept;
    this.#deps.clock.kill(living.process);
    for (const broken of unanswered) broken();
    this.#schedule(this.#deps.random.between(50, 2_000));
  }
}

function lineBroken(): Error {
  return new Error("Network connection lost.");
}
