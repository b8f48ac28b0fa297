/** When a run must be looked at again, whatever else happens. */
import { timersOf } from "./timers.ts";
import type { Instant, RunState } from "./types.ts";

/** The earliest timer of the run. A run that has not ended always has one. */
export function wakeAt(state: RunState): Instant | null {
  return timersOf(state)[0]?.at ?? null;
}

/**
 * The wake time that is shown. A held run looks every minute whether it still is, and no row follows that: shown, it
 * would always lie in the past, and ops and the sweep would take every held run for a forgotten one.
 */
export function shownWakeAt(state: RunState): Instant | null {
  return timersOf(state).find(({ name }) => name !== "hold")?.at ?? null;
}
