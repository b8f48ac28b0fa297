/** When a run must be looked at again, whatever else happens. */
import type { Instant, RunState } from "./types.ts";
import { isTerminal } from "./types.ts";

/** The earliest timer of the run; null when only the outside can move it. */
export function wakeAt(state: RunState): Instant | null {
  if (isTerminal(state.status)) return null;
  const { quiet, nudge } = state.talk;
  // A question about the budget: only a person's answer moves the work.
  const work = state.budget?.question ? null : (state.lease?.expiresAt ?? state.execution?.startBy ?? null);
  const timers = [work, quiet === null || quiet.over ? null : quiet.until, nudge?.dueAt ?? null];
  return timers.reduce((first, at) => (at === null || (first !== null && first <= at) ? first : at), null);
}
