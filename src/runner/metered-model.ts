/** A model whose calls are paid from a purse: the most a call can cost is set aside before it, the rest given back after. */
import { BudgetExhaustedError } from "../core/errors.ts";
import type { Amounts } from "../core/run/budget.ts";
import type { Purse } from "../core/run/lease.ts";
import type { ModelPort, ModelReply, ModelRequest } from "../ports/model/port.ts";
import { costOf, type ModelPrice, priceOf } from "./prices.ts";

export interface ModelPrices {
  /** The model that is asked. */
  readonly model: string;
  /** For a model whose price is not known. */
  readonly unknown: ModelPrice;
}

/** What a provider adds around a prompt: roles, the name of the schema. */
const ENVELOPE_TOKENS = 200;

/** The model, paid from `purse`. Errors: those of the purse, before anything is sent. */
export function meteredModel(model: ModelPort, purse: Purse, prices: ModelPrices): ModelPort {
  return {
    async ask(request) {
      const most = mostOf(request);
      const amounts = amountsOf(most, priceOf(prices.model, prices.unknown));
      const { reservation } = await purse.reserve({ amounts, upTo: {}, settlement: null });
      const reply = await model.ask(request);
      await purse.settle({ reservation, actual: spentOf(reply, amounts, prices) });
      return reply;
    },
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
        return { kind: "unavailable", reason: thrown.message, usage: { inputTokens: 0, outputTokens: 0, unknown: 0 } };
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
function spentOf(reply: ModelReply, most: ReturnType<typeof amountsOf>, prices: ModelPrices): Amounts {
  const name = reply.kind === "answer" && reply.model !== "" ? reply.model : prices.model;
  const known = amountsOf(reply.usage, priceOf(name, prices.unknown));
  const { unknown } = reply.usage;
  return {
    modelTokens: known.modelTokens + unknown * most.modelTokens,
    modelMicroUsd: known.modelMicroUsd + unknown * most.modelMicroUsd,
  };
}
