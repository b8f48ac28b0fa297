/** What setting aside, settling and running out do to a run, and what the end of a lease means for its budget. */
import { type Budget, closedBefore, openBudget, reserved, settled, withWall } from "./budget.ts";
import type { EventOf, RunEvent } from "./events.ts";
import { START_WITHIN_MS } from "./evolve-execution.ts";
import { leaseBegan } from "./lease.ts";
import { nextAttempt } from "./queries.ts";
import type { Instant, RunState } from "./types.ts";

type BudgetEvent = EventOf<
  "budget.opened" | "budget.reserved" | "budget.settled" | "budget.exhausted" | "budget.limit_set"
>;

/** The state after an event of the budget. */
export function applyBudget(state: RunState, event: BudgetEvent, now: Instant): RunState {
  if (event.type === "budget.opened") return { ...state, budget: openBudget(event.limits) };
  const budget = state.budget;
  if (budget === null) return state;
  switch (event.type) {
    case "budget.reserved": {
      const { n, holder, epoch, amounts, settlement } = event;
      const told = settlement === null ? budget : settled(budget, settlement);
      return { ...state, budget: reserved(told, { n, holder, epoch, amounts }) };
    }
    case "budget.settled":
      return { ...state, budget: settled(budget, event.settlement) };
    case "budget.exhausted":
      return exhausted(state, budget, event, now);
    case "budget.limit_set":
      return { ...state, budget: { ...budget, limits: { ...budget.limits, [event.kind]: event.limit } } };
  }
}

/** The next attempt stays promised; nobody may begin it while the question is open. */
function exhausted(state: RunState, budget: Budget, event: EventOf<"budget.exhausted">, now: Instant): RunState {
  const { n, kind, asked, ledger } = event;
  const { execution } = state;
  const put = { attempt: nextAttempt(state), dueAt: now, startBy: now + START_WITHIN_MS, resends: 0, waitReason: null };
  return {
    ...state,
    stepAtWork: null,
    execution: execution === null ? null : { ...execution, ...put },
    budget: { ...budget, questions: n, question: { n, kind, asked, at: now, ledger } },
  };
}

/**
 * What follows for the budget whatever ended the lease: its time is spent, and so is what the attempt had set aside and
 * not settled. A run that goes on, or that has nothing left to do, has no open question.
 */
export function accounted(before: RunState, after: RunState, event: RunEvent, now: Instant): RunState {
  const budget = after.budget;
  if (budget === null) return after;
  let next = budget;
  const { lease } = before;
  if (lease !== null && after.lease?.epoch !== lease.epoch) {
    const ended = Math.min(now, lease.expiresAt);
    next = withWall(closedBefore(next, "lease", lease.epoch + 1), ended - leaseBegan(before, ended));
  }
  if (next.question !== null && (after.execution === null || event.type === "execution.promised"))
    next = { ...next, question: null };
  return next === budget ? after : { ...after, budget: next };
}
