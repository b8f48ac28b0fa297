/** Numbers to places on a drawing: tick values, tick labels, coordinates. Pure arithmetic, no markup. */
import type { Unit } from "../../core/evidence/types.ts";

/** A vertical axis. `lo` and `hi` are its ends, `ticks` lie between them in ascending order. */
export interface Axis {
  readonly lo: number;
  readonly hi: number;
  readonly step: number;
  readonly ticks: readonly number[];
}

const STEPS = [1, 2, 2.5, 5, 10] as const;

/** Whole things have no half between them, so their axes never step by less than one. */
function smallestStep(unit: Unit): number {
  return unit === "count" ? 1 : 0;
}

function niceStep(span: number, unit: Unit, wanted: number): number {
  const rough = Math.max(span / wanted, smallestStep(unit));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((one) => one * power >= rough * 0.999999) ?? 10) * power;
  return unit === "count" ? Math.ceil(step) : step;
}

/**
 * An axis that holds all values, with about four round ticks.
 * @param fromZero for amounts, whose height has a meaning; a position axis shows its own range
 */
export function axisFor(values: readonly number[], unit: Unit, fromZero: boolean): Axis {
  const all = fromZero ? [...values, 0] : values;
  const min = all.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const max = all.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  // Differences too small for ticks of twelve digits would make a step of nothing.
  const flat = max - min <= Math.max(Math.abs(min), Math.abs(max)) * 1e-10 || max - min < 1e-12;
  // A flat series still needs an axis: one unit above zero, or around a value that is not zero.
  const span = flat ? Math.max(Math.abs(max), unit === "ratio" ? 0.01 : 1) : max - min;
  const step = niceStep(span, unit, 4);
  const lo = Math.floor((min + step * 1e-9) / step) * step;
  const hi = Math.max(Math.ceil((max - step * 1e-9) / step) * step, lo + step);
  const count = Math.round((hi - lo) / step);
  const ticks = Array.from({ length: count + 1 }, (_, at) => tidy(lo + at * step));
  return { lo: tidy(lo), hi: tidy(hi), step, ticks };
}

/** Removes the noise of binary fractions, e.g. 0.30000000000000004. */
function tidy(value: number): number {
  return Number(value.toPrecision(12)) + 0;
}

/** Where a value lies on an axis, 0 at `lo` and 1 at `hi`. */
export function along(axis: Axis, value: number): number {
  return (value - axis.lo) / (axis.hi - axis.lo);
}

/** A coordinate or percentage with two decimals, the same on every machine. */
export function coordinate(value: number): string {
  return String(Number(value.toFixed(2)) + 0);
}

/** Text of a tick, e.g. `1,500`, `2.5%`; the unit is named once beside the title. */
export function tickLabel(value: number, axis: Axis, unit: Unit): string {
  const percent = unit === "ratio" || unit === "percent_change";
  const scale = percent ? 100 : 1;
  const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log10(axis.step * scale) + 1e-9)));
  const needed = Number.isInteger(Number((axis.step * scale).toPrecision(6))) ? 0 : Math.max(decimals, 1);
  const [whole = "0", fraction] = Math.abs(value * scale)
    .toFixed(needed)
    .split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const body = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return `${value < 0 ? "\u2212" : ""}${body}${percent ? "%" : ""}`;
}
