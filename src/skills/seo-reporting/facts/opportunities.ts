/** Opportunities from queries by page: striking distance, rates below the usual, several pages for one query. */
import { numeric, pick } from "../../../core/evidence/pointer.ts";
import { rowsIn } from "../../../core/evidence/rows.ts";
import type { Condition } from "../../../core/evidence/types.ts";
import type { Desk } from "../desk.ts";
import { keysOf, rowsOf } from "../inputs.ts";
import { brandCondition } from "./brand.ts";

const STRIKING: { readonly from: number; readonly to: number; readonly impressions: number } = {
  from: 4,
  to: 20,
  impressions: 100,
};
/** A query on a page is judged by its rate from this many impressions on. */
const RATE_IMPRESSIONS = 1_000;
/** A rate this near to the usual one is as usual: a list of hundredths of a point is no opportunity. */
const NEAR_USUAL = 0.9;
/** A median of fewer rows says nothing about what is usual. */
const LEAST_ROWS = 5;
const RANGES = [
  { id: "top", from: 1, to: 4 },
  { id: "first_page", from: 4, to: 11 },
  { id: "second_page", from: 11, to: 21 },
] as const;

/** One query on one page. `base` + `.clicks`, `.impressions`, `.position`. */
export interface PairEntry {
  readonly base: string;
  readonly query: string;
  readonly page: string;
}

export interface OpportunityFacts {
  /** Id of the number of queries by page in striking distance. */
  readonly strikingCount: string;
  readonly striking: readonly PairEntry[];
  /** With `.ctr`, `.usual` and `.gap`. */
  readonly belowUsual: readonly PairEntry[];
  readonly severalPages: readonly PairEntry[];
  /** False when no brand terms are known: brand queries may then be among the rows. */
  readonly brandKnown: boolean;
}

interface PairView {
  readonly snapshot: string;
  readonly index: number;
  readonly place: number;
  readonly query: string;
  readonly page: string;
  readonly clicks: number;
  readonly impressions: number;
  readonly position: number;
}

/** Declares the facts of the opportunities a report shows. */
export async function declareOpportunities(desk: Desk): Promise<OpportunityFacts> {
  const { book, cache, inputs, options } = desk;
  const { pair } = inputs.search;
  await cache.need(keysOf(pair));
  const condition = brandCondition(desk, "nonbrand");
  const nonBrand = condition === null ? [] : [condition];
  const rows = viewPairs(desk);
  const enter = (row: PairView) => pairEntry(desk, row);
  const where: readonly Condition[] = [
    ...nonBrand,
    { at: "/position", op: "gte", value: STRIKING.from },
    { at: "/position", op: "lte", value: STRIKING.to },
    { at: "/impressions", op: "gte", value: STRIKING.impressions },
  ];
  const strikingCount = book.declare({
    id: "gsc.striking.count",
    metric: "gsc.striking",
    derivation: { op: "count", ...rowsOf(pair, where) },
    period: "primary",
  });
  const striking = rows.filter(
    (row) => row.position >= STRIKING.from && row.position <= STRIKING.to && row.impressions >= STRIKING.impressions,
  );
  return {
    strikingCount,
    striking: byImpressions(striking).slice(0, options.rows).map(enter),
    belowUsual: declareBelowUsual(desk, rows, nonBrand).slice(0, options.rows),
    severalPages: severalPages(rows).map(enter),
    brandKnown: condition !== null,
  };
}

/** Non-brand queries by page, as selection needs them. */
function viewPairs({ brief, cache, inputs }: Desk): readonly PairView[] {
  let place = 0;
  const terms = brief.brandTerms.map((term) => term.toLowerCase());
  return keysOf(inputs.search.pair).flatMap((snapshot) =>
    rowsIn(cache, snapshot, "/rows").flatMap((row, index) => {
      place += 1;
      const [query, page] = [pick(row, "/keys/0"), pick(row, "/keys/1")];
      const [clicks, impressions, position] = ["/clicks", "/impressions", "/position"].map((field) =>
        numeric(pick(row, field)),
      );
      if (typeof query !== "string" || typeof page !== "string") return [];
      if (clicks == null || impressions == null || position == null) return [];
      if (terms.some((term) => query.toLowerCase().includes(term))) return [];
      return [{ snapshot, index, place, query, page, clicks, impressions, position }];
    }),
  );
}

