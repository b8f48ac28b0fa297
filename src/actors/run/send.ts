/**
 * Sends one promised effect. Each looks at the state again first, so a row that outlived its reason does nothing.
 * What came of it is told to the run as a command.
 */
import { PermanentError } from "../../core/errors.ts";
import { pacificDay } from "../../core/facts/periods.ts";
import type { TaskReading } from "../../core/run/assess.ts";
import { isWithheld } from "../../core/run/brakes.ts";
import type { CommentReading, RunCommand } from "../../core/run/commands.ts";
import {
  budgetComment,
  budgetKey,
  CLOSED_KEY,
  closedComment,
  failureComment,
  failureKey,
  marker,
  questionComment,
  replyComment,
  reviewComment,
  statusComment,
  stopComment,
  stopKey,
} from "../../core/run/comments.ts";
import {
  answerComment,
  answerKey,
  changeComment,
  escalationComment,
  refusalComment,
  reminderComment,
} from "../../core/run/comments-people.ts";
import { type Effect, effectKey } from "../../core/run/effects.ts";
import type { RunEvent } from "../../core/run/events.ts";
import { readByModel } from "../../core/run/feedback.ts";
import { type Hold, holdTarget } from "../../core/run/holds.ts";
import { INCIDENT_EVENTS, incidentOf } from "../../core/run/incident.ts";
import type { Purse } from "../../core/run/lease.ts";
import { isTerminal, isWatched, latestArtifact } from "../../core/run/queries.ts";
import type { RunState } from "../../core/run/types.ts";
import { summaryOf } from "../../core/run/view.ts";
import type { AsanaTask } from "../../ports/asana/port.ts";
import type { LoggedEvent } from "../turn.ts";
import type { RunDeps } from "./deps.ts";

/** The `count` entries of the run's log that end with entry `seq`. */
export type LogReader = (seq: number, count: number) => readonly LoggedEvent<RunEvent>[];

/** Sends `effect`, with `purse` for what a model costs; answers the command that records its outcome, null when there is nothing to record. */
export async function sendEffect(
  effect: Effect,
  state: RunState,
  deps: RunDeps,
  purse: Purse,
  log: LogReader,
): Promise<RunCommand | null> {
  if (isWithheld(state, effect)) return null;
  switch (effect.kind) {
    case "look":
      return isWatched(state) ? look(state, deps) : null;
    case "enqueue_execution":
      return enqueueExecution(state, deps);
    case "status_comment":
      return status(state, deps);
    case "question_comment":
      return state.question?.n === effect.n
        ? post(state, deps, `question-${effect.n}`, () => questionComment(state))
        : null;
    case "budget_comment":
      return budget(state, effect.n, deps);
    case "review_comment":
      return review(state, effect.version, deps);
    case "failure_comment":
      return failureKey(state) === effect.key && state.cause !== null
        ? post(state, deps, effect.key, () => failureComment(state, deps.webOrigin))
        : null;
    case "closed_comment":
      return post(state, deps, CLOSED_KEY, () => closedComment(state, deps.webOrigin));
    case "answer_comment":
      return answer(state, effect.n, deps);
    case "stop_comment":
      return stop(state, effect.n, deps);
    case "check_hold":
      return checkHold(state, deps);
    case "reply_comment":
      return reply(state, effect, deps);
    case "refusal_comment":
    case "reminder_comment":
    case "escalation_comment":
    case "change_comment":
      return toPeople(effect, state, deps);
    case "report_incident":
      return report(state, effect.seq, deps, log);
    case "classify":
      return classify(state, effect.roundId, deps, purse);
    case "discuss":
      return discuss(state, effect.roundId, deps, purse);
    case "project": {
      const summary = summaryOf(state);
      await Promise.all([deps.project(summary), deps.showOnBoard(summary)]);
      return null;
    }
    case "register":
      await deps.register(state);
      return null;
    case "archive":
      // Carried out by the actor itself: it is about its own rows.
      return null;
  }
}

