/** What people who run the system may do to a single run. Each act goes into the log with who and why. */
import { stopped } from "./boundary.ts";
import { brakeOf } from "./brakes.ts";
import { type Decision, events, type RunCommand, refused } from "./commands.ts";
import type { OpsAction, RunEvent } from "./events.ts";
import type { Instant, RunState } from "./types.ts";
import { wakeAt } from "./wake.ts";

export const OPS_ACTIONS: readonly OpsAction[] = [
  "release-lease",
  "requeue",
  "cancel",
  "fire-timers",
  "flush-outbox",
  "reproject",
];

/** The action of that name; null when there is none. */
export function opsActionOf(name: string): OpsAction | null {
  return OPS_ACTIONS.find((action) => action === name) ?? null;
}

type OpsCommand = Extract<RunCommand, { type: "ops" }>;
/** What another command would do to the run at an instant. */
type Others = (command: RunCommand, at: Instant) => Decision;

/** Carries out the action, or says why it does not apply. */
export function decideOps(state: RunState, command: OpsCommand, now: Instant, others: Others): Decision {
  const { action, by, reason } = command;
  const decision = decideAction(state, command, now, others);
  if (decision.refusal !== null) return decision;
  return { ...decision, events: [{ type: "ops.acted", action, by, reason }, ...decision.events] };
}

function decideAction(state: RunState, command: OpsCommand, now: Instant, others: Others): Decision {
  switch (command.action) {
    case "release-lease":
      return releaseLease(state, command, now);
    case "requeue":
      return requeue(state, command, now, others);
    case "cancel":
      return others({ type: "cancel", by: command.by, reason: command.reason }, now);
    case "fire-timers":
      return fireTimers(state, now, others);
    case "flush-outbox":
      return command.promises > 0 ? events() : refused("wrong_state", "Nothing waits in the outbox.");
    case "reproject":
      return { events: [], effects: [{ kind: "register" }], refusal: null };
  }
}

/**
 * The worker is given up for lost before its lease runs out; its attempt counts like one that ran out of time. A run that
 * was to stop at the next boundary has come to it.
 */
function releaseLease(state: RunState, command: OpsCommand, now: Instant): Decision {
  const { lease, execution } = state;
  if (lease === null || execution === null) return refused("wrong_state", "No attempt holds a lease.");
  const lapsed: RunEvent = { type: "lease.lapsed", epoch: lease.epoch };
  const stop = stopped(state);
  if (stop !== null) return events(lapsed, ...stop);
  const { kind, roundId } = execution;
  return events(
    lapsed,
    {
      type: "attempt.ended",
      outcome: "continued",
      detail: `The lease was released by ${command.by}: ${command.reason}`,
    },
    { type: "execution.promised", attempt: lease.attempt + 1, kind, roundId, dueAt: now, reason: null },
  );
}

/** What is promised is put on the queue again at once; what is stopped begins again. */
function requeue(state: RunState, command: OpsCommand, now: Instant, others: Others): Decision {
  const { lease, execution } = state;
  if (lease !== null) return refused("wrong_state", "An attempt is at work; release its lease first.");
  if (execution === null) return others({ type: "retry", by: command.by, reason: command.reason }, now);
  const brake = brakeOf(state);
  // Work that is promised under a brake is dropped: the log would tell of an act that did nothing.
  if (brake !== null) return refused("withheld", brake.detail);
  const { attempt, kind, roundId } = execution;
  return events({ type: "execution.promised", attempt, kind, roundId, dueAt: now, reason: null });
}

/** Whatever the run waits for by the clock happens now. */
function fireTimers(state: RunState, now: Instant, others: Others): Decision {
  const at = wakeAt(state);
  if (at === null) return refused("wrong_state", "The run waits for nothing that time would bring.");
  const ahead = Math.max(0, at - now);
  const decision = others({ type: "tick" }, now + ahead);
  const brought = decision.events.map(
    (event): RunEvent =>
      event.type === "execution.promised" ? { ...event, dueAt: Math.max(now, event.dueAt - ahead) } : event,
  );
  return { ...decision, events: brought };
}
