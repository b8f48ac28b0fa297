/**
 * Evaluates a derivation: the one way a fact gets its value, for the report and for the verifier alike.
 * Pure over parsed snapshots and earlier facts.
 */
import { weekdayOf } from "../facts/days.ts";
import { applyFormula, measured } from "./formulas.ts";
import { numeric, parsePointer, pick, valueAt } from "./pointer.ts";
import { type SnapshotReader, selectRows } from "./rows.ts";
import type { Derivation, FactValue, RowSelection } from "./types.ts";

/** The value of an earlier fact. Throws for an unknown id: facts are declared in order. */
export type FactLookup = (id: string) => FactValue;

const cutOff: FactValue = {
  state: "not_defined",
  value: null,
  reason: "the list compared with was cut off at the row limit",
};
const missing = (reason: string): FactValue => ({ state: "missing", value: null, reason });

/** The value a derivation gives. Errors: RangeError for a malformed derivation. */
export function evaluate(derivation: Derivation, reader: SnapshotReader, factOf: FactLookup): FactValue {
  switch (derivation.op) {
    case "absent":
      return { state: derivation.state, value: null, reason: derivation.reason };
    case "formula":
      return applyFormula(derivation.formula, derivation.inputs.map(factOf), derivation.constants ?? []);
    case "pick":
      return single(pick(reader.json(derivation.snapshot), derivation.pointer), "the source sent no such value");
    case "lookup": {
      const [row, second] = selectRows(reader, derivation);
      if (second !== undefined) return { state: "not_defined", value: null, reason: "more than one row matches" };
      return single(row === undefined ? undefined : pick(row, derivation.field), "the source lists no such row");
    }
    case "count":
      return bounded(derivation, measured(selectRows(reader, derivation).length));
    case "count_distinct":
      return bounded(derivation, measured(keysOf(reader, derivation, derivation.field).size));
    case "set_difference_count": {
      const minus = keysOf(reader, derivation.minus, derivation.field);
      const only = [...keysOf(reader, derivation.of, derivation.field)].filter((key) => !minus.has(key));
      // A key that the cut-off list does not show may well exist: the count is no bound in either direction.
      if (derivation.minus.capped) return cutOff;
      return bounded(derivation.of, measured(only.length));
    }
    case "count_moved":
      return countMoved(derivation, reader);
    default:
      return overRows(derivation, reader);
  }
}

function single(value: unknown, reason: string): FactValue {
  const number = numeric(value);
  return number === null ? missing(reason) : measured(number);
}

/** A count or sum over rows that were cut off is a lower bound. */
function bounded(selection: RowSelection, value: FactValue): FactValue {
  return selection.capped && value.value !== null ? { state: "capped", value: value.value } : value;
}

function keysOf(reader: SnapshotReader, selection: RowSelection, field: string): ReadonlySet<string> {
  const path = parsePointer(field);
  return new Set(selectRows(reader, selection).map((row) => JSON.stringify(valueAt(row, path)) ?? "null"));
}

type Aggregate = Extract<
  Derivation,
  { readonly op: "sum" | "mean" | "median" | "weighted_mean" | "weekday_mean" | "dispersion" }
>;

function overRows(derivation: Aggregate, reader: SnapshotReader): FactValue {
  const rows = selectRows(reader, derivation);
  const path = parsePointer(derivation.field);
  if (derivation.op === "sum") return bounded(derivation, sumOf(rows.map((row) => numeric(valueAt(row, path)))));
  if (derivation.op === "weekday_mean" || derivation.op === "dispersion") {
    const days = byDay(rows, derivation.field, derivation.day);
    return derivation.op === "dispersion" ? dispersion(days.slice(-derivation.last)) : weekdayMean(days);
  }
  if (derivation.op === "weighted_mean") return weightedMean(rows, derivation.field, derivation.weight);
  const values = rows.map((row) => numeric(valueAt(row, path))).filter((value) => value !== null);
  if (values.length === 0) return missing("no row has a value");
  return measured(derivation.op === "mean" ? mean(values) : median(values));
}

