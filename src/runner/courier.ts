/**
 * Carries what an attempt finished to the actor of its run, in order, one message at a time. What may wait a moment
 * travels with the next message: a commit costs the same whatever it holds.
 */
import type { NextWork } from "../core/run/commands.ts";
import type { FinishedWork } from "../core/run/lease.ts";
import type { Every } from "./heartbeat.ts";
import { granted, LeaseLostError, type StepActor, type Told } from "./lease.ts";

/** Nothing is kept back longer than this; so it is also how much work a crash can cost beyond what was under way. */
export const KEPT_BACK_MS = 50;

/** Results kept back together stay below one message of the runtime, and below one frame of the panel. */
const MAX_KEPT = 64;
const MAX_KEPT_CHARS = 512 * 1024;

export interface CourierDeps {
  readonly actor: StepActor;
  readonly epoch: number;
  readonly every: Every;
}

export class Courier {
  readonly #deps: CourierDeps;
  #kept: FinishedWork[] = [];
  /** The step at work, as long as nobody was told of it. */
  #begun: NextWork | null = null;
  /** The message under way; the next one waits for it, so that the order holds. */
  #underWay: Promise<void> = Promise.resolve();
  #stopTimer: (() => void) | null = null;
  /** Why a message nobody waited for was refused; thrown at whoever comes next. */
  #lost: { readonly error: unknown } | null = null;

  constructor(deps: CourierDeps) {
    this.#deps = deps;
  }

  /** A step begins. That is only for the panel: told when it turns out to take long. */
  begin(next: NextWork): void {
    if (this.#lost !== null) throw this.#lost.error;
    this.#begun = next;
    this.#soon();
  }

  /** Something is finished. Recorded when this returns, unless it may wait. */
  async done(work: FinishedWork, mayWait: boolean): Promise<void> {
    this.#begun = null;
    this.#kept.push(work);
    const chars = this.#kept.reduce((sum, { result }) => sum + result.length, 0);
    if (mayWait && this.#kept.length < MAX_KEPT && chars < MAX_KEPT_CHARS) this.#soon();
    else await this.#send(null);
  }

  /** The intent to write to the outside, recorded with everything before it when this returns. */
  intend(next: NextWork): Promise<void> {
    return this.#send(next);
  }

  /** Everything that was kept back is recorded when this returns, and nothing is sent later. */
  async settle(): Promise<void> {
    this.#begun = null;
    try {
      await this.#send(null);
    } finally {
      this.#stop();
    }
  }

  #soon(): void {
    this.#stopTimer ??= this.#deps.every(KEPT_BACK_MS, () => {
      this.#stop();
      this.#unheard(this.#send(null));
    });
  }

  #stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  /** Nobody waits for this message. A refusal is thrown at the next one; a broken line shows there by itself. */
  #unheard(sent: Promise<void>): void {
    sent.catch(() => undefined);
  }

  #send(intent: NextWork | null): Promise<void> {
    const sent = this.#underWay.then(() => this.#deliver(intent));
    this.#underWay = sent.catch(() => undefined);
    return sent;
  }

  async #deliver(intent: NextWork | null): Promise<void> {
    if (this.#lost !== null) throw this.#lost.error;
    const next = intent ?? this.#begun;
    const done = this.#kept;
    if (done.length === 0 && next === null) return;
    this.#begun = null;
    this.#kept = [];
    try {
      granted(await this.#tell(done, next));
    } catch (error) {
      // What was finished may or may not be recorded now: nothing after it may be. A lost announcement is no loss.
      const announcement = done.length === 0 && intent === null;
      if (!announcement || error instanceof LeaseLostError) this.#lost = { error };
      throw error;
    }
  }

  #tell(done: readonly FinishedWork[], next: NextWork | null): Promise<Told<null>> {
    const { actor, epoch } = this.#deps;
    const [only] = done;
    if (only === undefined && next !== null) {
      const { kind, key, label } = next;
      if (kind === "step") return actor.beginStep(epoch, key, label);
      if (actor.intendEffect !== undefined) return actor.intendEffect(epoch, key, label);
    }
    if (only !== undefined && done.length === 1 && next === null) {
      const { kind, key, label, startedAt, result } = only;
      if (kind === "step") return actor.commitStep(epoch, key, label, startedAt, result);
      if (actor.commitEffect !== undefined) return actor.commitEffect(epoch, key, label, startedAt, result);
    }
    return actor.advance(epoch, done, next);
  }
}
