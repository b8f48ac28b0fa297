/** Known breaks in what sources measure. A period that touches one gets no growth sentence for the affected metrics. */
import type { DayRange } from "./period-words.ts";

/** One known measurement break. */
export interface LedgerEntry {
  readonly id: string;
  readonly source: "search_console";
  readonly metrics: readonly string[];
  /** Inclusive days that carry wrong values. */
  readonly from: string;
  readonly to: string;
  readonly direction: "over_reported";
  readonly backfilled: boolean;
  readonly disclosedAt: string;
  /** Plain words without digits; the days are printed from `from` and `to`. */
  readonly effect: string;
  readonly handling: string;
}

/** The ledger, versioned with the code. */
export const LEDGER: readonly LedgerEntry[] = [
  {
    id: "gsc_impressions_over_reported",
    source: "search_console",
    metrics: [
      "gsc.impressions",
      "gsc.ctr",
      "gsc.position",
      "gsc.nonbrand_position",
      // Counted from ten impressions on: more impressions, more of them.
      "gsc.query_count",
      "gsc.page_count",
    ],
    from: "2025-05-13",
    to: "2026-04-27",
    direction: "over_reported",
    backfilled: false,
    disclosedAt: "2026-04-03",
    effect: "Search Console over-reported impressions; clicks are not affected.",
    handling:
      "No growth of impressions, click-through rate, position or of counts that start at ten impressions is stated against a period inside these days; the values are shown without a change.",
  },
];

/** The entries whose days overlap one of the periods, for a metric when one is named. */
export function ledgerTouching(periods: readonly DayRange[], metric?: string): readonly LedgerEntry[] {
  return LEDGER.filter(
    (entry) =>
      (metric === undefined || entry.metrics.includes(metric)) &&
      periods.some((period) => period.start <= entry.to && period.end >= entry.from),
  );
}
