/**
 * What far sides are paid for, entered where it is spent, in books that nobody of ours can see. However attempts die, nothing is
 * spent that the run had not set aside before.
 */

import { RetryableError } from "../../src/core/errors.ts";
import type { Amounts, BudgetKind } from "../../src/core/run/budget.ts";
import type { Purse } from "../../src/core/run/lease.ts";
import type { ModelPort, ModelReply } from "../../src/ports/model/port.ts";
import type { SearchConsolePort } from "../../src/ports/search-console/port.ts";
import { meteredModel, unlessUsedUp } from "../../src/runner/metered-model.ts";
import type { Caller, Line } from "./line.ts";
import type { Random } from "./random.ts";

/** Kinds that are paid for; working time is spent here. */
export const PAID = ["modelTokens", "modelMicroUsd", "upstreamCalls", "crawlPages"] as const satisfies BudgetKind[];
type Paid = (typeof PAID)[number];

/** What a model costs in a simulation: millionths of a dollar per token, in and out alike. */
const MICRO_USD_PER_TOKEN = 10;
export const PRICES = {
  model: "sim",
  unknown: { input: MICRO_USD_PER_TOKEN, output: MICRO_USD_PER_TOKEN },
};

/** So little of one kind, or of two, that a run has to ask for more. */
const LITTLE: Readonly<Record<BudgetKind, readonly [number, number]>> = {
  modelTokens: [300, 4_000],
  modelMicroUsd: [3_000, 40_000],
  upstreamCalls: [1, 25],
  wallMs: [1_000, 120_000],
  crawlPages: [1, 8],
};
const KINDS = ["modelTokens", "modelMicroUsd", "upstreamCalls", "wallMs", "wallMs", "crawlPages"] as const;

/** An amount of some kind that does not last long. */
export function drawLittle(random: Random): readonly [BudgetKind, number] {
  const kind = random.pick(KINDS);
  return [kind, random.between(...LITTLE[kind])];
}

/** The budget of every run of an agency, where it differs from the usual: now and then it is tight. */
export function drawBudget(random: Random): Amounts {
  if (random.chance(0.75)) return {};
  return Object.fromEntries([drawLittle(random), drawLittle(random)]);
}

export class Bills {
  readonly #spent = new Map<string, Map<Paid, number>>();
  /** Grows with every entry, so that a checker knows when to look. */
  entries = 0;

  enter(taskGid: string, kind: Paid, amount: number): void {
    this.entries += 1;
    const spent = this.#spent.get(taskGid) ?? new Map<Paid, number>();
    this.#spent.set(taskGid, spent.set(kind, (spent.get(kind) ?? 0) + amount));
  }

  spentOn(taskGid: string, kind: Paid): number {
    return this.#spent.get(taskGid)?.get(kind) ?? 0;
  }
}

export interface PayDeps {
  readonly line: Line;
  readonly random: Random;
  readonly bills: Bills;
}

/** The site of a task's client, so that whoever is asked about it knows whom to bill. */
export function siteOf(taskGid: string): string {
  return `sc-domain:${taskGid}.example`;
}

/** An upstream with a price per call, as one process sees it. */
export function paidSearch(caller: Caller, { line, bills }: PayDeps): SearchConsolePort {
  const paid = <T>(siteUrl: string, verb: string, answer: T): Promise<T> =>
    line.call(caller, "search", verb, () => {
      bills.enter(siteUrl.slice("sc-domain:".length, -".example".length), "upstreamCalls", 1);
      return answer;
    });
  const raw = { body: "{}", request: { method: "POST", path: "/", body: null }, fetchedAt: "" };
  const page = { rows: [], aggregationType: null, firstIncompleteDate: null, raw };
  return {
    query: (siteUrl) => paid(siteUrl, "query", page),
    permission: (siteUrl) => paid(siteUrl, "permission", "siteOwner"),
  };
}

/** A model with a price per token, as one process sees it: like the real one it does not throw, whatever happens to a call. */
export function paidModel(caller: Caller, { line, random, bills }: PayDeps): ModelPort {
  return {
    ask: async (request): Promise<ModelReply> => {
      const usage = {
        inputTokens: random.between(1, request.input.length + request.instructions.length),
        outputTokens: random.between(1, request.maxOutputTokens),
        unknown: 0,
      };
      const tokens = usage.inputTokens + usage.outputTokens;
      const answer = (): ModelReply => {
        const taskGid = request.runId.slice("tar_".length);
        bills.enter(taskGid, "modelTokens", tokens);
        bills.enter(taskGid, "modelMicroUsd", tokens * MICRO_USD_PER_TOKEN);
        return { kind: "answer", value: null, model: PRICES.model, usage };
      };
      try {
        return await line.call(caller, "model", request.purpose, answer);
      } catch (thrown) {
        if (!(thrown instanceof RetryableError)) throw thrown;
        const unknown = { inputTokens: 0, outputTokens: 0, unknown: 1 };
        return { kind: "unavailable", reason: thrown.message, usage: unknown };
      }
    },
  };
}

/** A question to the model on the actor's own account. False: there is no answer, or no money for it. */
export async function answered(
  caller: Caller,
  deps: PayDeps,
  purpose: "classify_feedback" | "discuss",
  runId: string,
  purse: Purse,
): Promise<boolean> {
  const model = unlessUsedUp(meteredModel(paidModel(caller, deps), purse, PRICES));
  const words = { instructions: "Read it.", input: "a comment", schema: { name: "reading", json: {} } };
  return (await model.ask({ ...words, maxOutputTokens: 100, purpose, runId })).kind === "answer";
}
