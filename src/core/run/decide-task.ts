/** The task was read: is it still Jessie's, what does it ask for, what did people say? */
import { assess, notEligible, type TaskReading } from "./assess.ts";
import { type CommentReading, type Decision, endAttempt, events, NOTHING, type RunCommand } from "./commands.ts";
import { CLOSED_KEY } from "./comments.ts";
import { decideBudgetAnswer } from "./decide-budget.ts";
import { openFeedback, reading } from "./decide-feedback.ts";
import type { RunEvent } from "./events.ts";
import { readByRules } from "./feedback.ts";
import type { RunSettings, RunState, TaskFacts } from "./types.ts";
import { hasLeft, isTerminal, nextAttempt, openRevision, openRound } from "./types.ts";

type TaskRead = Extract<RunCommand, { type: "task_read" }>;

const MAX_ANSWER = 2_000;

export function decideTaskRead(state: RunState, command: TaskRead, settings: RunSettings): Decision {
  const { task } = command;
  if (hasLeft(state))
    return task === null || notEligible(task, settings) !== null ? NOTHING : back(state, command, task);
  if (state.status === "accepted") return task === null ? NOTHING : afterword(state, command, settings);
  if (isTerminal(state.status)) return NOTHING;
  if (task === null) return gone(state);
  const noted = taskNoted(state, task);
  const people = unseen(state, command.comments, settings.jessieUserGid);
  const unfit = notEligible(task, settings);
  if (unfit !== null) return lastWord(state, noted, people) ?? notOurs(state, noted, unfit);
  const budget = state.budget;
  if (budget !== null && budget.question !== null)
    return also(noted, decideBudgetAnswer(state, budget, budget.question, people));
  switch (state.status) {
    case "review_ready":
      return openRound(state) === null ? also(noted, openFeedback(state, people)) : also(noted, NOTHING);
    case "revision_requested":
      return also(noted, state.execution === null ? promisedRevision(state) : NOTHING);
    case "ready":
    case "running":
    case "revision_running":
      return also(noted, NOTHING);
    case "blocked":
      return also(
        noted,
        state.brief === null ? assessed(state, command, task, people) : wokenFromBlock(state, command, task, people),
      );
    default:
      return also(noted, assessed(state, command, task, people));
  }
}

/** The task is Jessie's again. What was reviewed stays in review, an open revision is queued, anything else begins anew. */
function back(state: RunState, command: TaskRead, task: TaskReading): Decision {
  const reopened: RunEvent = { type: "run.reopened" };
  if (openRevision(state) !== null) return also([reopened], promisedRevision(state));
  if (state.artifacts.length > 0)
    return { events: [reopened], effects: [...reading(openRound(state)), { kind: "look" }], refusal: null };
  return also([reopened], assessed({ ...state, status: "assessing", cause: null }, command, task, []));
}

/** A comment on an accepted report that asks for something: answered once, so that nobody waits in vain. */
function afterword(state: RunState, command: TaskRead, settings: RunSettings): Decision {
  const people = unseen(state, command.comments, settings.jessieUserGid);
  const asks = people.some((one) => {
    const kind = readByRules(one.text, state.artifacts.length)?.kind;
    return kind !== "no_op" && kind !== "acceptance";
  });
  const told = state.postedComments[CLOSED_KEY] !== undefined;
  if (!asks || told) return NOTHING;
  const seen: RunEvent = { type: "comments.seen", storyGids: people.map((one) => one.gid) };
  return { events: [seen], effects: [{ kind: "closed_comment" }], refusal: null };
}

/** Queues the revision that is asked for and not delivered. */
function promisedRevision(state: RunState): Decision {
  const promises = state.rounds
    .filter((round) => round.roundId === openRevision(state)?.roundId)
    .map(({ roundId }): RunEvent => {
      return {
        type: "execution.promised",
        attempt: nextAttempt(state),
        kind: "revision",
        roundId,
        dueAt: 0,
        reason: null,
      };
    });
  return events(...promises);
}

function gone(state: RunState): Decision {
  const cause = { code: "task_deleted", detail: "The task was deleted or Jessie can no longer see it." };
  if (state.brief === null) return changedIgnored(state, cause);
  return events(...endAttempt(state, "cancelled", cause.detail), { type: "run.cancelled", cause });
}

/**
 * People accept and tick the task off in one go: an acceptance was meant and counts before the task is let go. What
 * only the model can read may be one, so it is read first; the look that follows the reading lets go.
 */
function lastWord(state: RunState, noted: readonly RunEvent[], people: readonly CommentReading[]): Decision | null {
  if (state.status !== "review_ready") return null;
  const round = openRound(state);
  if (round !== null) return round.kind === null ? also(noted, NOTHING) : null;
  const feedback = openFeedback(state, people);
  const mayAccept = feedback.effects.length > 0 || feedback.events.some((event) => event.type === "run.accepted");
  return mayAccept ? also(noted, feedback) : null;
}

/** Before any work is promised the task may come and go; work that is promised or done is stopped. */
function notOurs(state: RunState, noted: readonly RunEvent[], cause: { code: string; detail: string }): Decision {
  if (state.brief === null) return also(noted, changedIgnored(state, cause));
  return events(...noted, ...endAttempt(state, "cancelled", cause.detail), { type: "run.cancelled", cause });
}

