/** The lease and everything written under it. */
import { backoffMs } from "../delivery/backoff.ts";
import type { FailureRecord } from "../errors.ts";
import { atBoundary, stopped } from "./boundary.ts";
import { brakeOf } from "./brakes.ts";
import type { ItemAnswer } from "./brief.ts";
import { type Decision, events, NOTHING, type RunCommand, refused } from "./commands.ts";
import { declinedReply } from "./comments.ts";
import { leaseUntil, openedBudget, wallSpent } from "./decide-budget.ts";
import type { RunEvent } from "./events.ts";
import { barrenAfter, isTelling } from "./evolve-execution.ts";
import { newestVersion, subjectOf } from "./queries.ts";
import type { AttemptOutcome, Cause, Execution, Instant, Lease, RunArtifact, RunSettings, RunState } from "./types.ts";

/** Attempts in a row without a new journalled step before a run fails. */
export const MAX_BARREN_ATTEMPTS = 5;
/** Those of them that may die without a word before nothing is tried any more. */
export const MAX_SILENT_ATTEMPTS = 4;
/** Cause of a run whose attempts only die: a person has to look into it. */
export const QUARANTINED = "quarantined";
const RETRY = { baseMs: 2_000, capMs: 5 * 60_000 };

type ExecutionCommand = Extract<
  RunCommand,
  {
    type:
      | "acquire"
      | "begin_step"
      | "commit_step"
      | "intend_effect"
      | "heartbeat"
      | "finish"
      | "decline"
      | "refuse"
      | "continue"
      | "cut_off"
      | "fail";
  }
>;

export function decideExecution(
  state: RunState,
  command: ExecutionCommand,
  now: Instant,
  settings: RunSettings,
): Decision {
  if (command.type === "acquire") return decideAcquire(state, command.attempt, now, settings);
  const { lease, execution } = state;
  if (lease === null || execution === null || lease.epoch !== command.epoch || lease.expiresAt <= now) {
    return refused("fenced", `The lease of epoch ${command.epoch} is over; the run is ${state.status}.`);
  }
  const expiresAt = leaseUntil(state, now, settings);
  switch (command.type) {
    case "begin_step":
      // No boundary: the work goes on beside this word, and would be lost.
      return events(
        { type: "step.begun", key: command.key, label: command.label },
        { type: "lease.renewed", expiresAt },
      );
    case "commit_step": {
      const { key, label, startedAt } = command;
      return events({ type: "step.done", key, label, startedAt, expiresAt }, ...(atBoundary(state) ?? []));
    }
    case "intend_effect":
      return orBoundary(state, { type: "effect.intended", key: command.key, label: command.label, expiresAt });
    case "heartbeat":
      return events({ type: "lease.renewed", expiresAt });
    case "finish":
      return orStopped(
        state,
        { type: "attempt.ended", outcome: "finished", detail: null },
        { type: "artifact.produced", artifact: withSubject(command.artifact, state), answers: command.answers },
      );
    case "decline":
      return orStopped(state, ...declined(state, execution, command.answers));
    case "refuse":
      return orStopped(
        state,
        ...blockedBy(command.cause, "Fix the cause, then press Retry in the run or change the task."),
      );
    case "continue":
      return orStopped(state, ...decideContinue(state, execution, lease, now));
    case "cut_off":
      return orStopped(state, ...decideCutOff(state, execution, lease, now));
    case "fail":
      return orStopped(state, ...decideFail(state, execution, lease, command.failure, command.jitter, now));
  }
}

/** Nothing of what was asked for could be done: each item is answered, and the review of the same version goes on. */
function declined(state: RunState, { roundId }: Execution, answers: readonly ItemAnswer[]): readonly RunEvent[] {
  const round = state.rounds.find((one) => one.roundId === roundId);
  if (round === undefined) {
    const detail = "The skill made no report, although there is none to keep.";
    return [
      { type: "attempt.ended", outcome: "failed", detail },
      { type: "run.failed", cause: { code: "nothing_made", detail } },
    ];
  }
  const reply = declinedReply(newestVersion(state), round.items, answers);
  return [
    { type: "attempt.ended", outcome: "finished", detail: "Nothing of it could be changed; the version stays." },
    { type: "feedback.answered", roundId: round.roundId, reply, answers },
  ];
}

/** A later version may be made with another brief, for another month or even another client: each keeps its own. */
function withSubject(artifact: RunArtifact, { brief }: RunState): RunArtifact {
  return brief === null ? artifact : { ...artifact, about: subjectOf(brief) };
}

/** In the middle of the work: the events, or the end of the attempt when somebody wants it to end. */
function orBoundary(state: RunState, ...otherwise: readonly RunEvent[]): Decision {
  return events(...(atBoundary(state) ?? otherwise));
}

/** At the end of an attempt: a stop that was asked for comes before what the attempt says. */
function orStopped(state: RunState, ...otherwise: readonly RunEvent[]): Decision {
  return events(...(stopped(state) ?? otherwise));
}

/** Out of time. One that got nowhere counts like one that failed, or a run could go on so for ever. */
function decideContinue(state: RunState, execution: Execution, lease: Lease, now: Instant): readonly RunEvent[] {
  const ended: RunEvent = { type: "attempt.ended", outcome: "continued", detail: null };
  const barren = barrenAfter(state, "continued");
  if (barren < MAX_BARREN_ATTEMPTS) return [ended, next(execution, lease, now, null)];
  const detail = `${barren} attempts in a row ran out of time without finishing a step.`;
  return [ended, { type: "run.failed", cause: { code: "out_of_time", detail } }];
}