/** A row without the number makes the sum unknown; no rows at all sum to zero. */
function sumOf(values: readonly (number | null)[]): FactValue {
  let total = 0;
  for (const value of values) {
    if (value === null) return missing("a row has no number in this field");
    total += value;
  }
  return measured(total);
}

function weightedMean(rows: readonly unknown[], field: string, weight: string): FactValue {
  const [valuePath, weightPath] = [parsePointer(field), parsePointer(weight)];
  let total = 0;
  let weights = 0;
  for (const row of rows) {
    const value = numeric(valueAt(row, valuePath));
    const heavy = numeric(valueAt(row, weightPath));
    if (value === null || heavy === null) return missing("a row has no number in this field");
    total += value * heavy;
    weights += heavy;
  }
  return weights === 0 ? missing("no row carries weight") : measured(total / weights);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

interface DayValue {
  readonly day: string;
  readonly value: number;
}

/** Days with their values, oldest first. Days come as `YYYY-MM-DD` or `YYYYMMDD`. */
function byDay(rows: readonly unknown[], field: string, day: string): readonly DayValue[] {
  const [valuePath, dayPath] = [parsePointer(field), parsePointer(day)];
  const days: DayValue[] = [];
  for (const row of rows) {
    const value = numeric(valueAt(row, valuePath));
    const text = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(String(valueAt(row, dayPath)));
    if (value !== null && text !== null) days.push({ day: `${text[1]}-${text[2]}-${text[3]}`, value });
  }
  return days.toSorted((a, b) => (a.day < b.day ? -1 : 1));
}

function byWeekday(days: readonly DayValue[]): readonly (readonly number[])[] {
  const groups: number[][] = Array.from({ length: 7 }, () => []);
  for (const { day, value } of days) groups[weekdayOf(day)]?.push(value);
  return groups;
}

function weekdayMean(days: readonly DayValue[]): FactValue {
  const groups = byWeekday(days);
  if (groups.some((group) => group.length === 0)) return missing("not every weekday has a value");
  return measured(mean(groups.map(mean)));
}

/** φ = max(1, Σ (x − weekday mean)² / weekday mean / (n − 7)): 1 when daily counts scatter like pure chance. */
function dispersion(days: readonly DayValue[]): FactValue {
  if (days.length < 14) return missing("fewer than two weeks of daily values");
  let total = 0;
  for (const group of byWeekday(days)) {
    const centre = group.length === 0 ? 0 : mean(group);
    if (centre > 0) total += group.reduce((sum, value) => sum + (value - centre) ** 2 / centre, 0);
  }
  return measured(Math.max(1, total / (days.length - 7)));
}

function countMoved(
  derivation: Extract<Derivation, { readonly op: "count_moved" }>,
  reader: SnapshotReader,
): FactValue {
  const before = valuesByKey(reader, derivation.from, derivation.key, derivation.field);
  const after = valuesByKey(reader, derivation.to, derivation.key, derivation.field);
  let moved = 0;
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    if (movement(before.get(key) ?? null, after.get(key) ?? null) === derivation.direction) moved += 1;
  }
  const against = { entered: derivation.from, left: derivation.to, fell: null, rose: null, same: null };
  if (against[derivation.direction]?.capped) return cutOff;
  return bounded(derivation.from, bounded(derivation.to, measured(moved)));
}

function movement(before: number | null, after: number | null): string | null {
  if (before === null) return after === null ? null : "entered";
  if (after === null) return "left";
  if (after === before) return "same";
  return after < before ? "fell" : "rose";
}

function valuesByKey(reader: SnapshotReader, selection: RowSelection, key: string, field: string) {
  const [keyPath, valuePath] = [parsePointer(key), parsePointer(field)];
  return new Map(
    selectRows(reader, selection).map((row) => [
      JSON.stringify(valueAt(row, keyPath)),
      numeric(valueAt(row, valuePath)),
    ]),
  );
}
