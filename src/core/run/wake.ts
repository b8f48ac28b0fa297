/** When a run must be looked at again, whatever else happens. */
import { timersOf } from "./timers.ts";
import type { Instant, RunState } from "./types.ts";

/** The earliest timer of the run. A run that has not ended always has one. */
export function wakeAt(state: RunState): Instant | null {
  return timersOf(state)[0]?.at ?? null;
}
