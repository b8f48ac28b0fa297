/** What a run waits on, in plain words. Every run that has not ended waits on something, and says on what. */
import { promiseName } from "../names.ts";
import type { WaitingOn } from "../wire.ts";
import { unreadAnswers } from "./answer.ts";
import { brakeOf } from "./brakes.ts";
import { isTerminal, latestArtifact, openRound } from "./queries.ts";
import { roundsDecider } from "./round-limit.ts";
import type { Instant, RunState } from "./types.ts";

const iso = (at: Instant): string => new Date(at).toISOString();

/**
 * What the run waits on: who or what moves it next. null only after its end. A stop under way comes first, then what
 * people put in its way, then a promise it cannot get on without; all of them before what its status says.
 */
export function waitingOn(state: RunState): WaitingOn | null {
  if (isTerminal(state.status)) return null;
  return stop(state) ?? parkedInTheWay(state) ?? brake(state) ?? onReading(state) ?? byStatus(state);
}

function stop({ stopping, lease }: RunState): WaitingOn | null {
  if (stopping === null || lease === null) return null;
  const detail = `Stops after the step at work. ${stopping.cause.detail}`;
  return { kind: "worker", who: null, detail, since: iso(stopping.requestedAt), until: iso(lease.expiresAt) };
}

function brake(state: RunState): WaitingOn | null {
  const on = brakeOf(state);
  if (on === null) return null;
  const { kind, who, since } = on;
  const detail = state.lease === null ? on.detail : `${on.detail} The step at work is finished first.`;
  return { kind, who, detail, since: iso(since), until: null };
}

/** Promises without which nobody and nothing moves the run: the task is not read, nothing asked, no work begun. */
const MOVES = /^(?:look$|enqueue_execution$|classify:|discuss:|question-|review-|change-|escalation-)/;
/** Nobody says “go on” who was not asked. */
const ASKS_FOR_BUDGET = /^budget-/;

/** The parked promise that keeps the run where it is. Nothing does while a worker is at it, or somebody stopped it. */
function parkedInTheWay(state: RunState): WaitingOn | null {
  const brake = brakeOf(state);
  if (state.lease !== null || (brake !== null && brake.kind !== "budget")) return null;
  const needed = brake === null ? MOVES : ASKS_FOR_BUDGET;
  const parked = state.parked.find(({ key }) => needed.test(key));
  if (parked === undefined) return null;
  return { kind: "retry", who: null, detail: inVain(parked), since: iso(state.statusSince), until: null };
}

function inVain({ key, error }: RunState["parked"][number]): string {
  return `Could not carry out ${promiseName(key)}, trying every hour: ${error}`;
}

/** What could not be carried out, whether or not the run waits for it; null when nothing is parked. */
export function parkedWords({ parked }: RunState): string | null {
  const [first, ...more] = parked;
  if (first === undefined) return null;
  return more.length === 0 ? inVain(first) : `${inVain(first)} (and ${more.length} more)`;
}

/** Statuses in which an answer from the panel is what moves the run on, once it is read. */
const ANSWERED: ReadonlySet<RunState["status"]> = new Set(["needs_clarification", "blocked", "review_ready"]);

/** An answer from the panel is to be read with the next look at the task. */
function onReading(state: RunState): WaitingOn | null {
  const answer = unreadAnswers(state).at(-1);
  if (answer === undefined || !ANSWERED.has(state.status) || openRound(state) !== null || state.talk.quiet !== null)
    return null;
  const detail = `Reading the answer of ${answer.authorName}.`;
  return { kind: "asana", who: "Asana", detail, since: iso(answer.at), until: null };
}

function byStatus(state: RunState): WaitingOn {
  const since = iso(state.statusSince);
  const who = state.task?.requesterName ?? null;
  const somebody = who ?? "the requester";
  switch (state.status) {
    case "needs_clarification":
      return {
        kind: "person",
        who,
        detail: `${somebody} has to answer: ${state.question?.text ?? ""}`,
        since,
        until: null,
      };
    case "blocked":
      return {
        kind: "person",
        who: state.talk.escalation?.name ?? null,
        detail: state.cause?.detail ?? "Something is missing.",
        since,
        until: null,
      };
    case "ignored": {
      const detail = state.cause?.detail ?? "The task is not for Jessie.";
      return { kind: "task_change", who: null, detail, since, until: null };
    }
    case "review_ready":
      return onReview(state, who, somebody);
    default:
      return onWork(state);
  }
}

function onReview(state: RunState, who: string | null, somebody: string): WaitingOn {
  const round = openRound(state);
  if (round !== null) {
    const detail = `Reading the comment of ${round.authorName}.`;
    return { kind: "queue", who: null, detail, since: iso(round.openedAt), until: null };
  }
  const { quiet, escalation, held } = state.talk;
  if (quiet?.over)
    return { kind: "asana", who: "Asana", detail: "Reading the comments.", since: iso(quiet.until), until: null };
  if (quiet !== null) {
    const detail = "Waiting for further comments; write “go” to have them read at once.";
    return { kind: "quiet", who, detail, since: iso(quiet.since), until: iso(quiet.until) };
  }
  if (held.length > 0 || escalation !== null) {
    const { name } = roundsDecider(state);
    const what = held.length > 0 ? "whether there is another round" : "in the requester's stead";
    const since = iso(escalation?.since ?? state.statusSince);
    return { kind: "person", who: name, detail: `${name} has to decide ${what}.`, since, until: null };
  }
  const version = latestArtifact(state)?.version ?? 1;
  const since = iso(state.statusSince);
  return { kind: "person", who, detail: `${somebody} has to review version ${version}.`, since, until: null };
}

/** A run on its own way: to its task, to a worker, or at work. */
function onWork(state: RunState): WaitingOn {
  const { execution, lease, stepAtWork } = state;
  if (execution === null) {
    const detail = "Reading the task in Asana.";
    return { kind: "asana", who: "Asana", detail, since: iso(state.statusSince), until: null };
  }
  const attempt = state.attempts.at(-1);
  if (lease !== null) {
    const since = iso(attempt?.startedAt ?? state.statusSince);
    const detail = stepAtWork === null ? "A worker is at it." : `A worker is at it: ${stepAtWork.label}.`;
    return { kind: "worker", who: null, detail, since, until: iso(lease.expiresAt) };
  }
  const since = iso(attempt?.endedAt ?? state.statusSince);
  if (execution.waitReason === null)
    return { kind: "queue", who: null, detail: "Waiting for a free worker.", since, until: iso(execution.startBy) };
  // Once it was due and nobody began, its message is sent again then.
  const until = iso(execution.resends > 0 ? execution.startBy : Math.max(execution.dueAt, state.updatedAt));
  return { kind: "retry", who: null, detail: `Trying again: ${execution.waitReason}`, since, until };
}
