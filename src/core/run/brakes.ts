/**
 * What keeps a run from working although its status says it may: a pause, a hold, a budget that is used up. A brake changes no status. It takes
 * hold at the next boundary, and what is promised meanwhile waits until the last brake is off.
 */
import type { WaitingOn } from "../wire.ts";
import { type Budget, type BudgetQuestion, takenOf } from "./budget.ts";
import { BUDGET_NAMES, usedWords } from "./budget-words.ts";
import type { Effect } from "./effects.ts";
import { heldWords } from "./holds.ts";
import { isTerminal } from "./queries.ts";
import type { Attempt, Instant, RunState } from "./types.ts";

export interface Brake {
  readonly kind: Extract<WaitingOn["kind"], "pause" | "hold" | "budget">;
  /** How an attempt ends that is stopped by it. */
  readonly outcome: NonNullable<Attempt["outcome"]>;
  readonly who: string | null;
  readonly detail: string;
  readonly since: Instant;
}

/** A text of people as a sentence: another may follow it. */
function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

type BrakeRule = (state: RunState) => Brake | null;

function pause({ paused }: RunState): Brake | null {
  if (paused === null) return null;
  const why = paused.reason === "" ? "" : `: ${paused.reason}`;
  return {
    kind: "pause",
    outcome: "paused",
    who: paused.by,
    detail: ended(`${paused.by} paused this run${why}`),
    since: paused.at,
  };
}

function hold({ held }: RunState): Brake | null {
  if (held === null) return null;
  const { hold: one, since } = held;
  return {
    kind: "hold",
    outcome: "held",
    who: one.by,
    detail: ended(`${one.by} holds ${heldWords(one)}: ${one.reason}`),
    since,
  };
}

/** What is used up, and who has to say what about it. */
export function budgetAsked(state: RunState, ledger: Budget, { kind, ledger: whose }: BudgetQuestion): string {
  const used = usedWords(kind, takenOf(ledger, kind), ledger.limits[kind]);
  const what = whose === null ? `${used} are used` : `The budget of ${whose} for ${BUDGET_NAMES[kind]} is used up`;
  return `${what}. ${budgetDecider(state) ?? "The requester"} has to say “go on” or “stop”.`;
}

/** Whoever asked for the work; somebody else of the staff once they did not answer. */
function budgetDecider({ task, talk }: RunState): string | null {
  return talk.escalation?.name ?? task?.requesterName ?? null;
}

/** A budget is used up and a person is asked. */
function budget(state: RunState): Brake | null {
  const { budget: ledger } = state;
  const question = ledger?.question ?? null;
  if (ledger === null || question === null) return null;
  const detail = budgetAsked(state, ledger, question);
  return { kind: "budget", outcome: "budget", who: budgetDecider(state), detail, since: question.at };
}

/** Each rule adds its own brake; what stands first is told first. */
const BRAKES: readonly BrakeRule[] = [pause, hold, budget];

/** What keeps the run from working; null when nothing does. */
export function brakeOf(state: RunState): Brake | null {
  for (const rule of BRAKES) {
    const brake = rule(state);
    if (brake !== null) return brake;
  }
  return null;
}

const WORK: ReadonlySet<Effect["kind"]> = new Set<Effect["kind"]>(["enqueue_execution", "classify", "discuss"]);

/**
 * True for an effect that begins work or asks a model, on a run that may do neither: it ended, or a brake is on. Such a
 * promise is dropped; whoever takes the brake off promises anew what is owed.
 */
export function isWithheld(state: RunState, effect: Effect): boolean {
  return WORK.has(effect.kind) && (isTerminal(state.status) || brakeOf(state) !== null);
}
