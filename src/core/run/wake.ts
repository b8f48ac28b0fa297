/** When a run must be looked at again, whatever else happens. */
import type { Instant, RunState } from "./types.ts";
import { isTerminal } from "./types.ts";

/** The earliest timer of the run; null when only the outside can move it. */
export function wakeAt(state: RunState): Instant | null {
  if (isTerminal(state.status)) return null;
  // Only a person's answer moves it; the reconciler reads the task again in case its event was lost.
  if (state.budget?.question) return null;
  if (state.lease !== null) return state.lease.expiresAt;
  if (state.execution !== null) return state.execution.startBy;
  return null;
}
