/**
 * The metric catalogue: what a metric is called, what it means, in which unit it comes and which direction is good.
 * Labels and definitions are printed in reports: plain words, no digits.
 */

import { ANALYTICS } from "./metrics/analytics.ts";
import { RANKINGS } from "./metrics/rankings.ts";
import { SEARCH_CONSOLE } from "./metrics/search-console.ts";
import type { SnapshotRef } from "./snapshot.ts";
import type { MetricRow, Unit } from "./types.ts";

/** One metric. */
export interface Metric {
  readonly id: string;
  readonly label: string;
  readonly definition: string;
  readonly unit: Unit;
  /** Whether a bigger value is good news. */
  readonly better: "higher" | "lower" | "neither";
  readonly source: SnapshotRef["source"] | "derived";
}

function metrics(rows: readonly MetricRow[], source: Metric["source"]): readonly Metric[] {
  return rows.map(([id, label, unit, better, definition]) => ({ id, label, definition, unit, better, source }));
}

/** The catalogue by metric id. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [...metrics(SEARCH_CONSOLE, "search_console"), ...metrics(ANALYTICS, "ga4"), ...metrics(RANKINGS, "accuranker")].map(
    (metric) => [metric.id, metric],
  ),
);

/** A metric of the catalogue. Error: RangeError for an id it does not know: a bug. */
export function metricOf(id: string): Metric {
  const metric = METRICS.get(id);
  if (metric === undefined) throw new RangeError(`metric ${id} is not in the catalogue`);
  return metric;
}
