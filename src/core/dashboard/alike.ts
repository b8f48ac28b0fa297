/**
 * A month that is not complete against the same number of days of another one: the only fair comparison there is while it
 * grows. Days that may still change are left out, and so is everything after the first day that one side did not measure.
 */
import { addDays } from "../facts/days.ts";
import type { DayRange } from "../facts/period-words.ts";
import { type FactBook, isMeasured } from "./facts.ts";
import type { BoardMetric } from "./types.ts";

/** Sums over the first days of two months. */
export interface AlikeDays {
  /** How many of each. */
  readonly days: number;
  readonly now: number;
  readonly before: number;
  readonly caveats: readonly string[];
}

/** Daily wholes, and the two months they lie in. */
export interface DaysOfTwo {
  readonly book: FactBook;
  readonly period: DayRange;
  readonly base: DayRange;
}

/** Fewer days than this are a weekday or two against others. */
export const LEAST_DAYS = 7;

/** The last day of the period that its source has given anything for; null: no day of the metric is stored. */
export function lastDayOf(days: FactBook, metric: string, { start, end }: DayRange): string | null {
  for (let day = end; day >= start; day = addDays(day, -1)) if (days.whole(metric, day) !== null) return day;
  return null;
}

/** The sums, of however few days; null where they may not be made. */
export function alikeDays(metric: BoardMetric, { book, period, base }: DaysOfTwo): AlikeDays | null {
  if (metric.adds !== "everywhere" && metric.adds !== "periods") return null;
  const first = book.whole(metric.id, period.start);
  const caveats = new Set<string>();
  let [days, now, before] = [0, 0, 0];
  for (; addDays(period.start, days) <= period.end && addDays(base.start, days) <= base.end; days += 1) {
    const one = book.whole(metric.id, addDays(period.start, days));
    const other = book.whole(metric.id, addDays(base.start, days));
    if (!isMeasured(one) || one.maturity !== "final" || !isMeasured(other) || other.maturity !== "final") break;
    const pair = [one, other];
    // In another zone or money the days would not be the same days, or not the same money.
    if (pair.some(({ timeZone, currency }) => timeZone !== first?.timeZone || currency !== first.currency)) return null;
    for (const id of pair.flatMap((fact) => fact.caveats)) caveats.add(id);
    now += one.value;
    before += other.value;
  }
  return { days, now, before, caveats: [...caveats] };
}