async function look(state: RunState, deps: RunDeps): Promise<RunCommand> {
  const found = await deps.asana.task(state.taskGid);
  const comments = found === null ? null : await deps.asana.comments(state.taskGid);
  const [units, missingSecrets] = await Promise.all([deps.units(), deps.missingSecrets()]);
  const today = pacificDay(new Date(deps.now()).toISOString());
  return {
    type: "task_read",
    task: found === null || comments === null ? null : taskReading(found),
    comments: (comments ?? []).map(
      (comment): CommentReading => ({
        gid: comment.gid,
        text: comment.text,
        authorGid: comment.authorGid,
        authorName: comment.authorName,
        createdAt: comment.createdAt,
      }),
    ),
    assessment: { units, skills: deps.skills, missingSecrets, today },
  };
}

function taskReading(task: AsanaTask): TaskReading {
  return {
    gid: task.gid,
    name: task.name,
    notes: task.notes.slice(0, 10_000),
    completed: task.completed,
    assigneeGid: task.assigneeGid,
    requester: task.createdBy,
    projectGids: task.projectGids,
    fields: task.customFields.map((field) => ({ name: field.name, value: field.displayValue })),
    url: task.permalinkUrl,
  };
}

async function enqueueExecution(state: RunState, deps: RunDeps): Promise<RunCommand | null> {
  const { execution } = state;
  if (execution === null || state.lease !== null) return null;
  const hold = await holdOf(state, deps);
  if (hold !== null) return { type: "held", hold };
  await deps.enqueueExecution({
    type: "team-agent-execution",
    schemaVersion: 1,
    idempotencyKey: `execution:${state.runId}:${execution.attempt}`,
    correlationId: state.runId,
    runId: state.runId,
    attempt: execution.attempt,
    kind: execution.kind,
    ...(execution.roundId === null ? {} : { feedbackRoundId: execution.roundId }),
    enqueuedAt: new Date(deps.now()).toISOString(),
  });
  return null;
}

/** The hold on the run's work; null when there is none. */
export async function holdOf({ brief }: RunState, deps: RunDeps): Promise<Hold | null> {
  return brief === null ? null : deps.holdOn(holdTarget(brief));
}

async function checkHold(state: RunState, deps: RunDeps): Promise<RunCommand> {
  const hold = await holdOf(state, deps);
  return hold === null ? { type: "unheld" } : { type: "held", hold };
}

/** Find or perform: Asana has no idempotency key, so our mark in our own comments is looked for before every post. */
async function findOwn(state: RunState, deps: RunDeps, key: string): Promise<string | null> {
  const comments = await deps.asana.comments(state.taskGid);
  if (comments === null)
    throw new PermanentError("asana_task_gone", "The task is gone, there is nothing to comment on.");
  const mark = marker(state.taskGid, key);
  const own = comments.filter(
    // Only at the end, where we sign: Jessie quotes people, and what they wrote may hold a mark too.
    (comment) => comment.authorGid === deps.settings.jessieUserGid && comment.text.trimEnd().endsWith(mark),
  );
  return own[0]?.gid ?? null;
}

async function post(state: RunState, deps: RunDeps, key: string, html: () => string): Promise<RunCommand | null> {
  if (state.postedComments[key] !== undefined) return null;
  const storyGid = (await findOwn(state, deps, key)) ?? (await deps.asana.postComment(state.taskGid, html())).gid;
  return { type: "comment_posted", key, storyGid };
}

/**
 * The one living comment: posted once, edited ever after; posted anew only when somebody deleted it. One whose answer
 * was lost is found by its mark, also when it replaced a deleted one.
 */
async function status(state: RunState, deps: RunDeps): Promise<RunCommand | null> {
  const html = statusComment(state, deps.webOrigin);
  const known = state.statusStoryGid;
  if (known !== null && (await deps.asana.editComment(known, html)) === "edited") return null;
  const found = await findOwn(state, deps, "status");
  if (found !== null && found !== known && (await deps.asana.editComment(found, html)) === "edited")
    return { type: "status_posted", storyGid: found };
  const posted = await deps.asana.postComment(state.taskGid, html);
  return { type: "status_posted", storyGid: posted.gid };
}

async function budget(state: RunState, n: number, deps: RunDeps): Promise<RunCommand | null> {
  const ledger = state.budget;
  const question = ledger?.question ?? null;
  // Answered, allowed by staff or stopped before it was asked.
  if (ledger === null || question === null || question.n !== n) return null;
  return post(state, deps, budgetKey(n), () => budgetComment(state, ledger, question, deps.webOrigin));
}