function byImpressions(rows: readonly PairView[]): readonly PairView[] {
  return rows.toSorted((a, b) => b.impressions - a.impressions || a.place - b.place);
}

function pairEntry({ book }: Desk, row: PairView): PairEntry {
  const base = `gsc.pair.${row.place}`;
  for (const field of ["clicks", "impressions", "position"] as const) {
    const derivation = { op: "pick", snapshot: row.snapshot, pointer: `/rows/${row.index}/${field}` } as const;
    book.declare({ id: `${base}.${field}`, metric: `gsc.pair_${field}`, derivation, period: "primary" });
  }
  const [query, page] = [`pair_query.${row.place}`, `pair_page.${row.place}`];
  book.quote(query, row.snapshot, `/rows/${row.index}/keys/0`);
  book.quote(page, row.snapshot, `/rows/${row.index}/keys/1`, "path");
  return { base, query, page };
}

/** Rows whose rate is below the median of their position range, by impressions at stake. */
function declareBelowUsual(
  desk: Desk,
  rows: readonly PairView[],
  nonBrand: readonly Condition[],
): readonly PairEntry[] {
  const { book, inputs } = desk;
  const found: { readonly row: PairView; readonly usual: string; readonly stake: number }[] = [];
  for (const { id, from, to } of RANGES) {
    const inRange = rows.filter(
      (row) => row.position >= from && row.position < to && row.impressions >= STRIKING.impressions,
    );
    if (inRange.length < LEAST_ROWS) continue;
    const where: readonly Condition[] = [
      ...nonBrand,
      { at: "/position", op: "gte", value: from },
      { at: "/position", op: "lt", value: to },
      { at: "/impressions", op: "gte", value: STRIKING.impressions },
    ];
    const usual = book.declare({
      id: `gsc.usual_ctr.${id}`,
      metric: "gsc.bucket_ctr",
      derivation: { op: "median", field: "/ctr", ...rowsOf(inputs.search.pair, where) },
      period: "primary",
    });
    const median = book.number(usual) ?? 0;
    for (const row of inRange) {
      const stake = row.impressions * (median - row.clicks / row.impressions);
      const below = row.clicks < row.impressions * median * NEAR_USUAL;
      if (row.impressions >= RATE_IMPRESSIONS && below) found.push({ row, usual, stake });
    }
  }
  return found
    .toSorted((a, b) => b.stake - a.stake || a.row.place - b.row.place)
    .map(({ row, usual }) => {
      const entry = pairEntry(desk, row);
      book.formula(`${entry.base}.ctr`, "ratio", [`${entry.base}.clicks`, `${entry.base}.impressions`], {
        metric: "gsc.query_ctr",
        period: "primary",
      });
      book.formula(`${entry.base}.gap`, "delta_pp", [`${entry.base}.ctr`, usual], {
        metric: "gsc.query_ctr",
        unit: "percentage_points",
        period: "primary",
        aspect: "distance from the usual rate",
      });
      book.formula(`${entry.base}.usual`, "sum", [usual], { metric: "gsc.bucket_ctr", period: "primary" });
      return entry;
    });
}

/** Queries for which a second page gets at least a quarter of the first one's impressions: a prompt to look. */
function severalPages(rows: readonly PairView[]): readonly PairView[] {
  const byQuery = new Map<string, PairView[]>();
  for (const row of rows) {
    if (row.impressions < STRIKING.impressions) continue;
    const same = byQuery.get(row.query);
    if (same === undefined) byQuery.set(row.query, [row]);
    else same.push(row);
  }
  const shared = [...byQuery.values()].map(byImpressions).filter(([first, second]) => {
    return first !== undefined && second !== undefined && second.impressions * 4 >= first.impressions;
  });
  return shared
    .toSorted((a, b) => (b[0]?.impressions ?? 0) - (a[0]?.impressions ?? 0))
    .slice(0, 5)
    .flatMap((same) => same.slice(0, 3));
}
