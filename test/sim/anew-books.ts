/** Which phases somebody asked to be made anew, and when what a report is made of was really made. */
import { PHASES, type Phase } from "../../src/core/run/restart.ts";
import type { Process } from "./clock.ts";

/** When the work of each phase was done, the oldest of it. */
export type Made = Readonly<Record<Phase, number>>;

export class AnewBooks {
  readonly #violated: (what: string) => void;
  readonly #asked = new Map<string, Map<Phase, number>>();
  /** Tasks of which a version is owed that was asked for so. */
  readonly #owed = new Set<string>();
  readonly #made = new WeakMap<Process, Made>();

  constructor(violated: (what: string) => void) {
    this.#violated = violated;
  }

  /** A restart was accepted. */
  asked(taskGid: string, from: Phase, at: number): void {
    const asked = this.#asked.get(taskGid) ?? new Map<Phase, number>();
    this.#asked.set(taskGid, asked);
    this.#owed.add(taskGid);
    for (const phase of PHASES.slice(PHASES.indexOf(from))) asked.set(phase, at);
  }

  /** An attempt has a report in its hands. */
  made(process: Process, made: Made): void {
    this.#made.set(process, made);
  }

  /** It was taken. */
  taken(process: Process, taskGid: string): void {
    this.#owed.delete(taskGid);
    const made = this.#made.get(process);
    for (const [phase, at] of this.#asked.get(taskGid) ?? [])
      if (made !== undefined && made[phase] < at)
        this.#violated(
          `${taskGid} was to ${phase} anew at ${at}, and its report rests on what was made at ${made[phase]}`,
        );
  }

  /** The version there is stays, as if nothing but a comment had asked for another. */
  declined(taskGid: string): void {
    if (this.#owed.has(taskGid)) this.#violated(`${taskGid} was to be made anew, and its version stays as it was`);
  }
}
