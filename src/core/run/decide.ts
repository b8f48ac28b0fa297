/** State, command and now in; events out. The rules of a run, by group of commands. */
import { runIdOf } from "../ids.ts";
import { decideAnswer } from "./answer.ts";
import { decideAppraise } from "./appraisal.ts";
import { type Brake, brakeOf } from "./brakes.ts";
import { type Decision, events, NOTHING, type RunCommand, refused } from "./commands.ts";
import { CLOSED_KEY } from "./comments.ts";
import { decideControl } from "./control.ts";
import { decideBudget } from "./decide-budget.ts";
import { decideExecution, QUARANTINED } from "./decide-execution.ts";
import { decideClassified, decideParked, decideReplied, reading } from "./decide-feedback.ts";
import { decideAdvance } from "./decide-steps.ts";
import { decideTaskRead } from "./decide-task.ts";
import type { RunEvent } from "./events.ts";
import { guarded } from "./monologue.ts";
import { decideOps } from "./ops.ts";
import { hasLeft, isTerminal, openRound } from "./queries.ts";
import { decideRestart, promised, workOwed } from "./restart.ts";
import { decideTick } from "./timers.ts";
import type { Instant, RunSettings, RunState } from "./types.ts";

/** What the command does to the run. Never throws for anything a caller can cause. */
export function decide(state: RunState | null, command: RunCommand, now: Instant, settings: RunSettings): Decision {
  if (command.type === "deliver") return decideDeliver(state, command);
  if (state === null) return refused("no_such_run", "There is no run for this task yet.");
  switch (command.type) {
    case "task_read":
      return guarded(state, decideTaskRead(state, command, now, settings));
    case "classified":
      return decideClassified(state, command, now, settings);
    case "replied":
      return decideReplied(state, command);
    case "cancel":
    case "kill":
    case "pause":
    case "resume":
    case "held":
    case "unheld":
    case "check_holds":
      return decideControl(state, command, now);
    case "tick":
      return decideTick(state, now);
    case "poke":
      // Whatever is due is done by the alarm; the index gets a row that is true now.
      return { events: [], effects: [{ kind: "project" }], refusal: null };
    case "retry":
      return withReason(state, command.reason) ?? decideRetry(state, command, now);
    case "answer":
      return decideAnswer(state, command);
    case "restart":
      return withReason(state, command.reason) ?? decideRestart(state, command);
    case "comment_posted":
      return events({ type: "comment.posted", key: command.key, storyGid: command.storyGid });
    case "status_posted":
      return state.statusStoryGid === command.storyGid
        ? NOTHING
        : events({ type: "status.posted", storyGid: command.storyGid });
    case "incident_reported":
      return events({ type: "incident.reported", taskGid: command.taskGid, url: command.url });
    case "unpark":
      return events({ type: "effect.unparked", key: command.key });
    case "drop":
      return events({ type: "effect.dropped", key: command.key, error: command.error });
    case "appraise":
      return decideAppraise(state, command);
    case "ops":
      return decideOps(state, command, now, (one, at) => decide(state, one, at, settings));
    case "park":
      return decideParked(state, command, settings);
    case "reserve":
    case "settle":
    case "exhausted":
    case "set_budget":
      return decideBudget(state, command, now, settings);
    case "advance":
      return decideAdvance(state, command, now, settings);
    default:
      return decideExecution(state, command, now, settings);
  }
}

function decideDeliver(state: RunState | null, command: Extract<RunCommand, { type: "deliver" }>): Decision {
  const look = [{ kind: "look" }] as const;
  if (state === null) {
    return {
      events: [
        { type: "run.observed", runId: runIdOf(command.taskGid), taskGid: command.taskGid },
        { type: "assessment.started" },
      ],
      effects: look,
      refusal: null,
    };
  }
  // Whoever writes after the acceptance is told once that this run is over.
  if (state.status === "accepted" && !command.quiet && state.postedComments[CLOSED_KEY] === undefined)
    return { events: [], effects: look, refusal: null };
  // A run that ended because the task left Jessie looks again: the task may have come back.
  if (hasLeft(state)) return { events: [], effects: look, refusal: null };
  if (isTerminal(state.status)) return NOTHING;
  return { events: command.quiet ? [] : [{ type: "task.noticed", what: command.what }], effects: look, refusal: null };
}

/** A refusal for a run in quarantine that is to be tried again without a word why; null when it may be. */
function withReason(state: RunState, reason = ""): Decision | null {
  if (state.cause?.code !== QUARANTINED || reason !== "") return null;
  return refused("reason_needed", "A run in quarantine is tried again only with a reason: what was mended?");
}

/** What has to happen before a run between two tries can be tried at once: while a brake is on, no try begins. */
const BRAKE_OFF: Readonly<Record<Brake["kind"], string>> = {
  pause: "Resume the run first; then it can be tried at once.",
  hold: "Once the hold is released it can be tried at once.",
  budget: "Once that is said it can be tried at once.",
};

function decideRetry(state: RunState, command: Extract<RunCommand, { type: "retry" }>, now: Instant): Decision {
  const stopped = state.status === "failed" || state.status === "blocked" || state.status === "cancelled";
  const waiting = state.execution !== null && state.execution.waitReason !== null && state.lease === null;
  if (!stopped && !waiting) {
    return refused(
      "wrong_state",
      `Only a run that failed, was stopped, is blocked or waits for its next try can be retried; this one is ${state.status}.`,
    );
  }
  const brake = stopped ? null : brakeOf(state);
  if (brake !== null) return refused("wrong_state", `${brake.detail} ${BRAKE_OFF[brake.kind]}`);
  const { by, reason = "" } = command;
  const retried: RunEvent = { type: "run.retried", by, reason };
  const owed = workOwed(state);
  // Nobody told a run that ended what became of its task: it looks first. Where the task is no longer Jessie's, nothing may
  // be posted on it.
  if (state.brief === null || owed === null || isTerminal(state.status)) {
    return { events: [retried], effects: [...reading(openRound(state)), { kind: "look" }], refusal: null };
  }
  // An edit is not heard while a run with a report is blocked: it is asked about now.
  const effects: Decision["effects"] = state.status === "blocked" ? [{ kind: "look" }] : [];
  return { events: [retried, promised(state, owed, now)], effects, refusal: null };
}
