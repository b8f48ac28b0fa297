/** Looking facts up by what they are about. */
import type { DayRange } from "../facts/period-words.ts";
import type { Figure } from "../wire-dashboard.ts";
import type { FactView } from "../wire-data.ts";

const keyOf = (metric: string, start: string, dimension: string, member: string): string =>
  JSON.stringify([metric, start, dimension, member]);

/** Facts of one grain. */
export class FactBook {
  readonly #facts = new Map<string, FactView>();

  constructor(facts: readonly FactView[]) {
    for (const fact of facts) this.#facts.set(keyOf(fact.metric, fact.period.start, fact.dimension, fact.member), fact);
  }

  whole(metric: string, start: string): FactView | null {
    return this.#facts.get(keyOf(metric, start, "whole", "")) ?? null;
  }

  part(metric: string, period: DayRange, dimension: string, member: string): FactView | null {
    return this.#facts.get(keyOf(metric, period.start, dimension, member)) ?? null;
  }
}

/** What is shown where no fact was ever stored. */
const NEVER: Figure = { factId: null, state: "missing", value: null, reason: "Not measured in this period." };

/** A fact as a figure; without one, that it is missing. */
export function figureOf(fact: FactView | null): Figure {
  if (fact === null) return NEVER;
  return { factId: fact.factId, state: fact.state, value: fact.value, reason: fact.reason };
}

/** Only these may be compared and summed. */
export function isMeasured(fact: FactView | null): fact is FactView & { readonly value: number } {
  return fact !== null && fact.value !== null && (fact.state === "number" || fact.state === "zero");
}
