/** How long to wait before the next try. */

export interface BackoffPolicy {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Nobody is believed who asks for more: the date beyond it may be one that no calendar has. */
const LONGEST_ASKED_MS = 24 * 3_600_000;

/**
 * Exponential with jitter: half of the step is fixed, half is drawn, so that many that failed together do not return
 * together. What the far side asked for is a floor, never shortened but to a day.
 * @param tries failures so far, from 1
 * @param jitter 0 to 1, drawn by the caller
 */
export function backoffMs(policy: BackoffPolicy, tries: number, jitter: number, askedMs: number | null): number {
  const step = Math.min(policy.capMs, policy.baseMs * 2 ** Math.max(0, Math.min(tries, 30) - 1));
  const drawn = Math.round(step / 2 + (step / 2) * jitter);
  return Math.max(drawn, Math.min(askedMs ?? 0, LONGEST_ASKED_MS));
}
