/** Reminders: a person who is waited for hears of it on working days, three times, then somebody else does. */
import { type Decision, events, NOTHING } from "./commands.ts";
import type { Nudge } from "./conversation.ts";
import type { RunEvent } from "./events.ts";
import { openRound } from "./queries.ts";
import { escalated, roundsDecider } from "./round-limit.ts";
import type { Instant, RunState } from "./types.ts";
import { afterWorkingDays, workingMoment } from "./working-time.ts";

export const MAX_REMINDERS = 3;
const WORKING_DAYS = 2;

/** True while a person moves the run on: a question, a budget that is used up, something to mend, or a report to look at. */
export function waitsForPerson(state: RunState): boolean {
  if (state.status === "needs_clarification" || asksForBudget(state)) return true;
  if (state.status === "blocked") return !NOBODY_TO_REMIND.has(state.cause?.code ?? "");
  return state.status === "review_ready" && openRound(state) === null && state.talk.quiet === null;
}

/**
 * A conversation with a machine is not fed with reminders. Whoever may not start a run was told so once, and whose client
 * a stranger's task is for is not known: anybody of the staff may let it begin, and nobody of them asked for it.
 */
const NOBODY_TO_REMIND: ReadonlySet<string> = new Set(["ping_pong", "requester_not_mapped"]);

/** True while somebody is asked whether the run may use more. */
export function asksForBudget({ budget }: RunState): boolean {
  return budget !== null && budget.question !== null;
}

/** When the next reminder is due. */
export function reminderAt({ talk: { nudge } }: RunState): Instant | null {
  return nudge?.dueAt ?? null;
}

/** The reminder, or the escalation after the last one, when its time has come and people are at work. */
export function decideReminder(state: RunState, now: Instant): Decision {
  const { nudge, team } = state.talk;
  if (nudge === null || nudge.dueAt === null || nudge.dueAt > now) return NOTHING;
  const at = workingMoment(now, team.timeZone);
  if (at > now) return events({ type: "reminder.put_off", dueAt: at });
  if (nudge.sent < MAX_REMINDERS) return events({ type: "reminder.due" });
  return events(escalated(state, "no_answer", awaited(state).gid));
}

/** Who is waited for. */
export function awaited(state: RunState): { readonly gid: string | null; readonly name: string } {
  const { escalation, held } = state.talk;
  if (escalation !== null) return escalation;
  if (state.status === "review_ready" && held.length > 0) return roundsDecider(state);
  return { gid: state.task?.requesterGid ?? null, name: state.task?.requesterName ?? "the requester" };
}

/** Events after which the wait for a person begins anew. */
const STIRS: ReadonlySet<RunEvent["type"]> = new Set<RunEvent["type"]>([
  "assessment.question",
  "budget.exhausted",
  "comments.seen",
  "artifact.produced",
  "feedback.answered",
  "feedback.held",
]);

/** The reminders after an event; `after` is the state the event led to. */
export function nudgeAfter(before: Nudge | null, after: RunState, event: RunEvent, now: Instant): Nudge | null {
  if (!waitsForPerson(after)) return null;
  // Asked only where it counts: the calendar of a zone is the dearest part of a turn.
  const next = () => afterWorkingDays(now, WORKING_DAYS, after.talk.team.timeZone);
  if (before === null || STIRS.has(event.type)) return { since: now, sent: 0, dueAt: next() };
  switch (event.type) {
    case "reminder.put_off":
      return { ...before, dueAt: event.dueAt };
    case "reminder.due":
      return { ...before, sent: before.sent + 1, dueAt: next() };
    case "run.escalated":
      return event.reason === "no_answer" ? { ...before, dueAt: null } : before;
    default:
      return before;
  }
}
