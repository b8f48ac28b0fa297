/** What people and holds do to a run from outside: cancel, kill, pause, resume, hold, release. */
import { stopRun } from "./boundary.ts";
import { brakeOf } from "./brakes.ts";
import { type Decision, endAttempt, events, NOTHING, type RunCommand, refused } from "./commands.ts";
import { reading } from "./decide-feedback.ts";
import type { Effect } from "./effects.ts";
import type { RunEvent } from "./events.ts";
import { isTerminal, nextAttempt, openRound } from "./queries.ts";
import type { Cause, Instant, RunState } from "./types.ts";

type Told<T extends RunCommand["type"]> = Extract<RunCommand, { type: T }>;
export type ControlCommand = Told<"cancel" | "kill" | "pause" | "resume" | "held" | "unheld" | "check_holds">;

export function decideControl(state: RunState, command: ControlCommand, now: Instant): Decision {
  switch (command.type) {
    case "cancel":
      return decideCancel(state, command);
    case "kill":
      return decideKill(state, command);
    case "pause":
      return decidePause(state, command);
    case "resume":
      return decideResume(state, command, now);
    case "held":
      return decideHeld(state, command);
    case "unheld":
      return state.held === null ? NOTHING : released(state, { type: "run.unheld" }, { held: null }, now);
    case "check_holds":
      return isTerminal(state.status) || state.execution === null
        ? NOTHING
        : { events: [], effects: [{ kind: "check_hold" }], refusal: null };
  }
}

function byStaff(code: string, what: string, { by, reason }: Told<"cancel" | "kill">): Cause {
  return { code, detail: `${what} by ${by}${reason === "" ? "" : `: ${reason}`}.` };
}

function hasEnded(state: RunState): Decision | null {
  if (!isTerminal(state.status)) return null;
  return refused("wrong_state", `The run has ended already: it is ${state.status}.`);
}

/** Stops before the next effect; what is done by then is kept. */
function decideCancel(state: RunState, command: Told<"cancel">): Decision {
  const over = hasEnded(state);
  if (over !== null) return over;
  return events(...stopRun(state, byStaff("cancelled_by_staff", "Stopped", command), command.by));
}

/** Takes the lease at once: whatever the worker does from now on is refused. */
function decideKill(state: RunState, command: Told<"kill">): Decision {
  const over = hasEnded(state);
  if (over !== null) return over;
  const cause = byStaff("killed_by_staff", "Killed", command);
  return events(...endAttempt(state, "cancelled", cause.detail), { type: "run.cancelled", cause });
}

function decidePause(state: RunState, { by, reason }: Told<"pause">): Decision {
  const over = hasEnded(state);
  if (over !== null) return over;
  if (state.paused !== null) return refused("wrong_state", `${state.paused.by} has paused this run already.`);
  return events({ type: "run.paused", by, reason });
}

function decideResume(state: RunState, { by, reason }: Told<"resume">, now: Instant): Decision {
  if (state.paused === null) return refused("wrong_state", "The run is not paused.");
  return released(state, { type: "run.resumed", by, reason }, { paused: null }, now);
}

function decideHeld(state: RunState, { hold }: Told<"held">): Decision {
  // Only work is held: a run that waits for a person learns of the hold when it would work again.
  if (isTerminal(state.status) || state.execution === null) return NOTHING;
  if (state.held?.hold.holdId === hold.holdId) return NOTHING;
  return events({ type: "run.held", hold });
}

/** A brake is off. When it was the last, what is owed is promised again. */
function released(
  state: RunState,
  event: RunEvent,
  change: Pick<RunState, "paused"> | Pick<RunState, "held">,
  now: Instant,
): Decision {
  if (brakeOf({ ...state, ...change }) !== null) return events(event);
  return { events: [event, ...promisedAgain(state, now)], effects: heldReading(state), refusal: null };
}

/**
 * The work that waited for a brake, as a fresh attempt on the same journal. Nothing while an attempt is still at work:
 * the brake came off before its next boundary.
 */
export function promisedAgain(state: RunState, now: Instant): readonly RunEvent[] {
  const { execution, lease } = state;
  if (execution === null || lease !== null) return [];
  const { kind, roundId, waitReason } = execution;
  const dueAt = Math.max(now, execution.dueAt);
  return [{ type: "execution.promised", attempt: nextAttempt(state), kind, roundId, dueAt, reason: waitReason }];
}

/** Comments nobody could read while a brake was on. */
function heldReading(state: RunState): readonly Effect[] {
  return state.status === "review_ready" ? reading(openRound(state)) : [];
}
