/** What a run asks of people at this moment, and which words answer it. The panel offers these; a comment in Asana does the same. */
import { budgetAsked } from "./brakes.ts";
import { readBudgetAnswer } from "./budget-words.ts";
import { isTerminal, newestVersion } from "./queries.ts";
import { isApply, isKeep } from "./short-words.ts";
import { changeQuestion } from "./task-change.ts";
import type { RunState } from "./types.ts";

export type AskKind = "question" | "budget" | "change" | "review" | "rounds" | "blocked";

/** One open question. */
export interface Ask {
  /** Names this very question: an answer to it is none to the next one. */
  readonly id: string;
  readonly kind: AskKind;
  /** Plain words; text of people may be inside. */
  readonly text: string;
  /** Words that answer it as they stand. */
  readonly choices: readonly string[];
  /** False where nothing but one of the choices answers it. */
  readonly free: boolean;
}

/** What is asked now, the most pressing first; empty when nobody's word moves the run. */
export function asksOf(state: RunState): readonly Ask[] {
  if (isTerminal(state.status)) return [];
  return [...budgetAsk(state), ...changeAsk(state), ...statusAsk(state)];
}

function budgetAsk(state: RunState): readonly Ask[] {
  const { budget } = state;
  if (budget === null || budget.question === null) return [];
  const text = budgetAsked(state, budget, budget.question);
  return [{ id: `budget-${budget.question.n}`, kind: "budget", text, choices: ["go on", "stop"], free: false }];
}

function changeAsk(state: RunState): readonly Ask[] {
  const text = changeQuestion(state);
  if (text === null) return [];
  return [{ id: `change-${state.talk.changes}`, kind: "change", text, choices: ["apply", "keep"], free: false }];
}

function statusAsk(state: RunState): readonly Ask[] {
  const { question, cause, status } = state;
  if (question !== null) {
    const choices = question.suggestedPeriod === null ? [] : ["yes, please"];
    return [{ id: `question-${question.n}`, kind: "question", text: question.text, choices, free: true }];
  }
  if (status === "blocked" && cause !== null) {
    const choices = cause.code === "requester_not_mapped" ? ["go"] : [];
    return [{ id: `blocked-${state.statusSince}`, kind: "blocked", text: cause.detail, choices, free: true }];
  }
  return status === "review_ready" ? [reviewAsk(state)] : [];
}

function reviewAsk(state: RunState): Ask {
  const { held, escalations, quiet } = state.talk;
  const version = newestVersion(state);
  if (held.length > 0) {
    const text = `This report was revised as often as is agreed, and further changes are kept. Is there another round, or is version ${version} accepted?`;
    return { id: `rounds-${escalations}`, kind: "rounds", text, choices: ["go on", "accept"], free: true };
  }
  const text = `Version ${version} waits for a review: accept it, ask about it, or say what to change, one point per line.`;
  const choices = quiet === null ? ["accept"] : ["accept", "go"];
  return { id: `review-v${version}`, kind: "review", text, choices, free: true };
}

/** Whether `text` says something to `ask`. */
export function answers({ kind, free }: Ask, text: string): boolean {
  if (free) return true;
  return kind === "budget" ? readBudgetAnswer(text) !== null : isApply(text) || isKeep(text);
}
