/** Row counts of every query, and the checks that show whether the sources agree with themselves. */
import type { DataCheck } from "../../../core/evidence/types.ts";
import { type Desk, onlySnapshot } from "../desk.ts";
import { type Gathered, keysOf, rowsOf } from "../inputs.ts";

/** One query of the report as the appendix lists it. */
export interface QueryRecord {
  readonly source: "Search Console" | "Google Analytics" | "AccuRanker";
  readonly name: string;
  readonly period: "primary" | "previous" | "yearAgo";
  readonly fact: string;
  readonly query: Gathered;
}

/** All queries with the id of their row count. */
export function queryRecords({ inputs }: Desk): readonly QueryRecord[] {
  const { search, analytics, rankings } = inputs;
  const records: QueryRecord[] = [];
  const add = (
    source: QueryRecord["source"],
    name: string,
    key: string,
    period: QueryRecord["period"],
    query: Gathered | null,
  ) => {
    if (query !== null)
      records.push({ source, name, period, fact: `rows.${key}.${period === "yearAgo" ? "year_ago" : period}`, query });
  };
  for (const period of ["primary", "previous", "yearAgo"] as const) {
    add("Search Console", "Totals", "gsc.totals", period, search.totals[period]);
    add("Search Console", "By day", "gsc.daily", period, search.daily[period]);
  }
  for (const period of ["primary", "previous"] as const) {
    for (const dimension of ["device", "country", "query", "page"] as const) {
      add("Search Console", `By ${dimension}`, `gsc.${dimension}`, period, search[dimension][period]);
    }
  }
  add("Search Console", "By query", "gsc.query", "yearAgo", search.query.yearAgo);
  add("Search Console", "By day, for the usual variation", "gsc.spread", "primary", search.spread);
  add("Search Console", "By query and page", "gsc.pair", "primary", search.pair);
  if (analytics.status === "used") {
    for (const period of ["primary", "previous", "yearAgo"] as const)
      add("Google Analytics", "Organic totals", "ga4.totals", period, analytics.totals[period]);
    add("Google Analytics", "Organic sessions by day", "ga4.daily", "primary", analytics.daily);
    add("Google Analytics", "Organic sessions by source", "ga4.source", "primary", analytics.bySource);
  }
  if (rankings.status === "used") {
    add("AccuRanker", "Keywords, first day", "rank.first", "primary", rankings.first.keywords);
    add("AccuRanker", "Keywords, last day", "rank.last", "primary", rankings.last.keywords);
  }
  return records;
}

const ROWS_METRIC = { "Search Console": "gsc.rows", "Google Analytics": "ga4.rows", AccuRanker: "rank.rows" } as const;

/** Declares the row count of every query. */
export async function declareRowCounts(desk: Desk): Promise<void> {
  for (const record of queryRecords(desk)) {
    await desk.cache.need(keysOf(record.query));
    const bare = record.source === "AccuRanker" && Array.isArray(desk.cache.json(onlySnapshot(record.query)));
    const pointer = record.source === "AccuRanker" ? (bare ? "" : "/results") : "/rows";
    desk.book.declare({
      id: record.fact,
      metric: ROWS_METRIC[record.source],
      derivation: { op: "count", ...rowsOf(record.query, [], pointer) },
      period: record.period,
      aspect: record.name.toLowerCase(),
    });
  }
}

/** Sums of daily rows, devices and countries against the totals, within rounding. Call before the snapshots are let go. */
export async function runChecks(desk: Desk): Promise<readonly DataCheck[]> {
  const { book, cache, inputs } = desk;
  const checks: DataCheck[] = [];
  for (const dimension of ["daily", "device", "country"] as const) {
    for (const period of ["primary", "previous"] as const) {
      const query = inputs.search[dimension][period];
      if (query === null) continue;
      await cache.need(keysOf(query));
      const sum = book.declare({
        id: `check.gsc.${dimension}.${period}`,
        metric: "gsc.clicks",
        derivation: { op: "sum", field: "/clicks", ...rowsOf(query) },
        period,
        aspect: `sum by ${dimension === "daily" ? "day" : dimension}`,
      });
      checks.push(compare(desk, dimension, period, sum));
    }
  }
  return checks;
}

function compare({ book }: Desk, dimension: string, period: "primary" | "previous", sum: string): DataCheck {
  const total = `gsc.clicks.${period}`;
  const [parts, whole] = [book.number(sum), book.number(total)];
  const known = parts !== null && whole !== null;
  const passed = whole === null || (known && Math.abs(parts - whole) <= 1);
  const what = dimension === "daily" ? "days" : dimension === "device" ? "devices" : "countries";
  const detail = passed
    ? whole === null
      ? `There is no total to compare the ${what} with.`
      : `The ${what} add up to the total.`
    : `The ${what} do not add up to the total.`;
  return { id: `gsc_sum_${dimension}_${period}`, passed, detail, factIds: [sum, total] };
}