function changedIgnored(state: RunState, cause: { code: string; detail: string }): Decision {
  if (state.status === "ignored" && state.cause?.code === cause.code) return NOTHING;
  return events({ type: "assessment.ignored", cause });
}

function assessed(state: RunState, command: TaskRead, task: TaskReading, people: readonly CommentReading[]): Decision {
  const { question, agreedPeriod } = state;
  const conversation = {
    question,
    agreedPeriod,
    answers: saidSince(state.conversationFrom, state, command.comments, people),
    replies: saidSince(question?.seen ?? null, state, command.comments, people),
  };
  const seen: RunEvent[] =
    people.length === 0 ? [] : [{ type: "comments.seen", storyGids: people.map((one) => one.gid) }];
  const outcome = assess({ ...command.assessment, ...conversation, runId: state.runId, task });
  switch (outcome.kind) {
    case "ready":
      return events(
        ...seen,
        {
          type: "assessment.ready",
          brief: outcome.brief,
          skillTitle: outcome.skillTitle,
          deliverables: outcome.deliverables,
          agreedPeriod: outcome.agreedPeriod,
        },
        {
          type: "execution.promised",
          attempt: nextAttempt(state),
          kind: "initial",
          roundId: null,
          dueAt: 0,
          reason: null,
        },
      );
    case "question": {
      const same = state.status === "needs_clarification" && state.question?.text === outcome.text;
      if (same && people.length === 0) return events(...seen);
      return events(...seen, {
        type: "assessment.question",
        text: outcome.text,
        suggestedPeriod: outcome.suggestedPeriod,
        agreedPeriod: outcome.agreedPeriod,
      });
    }
    case "blocked": {
      const same = state.status === "blocked" && state.cause?.detail === outcome.cause.detail;
      return events(
        ...seen,
        ...(same ? [] : [{ type: "assessment.blocked", findings: outcome.findings, cause: outcome.cause } as const]),
      );
    }
  }
}

/**
 * A run that was blocked at work starts again only when a person said something or what is asked changed. Without
 * this the reconciler's regular look would start it, and post its failure, every few minutes.
 */
function wokenFromBlock(
  state: RunState,
  command: TaskRead,
  task: TaskReading,
  people: readonly CommentReading[],
): Decision {
  const answers = saidSince(state.conversationFrom, state, command.comments, []);
  const { agreedPeriod } = state;
  const conversation = { answers, replies: [], question: null, agreedPeriod };
  const outcome = assess({ ...command.assessment, ...conversation, runId: state.runId, task });
  const asksOther = outcome.kind !== "ready" || JSON.stringify(outcome.brief) !== JSON.stringify(state.brief);
  const last = people.at(-1);
  if (last === undefined && !asksOther) return NOTHING;
  const round = openRevision(state);
  if (round === null) return assessed(state, command, task, people);
  if (last === undefined) return NOTHING;
  return events(
    { type: "comments.seen", storyGids: people.map((one) => one.gid) },
    { type: "run.retried", by: last.authorName.slice(0, 120) },
    {
      type: "execution.promised",
      attempt: nextAttempt(state),
      kind: "revision",
      roundId: round.roundId,
      dueAt: 0,
      reason: null,
    },
  );
}

/**
 * What people said after the first `from` stories that were seen, newest first: a second answer completes the first.
 * Nothing was asked (null): nothing was answered.
 */
function saidSince(
  from: number | null,
  state: RunState,
  all: readonly CommentReading[],
  fresh: readonly CommentReading[],
): readonly string[] {
  if (from === null) return [];
  const known = new Set([...state.seenStories.slice(from), ...fresh.map((one) => one.gid)]);
  return all
    .filter((one) => known.has(one.gid) && one.authorGid !== null)
    .toSorted(newestFirst)
    .map((one) => one.text.slice(0, MAX_ANSWER));
}

/** Human comments that were not taken into account yet, oldest first. */
export function unseen(
  state: RunState,
  comments: readonly CommentReading[],
  jessieUserGid: string,
): readonly CommentReading[] {
  const seen = new Set(state.seenStories);
  return comments
    .filter((one) => one.authorGid !== null && one.authorGid !== jessieUserGid && !seen.has(one.gid))
    .toSorted((a, b) => newestFirst(b, a));
}

function newestFirst(a: CommentReading, b: CommentReading): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.gid < b.gid ? 1 : -1;
}

function taskNoted(state: RunState, task: TaskReading): readonly RunEvent[] {
  const facts: TaskFacts = {
    name: task.name.slice(0, 300),
    url: task.url,
    requesterName: task.requester?.name.slice(0, 120) ?? null,
    requesterGid: task.requester?.gid ?? null,
  };
  const before = state.task;
  const same =
    before !== null &&
    before.name === facts.name &&
    before.url === facts.url &&
    before.requesterGid === facts.requesterGid;
  return same ? [] : [{ type: "task.read", task: facts }];
}

function also(first: readonly RunEvent[], decision: Decision): Decision {
  return { ...decision, events: [...first, ...decision.events] };
}
