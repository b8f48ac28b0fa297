/**
 * Google Analytics: sessions, users, key events and revenue of the whole property. Users come from the query of their own
 * period alone; the flags Google puts on an answer go with every figure of it.
 */
import type { DayRange } from "../business-unit/types.ts";
import { daysOf } from "../facts/days.ts";
import { isMature, SOURCE_MATURITY_DAYS } from "../facts/maturity.ts";
import { amountOf, NOTHING, numberOf, plus } from "./amount.ts";
import { absent, type Cell, known, lowered, origin, ratio } from "./cells.ts";
import { ChunkFacts, daysBegun, monthOf } from "./chunk.ts";
import { COLUMNS, type Column, type SiteAnswer, type SiteCarried, type SiteRow, start, take } from "./ga4-fold.ts";
import { onePlace } from "./place.ts";
import type { CuratedChunk, Curation, Dimension, SumCheck } from "./types.ts";

/** The stored metric of each column. Users are none of those that parts have. */
const METRIC_OF: Readonly<Record<Column, string>> = {
  sessions: "ga4.site_sessions",
  engagedSessions: "ga4.site_engaged_sessions",
  keyEvents: "ga4.site_key_events",
  totalRevenue: "ga4.site_revenue",
  totalUsers: "ga4.site_users",
  newUsers: "ga4.site_new_users",
};
const PART_COLUMNS: readonly Column[] = ["sessions", "engagedSessions", "keyEvents", "totalRevenue"];

/** Below this share of events read, a sample is no measurement of the whole any more. */
const FAIR_SAMPLE = 0.5;

const NO_ROW = "Google Analytics returned no row.";
const NOT_ASKED = "It was not asked for.";
const WITHHELD = "Google Analytics withholds small rows of this report.";
const SMALL_SAMPLE = "Computed from less than half of the events.";

type CellOf = (column: Column) => Cell;

function addFigures(add: (metric: string, cell: Cell) => void, columns: readonly Column[], cellOf: CellOf): void {
  for (const column of columns) add(METRIC_OF[column], cellOf(column));
  add("ga4.site_engagement_rate", ratio(cellOf("engagedSessions"), cellOf("sessions")));
  add("ga4.site_key_event_rate", ratio(cellOf("keyEvents"), cellOf("sessions")));
}

/** The cells of a row. A sample that is too small still gives an estimate, but never a measured value. */
function cellsOf(row: SiteRow, { sampleShare }: SiteAnswer): CellOf {
  return (column) => {
    const figure = row.figures.find((one) => one.column === column);
    if (figure === undefined) return absent("unavailable", NOT_ASKED, [origin(row.snapshotKey, "/request")]);
    const pointer = `/body/rows/${row.at}/metricValues/${figure.place}/value`;
    const cell = known(figure.value, [origin(row.snapshotKey, pointer)]);
    return sampleShare < FAIR_SAMPLE ? lowered(cell, "partial", SMALL_SAMPLE) : cell;
  };
}

/** What an answer without the row says: withheld when Google withholds rows of it, otherwise nothing. */
function noCells({ snapshotKey, thresholded }: SiteAnswer): CellOf {
  const origins = [origin(snapshotKey, "/request")];
  const cell = thresholded ? absent("withheld", WITHHELD, origins) : absent("missing", NO_ROW, origins);
  return () => cell;
}

/** Google leaves out rows in which everything is 0, so a day that is not among other days is one of 0. */
function zeroes({ snapshotKey }: SiteAnswer): CellOf {
  const cell = known(0, [origin(snapshotKey, "/request")]);
  return () => cell;
}

function caveatsOf({ thresholded, otherRow, sampleShare, capped }: SiteAnswer): readonly string[] {
  return [
    ...(thresholded ? ["ga4_thresholded"] : []),
    ...(otherRow ? ["ga4_other_row"] : []),
    ...(sampleShare < 1 ? ["ga4_sampled"] : []),
    ...(capped ? ["capped"] : []),
  ];
}

