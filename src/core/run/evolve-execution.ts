/** What leases, steps and outcomes do to a run. */
import type { EventOf } from "./events.ts";
import { currentRound } from "./queries.ts";
import type { Attempt, AttemptOutcome, FeedbackRound, Instant, RunArtifact, RunState, RunStatus } from "./types.ts";

/** How long a promised execution may stay without a lease before its message is sent again. */
export const START_WITHIN_MS = 20_000;
const MAX_START_WAIT_MS = 10 * 60_000;
/** Bound of the remembered attempts; the log keeps all of them. */
const MAX_ATTEMPTS_KEPT = 30;

type ExecutionEvent = EventOf<
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
>;

/** The state after an event of the work itself. */
export function applyExecution(state: RunState, event: ExecutionEvent, now: Instant): RunState {
  switch (event.type) {
    case "execution.promised": {
      const { attempt, kind, roundId, dueAt, reason } = event;
      const startBy = Math.max(dueAt, now) + START_WITHIN_MS;
      return {
        ...state,
        lease: null,
        stepAtWork: null,
        execution: { attempt, kind, roundId, dueAt, startBy, resends: 0, waitReason: reason },
      };
    }
    case "execution.resent":
      return resent(state, now);
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
      const barren = barrenAfter(state, event.outcome);
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

/** Outcomes that say how the work goes; one that was paused, held or stopped says nothing about it. */
const TELLING: ReadonlySet<AttemptOutcome> = new Set<AttemptOutcome>(["retry", "lapsed", "cut_off", "continued"]);

/** True of an attempt that counts: it got on, or it is one of those in a row that did not. */
export function isTelling(outcome: AttemptOutcome): boolean {
  return TELLING.has(outcome);
}

/**
 * Attempts in a row that got no further, after one that ends so. One that finished a step got further however it ended,
 * so deploys and evictions never use up the tries of a run that gets on.
 */
export function barrenAfter(state: RunState, outcome: AttemptOutcome): number {
  if (gotOn(state)) return 0;
  return isTelling(outcome) ? state.barrenAttempts + 1 : state.barrenAttempts;
}

/**
 * True when the present attempt finished something that nobody had finished before. A step that is done once more, because
 * its stored result is gone, is none: a store that loses everything would have the run begin, and spend, for ever. After a
 * block everything is new: what was gathered until then was forgotten.
 */
function gotOn({ steps, attempts }: RunState): boolean {
  const present = attempts.at(-1)?.n;
  const first = steps.findLastIndex(({ attempt }) => attempt !== present) + 1;
  if (first === steps.length) return false;
  const blocked = attempts.findLast(({ outcome }) => outcome === "blocked")?.n ?? 0;
  const known = new Set(steps.slice(0, first).flatMap(({ attempt, key }) => (attempt > blocked ? [key] : [])));
  return steps.slice(first).some(({ key }) => !known.has(key));
}

/** The queue may only be slow: each further message waits twice as long, or a backlog would feed itself. */
function resent(state: RunState, now: Instant): RunState {
  if (state.execution === null) return state;
  const resends = state.execution.resends + 1;
  const wait = Math.min(START_WITHIN_MS * 2 ** Math.min(resends, 10), MAX_START_WAIT_MS);
  return { ...state, execution: { ...state.execution, resends, startBy: now + wait } };
}

function granted(state: RunState, event: EventOf<"lease.granted">, now: Instant): RunState {
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

function produced(state: RunState, event: EventOf<"artifact.produced">, now: Instant): RunState {
  // What stays as it is stays the same object: only what changed is written.
  const superseded = state.artifacts.map(
    (artifact): RunArtifact =>
      artifact.lifecycle === "superseded" ? artifact : { ...artifact, lifecycle: "superseded" },
  );
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
