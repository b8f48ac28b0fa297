/**
 * What Jessie writes on a task. One living status comment, and a comment of its own only for a question, a review,
 * an answer to a reviewer and a failure. Each ends in a reference by which it is found again after a crash.
 */
import { nameOf } from "../names.ts";
import type { ItemAnswer } from "./brief.ts";
import { type Budget, type BudgetQuestion, takenOf } from "./budget.ts";
import { amountWords, BUDGET_NAMES, usedWords } from "./budget-words.ts";
import { hasLeft, latestArtifact } from "./queries.ts";
import { body, bullets, link, type Markup, rich } from "./rich-text.ts";
import type { FeedbackRound, RunArtifact, RunState } from "./types.ts";
import { waitingOn } from "./waiting.ts";

/** The mark a comment carries; searched for in a comment's text before it is posted again. */
export function marker(taskGid: string, key: string): string {
  return `[jessie:${taskGid}:${key}]`;
}

function runUrl(state: RunState, webOrigin: string): string {
  return `${webOrigin.replace(/\/+$/, "")}/runs/${state.runId}`;
}

/** The mark as markup. Not through the escaping: that takes marks out of what people wrote. */
export function signed(state: RunState, key: string): Markup {
  return { html: `<code>${marker(state.taskGid, key)}</code>` };
}

const STATUS_WORDS: Readonly<Record<RunState["status"], string>> = {
  observed: "I have seen this task",
  assessing: "Reading the task",
  ignored: "Not for me",
  blocked: "Blocked",
  needs_clarification: "Waiting for your answer",
  ready: "Accepted, starting soon",
  running: "Working on the report",
  review_ready: "Ready for your review",
  revision_requested: "Revision accepted, starting soon",
  revision_running: "Working on the revision",
  accepted: "Done: accepted",
  cancelled: "Stopped",
  failed: "Failed",
};

/** The Delegation Confirmation: what was understood, what will come, where to watch; edited as the run moves on. */
export function statusComment(state: RunState, webOrigin: string): string {
  const lines: Markup[] = [rich`<strong>Delegation Confirmation</strong> · ${STATUS_WORDS[state.status]}`];
  lines.push(...standing(state));
  const brief = state.brief;
  if (brief !== null) {
    const { primary, previous, yearAgo } = brief.periods;
    lines.push(
      bullets([
        rich`<strong>Client:</strong> ${brief.clientName}${brief.businessUnitName === brief.clientName ? "" : ` (${brief.businessUnitName})`}`,
        rich`<strong>Skill:</strong> ${state.skillTitle ?? brief.skill}`,
        rich`<strong>Period:</strong> ${primary.label} (${primary.start} to ${primary.end})`,
        rich`<strong>Comparison:</strong> ${previous.label}, and ${yearAgo.label}`,
        rich`<strong>Sources:</strong> ${brief.sources.map((source) => `${nameOf(source.kind)} ${source.externalId}`).join(", ")}`,
      ]),
      // Each is a phrase of its own, with commas in it.
      rich`<strong>You will get</strong>`,
      bullets(state.deliverables),
    );
  }
  const artifact = latestArtifact(state);
  if (artifact !== null) lines.push(rich`Report version ${String(artifact.version)} is attached.`);
  lines.push(rich`Follow it live: ${link(runUrl(state, webOrigin), "open the run")}`, signed(state, "status"));
  return body(lines);
}

/** Why the run ended or does not go on, and what it waits on, since when and until when. */
function standing(state: RunState): readonly Markup[] {
  const waits = waitingOn(state);
  const cause = state.cause?.detail;
  const why = cause === undefined || cause === waits?.detail ? [] : [rich`${cause}`];
  if (waits === null) return why;
  const since = `Since ${clock(waits.since)}.`;
  // Which step it is changes every few seconds, and with each the end of the lease.
  if (waits.kind === "worker" && state.stopping === null) return [...why, rich`A worker is at it. ${since}`];
  // A free worker comes within seconds: an hour of the clock would only confuse.
  const until = waits.until === null || waits.kind === "queue" ? "" : ` Until ${clock(waits.until)} at the latest.`;
  return [...why, rich`${waits.detail}${until} ${since}`];
}