function finish(carried: SiteCarried): CuratedChunk {
  const { context, totals, daily, channels, landing_pages: landing } = carried;
  const [timeZone = context.timeZone] = carried.timeZones;
  const [currency = context.currency] = carried.currencies;
  const facts = new ChunkFacts({ context, timeZone, currency, incompleteFrom: null, caveats: [] });
  if (daily !== null) addDays(facts, carried, daily);
  const month = monthOf(context);
  if (month !== null) {
    if (totals !== null) addMonth(facts, month, totals);
    if (channels !== null) addParts(facts, month, "channel", channels);
    if (landing !== null) addParts(facts, month, "landing_page", landing);
  }
  const sums =
    totals === null
      ? []
      : [sumCheck("ga4_sum", totals, daily, true), sumCheck("ga4_channels", totals, channels, false)];
  const checks = [onePlace("ga4_place", carried), ...sums.flatMap((check) => check ?? [])];
  return { facts: facts.all(), checks, tasks: null, rows: carried.rows };
}

function addDays(facts: ChunkFacts, { context, totals }: SiteCarried, daily: SiteAnswer): void {
  const rows = new Map(daily.rows.map((row) => [row.key, row]));
  const caveats = caveatsOf(daily);
  const silent = daily.rows.length === 0 || daily.thresholded || totals?.rows.length === 0;
  for (const day of daysOf(daysBegun(context))) {
    const row = rows.get(day.replaceAll("-", ""));
    if (row === undefined && !isMature(day, context.today, SOURCE_MATURITY_DAYS.ga4)) continue;
    const without = silent ? noCells(daily) : zeroes(daily);
    addFigures(
      (metric, cell) => facts.day(metric, day, cell, caveats),
      COLUMNS,
      row === undefined ? without : cellsOf(row, daily),
    );
  }
}

function addMonth(facts: ChunkFacts, month: DayRange, totals: SiteAnswer): void {
  const [row] = totals.rows;
  const caveats = caveatsOf(totals);
  const cells = row === undefined ? noCells(totals) : cellsOf(row, totals);
  addFigures((metric, cell) => facts.month(metric, month, cell, caveats), COLUMNS, cells);
}

function addParts(facts: ChunkFacts, month: DayRange, dimension: Dimension, answer: SiteAnswer): void {
  const caveats = caveatsOf(answer);
  for (const row of answer.rows) {
    const add = (metric: string, cell: Cell) => facts.part(metric, month, [dimension, row.key], cell, caveats);
    addFigures(add, PART_COLUMNS, cellsOf(row, answer));
  }
}

/**
 * How far the sum of the parts may be from the total. Google estimates distinct sessions, and one that passes midnight is
 * one of two days; key events and revenue are plain sums, but for rounding.
 */
const TOLERANCE: readonly {
  readonly column: Column;
  readonly words: string;
  readonly share: number;
  readonly least: number;
}[] = [
  { column: "sessions", words: "sessions", share: 0.05, least: 5 },
  { column: "keyEvents", words: "key events", share: 0.01, least: 1 },
  { column: "totalRevenue", words: "revenue", share: 0.01, least: 1 },
];

/** Null where there is nothing to compare. */
function sumCheck(check: string, totals: SiteAnswer, parts: SiteAnswer | null, stops: boolean): SumCheck | null {
  if (parts === null) return null;
  if ([totals, parts].some(({ thresholded, sampleShare }) => thresholded || sampleShare < 1)) {
    return { check, ok: true, stops, detail: "Not compared: Google withheld rows or read a sample." };
  }
  const wrong = TOLERANCE.flatMap(({ column, words, share, least }) => {
    const [sum, total] = [sumOf(parts.rows, column), sumOf(totals.rows, column)] as const;
    const near = Math.abs(sum - total) <= Math.max(least, share * total);
    return near ? [] : [`${sum} ${words} in parts and ${total} in total`];
  });
  const detail = wrong.length === 0 ? "The parts add up to the total." : `${wrong.join(", ")}.`;
  return { check, ok: wrong.length === 0, stops, detail };
}

function sumOf(rows: readonly SiteRow[], column: Column): number {
  const figures = rows.flatMap((row) => row.figures.filter((one) => one.column === column));
  return numberOf(figures.map(({ value }) => amountOf(value)).reduce(plus, NOTHING));
}

/** The fold of Google Analytics. */
export const GA4_CURATION: Curation<SiteCarried> = { source: "ga4", transform: "ga4.2", start, take, finish };
