/** State and event in, next state out. Total, pure, and the only place a run changes. */
import { isLogged, type RunEvent } from "./events.ts";
import type { Attempt, FeedbackRound, Instant, RunArtifact, RunState, RunStatus } from "./types.ts";
import { currentRound, openRevision } from "./types.ts";

/** How long a promised execution may stay without a lease before its message is sent again. */
export const START_WITHIN_MS = 60_000;
/** Bound of the remembered attempts; the log keeps all of them. */
const MAX_ATTEMPTS_KEPT = 30;

function born(event: Extract<RunEvent, { type: "run.observed" }>, now: Instant): RunState {
  return {
    runId: event.runId,
    taskGid: event.taskGid,
    status: "observed",
    version: 1,
    createdAt: now,
    updatedAt: now,
    statusSince: now,
    task: null,
    brief: null,
    skillTitle: null,
    deliverables: [],
    question: null,
    questionCount: 0,
    findings: [],
    cause: null,
    execution: null,
    lease: null,
    epoch: 0,
    attempts: [],
    barrenAttempts: 0,
    steps: [],
    stepAtWork: null,
    rounds: [],
    artifacts: [],
    seenStories: [],
    statusStoryGid: null,
    postedComments: {},
    parked: [],
  };
}

/** The state after `event`. The first event of a run is `run.observed`; anything else on nothing is a bug. */
export function evolve(state: RunState | null, event: RunEvent, now: Instant): RunState {
  if (state === null) {
    if (event.type !== "run.observed") throw new Error(`A run begins with run.observed, not with ${event.type}.`);
    return born(event, now);
  }
  const changed = apply(state, event, now);
  const statusSince = changed.status === state.status ? state.statusSince : now;
  return isLogged(event)
    ? { ...changed, version: state.version + 1, updatedAt: now, statusSince }
    : { ...changed, statusSince };
}

function apply(state: RunState, event: RunEvent, now: Instant): RunState {
  switch (event.type) {
    case "run.observed":
    case "task.noticed":
      return state;
    case "task.read":
      return { ...state, task: event.task };
    case "comments.seen":
      return { ...state, seenStories: merged(state.seenStories, event.storyGids) };
    case "comment.posted":
      return { ...state, postedComments: { ...state.postedComments, [event.key]: event.storyGid } };
    case "status.posted":
      return { ...state, statusStoryGid: event.storyGid };
    case "effect.parked":
      return {
        ...state,
        parked: [...state.parked.filter((row) => row.key !== event.key), { key: event.key, error: event.error }],
      };
    case "assessment.started":
    case "assessment.ignored":
    case "assessment.blocked":
    case "assessment.question":
    case "assessment.ready":
      return applyAssessment(state, event, now);
    case "feedback.opened":
    case "feedback.classified":
    case "feedback.answered":
      return applyFeedback(state, event, now);
    case "run.blocked":
      return ended(state, "blocked", { findings: event.findings, cause: event.cause });
    case "run.accepted":
      return accepted(state, event, now);
    case "run.cancelled":
      return ended(state, "cancelled", { cause: event.cause });
    case "run.failed":
      return ended(state, "failed", { cause: event.cause });
    case "run.retried":
      return { ...state, status: resumed(state), cause: null, findings: [], barrenAttempts: 0 };
    default:
      return applyExecution(state, event, now);
  }
}

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

function applyAssessment(
  state: RunState,
  event: Of<
    "assessment.started" | "assessment.ignored" | "assessment.blocked" | "assessment.question" | "assessment.ready"
  >,
  now: Instant,
): RunState {
  switch (event.type) {
    case "assessment.started":
      return { ...state, status: "assessing", cause: null, findings: [] };
    case "assessment.ignored":
      return { ...state, status: "ignored", cause: event.cause, question: null, findings: [] };
    case "assessment.blocked":
      return { ...state, status: "blocked", cause: event.cause, findings: event.findings, question: null };
    case "assessment.question": {
      const n = state.questionCount + 1;
      const question = { n, text: event.text, suggestedPeriod: event.suggestedPeriod, askedAt: now };
      return { ...state, status: "needs_clarification", question, questionCount: n, cause: null, findings: [] };
    }
    case "assessment.ready":
      return {
        ...state,
        status: "ready",
        brief: event.brief,
        skillTitle: event.skillTitle,
        deliverables: event.deliverables,
        question: null,
        cause: null,
        findings: [],
      };
  }
}

