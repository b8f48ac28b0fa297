/** Setting aside, settling, running out and being allowed more. */
import { stopped } from "./boundary.ts";
import {
  type Budget,
  type BudgetKind,
  type BudgetQuestion,
  closedBefore,
  grantable,
  type Limits,
  leftOf,
  openBudget,
  type Settlement,
  settled,
  shortOf,
  takenOf,
} from "./budget.ts";
import { amountWords, readBudgetAnswer, usedWords } from "./budget-words.ts";
import { type CommentReading, type Decision, events, NOTHING, type RunCommand, refused } from "./commands.ts";
import type { RunEvent } from "./events.ts";
import { holdsLease, leaseBegan } from "./lease.ts";
import { isTerminal } from "./queries.ts";
import type { Instant, RunSettings, RunState } from "./types.ts";

type Told<T extends RunCommand["type"]> = Extract<RunCommand, { type: T }>;
type BudgetCommand = Told<"reserve" | "settle" | "exhausted" | "set_budget">;

/** Asana's clock may be this much behind ours. */
const CLOCK_SKEW_MS = 1_000;

export function decideBudget(state: RunState, command: BudgetCommand, now: Instant, settings: RunSettings): Decision {
  if (command.type === "set_budget") return decideLimit(state, command, settings);
  const stale = fencedHolder(state, command, now);
  if (stale !== null) return stale;
  switch (command.type) {
    case "reserve":
      return decideReserve(state, command, settings);
    case "settle":
      return decideSettle(state, command.settlement);
    case "exhausted":
      return decideExhausted(state, command, now);
  }
}

/** The limits of a run that has none yet: those of the settings, where its skill declares none of its own. */
function limitsOf(state: RunState, settings: RunSettings): Limits {
  return { ...settings.budget, ...(settings.skillBudgets[state.brief?.skill ?? ""] ?? {}) };
}

/** The run's budget, and the event that opens it when this is the first that needs it. */
export function openedBudget(
  state: RunState,
  settings: RunSettings,
): { readonly budget: Budget; readonly opening: readonly RunEvent[] } {
  const budget = state.budget;
  if (budget !== null) return { budget, opening: [] };
  const limits = limitsOf(state, settings);
  return { budget: openBudget(limits), opening: [{ type: "budget.opened", limits }] };
}

/** Whoever may no longer write may not spend either. A child run is fenced by the newest epoch it came with. */
function fencedHolder(
  state: RunState,
  command: { readonly holder: string; readonly epoch: number },
  now: Instant,
): Decision | null {
  const { holder, epoch } = command;
  if (holder === "actor") return null;
  const over = refused("fenced", `The lease of epoch ${epoch} is over; the run is ${state.status}.`);
  if (holder === "lease") return holdsLease(state, epoch, now) ? null : over;
  if (isTerminal(state.status)) return refused("wrong_state", `The run whose budget is asked is ${state.status}.`);
  return epoch < (state.budget?.children[holder] ?? 0) ? over : null;
}

function decideReserve(state: RunState, command: Told<"reserve">, settings: RunSettings): Decision {
  const { budget, opening } = openedBudget(state, settings);
  const n = budget.lastReservation + 1;
  // The actor asks one model at a time, so whatever it set aside before was left behind.
  const epoch = command.holder === "actor" ? n : command.epoch;
  const closed = closedBefore(budget, command.holder, epoch);
  const ledger = command.settlement === null ? closed : settled(closed, command.settlement);
  const kind = shortOf(ledger, command.amounts);
  if (kind !== null) return exhaustedRefusal(ledger, kind);
  const amounts = grantable(ledger, command.amounts, command.upTo);
  const { holder, settlement } = command;
  return events(...opening, { type: "budget.reserved", n, holder, epoch, amounts, settlement });
}

function exhaustedRefusal(budget: Budget, kind: BudgetKind): Decision {
  const detail = `Of the run's budget ${usedWords(kind, takenOf(budget, kind), budget.limits[kind])} are taken.`;
  return { events: [], effects: [], refusal: { code: "budget_exhausted", detail, kind } };
}

function decideSettle(state: RunState, settlement: Settlement): Decision {
  const open = state.budget?.reservations.some((one) => one.n === settlement.reservation) === true;
  return open ? events({ type: "budget.settled", settlement }) : NOTHING;
}

/** The attempt could not set aside what its next call needs. Somebody may have allowed more meanwhile. */
function decideExhausted(state: RunState, command: Told<"exhausted">, now: Instant): Decision {
  const { execution, lease } = state;
  const budget = state.budget;
  if (execution === null || lease === null || budget === null) return NOTHING;
  // Nobody is asked about the budget of a run that is to stop.
  const stop = stopped(state);
  if (stop !== null) return events(...stop);
  const { kind, asked, ledger } = command;
  if (ledger === null && asked <= leftOf(budget, kind)) {
    const { roundId } = execution;
    return events(
      { type: "attempt.ended", outcome: "continued", detail: null },
      {
        type: "execution.promised",
        attempt: lease.attempt + 1,
        kind: execution.kind,
        roundId,
        dueAt: now,
        reason: null,
      },
    );
  }
  return events(...ranOut(budget, kind, asked, ledger, takenOf(budget, kind)));
}

