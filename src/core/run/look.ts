/**
 * Nothing is left to itself: a run that has not ended looks at its task now and then, also when nobody reported
 * anything. Often at first, ever more calmly while nothing changes.
 */
import { type Decision, NOTHING } from "./commands.ts";
import { isTerminal } from "./queries.ts";
import type { Instant, RunState, RunStatus } from "./types.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A held run looks this often whether it still is. */
export const HOLD_LOOK_MS = MINUTE;

/** The first look after a status began; each further one waits twice as long. */
const FIRST: Readonly<Partial<Record<RunStatus, number>>> = {
  observed: 5 * MINUTE,
  assessing: 5 * MINUTE,
  // What is missing is often mended outside of Asana, where nobody reports it.
  blocked: 10 * MINUTE,
  ignored: DAY,
};
const LATEST: Readonly<Partial<Record<RunStatus, number>>> = { ignored: 7 * DAY };

/** Time from look `times` to the next. */
export function lookPace(status: RunStatus, times: number): number {
  const first = FIRST[status] ?? HOUR;
  return Math.min(first * 2 ** Math.min(times, 20), LATEST[status] ?? DAY);
}

/** The look after an event, when the status is another one since. */
export function agendaAfter(before: RunState, after: RunState, now: Instant): RunState["agenda"] {
  if (before.status === after.status) return after.agenda;
  return { ...after.agenda, looks: 0, lookAt: now + lookPace(after.status, 0) };
}

export function lookAt(state: RunState): Instant | null {
  return isTerminal(state.status) ? null : state.agenda.lookAt;
}

/** Looks at the task, and shows the index when the next look is. */
export function decideLook(state: RunState, now: Instant): Decision {
  const at = lookAt(state);
  if (at === null || at > now) return NOTHING;
  const looks = state.agenda.looks + 1;
  return {
    events: [{ type: "look.planned", at: now + lookPace(state.status, looks), looks }],
    effects: [{ kind: "look" }, { kind: "project" }],
    refusal: null,
  };
}

/** When a run that is held looks whether it still is: nobody has to tell it. */
export function holdLookAt({ held, agenda }: RunState): Instant | null {
  return held === null ? null : agenda.holdLookAt;
}

export function decideHoldLook(state: RunState, now: Instant): Decision {
  const at = holdLookAt(state);
  if (at === null || at > now) return NOTHING;
  return {
    events: [{ type: "hold.planned", at: now + HOLD_LOOK_MS }],
    effects: [{ kind: "check_hold" }],
    refusal: null,
  };
}
