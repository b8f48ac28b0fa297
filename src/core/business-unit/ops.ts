/** What people who run the system may do to a Business Unit. Each act goes into the log with who and why. */
import { releaseLease } from "./attempt.ts";
import { type CommandOf, type Decision, events, refused } from "./commands.ts";
import { isActive } from "./queries.ts";
import { decideCancel } from "./refresh.ts";
import { readAgain } from "./source-retries.ts";
import { type Instant, SOURCES, type UnitState } from "./types.ts";
import { decideTick, wakeAt } from "./wake.ts";

/** Carries out the action, or says why it does not apply. */
export function decideOps(state: UnitState, command: CommandOf<"ops">, now: Instant): Decision {
  const { action, by, reason } = command;
  const decision = decideAction(state, command, now);
  if (decision.refusal !== null) return decision;
  return { ...decision, events: [{ type: "ops.acted", action, by, reason }, ...decision.events] };
}

function decideAction(state: UnitState, command: CommandOf<"ops">, now: Instant): Decision {
  switch (command.action) {
    case "release-lease":
      return releaseLease(state, now);
    case "requeue":
      return requeue(state, now);
    case "cancel":
      return decideCancel(state, { type: "cancel_refresh", by: command.by, reason: command.reason });
    case "fire-timers": {
      const at = wakeAt(state);
      if (at === null) return refused("wrong_state", "The Business Unit waits for nothing that time would bring.");
      return decideTick(state, now, Math.max(now, at));
    }
    case "flush-outbox":
      return command.promises > 0 ? events() : refused("wrong_state", "Nothing waits in the outbox.");
    case "reproject":
      return { events: [], effects: [{ kind: "project" }, { kind: "claims" }], refusal: null };
  }
}

/**
 * What is promised is put on the queue again at once; what ended is read again where it was not done. What a check held
 * back is not: the same journalled pages would fail the same check, only a new refresh asks the source anew.
 */
function requeue(state: UnitState, now: Instant): Decision {
  const { refresh } = state;
  if (refresh === null) return refused("wrong_state", "The Business Unit was never refreshed.");
  if (refresh.lease !== null) return refused("wrong_state", "An attempt is at work; release its lease first.");
  if (isActive(refresh)) {
    const { attempt, barrenAttempts, cause } = refresh;
    return events({ type: "refresh.promised", attempt, dueAt: now, cause, barrenAttempts, again: [] });
  }
  if (state.archivedAt !== null) return refused("archived", "The Business Unit is archived.");
  const undone = SOURCES.filter((source) => {
    const status = refresh.sources[source]?.status ?? "done";
    return status !== "done" && status !== "held_back";
  });
  if (undone.length === 0)
    return refused("wrong_state", "Every source of the last refresh was read; ask for a new one.");
  return readAgain(refresh, undone, now);
}
