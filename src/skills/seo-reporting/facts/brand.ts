/** Where clicks changed: brand, non-brand and what Google does not list; devices and countries; positions. */
import { FLOORS } from "../../../core/evidence/movement.ts";
import { pick } from "../../../core/evidence/pointer.ts";
import { type SnapshotReader, selectRows } from "../../../core/evidence/rows.ts";
import type { Condition, PeriodKey } from "../../../core/evidence/types.ts";
import type { Desk } from "../desk.ts";
import { keysOf, overRowsOf, rowsOf } from "../inputs.ts";
import { changeId, countCaveats, declareChange, declareCountDistance, valueId } from "./compare.ts";

/** Parts of the bridge from the previous period to this one, in order. */
export const BRIDGE = ["gsc.brand_clicks", "gsc.nonbrand_clicks", "gsc.unlisted_clicks"] as const;
/** A query counts in position ranges from this many impressions on. */
export const COUNTED_IMPRESSIONS = 10;

/** Position ranges with the words that name them. */
export const BUCKETS: readonly { readonly id: string; readonly words: string; readonly where: readonly Condition[] }[] =
  [
    { id: "top", words: "Positions one to three", where: [{ at: "/position", op: "lte", value: 3 }] },
    {
      id: "first_page",
      words: "Positions four to ten",
      where: [
        { at: "/position", op: "gt", value: 3 },
        { at: "/position", op: "lte", value: 10 },
      ],
    },
    {
      id: "second_page",
      words: "Positions eleven to twenty",
      where: [
        { at: "/position", op: "gt", value: 10 },
        { at: "/position", op: "lte", value: 20 },
      ],
    },
  ];

const PAIR = ["primary", "previous"] as const;

/** Conditions for brand and non-brand queries; null when no brand terms are known. */
export function brandCondition(desk: Desk, which: "brand" | "nonbrand"): Condition | null {
  const { brandTerms } = desk.brief;
  if (brandTerms.length === 0) return null;
  return { at: "/keys/0", op: which === "brand" ? "contains_any" : "contains_none", values: brandTerms };
}

/** Declares the bridge, position ranges and segments. */
export async function declareWhere(desk: Desk): Promise<void> {
  const { query, device, country } = desk.inputs.search;
  await desk.cache.need(keysOf(query.primary, query.previous));
  for (const period of PAIR) declareBridge(desk, period);
  await desk.cache.need(keysOf(query.yearAgo));
  declareBrand(desk, "yearAgo");
  const { book, brief } = desk;
  for (const base of BRIDGE) {
    declareChange(book, brief.periods, base, "previous", "abs");
    book.formula(`${base}.contribution`, "contribution", [changeId(base, "previous", "abs"), "gsc.clicks.delta_abs"], {
      metric: base,
      unit: "ratio",
      period: "primary",
      aspect: "share of the change",
    });
  }
  for (const base of ["gsc.brand_clicks", "gsc.nonbrand_clicks"]) {
    declareChange(book, brief.periods, base, "year_ago", "abs");
    for (const against of ["previous", "year_ago"] as const) {
      declareChange(book, brief.periods, base, against, "pct", { floor: FLOORS.clicks });
      declareCountDistance(book, brief.periods, base, against, "gsc.clicks.dispersion");
    }
  }
  declareChange(book, brief.periods, "gsc.nonbrand_position", "previous", "abs");
  declareBuckets(desk);
  await desk.cache.need(keysOf(device.primary, device.previous, country.primary, country.previous));
  declareSegments(desk, "device", 3);
  declareSegments(desk, "country", 5);
}

const NO_TERMS = {
  op: "absent",
  state: "unavailable",
  reason: "no brand terms are set for this Business Unit",
} as const;

/** Brand and non-brand clicks of a period. */
function declareBrand(desk: Desk, period: PeriodKey): void {
  for (const which of ["brand", "nonbrand"] as const) {
    const condition = brandCondition(desk, which);
    const base = `gsc.${which}_clicks`;
    const derivation =
      condition === null
        ? NO_TERMS
        : overRowsOf(desk.inputs.search.query[period], [condition], (rows) => ({
            op: "sum",
            field: "/clicks",
            ...rows,
          }));
    desk.book.declare({ id: valueId(base, period), metric: base, derivation, period });
  }
}

function declareBridge(desk: Desk, period: "primary" | "previous"): void {
  const { book, inputs } = desk;
  const query = inputs.search.query[period];
  const listedClicks = overRowsOf(query, [], (rows) => ({ op: "sum", field: "/clicks", ...rows }));
  book.declare({
    id: valueId("gsc.listed_clicks", period),
    metric: "gsc.listed_clicks",
    derivation: listedClicks,
    period,
  });
  declareBrand(desk, period);
  const whole = valueId("gsc.clicks", period);
  const listed = valueId("gsc.listed_clicks", period);
  book.formula(valueId("gsc.unlisted_clicks", period), "difference", [whole, listed], {
    metric: "gsc.unlisted_clicks",
    period,
  });
  book.formula(valueId("gsc.unlisted_share", period), "one_minus_share", [listed, whole], {
    metric: "gsc.unlisted_share",
    period,
  });
  const condition = brandCondition(desk, "nonbrand");
  book.declare({
    id: valueId("gsc.nonbrand_position", period),
    metric: "gsc.nonbrand_position",
    derivation:
      condition === null
        ? NO_TERMS
        : overRowsOf(query, [condition], (rows) => ({
            op: "weighted_mean",
            field: "/position",
            weight: "/impressions",
            ...rows,
          })),
    period,
  });
}

