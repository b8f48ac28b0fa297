/** Where a target or a budget should stand by now. Pacing: spent / (budget × elapsed days / days); healthy 0.9 to 1.1. */
import { addDays, daysBetween } from "../facts/days.ts";
import type { DayRange } from "../facts/period-words.ts";
import type { DashboardView, TargetView } from "../wire-dashboard.ts";
import type { FactView } from "../wire-data.ts";
import { lastDayOf } from "./alike.ts";
import { type FactBook, figureOf, isMeasured } from "./facts.ts";
import type { BoardInput, BoardMetric } from "./types.ts";

const LOW = 0.9;
const HIGH = 1.1;
/** The days whose mean carries a projection on. */
const PROJECTED_FROM = 7;

/** Spend by source. */
const SPEND: Readonly<Record<"google_ads" | "meta", { readonly metric: string; readonly label: string }>> = {
  google_ads: { metric: "ads.cost", label: "Google Ads" },
  meta: { metric: "meta.spend", label: "Meta" },
};

/**
 * The last day that a figure of the period holds: of one that is not complete the last day its source gave, or a source
 * that is three days late would always read as behind. A metric without daily values is believed to know yesterday.
 */
function lastHeld(fact: FactView | null, days: FactBook, period: DayRange, today: string): string {
  const yesterday = addDays(today, -1);
  const held = fact?.state === "partial" ? lastDayOf(days, fact.metric, period) : null;
  return held !== null && held < yesterday ? held : yesterday;
}

/** The share of a period that is over at the end of `last`: 0 to 1. */
export function elapsedShare(period: DayRange, last: string): number {
  const days = daysBetween(period.start, period.end) + 1;
  const over = Math.min(days, Math.max(0, daysBetween(period.start, last) + 1));
  return over / days;
}

/** `behind` and `ahead` say where it stands, not whether that is good. */
function ratingOf(ratio: number | null): TargetView["rating"] {
  if (ratio === null) return "unknown";
  if (ratio < LOW) return "behind";
  return ratio > HIGH ? "ahead" : "on_track";
}

/** A target of a month against what was reached. Rates and places have no share of the month: they are met or not. */
export function targetOf(
  input: Pick<BoardInput, "periods" | "today" | "settings">,
  metric: BoardMetric,
  fact: FactView | null,
  days: FactBook,
): TargetView | null {
  const target = input.settings.targets.find((one) => one.metric === metric.id);
  if (target === undefined) return null;
  const value = fact?.value ?? null;
  const known = value !== null && fact !== null && (isMeasured(fact) || fact.state === "partial");
  if (!known || target.value === 0) return { value: target.value, reached: null, expected: null, rating: "unknown" };
  const adds = metric.adds === "everywhere" || metric.adds === "periods";
  const { period } = input.periods;
  const expected = adds ? elapsedShare(period, lastHeld(fact, days, period, input.today)) : 1;
  const reached = value / target.value;
  if (expected === 0) return { value: target.value, reached, expected, rating: "unknown" };
  // Where less is better, staying below is ahead of the target.
  const ratio = metric.better === "lower" ? target.value / Math.max(value, Number.MIN_VALUE) : reached / expected;
  return { value: target.value, reached, expected, rating: ratingOf(ratio) };
}

/** Every target of the month, in the order they are set. */
export function targetsOf(
  input: Pick<BoardInput, "periods" | "today" | "settings" | "metric"> & {
    readonly unit: { readonly currency: string };
  },
  months: FactBook,
  days: FactBook,
): DashboardView["targets"] {
  return input.settings.targets.flatMap(({ metric: id }) => {
    const metric = input.metric(id);
    const fact = months.whole(id, input.periods.period.start);
    const target = metric === null ? null : targetOf(input, metric, fact, days);
    if (metric === null || target === null) return [];
    const { label, unit, better } = metric;
    const currency = fact?.currency ?? (unit === "currency" ? input.unit.currency : null);
    return [{ metric: id, label, unit, currency, better, figure: figureOf(fact), target }];
  });
}

/** What was spent by the days alone: the month's own fact while there is one, as it comes from its own query. */
function projectionOf(
  input: BoardInput,
  days: FactBook,
  metric: string,
  { spent, last }: { readonly spent: number; readonly last: string },
): number | null {
  const { period } = input.periods;
  const left = daysBetween(last, period.end);
  if (left <= 0) return spent;
  const recent = input.days
    .filter((fact) => fact.metric === metric && fact.period.start >= period.start && fact.period.start < input.today)
    .map((fact) => days.whole(metric, fact.period.start))
    .filter((fact) => isMeasured(fact))
    .slice(-PROJECTED_FROM);
  if (recent.length < PROJECTED_FROM) return null;
  const mean = recent.reduce((sum, fact) => sum + fact.value, 0) / recent.length;
  return spent + mean * left;
}

/** Budgets of the month against what was spent; another currency than the account's is not compared. */
export function pacingOf(input: BoardInput, months: FactBook, days: FactBook): DashboardView["pacing"] {
  const { period } = input.periods;
  return input.settings.budgets.map(({ source, amount, currency }) => {
    const { metric, label } = SPEND[source];
    const fact = months.whole(metric, period.start);
    const last = lastHeld(fact, days, period, input.today);
    const expected = amount * elapsedShare(period, last);
    const comparable = fact !== null && fact.value !== null && fact.currency === currency;
    const spent = comparable ? fact.value : null;
    const ratio = spent === null || expected === 0 ? null : spent / expected;
    return {
      label,
      currency,
      budget: amount,
      spent: figureOf(fact),
      expected,
      projection: spent === null ? null : projectionOf(input, days, metric, { spent, last }),
      ratio,
      rating: ratingOf(ratio),
    };
  });
}
