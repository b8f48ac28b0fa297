/**
 * The formulas of the metric catalogue: pure arithmetic on facts. A formula never invents a number: an input that was
 * not measured gives a value without a number, with the reason.
 */
import type { FactValue, FormulaId } from "./types.ts";

/** One formula as the appendix explains it and the evaluator runs it. */
export interface Formula {
  readonly id: FormulaId;
  /** What it says and in which order it takes its inputs. Plain words, no digit, printed in the appendix. */
  readonly words: string;
  readonly inputs: number | "any";
  run(inputs: readonly number[], constants: readonly number[]): number | NotDefined;
}

/** Why a formula has no result; `new` and `none in either` are shown to readers as they are. */
export interface NotDefined {
  readonly reason: string;
}

const at = (values: readonly number[], index: number) => values[index] ?? Number.NaN;
const nothingToDivide: NotDefined = { reason: "nothing to divide by" };
const tooSmall: NotDefined = { reason: "the base is too small for a percentage" };

function formula(id: FormulaId, inputs: number | "any", words: string, run: Formula["run"]): Formula {
  return { id, inputs, words, run };
}

/** `[current, base]`, constant: the smallest base for which a percentage is printed. */
function relativeChange(inputs: readonly number[], constants: readonly number[]): number | NotDefined {
  const [current, base] = [at(inputs, 0), at(inputs, 1)];
  if (base === 0) return { reason: current > 0 ? "new" : "none in either" };
  if (base < 0) return { reason: "the base is negative" };
  if (base < (constants[0] ?? 0)) return tooSmall;
  return (current - base) / base;
}

/** The same for counts of periods that differ in length: a day against a day. Constants `[floor, days, base days]`. */
function dailyChange(inputs: readonly number[], constants: readonly number[]): number | NotDefined {
  const [floor, days, baseDays] = [at(constants, 0), at(constants, 1), at(constants, 2)];
  return relativeChange([at(inputs, 0) / days, at(inputs, 1) / baseDays], [floor / baseDays]);
}

/** `[rate, base, trials, base trials]`, constant: the fewest trials of a rate for which a percentage is printed. */
function rateChange(inputs: readonly number[], constants: readonly number[]): number | NotDefined {
  if (Math.min(at(inputs, 2), at(inputs, 3)) < (constants[0] ?? 0)) return tooSmall;
  return relativeChange(inputs, []);
}

/** Difference of two counts in standard deviations; `[current, base, dispersion]`, constants `[days, base days]`. */
function countsApart(inputs: readonly number[], constants: readonly number[]): number | NotDefined {
  const [current, base, dispersion] = [at(inputs, 0), at(inputs, 1), at(inputs, 2)];
  const [days, baseDays] = [at(constants, 0), at(constants, 1)];
  const spread = Math.sqrt(dispersion * (current / days ** 2 + base / baseDays ** 2));
  return spread === 0 ? { reason: "nothing was counted" } : (current / days - base / baseDays) / spread;
}

/** Difference of two rates in standard deviations; `[hits, base, hits before, base before, dispersion]`, pooled. */
function ratesApart(inputs: readonly number[]): number | NotDefined {
  const [hits, base, hitsBefore, baseBefore] = [at(inputs, 0), at(inputs, 1), at(inputs, 2), at(inputs, 3)];
  if (base === 0 || baseBefore === 0) return nothingToDivide;
  const pooled = (hits + hitsBefore) / (base + baseBefore);
  const spread = Math.sqrt(at(inputs, 4) * pooled * (1 - pooled) * (1 / base + 1 / baseBefore));
  return spread > 0 ? (hits / base - hitsBefore / baseBefore) / spread : { reason: "the rate has no spread" };
}

const Z95 = 1.959963984540054;

/** Edge of the Wilson interval of `[hits, trials]` at 95 %; `sign` -1 for the lower edge. */
function wilson(sign: 1 | -1): Formula["run"] {
  return (inputs) => {
    const [hits, trials] = [at(inputs, 0), at(inputs, 1)];
    if (trials <= 0) return nothingToDivide;
    const rate = hits / trials;
    const centre = rate + Z95 ** 2 / (2 * trials);
    const reach = Z95 * Math.sqrt((rate * (1 - rate)) / trials + Z95 ** 2 / (4 * trials ** 2));
    return Math.min(1, Math.max(0, (centre + sign * reach) / (1 + Z95 ** 2 / trials)));
  };
}

