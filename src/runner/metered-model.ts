/** A model whose calls are paid from a purse: the most a call can cost is set aside before it, the rest given back after. */
import { BudgetExhaustedError } from "../core/errors.ts";
import type { Amounts, Settlement } from "../core/run/budget.ts";
import type { Purse } from "../core/run/lease.ts";
import type { ModelPort, ModelRequest, ModelUsage } from "../ports/model/port.ts";
import { costOf, type ModelPrice, priceOf } from "./prices.ts";

export interface ModelPrices {
  /** The model that is asked. */
  readonly model: string;
  /** For a model whose price is not known. */
  readonly unknown: ModelPrice;
}

/** What a provider adds around a prompt: roles, the name of the schema. */
const ENVELOPE_TOKENS = 200;

/**
 * The model, paid from `purse`. A try that cost something is settled before the next one, for which as much is set aside
 * again. Errors: those of the purse, before anything is sent.
 */
export function meteredModel(model: ModelPort, purse: Purse, prices: ModelPrices): ModelPort {
  return {
    async ask(request) {
      const amounts = amountsOf(mostOf(request), priceOf(prices.model, prices.unknown));
      const setAside = async (settlement: Settlement | null) =>
        (await purse.reserve({ amounts, upTo: {}, settlement })).reservation;
      let reservation = await setAside(null);
      let settled = NOTHING;
      const reply = await model.ask(request, async (cost) => {
        if (isFree(cost)) return;
        const settlement = { reservation, actual: spentOf(cost, prices.model, amounts, prices) };
        try {
          reservation = await setAside(settlement);
        } catch (thrown) {
          await purse.settle(settlement);
          throw thrown;
        }
        settled = sumOf(settled, cost, 1);
      });
      const name = reply.kind === "answer" && reply.model !== "" ? reply.model : prices.model;
      const rest = sumOf(reply.usage, settled, -1);
      await purse.settle({ reservation, actual: spentOf(rest, name, amounts, prices) });
      return reply;
    },
  };
}

const NOTHING: ModelUsage = { inputTokens: 0, outputTokens: 0, unknown: 0 };

function isFree({ inputTokens, outputTokens, unknown }: ModelUsage): boolean {
  return inputTokens + outputTokens + unknown === 0;
}

function sumOf(one: ModelUsage, other: ModelUsage, sign: 1 | -1): ModelUsage {
  return {
    inputTokens: one.inputTokens + sign * other.inputTokens,
    outputTokens: one.outputTokens + sign * other.outputTokens,
    unknown: one.unknown + sign * other.unknown,
  };
}

/** For callers that can do without: a budget that is used up is one more reason why the model is not available. */
export function unlessUsedUp(model: ModelPort): ModelPort {
  return {
    async ask(request) {
      try {
        return await model.ask(request);
      } catch (thrown) {
        if (!(thrown instanceof BudgetExhaustedError)) throw thrown;
        return { kind: "unavailable", reason: thrown.message, usage: NOTHING };
      }
    },
  };
}

interface Tokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** No token is shorter than a byte, so the bytes of a prompt are a bound of its tokens in every language. */
function mostOf(request: ModelRequest): Tokens {
  const text = `${request.instructions}${request.input}${JSON.stringify(request.schema)}`;
  const inputTokens = new TextEncoder().encode(text).byteLength + ENVELOPE_TOKENS;
  return { inputTokens, outputTokens: request.maxOutputTokens };
}

function amountsOf(tokens: Tokens, price: ModelPrice): Required<Pick<Amounts, "modelTokens" | "modelMicroUsd">> {
  return { modelTokens: tokens.inputTokens + tokens.outputTokens, modelMicroUsd: costOf(price, tokens) };
}

/** What was reported, and for each try of which nobody knows what it cost all that it could have. */
function spentOf(
  usage: ModelUsage,
  name: string,
  most: ReturnType<typeof amountsOf>,
  { unknown }: ModelPrices,
): Amounts {
  const known = amountsOf(usage, priceOf(name, unknown));
  return {
    modelTokens: known.modelTokens + usage.unknown * most.modelTokens,
    modelMicroUsd: known.modelMicroUsd + usage.unknown * most.modelMicroUsd,
  };
}
