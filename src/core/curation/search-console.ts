/**
 * Search Console: headline figures from the query without dimensions and from nothing else. Rows by query or page are
 * lists for reading: they miss what Google withholds and count some clicks twice, so no total is ever their sum.
 */
import type { DayRange } from "../business-unit/types.ts";
import { daysOf } from "../facts/days.ts";
import { isMature, SOURCE_MATURITY_DAYS } from "../facts/maturity.ts";
import { absent, type Cell, known, lowered, mergedOrigins, origin, ratio, type Sum, summed, weaker } from "./cells.ts";
import { ChunkFacts, daysBegun, monthOf } from "./chunk.ts";
import {
  type Answer,
  type PageList,
  type QueryList,
  type SearchCarried,
  type SearchRow,
  start,
  take,
} from "./search-console-fold.ts";
import { strongest } from "./top.ts";
import type { CuratedChunk, Curation, CurationContext, Dimension, SumCheck } from "./types.ts";

/** Search Console counts its days in this zone, wherever the site is. */
const PACIFIC = "America/Los_Angeles";
/** Two queries over the same days may differ by this much. */
const ROUNDING = 1;
/** A site is found from nearly every country; most rows are a handful of impressions. */
const COUNTRIES = 50;

const NO_ROW = "Search Console returned no row.";
const CUT = "The list was cut off at the row limit of the source.";
const NO_TERMS = "No brand terms are set for this Business Unit.";

interface Figures {
  readonly clicks: Cell;
  readonly impressions: Cell;
  readonly position: Cell;
}

/** Figures of one row. No impression: no position either, whatever number stands there. */
function figuresOf({ snapshotKey, at, values: [clicks, impressions, position] }: SearchRow): Figures {
  const cell = (name: string) => [origin(snapshotKey, `/body/rows/${at}/${name}`)];
  return {
    clicks: known(clicks, cell("clicks")),
    impressions: known(impressions, cell("impressions")),
    position:
      impressions === 0
        ? absent("not_defined", "Nothing was shown, so there is no position.", cell("impressions"))
        : known(position, cell("position")),
  };
}

/** An answer without the row says nothing: neither that there were clicks nor that there were none. */
function noFigures({ snapshotKey }: Answer): Figures {
  const none = absent("missing", NO_ROW, [origin(snapshotKey, "/request")]);
  return { clicks: none, impressions: none, position: none };
}

function finish(carried: SearchCarried): CuratedChunk {
  const { context, incompleteFrom, totals, daily } = carried;
  const facts = new ChunkFacts({ context, timeZone: PACIFIC, currency: context.currency, incompleteFrom, caveats: [] });
  if (daily !== null) addDays(facts, context, daily);
  const month = monthOf(context);
  if (month !== null && totals !== null) addMonth(facts, month, carried, totals);
  const checks = totals === null || daily === null ? [] : [dailySum(totals, daily)];
  return { facts: facts.all(), checks, tasks: null, rows: carried.rows };
}

function addDays(facts: ChunkFacts, context: CurationContext, daily: Answer): void {
  const rows = new Map(daily.rows.map((row) => [row.key, row]));
  for (const day of daysOf(daysBegun(context))) {
    const row = rows.get(day);
    // A young day without a row is not there yet. An old one neither: Google leaves out days it has no data of.
    if (row === undefined && !isMature(day, context.today, SOURCE_MATURITY_DAYS.search_console)) continue;
    const { clicks, impressions, position } = row === undefined ? noFigures(daily) : figuresOf(row);
    facts.day("gsc.clicks", day, clicks);
    facts.day("gsc.impressions", day, impressions);
    facts.day("gsc.ctr", day, ratio(clicks, impressions));
    facts.day("gsc.position", day, position);
  }
}

function addMonth(facts: ChunkFacts, month: DayRange, carried: SearchCarried, totals: Answer): void {
  const [row] = totals.rows;
  const { clicks, impressions, position } = row === undefined ? noFigures(totals) : figuresOf(row);
  facts.month("gsc.clicks", month, clicks);
  facts.month("gsc.impressions", month, impressions);
  facts.month("gsc.ctr", month, ratio(clicks, impressions));
  facts.month("gsc.position", month, position);
  const { queries, pages, devices, countries, context } = carried;
  if (queries !== null) addQueries(facts, month, queries, { clicks, brandKnown: context.brandTerms.length > 0 });
  if (pages !== null) addPages(facts, month, pages);
  if (devices !== null) addRows(facts, month, SEGMENT.device, strongest([], devices.rows), []);
  if (countries !== null) addRows(facts, month, SEGMENT.country, strongest([], countries.rows, COUNTRIES), []);
}

/** Where the rows of a list belong: the metrics are spelled out, so that a search finds them. */
interface ListMetrics {
  readonly dimension: Dimension;
  readonly clicks: string;
  readonly impressions: string;
  readonly ctr: string;
  readonly position: string;
}

