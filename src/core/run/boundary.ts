/**
 * Boundaries of an attempt: the commit of a step, the intent of an effect, its end, its lapse. Who wants the run to stop
 * is heard there, so that what was done is kept and nothing is cut in half. The begin of a step is none: it is told
 * while the work is under way already.
 */
import { brakeOf } from "./brakes.ts";
import type { RunEvent } from "./events.ts";
import type { Cause, RunState } from "./types.ts";

/** Stops the run: at once when nobody works on it, else at the next boundary. */
export function stopRun(state: RunState, cause: Cause, by: string | null): readonly RunEvent[] {
  if (state.lease === null) return [{ type: "run.cancelled", cause }];
  const { stopping } = state;
  // A signal adds nothing to a stop under way; the word of a person takes the place of a signal.
  if (stopping !== null && (by === null || stopping.by !== null)) return [];
  return [{ type: "run.stopping", cause, by }];
}

/** What ends the attempt because the run is to stop; null when it is not. */
export function stopped(state: RunState): readonly RunEvent[] | null {
  const { stopping } = state;
  if (stopping === null) return null;
  return [
    { type: "attempt.ended", outcome: "cancelled", detail: stopping.cause.detail },
    { type: "run.cancelled", cause: stopping.cause },
  ];
}

/** The same for a stop that a person asked for: the word of a task that came back takes back only its own. */
export function stoppedByPerson(state: RunState): readonly RunEvent[] | null {
  const { stopping } = state;
  return stopping === null || stopping.by === null ? null : stopped(state);
}

/** What ends the attempt at a boundary in the middle of its work; null when it goes on. */
export function atBoundary(state: RunState): readonly RunEvent[] | null {
  const stop = stopped(state);
  if (stop !== null) return stop;
  const brake = brakeOf(state);
  return brake === null ? null : [{ type: "attempt.ended", outcome: brake.outcome, detail: brake.detail }];
}