async function review(state: RunState, version: number, deps: RunDeps): Promise<RunCommand | null> {
  const artifact = state.artifacts.find((one) => one.version === version);
  // A request to review what is superseded, accepted or stopped would only confuse.
  if (artifact?.lifecycle !== "in_review" || isTerminal(state.status)) return null;
  return post(state, deps, `review-v${version}`, () => reviewComment(state, artifact, deps.webOrigin));
}

/** True of whatever becomes of the run: somebody said it. Nothing is left to do where the task is gone. */
async function answer(state: RunState, n: number, deps: RunDeps): Promise<RunCommand | null> {
  const given = state.answers.find((one) => one.n === n);
  if (given === undefined || (await deps.asana.task(state.taskGid)) === null) return null;
  return post(state, deps, answerKey(n), () => answerComment(state, given));
}

/** One comment per stop, while the task is there and the run still stopped. */
async function stop(state: RunState, n: number, deps: RunDeps): Promise<RunCommand | null> {
  if (state.status !== "cancelled" || state.stops !== n || (await deps.asana.task(state.taskGid)) === null) return null;
  return post(state, deps, stopKey(n), () => stopComment(state, deps.webOrigin));
}

async function reply(
  state: RunState,
  effect: Extract<Effect, { kind: "reply_comment" }>,
  deps: RunDeps,
): Promise<RunCommand | null> {
  const round = state.rounds.find((one) => one.roundId === effect.roundId);
  if (round === undefined || round.reply === null) return null;
  return post(state, deps, `reply-${effect.n}`, () => replyComment(state, round));
}

/** Also when the run goes on again: that it failed so stays true, and the next who fails so should find it told. */
async function report(state: RunState, seq: number, deps: RunDeps, log: LogReader): Promise<RunCommand | null> {
  const incident = incidentOf(state, seq, log(seq, INCIDENT_EVENTS));
  const task = incident === null ? null : await deps.reportIncident(incident);
  return task === null ? null : { type: "incident_reported", taskGid: task.gid, url: task.url };
}

/** Words about who decides; one whose reason is gone is not said. */
async function toPeople(
  effect: Extract<Effect, { kind: "refusal_comment" | "reminder_comment" | "escalation_comment" | "change_comment" }>,
  state: RunState,
  deps: RunDeps,
): Promise<RunCommand | null> {
  if (isTerminal(state.status)) return null;
  const { nudge, reminders, escalation, change } = state.talk;
  const say = (key: string, html: () => string) => post(state, deps, key, html);
  switch (effect.kind) {
    case "refusal_comment":
      return say(effectKey(effect), () => refusalComment(state, effect.gid));
    case "reminder_comment":
      return nudge === null || nudge.sent === 0 || reminders !== effect.n
        ? null
        : say(effectKey(effect), () => reminderComment(state, effect.n));
    case "escalation_comment":
      return escalation?.n === effect.n ? say(effectKey(effect), () => escalationComment(state)) : null;
    case "change_comment":
      return change?.n === effect.n ? say(effectKey(effect), () => changeComment(state)) : null;
  }
}

async function classify(state: RunState, roundId: string, deps: RunDeps, purse: Purse): Promise<RunCommand | null> {
  const round = state.rounds.find((one) => one.roundId === roundId);
  if (round === undefined || round.kind !== null) return null;
  const answer = await deps.classify(state.runId, round.comment, purse);
  const version = latestArtifact(state)?.version ?? 0;
  const reading =
    answer === null ? { kind: "unclear" as const, items: [] } : readByModel(answer, round.comment, version);
  return { type: "classified", roundId, kind: reading.kind, items: reading.items };
}

async function discuss(state: RunState, roundId: string, deps: RunDeps, purse: Purse): Promise<RunCommand | null> {
  const round = state.rounds.find((one) => one.roundId === roundId);
  if (round === undefined || round.closedAt !== null) return null;
  const sentences = await deps.discuss(state, round.comment, purse);
  return { type: "replied", roundId, reply: sentences.join("\n") };
}