function declareBuckets({ book, brief, inputs }: Desk): void {
  const enough: Condition = { at: "/impressions", op: "gte", value: COUNTED_IMPRESSIONS };
  for (const { id, words, where } of BUCKETS) {
    const base = `gsc.queries_${id}`;
    for (const period of PAIR) {
      const derivation = overRowsOf(inputs.search.query[period], [...where, enough], (rows) => ({
        op: "count",
        ...rows,
      }));
      book.declare({
        id: valueId(base, period),
        metric: "gsc.query_count",
        derivation,
        period,
        aspect: words.toLowerCase(),
        caveats: countCaveats(brief.periods, "gsc.query_count"),
      });
    }
    declareChange(book, brief.periods, base, "previous", "abs");
  }
}

/** One device or country: the quote of its name and the base of its facts. */
export interface Segment {
  readonly base: string;
  readonly quote: string;
  /** As Google names it, e.g. `MOBILE` or `usa`. */
  readonly code: string;
}

/** The largest segments of a dimension in the order Google sent them, which is by clicks. */
export function segmentsOf({ book }: Desk, dimension: "device" | "country"): readonly Segment[] {
  return book.texts
    .filter(({ id }) => id.startsWith(`${dimension}.`))
    .map(({ id, value }) => ({ base: `gsc.${id}`, quote: id, code: value }));
}

function declareSegments(desk: Desk, dimension: "device" | "country", most: number): void {
  const { book, cache, inputs } = desk;
  const pair = inputs.search[dimension];
  const [snapshot] = keysOf(pair.primary);
  if (snapshot === undefined) return;
  const rows = selectRows(cache, rowsOf(pair.primary)).slice(0, most);
  rows.forEach((row, index) => {
    const key = pick(row, "/keys/0");
    const quote = book.quote(`${dimension}.${index + 1}`, snapshot, `/rows/${index}/keys/0`);
    if (quote === null || typeof key !== "string") return;
    const base = `gsc.${dimension}.${index + 1}`;
    for (const period of PAIR) declareSegment(base, key, period, { book, cache, inputs, dimension });
    declareSegmentChange(desk, base);
  });
  if (keysOf(pair.primary).length > 1 || selectRows(cache, rowsOf(pair.primary)).length > most)
    declareOthers(desk, dimension);
}

/** What the largest segments leave: every row but theirs, so that the parts add up to the total. */
function declareOthers(desk: Desk, dimension: "device" | "country"): void {
  const { book, inputs } = desk;
  const base = othersBase(dimension);
  const codes = segmentsOf(desk, dimension).map(({ code }) => code);
  for (const period of PAIR) {
    const where = [{ at: "/keys/0", op: "contains_none", values: codes }] as const;
    const derivation = overRowsOf(inputs.search[dimension][period], where, (rows) => ({
      op: "sum",
      field: "/clicks",
      ...rows,
    }));
    book.declare({ id: valueId(base, period), metric: "gsc.segment_clicks", derivation, period });
  }
  declareSegmentChange(desk, base);
}

/** The base of the facts of all segments that are not listed by name; declared where there are any. */
export function othersBase(dimension: "device" | "country"): string {
  return `gsc.${dimension}.others`;
}

function declareSegmentChange({ book, brief }: Desk, base: string): void {
  declareChange(book, brief.periods, base, "previous", "abs");
  book.formula(`${base}.share`, "share", [valueId(base, "primary"), "gsc.clicks.primary"], {
    metric: "gsc.segment_clicks",
    unit: "ratio",
    period: "primary",
    aspect: "share of all clicks",
  });
}

function declareSegment(
  base: string,
  key: string,
  period: Exclude<PeriodKey, "yearAgo">,
  desk: Pick<Desk, "book" | "inputs"> & { readonly cache: SnapshotReader; readonly dimension: "device" | "country" },
): void {
  const query = desk.inputs.search[desk.dimension][period];
  const where = [{ at: "/keys/0", op: "eq", value: key }] as const;
  desk.book.declare({
    id: valueId(base, period),
    metric: "gsc.segment_clicks",
    // A segment that a whole list does not hold had no clicks.
    derivation: overRowsOf(query, where, (rows) => ({
      op: query?.capped === false && query.rowCount > 0 ? "sum" : "lookup",
      field: "/clicks",
      ...rows,
    })),
    period,
  });
}
