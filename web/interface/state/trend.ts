/** A trend as a chart and as words. Pure: the drawing itself is in `views/dashboards/trend-plot.ts`. */
import type { TrendView } from "../../../src/core/wire-dashboard.ts";
import { shortDay, weekday } from "./dashboard-words.ts";
import { amountText, figureText } from "./figures.ts";

/** What a line is held against. */
export type Comparison = "none" | "fourWeeksBefore" | "yearBefore";

export const COMPARISONS: readonly { readonly id: Comparison; readonly label: string; readonly short: string }[] = [
  { id: "fourWeeksBefore", label: "4 weeks before", short: "4 weeks before" },
  { id: "yearBefore", label: "A year before", short: "A year before" },
  { id: "none", label: "None", short: "" },
];

export type TrendPoint = TrendView["points"][number];

/** The other line's values; null where that day was not measured, or there is no other line. */
export function comparedValues(trend: TrendView, comparison: Comparison): readonly (number | null)[] {
  return trend.points.map((point) => (comparison === "none" ? null : (point[comparison]?.value ?? null)));
}

/** Whether a comparison has any day at all: an empty line is not offered. */
export function hasComparison(trend: TrendView, comparison: Comparison): boolean {
  return comparison === "none" || trend.points.some((point) => point[comparison] !== null);
}

/** What is drawn: by day, from the first to the last. */
export interface TrendLines {
  readonly days: readonly string[];
  readonly values: readonly (number | null)[];
  /** Days the source may still change: drawn hollow. */
  readonly filling: readonly boolean[];
  readonly compared: readonly (number | null)[];
  /** First and last day, by position, of each known break. */
  readonly bands: readonly { readonly n: number; readonly from: number; readonly to: number }[];
}

/** The lines of a trend. */
export function linesOf(trend: TrendView, comparison: Comparison): TrendLines {
  const days = trend.points.map((point) => point.day);
  const place = (day: string): number =>
    Math.max(
      0,
      days.findLastIndex((one) => one <= day),
    );
  return {
    days,
    values: trend.points.map((point) => point.value),
    filling: trend.points.map((point) => point.filling),
    compared: comparedValues(trend, comparison),
    bands: trend.annotations.map(({ n, from, to }) => ({ n, from: place(from), to: place(to) })),
  };
}

/** The last day with a value: where the reader begins. */
export function newestDay(trend: TrendView): number {
  return Math.max(
    0,
    trend.points.findLastIndex((point) => point.value !== null),
  );
}

/** A key of the keyboard as a step along the days; null: not for the chart. */
export function stepped(key: string, at: number, count: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageDown: at - 7,
    PageUp: at + 7,
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next === undefined ? null : Math.min(count - 1, Math.max(0, next));
}

/** One day aloud: `Sat, 10 Oct: 142, may still change; 4 weeks before 130; note 1`. */
export function spokenDay(trend: TrendView, comparison: Comparison, at: number): string {
  const point = trend.points[at];
  if (point === undefined) return "no day";
  const { unit, currency, annotations } = trend;
  const own = `${weekday(point.day)}: ${figureText({ ...point, unit, currency })}`;
  const filling = point.filling ? ", may still change" : "";
  const other = comparison === "none" ? null : point[comparison];
  const words = COMPARISONS.find((one) => one.id === comparison)?.short.toLowerCase() ?? "";
  const before = other === null ? "" : `; ${words} ${amountText(other.value, unit, currency)}`;
  const marks = annotations
    .filter(({ from, to }) => from <= point.day && point.day <= to)
    .map(({ n }) => `; note ${n}`);
  return `${own}${filling}${before}${marks.join("")}`;
}

/** The days of a known break: `5 – 31 Oct`. */
export function bandDays({ from, to }: { readonly from: string; readonly to: string }): string {
  return from === to ? shortDay(from) : `${shortDay(from)} – ${shortDay(to)}`;
}
