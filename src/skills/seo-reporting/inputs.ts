/** What gathering hands to composing: references to snapshots and counts, never rows. Journalled, so plain JSON. */
import type { SnapshotRef } from "../../core/evidence/snapshot.ts";
import type { Derivation, RowSelection } from "../../core/evidence/types.ts";

/** One query, paged fully or up to the cap. */
export interface Gathered {
  readonly snapshots: readonly SnapshotRef[];
  readonly rowCount: number;
  /** The last page was full and the upstream's row limit was reached: more rows may exist. */
  readonly capped: boolean;
}

/** A query for the primary period and the one before. Null: that period lies before the history Google keeps. */
export interface GatheredPair {
  readonly primary: Gathered;
  readonly previous: Gathered | null;
}

/** Search Console, the required source. Null: the period lies before the history Google keeps, in whole or in part. */
export interface SearchInputs {
  readonly site: string;
  readonly totals: GatheredPair & { readonly yearAgo: Gathered | null };
  /** By day; `yearAgo` is shifted by 364 days so that weekdays align. */
  readonly daily: GatheredPair & { readonly yearAgo: Gathered | null };
  /** The days over which day-to-day spread is measured, where the daily queries of both periods do not cover them. */
  readonly spread: Gathered | null;
  readonly device: GatheredPair;
  readonly country: GatheredPair;
  /** `yearAgo`: for brand and non-brand clicks alone; null without brand terms too. */
  readonly query: GatheredPair & { readonly yearAgo: Gathered | null };
  readonly page: GatheredPair;
  /** Query by page, primary period. */
  readonly pair: Gathered;
}

/** An optional source that has nothing to show, with the reason in plain words. */
export interface SourceAbsent {
  readonly status: "empty" | "unavailable" | "not_configured";
  readonly reason: string;
}

/** Google Analytics, organic sessions. */
export interface AnalyticsInputs {
  readonly status: "used";
  readonly property: string;
  readonly totals: { readonly primary: Gathered; readonly previous: Gathered; readonly yearAgo: Gathered };
  /** The period by day, and the days before it over which day-to-day spread is measured. */
  readonly daily: Gathered;
  /** Organic sessions of the period by source, so that Google's stand alone; null where the property cannot tell. */
  readonly bySource: Gathered | null;
  readonly currency: string | null;
  readonly timeZone: string | null;
  /** Quality flags any of the answers carried. */
  readonly flags: readonly ("thresholded" | "sampled" | "other_row")[];
}

/** AccuRanker: the first and the last day of the primary period. */
export interface RankingInputs {
  readonly status: "used";
  readonly domain: string;
  readonly first: { readonly domain: Gathered; readonly keywords: Gathered };
  readonly last: { readonly domain: Gathered; readonly keywords: Gathered };
}

/** Everything a report is composed from. */
export interface Inputs {
  readonly search: SearchInputs;
  readonly analytics: AnalyticsInputs | SourceAbsent;
  readonly rankings: RankingInputs | SourceAbsent;
}

/** Snapshot keys of queries; null ones have none. */
export function keysOf(...queries: readonly (Gathered | null)[]): readonly string[] {
  return queries.flatMap((query) => query?.snapshots.map(({ key }) => key) ?? []);
}

/** Days over which day-to-day spread is measured. */
export const SPREAD_DAYS = 56;

/** Why a figure of Search Console does not exist: Google keeps about sixteen months. */
export const OUTSIDE_HISTORY: Derivation = {
  op: "absent",
  state: "unavailable",
  reason: "Search Console no longer keeps that period",
};

/** A derivation over the rows of a query, or the reason why there are none to ask. */
export function overRowsOf(
  query: Gathered | null,
  where: RowSelection["where"],
  build: (selection: RowSelection) => Derivation,
): Derivation {
  return query === null ? OUTSIDE_HISTORY : build(rowsOf(query, where));
}

/** The rows of a query under conditions. */
export function rowsOf(query: Gathered, where: RowSelection["where"] = [], rows = "/rows"): RowSelection {
  return { snapshots: keysOf(query), rows, where, ...(query.capped ? { capped: true as const } : {}) };
}
