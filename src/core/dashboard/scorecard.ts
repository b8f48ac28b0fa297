/** The tiles of a dashboard: at most eight, of what the Business Unit measures. */
import { addDays } from "../facts/days.ts";
import type { DayRange } from "../facts/period-words.ts";
import type { DashboardView } from "../wire-dashboard.ts";
import { type FactBook, figureOf, isMeasured } from "./facts.ts";
import { movementBetween } from "./movement.ts";
import { targetOf } from "./pacing.ts";
import type { BoardInput } from "./types.ts";

const MOST = 8;
/** Days of a sparkline. */
const SPARK_DAYS = 28;

/** Metrics that make a tile, the most telling first. */
export const TILES: readonly string[] = [
  "gsc.clicks",
  "ga4.site_sessions",
  "ga4.site_key_events",
  "ga4.site_revenue",
  "ads.cost",
  "ads.conversions",
  "meta.spend",
  "meta.leads",
  "hubspot.contacts",
  "gsc.impressions",
  "rank.share_of_voice",
  "gsc.position",
  "harvest.hours",
];

function sparkline(days: FactBook, metric: string, end: string): DashboardView["scorecard"][number]["sparkline"] {
  return Array.from({ length: SPARK_DAYS }, (_, n) => {
    const day = addDays(end, n + 1 - SPARK_DAYS);
    const fact = days.whole(metric, day);
    return { day, value: isMeasured(fact) ? fact.value : null };
  });
}

/** The tiles: metrics with a fact in the period or in one it is compared with. */
export function scorecardOf(input: BoardInput, months: FactBook, days: FactBook): DashboardView["scorecard"] {
  const { period, previous, yearOverYear } = input.periods;
  const tiles = TILES.flatMap((id): DashboardView["scorecard"] => {
    const metric = input.metric(id);
    const [now, before, yearBefore] = [period, previous, yearOverYear].map(({ start }) => months.whole(id, start));
    const some = now ?? before ?? yearBefore;
    if (metric === null || some === null || some === undefined) return [];
    const fact = now ?? null;
    const against = (base: DayRange) => ({ book: days, period, base });
    return [
      {
        metric: id,
        label: metric.label,
        unit: metric.unit,
        currency: some.currency,
        better: metric.better,
        source: some.source,
        figure: figureOf(fact),
        movements: [
          movementBetween(metric, "previous", fact, before ?? null, input.breaks, against(previous)),
          movementBetween(metric, "year_over_year", fact, yearBefore ?? null, input.breaks, against(yearOverYear)),
        ],
        sparkline: sparkline(days, id, period.end),
        target: targetOf(input, metric, fact, days),
        maturity: fact?.maturity ?? "filling",
        caveats: [...(fact?.caveats ?? [])],
      },
    ];
  });
  return tiles.slice(0, MOST);
}
