/** All clients at a glance. Sums only what may be summed: counts that add up, money by currency. */
import { addDays } from "../facts/days.ts";
import type { DayRange } from "../facts/period-words.ts";
import type { FactView } from "../wire-data.ts";
import type { OverviewView } from "../wire-overview.ts";
import { FactBook, figureOf, isMeasured } from "./facts.ts";
import { movementBetween } from "./movement.ts";
import type { BoardMetric } from "./types.ts";

/** Metrics of the overview. */
export const OVERVIEW_METRICS: readonly string[] = [
  "gsc.clicks",
  "ga4.site_sessions",
  "ga4.site_key_events",
  "ads.cost",
  "meta.spend",
];

/** Metrics whose days are looked at for outliers. */
export const WATCHED_METRICS: readonly string[] = ["gsc.clicks", "ga4.site_sessions"];

/** Robust z above which a day is an outlier among its weekdays: 0.6745 (x − median) / MAD. */
const OUTLIER = 3.5;
/** Weekdays needed to say so. */
const ENOUGH = 6;

/** Days of a sparkline. */
const SPARK_DAYS = 28;

type Shown = OverviewView["units"][number];

/** A Business Unit and its stored facts: monthly wholes of the period and the one before, and its latest days. */
export interface OverviewUnit extends Omit<Shown, "figures" | "anomalies" | "fixture"> {
  readonly months: readonly FactView[];
  readonly days: readonly FactView[];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  if (high === undefined) return Number.NaN;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}

/** The days of a metric that were measured and change no more, oldest first. */
function finalDays(days: readonly FactView[], metric: string): readonly FactView[] {
  return days
    .filter((fact) => fact.metric === metric && fact.maturity === "final" && isMeasured(fact))
    .toSorted((a, b) => (a.period.start < b.period.start ? -1 : 1));
}

/** The days up to the newest final one. A day that still fills would look like a fall. */
function sparklineOf(days: readonly FactView[], metric: string): Shown["figures"][number]["sparkline"] {
  const final = new Map(finalDays(days, metric).map((fact) => [fact.period.start, fact.value]));
  const newest = [...final.keys()].at(-1);
  if (newest === undefined) return [];
  return Array.from({ length: SPARK_DAYS }, (_, n) => final.get(addDays(newest, n + 1 - SPARK_DAYS)) ?? null);
}

/** The newest final day against the same weekdays before it; null when it is nothing out of the ordinary. */
export function outlierOf(
  days: readonly FactView[],
  metric: string,
): Omit<Shown["anomalies"][number], "label" | "unit"> | null {
  const final = finalDays(days, metric);
  const newest = final.at(-1);
  if (newest === undefined || newest.value === null) return null;
  const weekday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay();
  const alike = final
    .slice(0, -1)
    .filter((fact) => weekday(fact.period.start) === weekday(newest.period.start))
    .flatMap((fact) => (fact.value === null ? [] : [fact.value]));
  if (alike.length < ENOUGH) return null;
  const middle = median(alike);
  const spread = median(alike.map((value) => Math.abs(value - middle)));
  if (spread === 0) return null;
  const z = (0.6745 * (newest.value - middle)) / spread;
  if (Math.abs(z) <= OUTLIER) return null;
  return { metric, day: newest.period.start, factId: newest.factId, value: newest.value, usual: middle };
}

function totalsOf(
  units: readonly OverviewUnit[],
  period: DayRange,
  metricOf: (id: string) => BoardMetric | null,
  counted: ReadonlySet<string>,
): OverviewView["totals"] {
  return OVERVIEW_METRICS.flatMap((id): OverviewView["totals"] => {
    const metric = metricOf(id);
    if (metric === null || metric.adds !== "everywhere") return [];
    const facts = units.map((unit) => new FactBook(unit.months).whole(id, period.start));
    const known = facts.filter((fact) => isMeasured(fact)).filter((fact) => !fact.fixture);
    const currencies = [...new Set(known.map((fact) => fact.currency))];
    return currencies.map((currency) => {
      const own = known.filter((fact) => fact.currency === currency);
      // Two Business Units may read one asset: its clicks were clicked once.
      const value = own.reduce((sum, fact) => sum + (counted.has(fact.factId) ? 0 : fact.value), 0);
      return {
        metric: id,
        label: metric.label,
        unit: metric.unit,
        currency,
        value,
        of: own.length,
        without: facts.length - own.length,
        timeZones: [...new Set(own.map((fact) => fact.timeZone))].toSorted(),
      };
    });
  });
}

/**
 * The overview. `period` and `previous` are whole months; `counted` are facts that a sibling measured from the same asset,
 * and counts.
 */
export function buildOverview(
  units: readonly OverviewUnit[],
  periods: { readonly period: DayRange; readonly previous: DayRange },
  preparedAt: string,
  metricOf: (id: string) => BoardMetric | null,
  breaks: ReadonlyMap<string, { readonly text: string }>,
  counted: ReadonlySet<string> = new Set(),
): OverviewView {
  const { period, previous } = periods;
  return {
    preparedAt,
    period,
    totals: totalsOf(units, period, metricOf, counted),
    units: units.map(({ months, days, ...unit }) => {
      const [book, daily] = [new FactBook(months), { book: new FactBook(days), period, base: previous }];
      const figures = OVERVIEW_METRICS.flatMap((id) => {
        const [metric, fact] = [metricOf(id), book.whole(id, period.start)];
        if (metric === null || fact === null) return [];
        const before = book.whole(id, previous.start);
        const movement = movementBetween(metric, "previous", fact, before, breaks, daily);
        const { label, unit: measure, better } = metric;
        const said = { metric: id, label, unit: measure, better, currency: fact.currency };
        return [{ ...said, figure: figureOf(fact), movement, sparkline: sparklineOf(days, id) }];
      });
      const anomalies = WATCHED_METRICS.flatMap((id) => {
        const [metric, outlier] = [metricOf(id), outlierOf(days, id)];
        return metric === null || outlier === null ? [] : [{ ...outlier, label: metric.label, unit: metric.unit }];
      });
      const fixture = [...months, ...days].some((fact) => fact.fixture);
      return { ...unit, figures, anomalies, fixture };
    }),
  };
}
