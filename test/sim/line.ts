/** The line between a process of ours and the outside: refusals, lost answers, delays, outages. */
import { RetryableError } from "../../src/core/errors.ts";
import type { Clock, Process } from "./clock.ts";
import { drawFate, drawLatency, type Weather } from "./faults.ts";
import type { Random } from "./random.ts";

export interface LineDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly weather: Weather;
}

/** Who calls, and what has to be durable before a word of it leaves. */
export interface Caller {
  readonly process: Process;
  commit(): void;
}

/** Asked right before a write leaves for good; answers why it may not. */
export type Door = () => Promise<Error | null>;

export interface Terms {
  readonly door?: Door | null;
  /**
   * The far side may carry out a request long after the caller gave it up or died. Only for writes that carry a version:
   * nothing could keep others from being done twice.
   */
  readonly late?: boolean;
  /** Nobody gives up on it: it may never be answered. */
  readonly patient?: boolean;
}

/** Adapters give up on a call after this long. */
const CLIENT_TIMEOUT_MS = 30_000;

export class Line {
  readonly #deps: LineDeps;
  readonly #downUntil = new Map<string, number>();

  constructor(deps: LineDeps) {
    this.#deps = deps;
  }

  /** An upstream answers nothing but errors for a while. */
  takeDown(upstream: string, ms: number): void {
    this.#deps.clock.note(`${upstream} is down for ${ms} ms`);
    this.#downUntil.set(upstream, this.#deps.clock.now + ms);
  }

  /** Every upstream answers again. */
  mend(): void {
    this.#downUntil.clear();
  }

  /**
   * One call. `work` is what happens on the far side, at one instant. A caller that dies while its request is on the
   * way may or may not have reached the far side, but nothing of it arrives later than its death: the far side takes
   * requests in the order in which they leave.
   */
  call<T>(
    caller: Caller,
    upstream: string,
    verb: string,
    work: () => T | Promise<T>,
    { door = null, late = false, patient = false }: Terms = {},
  ): Promise<T> {
    const { clock, random, weather } = this.#deps;
    const name = `${upstream}.${verb}`;
    return new Promise((resolve, reject) => {
      const fate = drawFate(weather, random, name);
      const back = (label: string, end: () => void, wait = random.between(0, 60)): void => {
        clock.after(wait, `${label} to ${caller.process.name}`, end, { owner: caller.process });
      };
      const arrive = async (): Promise<void> => {
        caller.commit();
        if (this.#isDown(upstream)) {
          const down = new RetryableError("upstream_down", `${name} answered 503.`);
          return back(`${name} is down`, () => reject(down));
        }
        if (fate.kind === "answer lost" && late && random.chance(0.5)) {
          clock.after(random.between(1, 2 * CLIENT_TIMEOUT_MS), `${name} is done late`, () => void work());
          return back(`${name} gave no answer`, () => reject(fate.error), random.between(1, CLIENT_TIMEOUT_MS));
        }
        if (fate.kind === "refused") return back(`${name} refused`, () => reject(fate.error));
        const barred = (await door?.()) ?? null;
        if (barred !== null) return back(`${name} is barred`, () => reject(barred));
        try {
          const value = await work();
          if (patient && random.chance(weather.hangs)) clock.note(`${name} hangs`);
          else if (fate.kind === "answer lost") {
            const wait = fate.soon ? random.between(1, 60) : CLIENT_TIMEOUT_MS;
            back(`${name} gave no answer`, () => reject(fate.error), wait);
          } else back(`${name} answered`, () => resolve(value));
        } catch (thrown) {
          back(`${name} refused for good`, () => reject(thrown));
        }
      };
      clock.after(drawLatency(weather, random), `${caller.process.name} calls ${name}`, () => void arrive(), {
        owner: caller.process,
        left: true,
        orphaned: () => {
          if (caller.process.flushed && random.chance(0.5)) void arrive();
        },
      });
    });
  }

  #isDown(upstream: string): boolean {
    return (this.#downUntil.get(upstream) ?? 0) > this.#deps.clock.now;
  }
}