function clock(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** The one question a run waits on. */
export function questionComment(state: RunState): string {
  const question = state.question;
  const who = state.task?.requesterName ?? null;
  return body([
    rich`<strong>A question before I go on</strong>`,
    rich`${who === null ? "" : `${who}: `}${question?.text ?? ""}`,
    rich`Answer in a comment here, or fill in the fields of the task; I go on with the same run. To drop it, comment <em>cancel this task</em>, take the task off me or complete it.`,
    signed(state, `question-${question?.n ?? 0}`),
  ]);
}

/** The review request: answer first, where to look, how to accept or ask for changes. */
export function reviewComment(state: RunState, artifact: RunArtifact, webOrigin: string): string {
  const { madeBy } = state.talk;
  const round = state.rounds.find((one) => one.roundId === madeBy?.roundId);
  const revised = round === undefined ? [] : revisionLines(round);
  const anew = madeBy?.anew ?? null;
  const report = artifact.files.find((file) => file.role === "report");
  const who = state.task?.requesterName ?? null;
  return body([
    rich`<strong>${artifact.version === 1 ? "The report is ready for your review" : `Version ${String(artifact.version)} is ready for your review`}</strong>`,
    ...(anew === null ? [] : [rich`<strong>Why a new version:</strong> ${anew}.`]),
    ...revised,
    bullets(artifact.answer),
    ...(artifact.lookAt.length > 0 ? [rich`<strong>Where to look</strong>`, bullets(artifact.lookAt)] : []),
    rich`<strong>Attached:</strong> ${report?.name ?? "the report"}, its evidence and the tables. ${link(runUrl(state, webOrigin), "Open in Agency OS")}`,
    rich`${who === null ? "" : `${who}, `}comment <em>accept</em> to accept this version, or write what to change, one point per line. Questions are welcome too.`,
    signed(state, `review-v${artifact.version}`),
  ]);
}

function revisionLines(round: FeedbackRound): Markup[] {
  const items = round.items.map((item) => {
    const answer = round.answers.find((one) => one.itemId === item.id);
    const done = answer?.outcome === "done";
    return rich`<strong>${done ? "Done" : "Declined"}:</strong> ${item.text.slice(0, 300)} (${answer?.reason ?? "not answered"})`;
  });
  return [rich`<strong>What you asked for</strong>`, bullets(items)];
}

/** A round of which nothing could be done: why, item by item, and that the review goes on. */
export function declinedReply(version: number, items: FeedbackRound["items"], answers: readonly ItemAnswer[]): string {
  const reason = (id: string) => answers.find(({ itemId }) => itemId === id)?.reason ?? "not answered";
  return [
    `I could do nothing of what you asked for, so version ${version} stays as it is and still waits for your review.`,
    ...items.map(({ id, text }) => `Declined: ${text.slice(0, 300)} (${reason(id)})`),
    "Comment “accept” to accept it, or write what to change in other words, one point per line.",
  ].join("\n");
}

/** Key of the `n`th question about a budget. */
export function budgetKey(n: number): string {
  return `budget-${n}`;
}

/** A budget is used up: what was used, that nothing is lost, and the two words that settle it. */
export function budgetComment(state: RunState, budget: Budget, question: BudgetQuestion, webOrigin: string): string {
  const { kind, n, ledger } = question;
  const [used, limit] = [takenOf(budget, kind), budget.limits[kind]];
  const spent =
    ledger === null
      ? `I have used ${usedWords(kind, used, limit)}, and the next step needs more.`
      : `The run this one is a part of (${ledger}) has used up its budget for ${BUDGET_NAMES[kind]}.`;
  const more =
    ledger === null ? `to allow another ${amountWords(kind, budget.base[kind])}` : "once it was allowed more";
  return body([
    rich`<strong>My budget for this task is used up</strong>`,
    rich`${spent} What I have so far is kept.`,
    rich`Reply <em>go on</em> ${more}, or <em>stop</em> to end it here. ${link(runUrl(state, webOrigin), "See the run")}`,
    signed(state, budgetKey(n)),
  ]);
}

/** The run has ended without a report: why, and what a person can do. */
export function failureComment(state: RunState, webOrigin: string): string {
  const blocked = state.status === "blocked";
  return body([
    rich`<strong>${blocked ? "I cannot finish this yet" : "I could not finish this"}</strong>`,
    rich`${state.cause?.detail ?? "The reason is in the run."}`,
    bullets(state.findings.map((finding) => rich`${finding.what} ${finding.fix}`)),
    rich`Reason code: <code>${state.cause?.code ?? "unknown"}</code>. ${link(runUrl(state, webOrigin), "See the run")}${blocked ? " I look again when the task changes; Retry in the run starts it at once." : "; Retry there starts it again."}`,
    signed(state, failureKey(state)),
  ]);
}

/** Key of the failure comment of the present attempt. */
export function failureKey(state: RunState): string {
  return `${state.status === "blocked" ? "blocked" : "failed"}-${state.attempts.at(-1)?.n ?? 0}`;
}

/** Key of the comment about stop `n` of the run. */
export function stopKey(n: number): string {
  return `stopped-${n}`;
}

/** The run was stopped: why, and how it goes on. */
export function stopComment(state: RunState, webOrigin: string): string {
  const on = hasLeft(state)
    ? "Give the task back to me and I go on where I stopped."
    : "Retry in the run goes on where I stopped.";
  return body([
    rich`<strong>I have stopped</strong>`,
    rich`${state.cause?.detail ?? ""}`,
    rich`What is done so far is kept. ${on} ${link(runUrl(state, webOrigin), "See the run")}`,
    signed(state, stopKey(state.stops)),
  ]);
}

/** Key of the one comment after the acceptance. */
export const CLOSED_KEY = "closed";

/** To whoever comments on an accepted report. */
export function closedComment(state: RunState, webOrigin: string): string {
  const accepted = state.artifacts.find((artifact) => artifact.lifecycle === "accepted");
  return body([
    rich`<strong>This report is accepted, so I leave it as it is</strong>`,
    rich`${accepted?.acceptedBy ?? "Somebody"} accepted version ${String(accepted?.version ?? 1)}. I do not read further comments here.`,
    rich`For a change or more work, create a new task in Jessie Intake and assign it to me. ${link(runUrl(state, webOrigin), "See the run")}`,
    signed(state, CLOSED_KEY),
  ]);
}

/** An answer in a feedback round: a discussion, a proposal for a new task, or the question what was meant. */
export function replyComment(state: RunState, round: FeedbackRound): string {
  const head = HEADS[round.kind ?? "unclear"];
  return body([
    rich`<strong>${head}</strong>`,
    ...(round.reply ?? "").split("\n").map((line) => rich`${line}`),
    signed(state, `reply-${round.n}`),
  ]);
}

const HEADS: Readonly<Record<NonNullable<FeedbackRound["kind"]>, string>> = {
  acceptance: "Accepted",
  revision: "The report stays as it is",
  no_op: "Noted",
  discussion: "From the evidence of this report",
  scope_change: "That is new work: a proposal",
  unclear: "Did I read you right?",
};

/** The proposal for work that goes beyond the task. */
export function scopeProposal(comment: string): string {
  const asked = comment.replace(/\s+/g, " ").trim().slice(0, 300);
  return [
    "This goes beyond the task, so this report stays as it is.",
    `Create a new task in Jessie Intake, assign it to me and I start on it: “${asked}”`,
    "If you meant a change to this report instead, say which part of it should change.",
  ].join("\n");
}

export const UNCLEAR_REPLY = [
  "I am not sure what you would like me to do with this.",
  "Write “accept” to accept the report, list the changes you want one per line, or ask a question about it.",
  "To stop altogether, write “cancel this task”.",
].join("\n");

export const EARLY_REPLY = [
  "You wrote that before this version was ready, so I do not take it as your acceptance of it.",
  "Write “accept” once you have looked at it.",
].join("\n");

export const UNANSWERED_REPLY = [
  "I could not work out an answer from the evidence of this report.",
  "Ask again in other words, or look into the attached evidence file.",
].join("\n");