function ranOut(
  budget: Budget,
  kind: BudgetKind,
  asked: number,
  ledger: string | null,
  used: number,
): readonly [RunEvent, RunEvent] {
  const limit = budget.limits[kind];
  return [
    { type: "attempt.ended", outcome: "budget", detail: `${usedWords(kind, used, limit)} are used.` },
    { type: "budget.exhausted", n: budget.questions + 1, kind, asked, used, limit, ledger },
  ];
}

/** Until when a lease may last: as long as leases last, and no longer than the run has working time left. */
export function leaseUntil(state: RunState, now: Instant, settings: RunSettings): Instant {
  const { budget } = openedBudget(state, settings);
  return Math.min(now + settings.leaseMs, leaseBegan(state, now) + leftOf(budget, "wallMs"));
}

/**
 * The working time has run out, and with it the lease, or none was left for another: the run asks instead of trying
 * again. null when it has not.
 */
export function wallSpent(state: RunState, now: Instant): readonly RunEvent[] | null {
  const budget = state.budget;
  const { lease } = state;
  const lasted = lease === null ? 0 : lease.expiresAt - leaseBegan(state, now);
  if (budget === null || lasted < leftOf(budget, "wallMs")) return null;
  const limit = budget.limits.wallMs;
  const [ended, exhausted] = ranOut(budget, "wallMs", 1, null, limit);
  return lease === null ? [exhausted] : [{ type: "lease.lapsed", epoch: lease.epoch }, ended, exhausted];
}

/** Staff set a limit. One below what is taken could not be kept. */
function decideLimit(state: RunState, command: Told<"set_budget">, settings: RunSettings): Decision {
  if (isTerminal(state.status)) return refused("wrong_state", `The run has ended: it is ${state.status}.`);
  const { budget, opening } = openedBudget(state, settings);
  const { kind, by, reason } = command;
  const limit = Math.floor(command.limit);
  const wall = kind === "wallMs" && state.lease !== null ? state.lease.expiresAt - leaseBegan(state, 0) : 0;
  const taken = takenOf(budget, kind) + wall;
  if (limit < taken)
    return refused(
      "wrong_state",
      `${amountWords(kind, taken)} are taken already; a limit below that could not be kept.`,
    );
  return events(...opening, ...limitSet(state, budget, { kind, limit, by, reason }));
}

function limitSet(
  state: RunState,
  budget: Budget,
  set: { readonly kind: BudgetKind; readonly limit: number; readonly by: string; readonly reason: string },
): readonly RunEvent[] {
  const { question } = budget;
  const raised: RunEvent = { type: "budget.limit_set", ...set };
  const asked = question?.ledger === null && question.kind === set.kind ? question.asked : Number.POSITIVE_INFINITY;
  return set.limit - takenOf(budget, set.kind) >= asked ? [raised, ...resumed(state)] : [raised];
}

/** The attempt that was put off by the question is promised now. */
function resumed({ execution }: RunState): readonly RunEvent[] {
  if (execution === null) return [];
  const { attempt, kind, roundId } = execution;
  return [{ type: "execution.promised", attempt, kind, roundId, dueAt: 0, reason: null }];
}

/** People's answers to the question about a budget; the last word counts. */
export function budgetAnswered(
  state: RunState,
  budget: Budget,
  question: BudgetQuestion,
  people: readonly CommentReading[],
): readonly RunEvent[] {
  const answers = people.flatMap((one) => {
    const answer = Date.parse(one.createdAt) < question.at - CLOCK_SKEW_MS ? null : readBudgetAnswer(one.text);
    return answer === null ? [] : [{ answer, by: one.authorName.slice(0, 120), gid: one.gid }];
  });
  const last = answers.at(-1);
  if (last === undefined) return [];
  const seen: RunEvent = { type: "comments.seen", storyGids: answers.map(({ gid }) => gid) };
  if (last.answer === "stop") {
    const detail = `${last.by} said stop when a budget was used up.`;
    return [seen, { type: "run.cancelled", cause: { code: "stopped_at_budget", detail } }];
  }
  const { kind, asked, ledger } = question;
  // A child run's budget is its parent's, and is raised there.
  if (ledger !== null) return [seen, ...resumed(state)];
  const limit = Math.max(budget.limits[kind] + budget.base[kind], takenOf(budget, kind) + asked);
  return [seen, ...limitSet(state, budget, { kind, limit, by: last.by, reason: "said “go on”" })];
}