const divide = (inputs: readonly number[]) => (at(inputs, 1) === 0 ? nothingToDivide : at(inputs, 0) / at(inputs, 1));

const ALL: readonly Formula[] = [
  formula("delta_abs", 2, "value minus the value it is compared with", (x) => at(x, 0) - at(x, 1)),
  formula(
    "delta_pct",
    2,
    "change divided by the value it is compared with; no percentage on a small base",
    relativeChange,
  ),
  formula(
    "delta_day_pct",
    2,
    "change of the value a day divided by the value a day it is compared with, for periods that differ in length",
    dailyChange,
  ),
  formula(
    "delta_rate_pct",
    4,
    "change of a rate divided by the rate it is compared with; no percentage where either has too few trials",
    rateChange,
  ),
  formula("delta_pp", 2, "difference of two rates in percentage points", (x) => 100 * (at(x, 0) - at(x, 1))),
  formula("ratio", 2, "first value divided by the second, both sums", divide),
  formula("share", 2, "part divided by the whole", divide),
  formula("one_minus_share", 2, "one minus part divided by whole, never below zero", (x) =>
    at(x, 1) === 0 ? nothingToDivide : Math.max(0, 1 - at(x, 0) / at(x, 1)),
  ),
  formula("difference", "any", "first value minus all others, never below zero", (x) =>
    Math.max(
      0,
      x.slice(1).reduce((rest, value) => rest - value, at(x, 0)),
    ),
  ),
  formula("sum", "any", "sum of the values", (x) => x.reduce((total, value) => total + value, 0)),
  formula("per_day", 1, "value divided by the days of its period", (x, c) =>
    at(c, 0) > 0 ? at(x, 0) / at(c, 0) : nothingToDivide,
  ),
  formula("contribution", 2, "change of the part divided by the change of the whole", (x) =>
    at(x, 1) === 0 ? { reason: "the whole did not change" } : at(x, 0) / at(x, 1),
  ),
  formula(
    "midpoint_volume",
    4,
    "change of clicks that follows from more or fewer impressions, at the mean click-through rate of both periods",
    (x) => (at(x, 0) - at(x, 1)) * ((at(x, 2) + at(x, 3)) / 2),
  ),
  formula(
    "midpoint_rate",
    4,
    "change of clicks that follows from the click-through rate, at the mean impressions of both periods",
    (x) => (at(x, 2) - at(x, 3)) * ((at(x, 0) + at(x, 1)) / 2),
  ),
  formula(
    "z_counts",
    3,
    "difference of two daily counts in standard deviations, widened by their day-to-day spread",
    countsApart,
  ),
  formula("z_rates", 5, "difference of two rates in standard deviations, widened by the day-to-day spread", ratesApart),
  formula("wilson_low", 2, "lower edge of the ninety-five percent interval of a rate", wilson(-1)),
  formula("wilson_high", 2, "upper edge of the ninety-five percent interval of a rate", wilson(1)),
];

/** The catalogue of formulas by id. */
export const FORMULAS: ReadonlyMap<FormulaId, Formula> = new Map(ALL.map((entry) => [entry.id, entry]));

/** A measured number as a value: `zero` when it is 0. */
export function measured(value: number): FactValue {
  if (!Number.isFinite(value)) return { state: "not_defined", value: null, reason: "not a finite number" };
  return { state: value === 0 ? "zero" : "number", value };
}

/** Applies a formula to values. Inputs that are no plain numbers give `not_defined`, never a guess. */
export function applyFormula(id: FormulaId, inputs: readonly FactValue[], constants: readonly number[]): FactValue {
  const found = FORMULAS.get(id);
  if (found === undefined || (found.inputs !== "any" && found.inputs !== inputs.length)) {
    throw new RangeError(`formula ${id} with ${inputs.length} inputs does not exist`);
  }
  const numbers: number[] = [];
  for (const input of inputs) {
    if (input.state !== "number" && input.state !== "zero") {
      const reason = input.value === null ? input.reason : `an input is ${input.state}`;
      return { state: "not_defined", value: null, reason };
    }
    numbers.push(input.value);
  }
  const result = found.run(numbers, constants);
  return typeof result === "number" ? measured(result) : { state: "not_defined", value: null, reason: result.reason };
}
