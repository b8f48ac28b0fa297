/** Daily lines with last year beneath them, and the known breaks that touch them. */
import { addDays, daysOf } from "../facts/days.ts";
import type { DashboardView } from "../wire-data.ts";
import type { FactBook } from "./facts.ts";
import type { BoardInput } from "./types.ts";

/** 52 weeks: the same weekday. */
export const YEAR_OF_WEEKS = 364;

export const TREND_METRICS: readonly string[] = [
  "gsc.clicks",
  "gsc.impressions",
  "ga4.site_sessions",
  "ga4.site_key_events",
  "ads.cost",
  "meta.spend",
];

/** Lines of metrics that have at least one day in the period. */
export function trendsOf(input: BoardInput, days: FactBook): DashboardView["trends"] {
  const { period } = input.periods;
  return TREND_METRICS.flatMap((id): DashboardView["trends"] => {
    const metric = input.metric(id);
    const facts = daysOf(period).map((day) => ({ day, fact: days.whole(id, day) }));
    const first = facts.find(({ fact }) => fact !== null)?.fact ?? null;
    if (metric === null || first === null) return [];
    const points = facts.map(({ day, fact }) => ({
      day,
      factId: fact?.factId ?? null,
      value: fact?.value ?? null,
      yearBefore: days.whole(id, addDays(day, -YEAR_OF_WEEKS))?.value ?? null,
      state: fact?.state ?? ("missing" as const),
    }));
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
        timeZone: first.timeZone,
        points,
        annotations: annotations.map((one, n) => ({ n: n + 1, ...one })),
      },
    ];
  });
}
