/** The zone and currency a source says it counts in. */
import type { SumCheck } from "./types.ts";

/** Every one that was met. */
export interface Places {
  readonly timeZones: readonly string[];
  readonly currencies: readonly string[];
}

export const NO_PLACE: Places = { timeZones: [], currencies: [] };

/** With the place an answer names, if it names one. */
export function withPlace<P extends Places>(
  carried: P,
  timeZone: string | null | undefined,
  currency: string | null | undefined,
): P {
  return {
    ...carried,
    timeZones: withName(carried.timeZones, timeZone),
    currencies: withName(carried.currencies, currency),
  };
}

/** Each name once, in an order of its own. */
export function withName(names: readonly string[], name: string | null | undefined): readonly string[] {
  return name === null || name === undefined || names.includes(name) ? names : [...names, name].sort();
}

/** A source that changed its zone or currency between two answers: their figures are of different days or money. */
export function onePlace(check: string, { timeZones, currencies }: Places): SumCheck {
  const ok = timeZones.length <= 1 && currencies.length <= 1;
  const names = [...timeZones, ...currencies].join(", ");
  const detail = ok ? "All answers name one zone and one currency." : `The answers name more than one: ${names}.`;
  return { check, ok, stops: true, detail };
}
