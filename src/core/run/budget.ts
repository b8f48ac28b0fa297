/**
 * What a run may spend, and what it has spent: a ledger with one column per kind. Nothing is spent that was not set
 * aside before, so a crash between the two can only make the ledger too high, never too low.
 */
export const BUDGET_KINDS = ["modelTokens", "modelMicroUsd", "upstreamCalls", "wallMs", "crawlPages"] as const;
/** `modelMicroUsd` is money in millionths of a dollar, `wallMs` time under a lease. */
export type BudgetKind = (typeof BUDGET_KINDS)[number];

/** Whole numbers by kind. */
export type Amounts = Readonly<Partial<Record<BudgetKind, number>>>;
export type Limits = Readonly<Record<BudgetKind, number>>;

/** Something set aside before it is spent, until it is settled. */
export interface Reservation {
  readonly n: number;
  /** Whose it is: `lease` for an attempt of the run, `actor` for the actor's own calls, else the id of a child run. */
  readonly holder: string;
  readonly epoch: number;
  readonly amounts: Amounts;
}

/** What of a reservation was really spent. */
export interface Settlement {
  readonly reservation: number;
  readonly actual: Amounts;
}

/** What is asked of a person when a budget is used up. */
export interface BudgetQuestion {
  /** Counts the questions of the run, part of the comment's marker. */
  readonly n: number;
  readonly kind: BudgetKind;
  /** The least that is needed to go on. */
  readonly asked: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The run whose budget it is, when it is not this run's own. */
  readonly ledger: string | null;
}

export interface Budget {
  /** What the run was given at first: “as much again” is this much. */
  readonly base: Limits;
  readonly limits: Limits;
  readonly used: Limits;
  /** What a far side reported above what was set aside for the call. It counts, though it was never granted. */
  readonly beyond: Limits;
  readonly reservations: readonly Reservation[];
  readonly lastReservation: number;
  /** The newest epoch each child run came with; an older one is fenced. */
  readonly children: Readonly<Record<string, number>>;
  readonly questions: number;
  readonly question: BudgetQuestion | null;
}

const NOTHING_USED: Limits = { modelTokens: 0, modelMicroUsd: 0, upstreamCalls: 0, wallMs: 0, crawlPages: 0 };

/** A ledger with nothing in it. */
export function openBudget(limits: Limits): Budget {
  return {
    base: limits,
    limits,
    used: NOTHING_USED,
    beyond: NOTHING_USED,
    reservations: [],
    lastReservation: 0,
    children: {},
    questions: 0,
    question: null,
  };
}

/** Amounts are counted up to whole numbers, and nobody gives anything back by spending less than nothing. */
function whole(amount: number | undefined): number {
  return amount === undefined || !(amount > 0) ? 0 : Math.ceil(amount);
}

function plus(left: Limits, right: Amounts): Limits {
  const sum = (kind: BudgetKind): number => left[kind] + whole(right[kind]);
  return byKind(sum);
}

function byKind(value: (kind: BudgetKind) => number): Limits {
  return {
    modelTokens: value("modelTokens"),
    modelMicroUsd: value("modelMicroUsd"),
    upstreamCalls: value("upstreamCalls"),
    wallMs: value("wallMs"),
    crawlPages: value("crawlPages"),
  };
}

/** Spent, and set aside to be spent. */
export function takenOf(budget: Budget, kind: BudgetKind): number {
  const setAside = budget.reservations.reduce((sum, one) => sum + whole(one.amounts[kind]), 0);
  return budget.used[kind] + budget.beyond[kind] + setAside;
}

/** What is still free. */
export function leftOf(budget: Budget, kind: BudgetKind): number {
  return Math.max(0, budget.limits[kind] - takenOf(budget, kind));
}

/** The first kind of which not enough is left; null when all of it can be set aside. */
export function shortOf(budget: Budget, amounts: Amounts): BudgetKind | null {
  return BUDGET_KINDS.find((kind) => whole(amounts[kind]) > leftOf(budget, kind)) ?? null;
}

/** As much of `upTo` as is left, and at least `amounts`, which has to fit. */
export function grantable(budget: Budget, amounts: Amounts, upTo: Amounts): Amounts {
  const entries = BUDGET_KINDS.map((kind) => {
    const wished = Math.max(whole(amounts[kind]), whole(upTo[kind]));
    return [kind, Math.min(wished, leftOf(budget, kind))] as const;
  });
  return Object.fromEntries(entries.filter(([, amount]) => amount > 0));
}

/** Sets aside. An older reservation of the same holder was left behind by a crash and counts as spent. */
export function reserved(budget: Budget, reservation: Reservation): Budget {
  const { holder, epoch, n } = reservation;
  const closed = closedBefore(budget, holder, epoch);
  const children = holder === "lease" || holder === "actor" ? budget.children : { ...budget.children, [holder]: epoch };
  return { ...closed, children, reservations: [...closed.reservations, reservation], lastReservation: n };
}

/** Spent is what was really spent; what a reservation did not need is free again. One that is settled stays so. */
export function settled(budget: Budget, { reservation, actual }: Settlement): Budget {
  const open = budget.reservations.find((one) => one.n === reservation);
  if (open === undefined) return budget;
  const granted = byKind((kind) => whole(open.amounts[kind]));
  const spent = byKind((kind) => Math.min(whole(actual[kind]), granted[kind]));
  const over = byKind((kind) => whole(actual[kind]) - spent[kind]);
  return {
    ...budget,
    used: plus(budget.used, spent),
    beyond: plus(budget.beyond, over),
    reservations: budget.reservations.filter((one) => one.n !== reservation),
  };
}

/**
 * Reservations of epochs before `epoch` count as spent in full. Whoever made them is gone, and with them the knowledge
 * how much of it was spent; to give them back would let a run that crashes often spend without limit.
 */
export function closedBefore(budget: Budget, holder: string, epoch: number): Budget {
  const lost = budget.reservations.filter((one) => one.holder === holder && one.epoch < epoch);
  return lost.reduce((sum, one) => settled(sum, { reservation: one.n, actual: one.amounts }), budget);
}

/** Time under a lease that has ended. It was set aside by the lease's own expiry. */
export function withWall(budget: Budget, ms: number): Budget {
  return { ...budget, used: plus(budget.used, { wallMs: ms }) };
}
