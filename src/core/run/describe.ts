/** The log in plain words, for the timeline. Task text may be inside; it is shown as text. */
import { actionName, outcomeName, promiseName } from "../names.ts";
import { appraisalLine } from "./appraisal.ts";
import { BUDGET_KINDS } from "./budget.ts";
import { amountWords, usedWords } from "./budget-words.ts";
import type { ConversationEvent, EventOf, RunEvent } from "./events.ts";
import { heldWords } from "./holds.ts";
import { RESTART_WORDS } from "./restart.ts";
import { staffWords } from "./staff.ts";

type BudgetEvent = EventOf<
  "budget.opened" | "budget.reserved" | "budget.settled" | "budget.exhausted" | "budget.limit_set"
>;

const seconds = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** What somebody wrote, on one line and not too long. */
const quoted = (text: string): string => `“${text.replace(/\s+/g, " ").slice(0, 200)}”`;

/** What somebody may not do who was told so. */
const REFUSED = {
  run: "steer this run",
  rounds: "allow another round",
  client: "apply an edit that leads to another client",
} as const;

/** One line about an event. */
export function describe(event: RunEvent, at: number): string {
  switch (event.type) {
    case "run.observed":
      return "Asana reported the task for the first time.";
    case "task.noticed":
      return `Asana reported: ${event.what}.`;
    case "task.read":
      return `Read the task “${event.task.name}”.`;
    case "assessment.started":
      return "Assessing what is asked.";
    case "assessment.ignored":
    case "run.cancelled":
    case "run.failed":
      return `${ENDINGS[event.type]} ${event.cause.detail}`;
    case "assessment.blocked":
    case "run.blocked":
      return `Blocked: ${event.cause.detail}`;
    case "assessment.question":
      return `Asked: ${event.text}`;
    case "assessment.ready":
      return `Understood: ${event.skillTitle} for ${event.brief.clientName}, ${event.brief.periods.primary.label}.`;
    case "team.noted":
    case "run.sponsored":
    case "steering.refused":
    case "answer.given":
    case "quiet.began":
    case "quiet.extended":
    case "quiet.over":
    case "quiet.ended":
    case "feedback.held":
    case "run.escalated":
    case "rounds.extended":
    case "reminder.due":
    case "reminder.put_off":
    case "change.noticed":
    case "change.withdrawn":
    case "change.kept":
    case "change.applied":
    case "run.restarted":
      return describeTalk(event);
    default:
      return describeWork(event, at);
  }
}

function describeTalk(event: ConversationEvent): string {
  switch (event.type) {
    case "run.sponsored":
      return `${event.name} let the task begin.`;
    case "steering.refused":
      return `${event.name} may not ${REFUSED[event.about ?? "run"]}; told so once.`;
    case "answer.given":
      return `${event.authorName} answered in the panel: ${quoted(event.text)}`;
    case "quiet.began":
      return `Waiting until ${new Date(event.until).toISOString()} for further comments of the same round.`;
    case "feedback.held":
      return "Changes beyond the agreed rounds are kept until somebody allows another.";
    case "run.escalated":
      return event.reason === "round_limit"
        ? `Asked ${event.name} whether there is another round.`
        : `Asked ${event.name}, because nobody answered.`;
    case "rounds.extended":
      return `${event.by} allowed ${event.rounds} further rounds.`;
    case "reminder.due":
      return "Reminded the person who is waited for.";
    case "change.noticed":
      return `The task was edited: ${event.differences.join("; ")}.`;
    case "change.withdrawn":
      return "The edit of the task was taken back.";
    case "change.kept":
      return `${event.by} keeps the work as it was agreed.`;
    case "change.applied":
      return `${event.by} starts over with the edited task.`;
    case "run.restarted":
      return `${event.by} asked for the version to be made again: ${RESTART_WORDS[event.from]}${event.reason === "" ? "" : ` (${event.reason})`}.`;
    case "team.noted":
      return `Who may steer this run: ${staffWords(event.team)}.`;
    case "quiet.extended":
      return `Another comment; waiting until ${new Date(event.until).toISOString()}.`;
    case "quiet.over":
      return "Nobody wrote for a while; reading the comments.";
    case "quiet.ended":
      return "The comments that were waited for are gone.";
    case "reminder.put_off":
      return "The reminder waits for working hours.";
  }
}

const ENDINGS = {
  "assessment.ignored": "Not for Jessie.",
  "run.cancelled": "Stopped.",
  "run.failed": "Failed.",
} as const;

type Work = Exclude<
  Exclude<RunEvent, ConversationEvent>,
  {
    type:
      | "run.observed"
      | "task.noticed"
      | "task.read"
      | "assessment.started"
      | "assessment.ignored"
      | "run.cancelled"
      | "run.failed"
      | "assessment.blocked"
      | "run.blocked"
      | "assessment.question"
      | "assessment.ready";
  }
