/** What a model costs. */
import type { ModelUsage } from "../ports/model/port.ts";

/** Dollars per million tokens, which is millionths of a dollar per token. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
}

/**
 * OpenAI's price list (developers.openai.com/api/docs/pricing), standard tier, prompts of up to 272,000 tokens, as it was
 * in 2026. What is cheaper than this (cached input, batches) is counted at the full price.
 */
const PRICES: Readonly<Record<string, ModelPrice>> = {
  "gpt-5.5": { input: 5, output: 30 },
  "gpt-5.4": { input: 2.5, output: 15 },
  "gpt-5.4-mini": { input: 0.75, output: 4.5 },
  "gpt-5.4-nano": { input: 0.2, output: 1.25 },
};

/**
 * The price of a model by its name, which may carry the provider in front and the day of its snapshot behind.
 * @param unknown for a model that is not in the list
 */
export function priceOf(model: string, unknown: ModelPrice): ModelPrice {
  const name = model.replace(/^.*\//u, "").replace(/-\d{4}-\d{2}-\d{2}$/u, "");
  return Object.hasOwn(PRICES, name) ? (PRICES[name] ?? unknown) : unknown;
}

/** Millionths of a dollar, counted up. */
export function costOf(price: ModelPrice, tokens: Pick<ModelUsage, "inputTokens" | "outputTokens">): number {
  return Math.ceil(tokens.inputTokens * price.input + tokens.outputTokens * price.output);
}
