/** How many calls may still leave: a bucket that is drained by calls and refilled by time. */

/** What a token may do. */
export interface RateLimit {
  /** Calls in any sixty seconds. */
  readonly perMinute: number;
}

const MINUTE_MS = 60_000;
/**
 * The share of a minute that may leave at once. What is left of the minute is the rate of the refill, so that burst and
 * refill together never pass the limit in any sixty seconds; a small burst also suits a far side that measures shorter spans.
 */
const BURST_SHARE = 0.25;
/** Sums of fractions come out a hair below the whole they mean. */
const EPSILON = 1e-6;

export class Bucket {
  readonly #capacity: number;
  readonly #perMs: number;
  #level: number;
  #at: number;

  /** @param level calls that may leave at once from the start; the whole burst when left out */
  constructor(limit: RateLimit, now: number, level = Number.MAX_SAFE_INTEGER) {
    this.#capacity = Math.max(1, Math.floor(limit.perMinute * BURST_SHARE));
    this.#perMs = (limit.perMinute - this.#capacity) / MINUTE_MS;
    this.#level = Math.min(level, this.#capacity);
    this.#at = now;
  }

  /** True while less than half of the burst is left: the time to remember that, in case memory is lost. */
  isLow(now: number): boolean {
    return this.level(now) < this.#capacity / 2;
  }

  level(now: number): number {
    if (now > this.#at) {
      this.#level = Math.min(this.#capacity, this.#level + (now - this.#at) * this.#perMs);
      this.#at = now;
    }
    return this.#level;
  }

  /** Takes one call out; false when there is none. */
  take(now: number): boolean {
    if (this.level(now) < 1 - EPSILON) return false;
    this.#level -= 1;
    return true;
  }

  /** When the next call may leave; `now` when one may at once. */
  readyAt(now: number): number {
    const missing = 1 - EPSILON - this.level(now);
    return missing <= 0 ? now : now + Math.max(1, Math.ceil(missing / this.#perMs));
  }
}

/** What may leave after a start that lost its memory: nothing before `lowUntil`, else the half that was surely left. */
export function levelAfterStart(limit: RateLimit, lowUntil: number | null, now: number): number {
  const burst = Math.max(1, Math.floor(limit.perMinute * BURST_SHARE));
  const refill = ((limit.perMinute - burst) / MINUTE_MS) * Math.max(0, now - (lowUntil ?? -MINUTE_MS));
  return Math.max(0, Math.min(burst / 2, refill));
}
