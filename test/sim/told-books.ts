/**
 * What the steps of an attempt returned to its skill, in books of its own, by the memory it runs in: an attempt may not say how
 * it ended before all of it is recorded, and nothing may be recorded that rests on what is not.
 */
import { MOST_STILL_MS } from "../../src/runner/heartbeat.ts";
import type { Process } from "./clock.ts";

interface Attempt {
  /** Keys as the skill names them, in their order. */
  readonly returned: string[];
  readonly recorded: Set<string>;
  /** A call to the actor broke: nobody can tell what was recorded, and the attempt ends for it. */
  broken: boolean;
  /** When the actor heard last of anything but a renewal. */
  movedAt: number;
}

/** More than an attempt may stand still: its words may be on their way, and what it does meanwhile not all is told. */
const STANDS_STILL_MS = 2 * MOST_STILL_MS;

export class ToldBooks {
  readonly #violated: (what: string) => void;
  readonly #attempts = new WeakMap<Process, Attempt>();

  constructor(violated: (what: string) => void) {
    this.#violated = violated;
  }

  #of(process: Process): Attempt {
    const attempt = this.#attempts.get(process) ?? { returned: [], recorded: new Set(), broken: false, movedAt: 0 };
    this.#attempts.set(process, attempt);
    return attempt;
  }

  /** A step of the skill was worked on and is over, as far as the skill can tell. */
  returned(process: Process, key: string): void {
    this.#of(process).returned.push(key);
  }

  broke(process: Process): void {
    this.#of(process).broken = true;
  }

  moved(process: Process, at: number): void {
    this.#of(process).movedAt = at;
  }

  /** @param scoped keys as the actor knows them */
  recorded(process: Process, taskGid: string, scoped: readonly string[]): void {
    const { returned, recorded } = this.#of(process);
    const keys = scoped.map((key) => key.slice(key.indexOf("/") + 1));
    for (const key of keys) recorded.add(key);
    for (const key of keys) {
      // The runner's own, before anything the skill does: told late, it says nothing of what follows.
      if (key === "start") continue;
      const before = returned.includes(key) ? returned.slice(0, returned.indexOf(key)) : returned;
      const missing = before.find((one) => !recorded.has(one));
      if (missing !== undefined) this.#violated(`${key} of ${taskGid} is recorded, and ${missing} before it is not`);
    }
  }

  renewed(process: Process, taskGid: string, at: number): void {
    const { movedAt } = this.#of(process);
    if (at - movedAt > STANDS_STILL_MS)
      this.#violated(`the lease of ${taskGid} is renewed at ${at}; its attempt stands still since ${movedAt}`);
  }

  /** The attempt said how it ended. */
  ended(process: Process, taskGid: string, how: string): void {
    const { returned, recorded, broken } = this.#of(process);
    const missing = broken ? undefined : returned.find((key) => !recorded.has(key));
    if (missing !== undefined)
      this.#violated(`an attempt of ${taskGid} ended with ${how}, and ${missing} was never recorded`);
  }
}
