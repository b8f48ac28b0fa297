/**
 * The metric catalogue: what a metric is called, what it means, in which unit it comes, what of it may be added up, when
 * it is final and which direction is good. Reports, stored facts, checks and `docs/metrics.md` read it.
 * Labels and definitions are printed in reports: plain words, no digits.
 */

import { canonicalJson } from "../../lib/canonical-json.ts";
import { sha256Now } from "../../lib/digest.ts";
import { SOURCE_MATURITY_DAYS } from "../facts/maturity.ts";
import type { Additivity, MetricRow, Stored } from "./metric.ts";
import { ANALYTICS } from "./metrics/analytics.ts";
import { GOOGLE_ADS } from "./metrics/google-ads.ts";
import { HARVEST } from "./metrics/harvest.ts";
import { HUBSPOT } from "./metrics/hubspot.ts";
import { META } from "./metrics/meta.ts";
import { RANKINGS } from "./metrics/rankings.ts";
import { SEARCH_CONSOLE } from "./metrics/search-console.ts";
import type { MetricSource, Unit } from "./types.ts";

/** One metric. */
export interface Metric {
  readonly id: string;
  readonly label: string;
  readonly definition: string;
  /** Over other metrics; null: the value is read. */
  readonly formula: string | null;
  readonly unit: Unit;
  readonly adds: Additivity;
  /** Whether a bigger value is good news. */
  readonly better: "higher" | "lower" | "neither";
  readonly source: MetricSource;
  /** Days after which the value of a day is final. */
  readonly maturityDays: number;
  /** As which facts it is stored; null: reports alone compute it. */
  readonly stored: Stored | null;
}

function metrics(rows: readonly MetricRow[], source: MetricSource): readonly Metric[] {
  return rows.map(([id, label, unit, better, adds, definition, details = {}]) => {
    const { formula = null, maturityDays = SOURCE_MATURITY_DAYS[source], stored = null } = details;
    return { id, label, definition, formula, unit, adds, better, source, maturityDays, stored };
  });
}

/** The catalogue by metric id. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [
    ...metrics(SEARCH_CONSOLE, "search_console"),
    ...metrics(ANALYTICS, "ga4"),
    ...metrics(RANKINGS, "accuranker"),
    ...metrics(GOOGLE_ADS, "google_ads"),
    ...metrics(META, "meta"),
    ...metrics(HUBSPOT, "hubspot"),
    ...metrics(HARVEST, "harvest"),
  ].map((metric) => [metric.id, metric]),
);

/** A metric of the catalogue. Error: RangeError for an id it does not know: a bug. */
export function metricOf(id: string): Metric {
  const metric = METRICS.get(id);
  if (metric === undefined) throw new RangeError(`metric ${id} is not in the catalogue`);
  return metric;
}

/**
 * The version of a definition: a short hash of everything the catalogue says that changes what the number means. A new
 * label is no new definition.
 */
export function definitionOf({ id, definition, formula, unit, adds, source, maturityDays }: Metric): string {
  return sha256Now(canonicalJson([id, definition, formula, unit, adds, source, maturityDays])).slice(0, 12);
}