>;

function describeWork(event: Work, at: number): string {
  switch (event.type) {
    case "execution.promised":
      return promised(event, at);
    case "execution.resent":
      return `Nobody started attempt ${event.attempt} in time; it was put on the queue again.`;
    case "lease.granted":
      return `Attempt ${event.attempt} took the lease (epoch ${event.epoch}).`;
    case "lease.lapsed":
      return `The lease of epoch ${event.epoch} ran out.`;
    case "lease.renewed":
    case "look.planned":
    case "hold.planned":
      return "";
    case "comments.seen":
      return `Comments taken into account: ${event.storyGids.length}.`;
    case "comments.passed":
      return "A comment of somebody who may not steer this run changes nothing.";
    case "step.begun":
      return `Started: ${event.label}.`;
    case "step.done":
      return `Done: ${event.label} (${seconds(at - event.startedAt)}).`;
    case "effect.intended":
      return `About to: ${event.label}.`;
    case "attempt.ended":
      return `The attempt ended: ${outcomeName(event.outcome)}${event.detail === null ? "" : `. ${event.detail}`}`;
    case "artifact.produced":
      return `Report version ${event.artifact.version} is ready for review.`;
    case "artifact.appraised":
      return appraisalLine(event);
    case "feedback.opened":
      return `${event.authorName} commented: ${quoted(event.comment)}`;
    case "feedback.classified":
      return `Read as ${event.kind.replace("_", " ")} (by ${event.decidedBy})${event.items.length > 0 ? `, ${event.items.length} item${event.items.length === 1 ? "" : "s"}` : ""}.`;
    case "feedback.answered":
      return event.reply === null ? "The comment needs no answer of its own." : "Answered the comment.";
    case "run.accepted":
      return `${event.by} accepted the report (${event.artifactId}, sha-256 ${event.sha256.slice(0, 12)}…).`;
    case "run.retried":
      return `${event.by} asked to try again${because(event.reason)}.`;
    case "run.stopping":
      return `Stops after the step at work. ${event.cause.detail}`;
    case "run.stop_withdrawn":
      return "The task is Jessie's again; the run is not stopped.";
    case "run.paused":
      return `${event.by} paused the run${because(event.reason)}.`;
    case "run.resumed":
      return `${event.by} resumed the run${because(event.reason)}.`;
    case "run.held":
      return `Held: ${event.hold.by} holds ${heldWords(event.hold)}: ${event.hold.reason}`;
    case "run.unheld":
      return "The hold is off; the run goes on.";
    case "comment.posted":
      return `Posted ${promiseName(event.key)}.`;
    case "status.posted":
      return event.storyGid === null ? "The status comment was deleted on the task." : "Posted the status comment.";
    case "incident.reported":
      return `Reported to those who run the system: error task ${event.taskGid}.`;
    case "effect.parked":
      return `Could not carry out ${promiseName(event.key)} after many tries, trying every hour: ${event.error}`;
    case "ops.acted":
      return `${event.by} asked for “${actionName(event.action)}”: ${event.reason}`;
    case "effect.unparked":
      return `Carried out ${promiseName(event.key)} after all.`;
    case "effect.dropped":
      return `Gave up on ${promiseName(event.key)} after two weeks of tries: ${event.error}`;
    case "run.reopened":
      return "The task is Jessie's again; the run goes on.";
    default:
      return describeBudget(event);
  }
}

function describeBudget(event: BudgetEvent): string {
  switch (event.type) {
    case "budget.opened":
      return `May use ${BUDGET_KINDS.map((kind) => amountWords(kind, event.limits[kind])).join(", ")}.`;
    case "budget.reserved":
    case "budget.settled":
      return "";
    case "budget.exhausted":
      return `Paused: ${usedWords(event.kind, event.used, event.limit)} are used. Asked whether to go on.`;
    case "budget.limit_set":
      return `${event.by} set the limit to ${amountWords(event.kind, event.limit)}${event.reason === "" ? "" : `: ${event.reason}`}.`;
  }
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === "" ? "" : `: ${reason}`;
}

function promised(event: Extract<RunEvent, { type: "execution.promised" }>, at: number): string {
  const what = event.kind === "revision" ? "the revision" : "the report";
  if (event.reason === null) return `Queued attempt ${event.attempt} of ${what}.`;
  const wait = Math.max(0, event.dueAt - at);
  return `Attempt ${event.attempt} of ${what} follows${wait > 0 ? ` in ${seconds(wait)}` : " now"}: ${event.reason}`;
}