const QUERY: ListMetrics = {
  dimension: "query",
  clicks: "gsc.query_clicks",
  impressions: "gsc.query_impressions",
  ctr: "gsc.query_ctr",
  position: "gsc.query_position",
};
const PAGE: ListMetrics = {
  dimension: "page",
  clicks: "gsc.page_clicks",
  impressions: "gsc.page_impressions",
  ctr: "gsc.page_ctr",
  position: "gsc.page_position",
};
const SEGMENT_METRICS = {
  clicks: "gsc.segment_clicks",
  impressions: "gsc.segment_impressions",
  ctr: "gsc.segment_ctr",
  position: "gsc.segment_position",
};
const SEGMENT: Readonly<Record<"device" | "country", ListMetrics>> = {
  device: { ...SEGMENT_METRICS, dimension: "device" },
  country: { ...SEGMENT_METRICS, dimension: "country" },
};

function addRows(
  facts: ChunkFacts,
  month: DayRange,
  { dimension, ...metrics }: ListMetrics,
  rows: readonly SearchRow[],
  caveats: readonly string[],
): void {
  for (const row of rows) {
    const { clicks, impressions, position } = figuresOf(row);
    const add = (metric: string, cell: Cell) => facts.part(metric, month, [dimension, row.key], cell, caveats);
    add(metrics.clicks, clicks);
    add(metrics.impressions, impressions);
    add(metrics.ctr, ratio(clicks, impressions));
    add(metrics.position, position);
  }
}

/** Sums over a list that was cut off are bounds. */
function bounded(cell: Cell, capped: boolean): Cell {
  return capped ? lowered(cell, "capped", CUT) : cell;
}

function addQueries(
  facts: ChunkFacts,
  month: DayRange,
  { capped, top, ...sums }: QueryList,
  whole: { readonly clicks: Cell; readonly brandKnown: boolean },
): void {
  const cut = capped ? ["capped"] : [];
  addRows(facts, month, QUERY, top, cut);
  const listed = bounded(summed(sums.listed), capped);
  const split = (sum: Sum) => (whole.brandKnown ? bounded(summed(sum), capped) : absent("unavailable", NO_TERMS));
  facts.month("gsc.listed_clicks", month, listed, cut);
  facts.month(
    "gsc.unlisted_share",
    month,
    unlisted(ratio(listed, whole.clicks), (share) => 1 - share),
    cut,
  );
  facts.part("gsc.brand_clicks", month, ["brand", "brand"], split(sums.brand), cut);
  facts.part("gsc.nonbrand_clicks", month, ["brand", "non_brand"], split(sums.nonBrand), cut);
  const both: Cell = { ...listed, origins: mergedOrigins([...whole.clicks.origins, ...listed.origins]) };
  const total = whole.clicks.value;
  const rest = total === null ? whole.clicks : unlisted(both, (clicks) => total - clicks);
  facts.part("gsc.unlisted_clicks", month, ["brand", "hidden"], rest, cut);
}

/** What is left beside the listed queries; never below 0, as a list and a total are rounded apart. */
function unlisted(cell: Cell, rest: (listed: number) => number): Cell {
  if (cell.value === null) return cell;
  return weaker(known(Math.max(0, rest(cell.value)), cell.origins), [cell]);
}

function addPages(facts: ChunkFacts, month: DayRange, { capped, top, groups }: PageList): void {
  const caveats = capped ? ["capped", "gsc_by_page"] : ["gsc_by_page"];
  addRows(facts, month, PAGE, top, caveats);
  for (const { label, sum } of groups) {
    facts.part("gsc.group_clicks", month, ["page_group", label], bounded(summed(sum), capped), caveats);
  }
}

/** Totals that are not the sum of their days are built from something else; nothing of the chunk is published then. */
function dailySum(totals: Answer, daily: Answer): SumCheck {
  const sumOf = (rows: readonly SearchRow[], index: 0 | 1) => rows.reduce((sum, { values }) => sum + values[index], 0);
  const differs = ([0, 1] as const).filter(
    (index) => Math.abs(sumOf(totals.rows, index) - sumOf(daily.rows, index)) > ROUNDING,
  );
  const words = differs.map((index) => {
    const what = index === 0 ? "clicks" : "impressions";
    return `${sumOf(daily.rows, index)} ${what} by day and ${sumOf(totals.rows, index)} in total`;
  });
  const detail = differs.length === 0 ? "The days add up to the total." : `${words.join(", ")}.`;
  return { check: "gsc_sum", ok: differs.length === 0, stops: true, detail };
}

/** The fold of Search Console. */
export const SEARCH_CONSOLE_CURATION: Curation<SearchCarried> = {
  source: "search_console",
  transform: "search_console.2",
  start,
  take,
  finish,
};
