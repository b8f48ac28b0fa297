/** The lease and everything written under it. */
import { backoffMs } from "../delivery/backoff.ts";
import type { FailureRecord } from "../errors.ts";
import { type Decision, events, NOTHING, type RunCommand, refused } from "./commands.ts";
import { leaseUntil, openedBudget, wallSpent } from "./decide-budget.ts";
import type { RunEvent } from "./events.ts";
import type { Cause, Execution, Instant, Lease, RunSettings, RunState } from "./types.ts";

/** Attempts in a row without a new journalled step before a run fails. */
export const MAX_BARREN_ATTEMPTS = 5;
const RETRY = { baseMs: 2_000, capMs: 5 * 60_000 };

type ExecutionCommand = Extract<
  RunCommand,
  {
    type:
      | "tick"
      | "acquire"
      | "begin_step"
      | "commit_step"
      | "intend_effect"
      | "heartbeat"
      | "finish"
      | "refuse"
      | "continue"
      | "fail";
  }
>;

export function decideExecution(
  state: RunState,
  command: ExecutionCommand,
  now: Instant,
  settings: RunSettings,
): Decision {
  if (command.type === "tick") return decideTick(state, now);
  if (command.type === "acquire") return decideAcquire(state, command.attempt, now, settings);
  const { lease, execution } = state;
  if (lease === null || execution === null || lease.epoch !== command.epoch || lease.expiresAt <= now) {
    return refused("fenced", `The lease of epoch ${command.epoch} is over; the run is ${state.status}.`);
  }
  const expiresAt = leaseUntil(state, now, settings);
  switch (command.type) {
    case "begin_step":
      return events(
        { type: "step.begun", key: command.key, label: command.label },
        { type: "lease.renewed", expiresAt },
      );
    case "commit_step":
      return events({
        type: "step.done",
        key: command.key,
        label: command.label,
        startedAt: command.startedAt,
        expiresAt,
      });
    case "intend_effect":
      return events({ type: "effect.intended", key: command.key, label: command.label, expiresAt });
    case "heartbeat":
      return events({ type: "lease.renewed", expiresAt });
    case "finish":
      return events(
        { type: "attempt.ended", outcome: "finished", detail: null },
        { type: "artifact.produced", artifact: command.artifact, answers: command.answers },
      );
    case "refuse":
      return blockedBy(command.cause, "Fix the cause, then press Retry in the run or change the task.");
    case "continue":
      return events({ type: "attempt.ended", outcome: "continued", detail: null }, next(execution, lease, now, null));
    case "fail":
      return decideFail(state, execution, lease, command.failure, command.jitter, now);
  }
}

function decideTick(state: RunState, now: Instant): Decision {
  const { lease, execution } = state;
  if (execution === null || asksForBudget(state)) return NOTHING;
  if (lease !== null && lease.expiresAt > now) return NOTHING;
  const spent = wallSpent(state, now);
  if (spent !== null) return events(...spent);
  if (lease !== null) {
    const reason = "The worker stopped without a word; another takes over from the last finished step.";
    const lapsed: RunEvent[] = [
      { type: "lease.lapsed", epoch: lease.epoch },
      { type: "attempt.ended", outcome: "lapsed", detail: reason },
    ];
    if (state.barrenAttempts + 1 >= MAX_BARREN_ATTEMPTS) {
      return events(...lapsed, {
        type: "run.failed",
        cause: {
          code: "worker_lost",
          detail: `${state.barrenAttempts + 1} attempts in a row stopped without finishing a step.`,
        },
      });
    }
    return events(...lapsed, next(execution, lease, now, reason));
  }
  return execution.startBy <= now ? events({ type: "execution.resent", attempt: execution.attempt }) : NOTHING;
}

function asksForBudget(state: RunState): boolean {
  return state.budget !== null && state.budget.question !== null;
}

function decideAcquire(state: RunState, attempt: number, now: Instant, settings: RunSettings): Decision {
  const { lease, execution } = state;
  if (execution === null || execution.attempt !== attempt) {
    return refused("stale_attempt", `Attempt ${attempt} is not wanted; the run is ${state.status}.`);
  }
  if (lease !== null) return refused("lease_held", `Attempt ${lease.attempt} is at work until its lease ends.`);
  if (execution.dueAt > now) return refused("stale_attempt", `Attempt ${attempt} is due later.`);
  if (asksForBudget(state)) return refused("stale_attempt", "A person is asked about the run's budget first.");
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
): Decision {
  const cause: Cause = { code: failure.code, detail: failure.message };
  if (failure.kind === "config")
    return blockedBy(cause, "Ops can fix the setting or the permission; then press Retry in the run.");
  const barren = state.barrenAttempts + 1;
  if (failure.kind === "permanent" || barren >= MAX_BARREN_ATTEMPTS) {
    const detail =
      failure.kind === "permanent" ? cause.detail : `${cause.detail} (${barren} attempts in a row got no further)`;
    return events(
      { type: "attempt.ended", outcome: "failed", detail },
      { type: "run.failed", cause: { ...cause, detail } },
    );
  }
  const dueAt = now + backoffMs(RETRY, barren, jitter, failure.retryAfterMs);
  return events(
    { type: "attempt.ended", outcome: "retry", detail: cause.detail },
    next(execution, lease, dueAt, cause.detail),
  );
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

function blockedBy(cause: Cause, fix: string): Decision {
  return events(
    { type: "attempt.ended", outcome: "blocked", detail: cause.detail },
    { type: "run.blocked", cause, findings: [{ code: cause.code, what: cause.detail, fix }] },
  );
}