function applyExecution(
  state: RunState,
  event: Of<
    | "execution.promised"
    | "execution.resent"
    | "lease.granted"
    | "lease.renewed"
    | "lease.lapsed"
    | "step.begun"
    | "step.done"
    | "effect.intended"
    | "attempt.ended"
    | "artifact.produced"
  >,
  now: Instant,
): RunState {
  switch (event.type) {
    case "execution.promised": {
      const { attempt, kind, roundId, dueAt, reason } = event;
      const startBy = Math.max(dueAt, now) + START_WITHIN_MS;
      return {
        ...state,
        lease: null,
        stepAtWork: null,
        execution: { attempt, kind, roundId, dueAt, startBy, waitReason: reason },
      };
    }
    case "execution.resent":
      return state.execution === null
        ? state
        : { ...state, execution: { ...state.execution, startBy: now + START_WITHIN_MS } };
    case "lease.granted":
      return granted(state, event, now);
    case "lease.renewed":
      return { ...state, lease: renewed(state, event.expiresAt) };
    case "lease.lapsed":
      return { ...state, lease: null, stepAtWork: null };
    case "step.begun":
      return { ...state, stepAtWork: { key: event.key, label: event.label, startedAt: now } };
    case "step.done": {
      const mark = {
        key: event.key,
        label: event.label,
        round: currentRound(state),
        attempt: state.lease?.attempt ?? 0,
        startedAt: event.startedAt,
        endedAt: now,
      };
      return {
        ...state,
        lease: renewed(state, event.expiresAt),
        stepAtWork: null,
        barrenAttempts: 0,
        steps: [...state.steps, mark],
      };
    }
    case "effect.intended":
      return {
        ...state,
        lease: renewed(state, event.expiresAt),
        stepAtWork: { key: event.key, label: event.label, startedAt: now },
      };
    case "attempt.ended": {
      const barren =
        event.outcome === "retry" || event.outcome === "lapsed" ? state.barrenAttempts + 1 : state.barrenAttempts;
      return {
        ...state,
        lease: null,
        stepAtWork: null,
        barrenAttempts: barren,
        attempts: closedAttempts(state.attempts, event.outcome, event.detail, now),
      };
    }
    case "artifact.produced":
      return produced(state, event, now);
  }
}

function granted(state: RunState, event: Of<"lease.granted">, now: Instant): RunState {
  const execution = state.execution;
  const kind = execution?.kind ?? "initial";
  const attempt: Attempt = { n: event.attempt, kind, startedAt: now, endedAt: null, outcome: null, detail: null };
  const status: RunStatus = kind === "revision" ? "revision_running" : "running";
  return {
    ...state,
    status,
    epoch: event.epoch,
    lease: { epoch: event.epoch, attempt: event.attempt, expiresAt: event.expiresAt },
    execution: execution === null ? null : { ...execution, waitReason: null },
    attempts: [...state.attempts, attempt].slice(-MAX_ATTEMPTS_KEPT),
  };
}

function produced(state: RunState, event: Of<"artifact.produced">, now: Instant): RunState {
  const superseded = state.artifacts.map((artifact): RunArtifact => ({ ...artifact, lifecycle: "superseded" }));
  const roundId = state.execution?.roundId ?? null;
  const rounds = state.rounds.map(
    (round): FeedbackRound => (round.roundId === roundId ? { ...round, answers: event.answers, closedAt: now } : round),
  );
  return {
    ...state,
    status: "review_ready",
    execution: null,
    lease: null,
    stepAtWork: null,
    rounds,
    artifacts: [...superseded, event.artifact],
  };
}

function applyFeedback(
  state: RunState,
  event: Of<"feedback.opened" | "feedback.classified" | "feedback.answered">,
  now: Instant,
): RunState {
  if (event.type === "feedback.opened") {
    const round: FeedbackRound = {
      roundId: event.roundId,
      n: event.n,
      storyGids: event.storyGids,
      authorName: event.authorName,
      authorGid: event.authorGid,
      comment: event.comment,
      openedAt: now,
      closedAt: null,
      artifactId: state.artifacts.at(-1)?.artifactId ?? "",
      kind: null,
      decidedBy: null,
      items: [],
      answers: [],
      reply: null,
    };
    return { ...state, seenStories: merged(state.seenStories, event.storyGids), rounds: [...state.rounds, round] };
  }
  const rounds = state.rounds.map((round): FeedbackRound => {
    if (round.roundId !== event.roundId) return round;
    return event.type === "feedback.classified"
      ? { ...round, kind: event.kind, decidedBy: event.decidedBy, items: event.items }
      : { ...round, reply: event.reply, closedAt: now };
  });
  const revising = event.type === "feedback.classified" && event.kind === "revision";
  return { ...state, rounds, status: revising ? "revision_requested" : state.status };
}

function accepted(state: RunState, event: Of<"run.accepted">, now: Instant): RunState {
  const artifacts = state.artifacts.map(
    (artifact): RunArtifact =>
      artifact.artifactId === event.artifactId
        ? { ...artifact, lifecycle: "accepted", acceptedAt: now, acceptedBy: event.by }
        : artifact,
  );
  return ended({ ...state, artifacts }, "accepted", { cause: null });
}

function ended(state: RunState, status: RunStatus, more: Partial<RunState>): RunState {
  return { ...state, status, execution: null, lease: null, stepAtWork: null, question: null, ...more };
}

/** Where a stopped run goes on when it is asked to. */
function resumed(state: RunState): RunStatus {
  const stopped = state.status === "failed" || state.status === "blocked" || state.status === "cancelled";
  if (!stopped) return state.status;
  if (state.brief === null) return "assessing";
  return openRevision(state) === null ? "ready" : "revision_requested";
}

function renewed(state: RunState, expiresAt: Instant): RunState["lease"] {
  return state.lease === null ? null : { ...state.lease, expiresAt: Math.max(state.lease.expiresAt, expiresAt) };
}

function closedAttempts(
  attempts: readonly Attempt[],
  outcome: Attempt["outcome"],
  detail: string | null,
  now: Instant,
): readonly Attempt[] {
  return attempts.map((attempt, index) =>
    index === attempts.length - 1 && attempt.endedAt === null ? { ...attempt, endedAt: now, outcome, detail } : attempt,
  );
}

function merged(seen: readonly string[], more: readonly string[]): readonly string[] {
  const known = new Set(seen);
  const fresh = more.filter((gid) => !known.has(gid));
  return fresh.length === 0 ? seen : [...seen, ...fresh];
}
