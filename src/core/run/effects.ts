/**
 * What a turn promises to the outside. An effect is a row: keyed, retried, parked. Rows hold no content that can go
 * stale; the sender reads the state again when it acts, so one row per key is enough however often it is asked for.
 */
import { brakeOf } from "./brakes.ts";
import { budgetKey, CLOSED_KEY, failureKey, stopKey } from "./comments.ts";
import { answerKey, refusalKey } from "./comments-people.ts";
import type { RunEvent } from "./events.ts";
import { isIncident } from "./incident.ts";
import { ARCHIVE_AFTER_MS, isTerminal } from "./queries.ts";
import type { Instant, RunState } from "./types.ts";

/** Rows of one lane are sent in order; lanes do not wait for each other. */
export type Lane = "queue" | "index" | "read" | "asana" | "model" | "archive";

export type Effect =
  /** Read the task and its comments again. */
  | { readonly kind: "look" }
  | { readonly kind: "enqueue_execution" }
  /** Bring the one living status comment up to date. */
  | { readonly kind: "status_comment" }
  | { readonly kind: "question_comment"; readonly n: number }
  | { readonly kind: "review_comment"; readonly version: number }
  | { readonly kind: "failure_comment"; readonly key: string }
  | { readonly kind: "reply_comment"; readonly roundId: string; readonly n: number }
  /** A budget is used up: may the run go on? */
  | { readonly kind: "budget_comment"; readonly n: number }
  | { readonly kind: "refusal_comment"; readonly gid: string }
  | { readonly kind: "reminder_comment"; readonly n: number }
  | { readonly kind: "escalation_comment"; readonly n: number }
  | { readonly kind: "change_comment"; readonly n: number }
  /** What was said in the panel, for those who read the task. */
  | { readonly kind: "answer_comment"; readonly n: number }
  /** What becomes of a comment on an accepted report. */
  | { readonly kind: "closed_comment" }
  /** Why the run was stopped; one per stop. */
  | { readonly kind: "stop_comment"; readonly n: number }
  /** Does a hold catch the run's work? */
  | { readonly kind: "check_hold" }
  | { readonly kind: "classify"; readonly roundId: string }
  | { readonly kind: "discuss"; readonly roundId: string }
  /** Opens or updates the error task of the failure that entry `seq` of the log tells. */
  | { readonly kind: "report_incident"; readonly seq: number }
  /** The D1 row of the run and the board's entry. */
  | { readonly kind: "project" }
  /** Artifacts, files, provenance and rounds in D1. */
  | { readonly kind: "register" }
  /** Move the run out of the actor, long after its end. */
  | { readonly kind: "archive" };

/** One row per key: asking again before it was sent changes nothing but makes it due now. */
export function effectKey(effect: Effect): string {
  switch (effect.kind) {
    case "question_comment":
      return `question-${effect.n}`;
    case "budget_comment":
      return budgetKey(effect.n);
    case "review_comment":
      return `review-v${effect.version}`;
    case "failure_comment":
      return effect.key;
    case "reply_comment":
      return `reply-${effect.n}`;
    case "refusal_comment":
      return refusalKey(effect.gid);
    case "reminder_comment":
      return `reminder-${effect.n}`;
    case "escalation_comment":
      return `escalation-${effect.n}`;
    case "change_comment":
      return `change-${effect.n}`;
    case "answer_comment":
      return answerKey(effect.n);
    case "closed_comment":
      return CLOSED_KEY;
    case "stop_comment":
      return stopKey(effect.n);
    case "report_incident":
      return `incident-${effect.seq}`;
    case "classify":
    case "discuss":
      return `${effect.kind}:${effect.roundId}`;
    default:
      return effect.kind;
  }
}

export function laneOf(effect: Effect): Lane {
  switch (effect.kind) {
    case "enqueue_execution":
      return "queue";
    case "project":
    case "register":
      return "index";
    case "look":
      return "read";
    case "check_hold":
      return "index";
    case "archive":
      return "archive";
    case "classify":
    case "discuss":
      return "model";
    default:
      return "asana";
  }
}

/** What every turn that logged something promises; `state` is the state after it. */
export function standingEffects(state: RunState): readonly Effect[] {
  return isTerminal(state.status) ? [{ kind: "project" }, { kind: "archive" }] : [{ kind: "project" }];
}

/** Index, board and status comment show that an attempt began and gets on this much later, once for all of that time. */
export const PROGRESS_SHOWN_AFTER_MS = 400;

/** An attempt begins or gets on: nobody has to act on it, and who watches the run itself is told at once. */
const PROGRESS: ReadonlySet<RunEvent["type"]> = new Set([
  "budget.opened",
  "lease.granted",
  "lease.renewed",
  "step.begun",
  "step.done",
  "effect.intended",
]);

/** When a promise of a turn is to be kept at the earliest; `state` is the one its events lead to. */
export function effectDueAt(effect: Effect, state: RunState, events: readonly RunEvent[], now: Instant): Instant {
  if (effect.kind === "archive") return state.updatedAt + ARCHIVE_AFTER_MS;
  const progress = events.length > 0 && events.every(({ type }) => PROGRESS.has(type));
  const shows = effect.kind === "project" || effect.kind === "status_comment";
  if (shows && progress) return now + PROGRESS_SHOWN_AFTER_MS;
  return effect.kind === "enqueue_execution" ? Math.max(now, state.execution?.dueAt ?? 0) : now;
}

