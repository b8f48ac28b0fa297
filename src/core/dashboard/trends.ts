/** Daily lines with last year beneath them, and the known breaks that touch them. */
import { addDays, daysOf } from "../facts/days.ts";
import type { DashboardView } from "../wire-dashboard.ts";
import { type FactBook, figureOf, isMeasured } from "./facts.ts";
import type { BoardInput } from "./types.ts";

/** 52 weeks: the same weekday. */
export const YEAR_OF_WEEKS = 364;
/** The other line a month is held against, near enough to show a change of pace. */
const FOUR_WEEKS = 28;

export const TREND_METRICS: readonly string[] = [
  "gsc.clicks",
  "gsc.impressions",
  "ga4.site_sessions",
  "ga4.site_key_events",
  "ads.cost",
  "meta.spend",
];

type Trend = DashboardView["trends"][number];

function pointOf(days: FactBook, metric: string, day: string): Trend["points"][number] {
  const fact = days.whole(metric, day);
  const before = (back: number) => {
    const other = days.whole(metric, addDays(day, -back));
    return isMeasured(other) ? { day: other.period.start, factId: other.factId, value: other.value } : null;
  };
  return {
    day,
    ...figureOf(fact),
    filling: fact?.maturity === "filling",
    fourWeeksBefore: before(FOUR_WEEKS),
    yearBefore: before(YEAR_OF_WEEKS),
  };
}

/** Lines of metrics that have at least one day in the period. */
export function trendsOf(input: BoardInput, days: FactBook): DashboardView["trends"] {
  const { period } = input.periods;
  return TREND_METRICS.flatMap((id): DashboardView["trends"] => {
    const metric = input.metric(id);
    const facts = daysOf(period).map((day) => ({ day, fact: days.whole(id, day) }));
    const first = facts.find(({ fact }) => fact !== null)?.fact ?? null;
    if (metric === null || first === null) return [];
    const ids = new Set(facts.flatMap(({ fact }) => fact?.caveats ?? []));
    const annotations = [...ids].flatMap((one) => {
      const known = input.breaks.get(one);
      if (known === undefined) return [];
      const from = known.from < period.start ? period.start : known.from;
      const to = known.to > period.end ? period.end : known.to;
      return from > to ? [] : [{ from, to, text: known.text }];
    });
    return [
      {
        metric: id,
        label: metric.label,
        unit: metric.unit,
        currency: first.currency,
        better: metric.better,
        source: first.source,
        timeZone: first.timeZone,
        points: facts.map(({ day }) => pointOf(days, id, day)),
        annotations: annotations.map((one, n) => ({ n: n + 1, ...one })),
      },
    ];
  });
}
