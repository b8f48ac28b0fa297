/** Budgets in the words of comments and timeline, and what people answer to the question about one. */
import type { BudgetKind } from "./budget.ts";

const WHAT: Readonly<Record<BudgetKind, string>> = {
  modelTokens: "tokens of the language model",
  modelMicroUsd: "for the language model",
  upstreamCalls: "calls to the data sources",
  wallMs: "minutes of working time",
  crawlPages: "pages of the website",
};

/** Short names, for a sentence that says which budget is meant. */
export const BUDGET_NAMES: Readonly<Record<BudgetKind, string>> = {
  modelTokens: "model tokens",
  modelMicroUsd: "model money",
  upstreamCalls: "calls to the data sources",
  wallMs: "working time",
  crawlPages: "crawled pages",
};

function number(kind: BudgetKind, amount: number): string {
  if (kind === "modelMicroUsd") return `$${(Math.ceil(amount / 10_000) / 100).toFixed(2)}`;
  return (kind === "wallMs" ? Math.ceil(amount / 60_000) : amount).toLocaleString("en-US");
}

/** `200 calls to the data sources`, `$5.00 for the language model`. */
export function amountWords(kind: BudgetKind, amount: number): string {
  return `${number(kind, amount)} ${WHAT[kind]}`;
}

/** `200 of 200 calls to the data sources`. */
export function usedWords(kind: BudgetKind, used: number, limit: number): string {
  return `${number(kind, used)} of ${amountWords(kind, limit)}`;
}

const POLITE = "yes|ok|okay|sure|please|jessie|hi|hello|thanks|thank you";
const GO_ON = new RegExp(
  `^(?:(?:${POLITE})[ ,]+)*(?:go on|go ahead|carry on|continue|proceed|keep going)(?:[ ,]+(?:${POLITE}))*$`,
  "u",
);
const YES = /^(?:yes|yes,? please|ok|okay|sure)$/u;
const STOP = new RegExp(
  `^(?:(?:no|${POLITE})[ ,]+)*(?:stop|cancel)(?: it| here| now| the run)?(?:[ ,]+(?:${POLITE}))*$`,
  "u",
);
/** An answer is a few words; a longer comment is about the report. */
const MAX_ANSWER = 80;

/** What a person answers to the question about a budget; null when the words are about something else. */
export function readBudgetAnswer(text: string): "go on" | "stop" | null {
  if (text.length > MAX_ANSWER) return null;
  const plain = text
    .toLowerCase()
    .replace(/[“”"'‘’.!]/gu, "")
    .replace(/\s+/gu, " ")
    .trim();
  if (GO_ON.test(plain) || YES.test(plain)) return "go on";
  return STOP.test(plain) ? "stop" : null;
}