/** Runs that never were Jessie's get no comment; a run that was, keeps its comment true to the end. */
function statusEffect(state: RunState): readonly Effect[] {
  if ((state.stopping?.cause ?? state.cause)?.code === "task_deleted") return [];
  if (state.status === "observed" || state.status === "assessing") return [];
  if (state.status === "ignored" && state.statusStoryGid === null) return [];
  return [{ kind: "status_comment" }];
}

/** A task that is gone takes no comment, and who never heard of the run need not hear of its end. */
function stopEffect(state: RunState): readonly Effect[] {
  const heard = state.brief !== null || state.questionCount > 0 || state.statusStoryGid !== null;
  return state.cause?.code === "task_deleted" || !heard ? [] : [{ kind: "stop_comment", n: state.stops }];
}

/** The effects that follow from one event; `state` is the state after it. */
export function effectsOf(event: RunEvent, state: RunState): readonly Effect[] {
  switch (event.type) {
    case "assessment.question":
      return [...statusEffect(state), { kind: "question_comment", n: state.questionCount }];
    case "assessment.ready":
    case "assessment.blocked":
    case "assessment.ignored":
      return statusEffect(state);
    case "execution.promised":
      return [{ kind: "enqueue_execution" }, ...(event.reason === null ? [] : statusEffect(state))];
    case "execution.resent":
      return [{ kind: "enqueue_execution" }];
    case "artifact.produced":
      return [
        { kind: "register" },
        ...statusEffect(state),
        { kind: "review_comment", version: event.artifact.version },
        { kind: "look" },
      ];
    case "feedback.opened":
    case "artifact.appraised":
      return [{ kind: "register" }];
    case "feedback.classified":
      return classifiedEffects(event, state);
    case "feedback.answered":
      return answeredEffects(event, state);
    case "run.accepted":
      return [{ kind: "register" }, ...statusEffect(state)];
    case "run.blocked":
    case "run.failed":
      return [...statusEffect(state), ...failureEffects(event, state)];
    case "budget.exhausted":
      return [...statusEffect(state), { kind: "budget_comment", n: event.n }];
    case "run.cancelled":
      return [...statusEffect(state), ...stopEffect(state)];
    case "lease.granted":
    case "run.reopened":
    case "run.retried":
    case "run.restarted":
    case "change.applied":
    case "change.kept":
    case "change.withdrawn":
    case "quiet.began":
    case "quiet.ended":
    // The comment may have been edited while it was parked, and then says so.
    case "effect.unparked":
    case "run.stopping":
    case "run.stop_withdrawn":
    case "run.paused":
    case "run.resumed":
    case "run.held":
    case "run.unheld":
      return statusEffect(state);
    case "attempt.ended":
      // What stands in its way said until now that the step at work is finished first.
      return brakeOf(state) === null ? [] : statusEffect(state);
    case "comments.seen":
      // Somebody spoke: whoever was asked in their stead is not waited for any more.
      return state.talk.escalations > 0 && state.talk.escalation === null ? statusEffect(state) : [];
    default:
      return talkEffects(event, state);
  }
}

/** Who asked is told on the task; who runs the system is told of what is not the requester's to mend. */
function failureEffects(event: RunEvent, state: RunState): readonly Effect[] {
  const comment: Effect = { kind: "failure_comment", key: failureKey(state) };
  return [
    // A run that stopped because it talked to a machine says no more.
    ...(state.cause?.code === "ping_pong" ? [] : [comment]),
    ...(isIncident(event) ? [{ kind: "report_incident" as const, seq: state.version }] : []),
  ];
}

/** What is said to people about who decides. */
function talkEffects(event: RunEvent, state: RunState): readonly Effect[] {
  switch (event.type) {
    case "steering.refused":
      return [{ kind: "refusal_comment", gid: event.gid }];
    case "answer.given":
      return [{ kind: "answer_comment", n: event.n }, { kind: "look" }];
    case "feedback.held":
      return [{ kind: "register" }, { kind: "look" }];
    case "run.escalated":
      return [...statusEffect(state), { kind: "escalation_comment", n: state.talk.escalations }];
    case "rounds.extended":
      return [{ kind: "register" }, ...statusEffect(state)];
    case "reminder.due":
      return [{ kind: "reminder_comment", n: state.talk.reminders }];
    case "change.noticed":
      return event.ask
        ? [...statusEffect(state), { kind: "change_comment", n: state.talk.changes }]
        : statusEffect(state);
    default:
      return [];
  }
}

function classifiedEffects(
  event: Extract<RunEvent, { type: "feedback.classified" }>,
  state: RunState,
): readonly Effect[] {
  const register: Effect = { kind: "register" };
  if (event.kind === "discussion") return [register, { kind: "discuss", roundId: event.roundId }];
  // The reading took its time: the task may have left Jessie meanwhile.
  const look: readonly Effect[] = event.decidedBy === "model" ? [{ kind: "look" }] : [];
  return event.kind === "revision" ? [register, ...statusEffect(state), ...look] : [register];
}

function answeredEffects(event: Extract<RunEvent, { type: "feedback.answered" }>, state: RunState): readonly Effect[] {
  const round = state.rounds.find((one) => one.roundId === event.roundId);
  const reply: readonly Effect[] =
    event.reply === null || round === undefined ? [] : [{ kind: "reply_comment", roundId: event.roundId, n: round.n }];
  // Comments that came while this one was read have not been claimed. And the run waits for somebody else now than while it read.
  return [{ kind: "register" }, ...reply, { kind: "look" }, ...statusEffect(state)];
}