/** The process is gone, whoever brought it down: work that does so each time must not begin for ever. */
function decideCutOff(state: RunState, execution: Execution, lease: Lease, now: Instant): readonly RunEvent[] {
  const ended: RunEvent = { type: "attempt.ended", outcome: "cut_off", detail: null };
  const failed = lostTooOften(state, "cut_off", MAX_BARREN_ATTEMPTS);
  return [ended, failed === null ? next(execution, lease, now, null) : { type: "run.failed", cause: failed }];
}

/** When the lease runs out. */
export function leaseAt({ lease }: RunState): Instant | null {
  return lease?.expiresAt ?? null;
}

/** Takes back a lease that was not renewed. */
export function decideLease(state: RunState, now: Instant): Decision {
  const { lease, execution } = state;
  if (execution === null || lease === null || lease.expiresAt > now) return NOTHING;
  const spent = state.stopping === null ? wallSpent(state, now) : null;
  if (spent !== null) return events(...spent);
  const reason = "The worker stopped without a word; another takes over from the last finished step.";
  const lapsed: RunEvent[] = [
    { type: "lease.lapsed", epoch: lease.epoch },
    { type: "attempt.ended", outcome: "lapsed", detail: reason },
  ];
  const { stopping } = state;
  if (stopping !== null) return events(...lapsed, { type: "run.cancelled", cause: stopping.cause });
  const failed = lostTooOften(state, "lapsed", MAX_SILENT_ATTEMPTS);
  return failed === null
    ? events(...lapsed, next(execution, lease, now, reason))
    : events(...lapsed, { type: "run.failed", cause: failed });
}

/** Ends of which the attempt itself told nothing. */
const SILENT: ReadonlySet<AttemptOutcome> = new Set<AttemptOutcome>(["lapsed", "cut_off"]);

/** Why a run whose worker died without a word is not tried again; null when it is. */
function lostTooOften(state: RunState, how: "lapsed" | "cut_off", mostSilent: number): Cause | null {
  const barren = barrenAfter(state, how);
  // The present one has no outcome yet. Those that were paused or held are none of the row.
  const counted = state.attempts.filter(({ outcome }) => outcome === null || isTelling(outcome));
  const silent = counted.slice(-barren).every(({ outcome }) => outcome === null || SILENT.has(outcome));
  if (silent && barren >= mostSilent) {
    const detail = `${barren} attempts in a row died without a word; nothing more is tried until a person looked into it.`;
    return { code: QUARANTINED, detail };
  }
  if (barren < MAX_BARREN_ATTEMPTS) return null;
  return { code: "worker_lost", detail: `${barren} attempts in a row stopped without finishing a step.` };
}

/** When the message of promised work is sent again. */
export function startAt(state: RunState): Instant | null {
  const { lease, execution } = state;
  return lease !== null || execution === null || brakeOf(state) !== null ? null : execution.startBy;
}

export function decideStart(state: RunState, now: Instant): Decision {
  const { execution } = state;
  if (execution === null || startAt(state) === null) return NOTHING;
  const spent = wallSpent(state, now);
  if (spent !== null) return events(...spent);
  return execution.startBy > now ? NOTHING : events({ type: "execution.resent", attempt: execution.attempt });
}

function decideAcquire(state: RunState, attempt: number, now: Instant, settings: RunSettings): Decision {
  const { lease, execution } = state;
  if (execution === null || execution.attempt !== attempt) {
    return refused("stale_attempt", `Attempt ${attempt} is not wanted; the run is ${state.status}.`);
  }
  const brake = brakeOf(state);
  if (brake !== null) return refused("withheld", brake.detail);
  if (lease !== null) return refused("lease_held", `Attempt ${lease.attempt} is at work until its lease ends.`);
  if (execution.dueAt > now) return refused("stale_attempt", `Attempt ${attempt} is due later.`);
  const expiresAt = leaseUntil(state, now, settings);
  if (expiresAt <= now) return refused("stale_attempt", "The run has no working time left.");
  const { opening } = openedBudget(state, settings);
  return events(...opening, { type: "lease.granted", epoch: state.epoch + 1, attempt, expiresAt });
}

function decideFail(
  state: RunState,
  execution: Execution,
  lease: Lease,
  failure: FailureRecord,
  jitter: number,
  now: Instant,
): readonly RunEvent[] {
  const cause: Cause = { code: failure.code, detail: failure.message };
  if (failure.kind === "config")
    return blockedBy(cause, "Ops can fix the setting or the permission; then press Retry in the run.");
  const barren = barrenAfter(state, "retry");
  if (failure.kind === "permanent" || barren >= MAX_BARREN_ATTEMPTS) {
    const detail =
      failure.kind === "permanent" ? cause.detail : `${cause.detail} (${barren} attempts in a row got no further)`;
    return [
      { type: "attempt.ended", outcome: "failed", detail },
      { type: "run.failed", cause: { ...cause, detail } },
    ];
  }
  const dueAt = now + backoffMs(RETRY, barren, jitter, failure.retryAfterMs);
  return [
    { type: "attempt.ended", outcome: "retry", detail: cause.detail },
    next(execution, lease, dueAt, cause.detail),
  ];
}

function next(execution: Execution, lease: Lease, dueAt: Instant, reason: string | null): RunEvent {
  return {
    type: "execution.promised",
    attempt: lease.attempt + 1,
    kind: execution.kind,
    roundId: execution.roundId,
    dueAt,
    reason,
  };
}

function blockedBy(cause: Cause, fix: string): readonly RunEvent[] {
  return [
    { type: "attempt.ended", outcome: "blocked", detail: cause.detail },
    { type: "run.blocked", cause, findings: [{ code: cause.code, what: cause.detail, fix }] },
  ];
}
