/** Snapshots of Search Console, one at a time: what is kept of each. Lists keep their strongest rows and exact sums. */
import * as v from "valibot";
import { groupOf } from "../evidence/rows.ts";
import { NO_SUM, PageSum, type Sum } from "./cells.ts";
import { bodyOf } from "./read.ts";
import { type Ranked, strongest, TOP } from "./top.ts";
import type { CuratedSnapshot, CurationContext } from "./types.ts";

const MetadataSchema = v.object({
  firstIncompleteDate: v.optional(v.nullable(v.string()), null),
  first_incomplete_date: v.optional(v.nullable(v.string()), null),
});
const RowSchema = v.object({
  keys: v.optional(v.array(v.string()), []),
  clicks: v.number(),
  impressions: v.number(),
  position: v.number(),
});
const BodySchema = v.object({
  rows: v.optional(v.array(RowSchema), []),
  metadata: v.optional(v.nullable(MetadataSchema), null),
});
type Row = v.InferOutput<typeof RowSchema>;

/** A row with clicks, impressions and position as its values. */
export interface SearchRow extends Ranked {
  readonly values: readonly [clicks: number, impressions: number, position: number];
}

/** An answer of one page. */
export interface Answer {
  readonly snapshotKey: string;
  readonly rows: readonly SearchRow[];
}

/** What is kept of the list of queries: the strongest, and exact sums over all of them. */
export interface QueryList {
  readonly capped: boolean;
  readonly top: readonly SearchRow[];
  readonly listed: Sum;
  readonly brand: Sum;
  readonly nonBrand: Sum;
}

export interface PageList {
  readonly capped: boolean;
  readonly top: readonly SearchRow[];
  /** Page groups, in the order of the settings. */
  readonly groups: readonly { readonly label: string; readonly sum: Sum }[];
}

export interface SearchCarried {
  readonly context: CurationContext;
  readonly rows: number;
  readonly incompleteFrom: string | null;
  /** null: not asked. */
  readonly totals: Answer | null;
  readonly daily: Answer | null;
  readonly devices: Answer | null;
  readonly countries: Answer | null;
  readonly queries: QueryList | null;
  readonly pages: PageList | null;
}

/** Nothing read yet. */
export function start(context: CurationContext): SearchCarried {
  const answers = { totals: null, daily: null, devices: null, countries: null, queries: null, pages: null };
  return { context, rows: 0, incompleteFrom: null, ...answers };
}

/** With one more snapshot. A query this fold does not know is left alone: it is older or newer than this code. */
export function take(carried: SearchCarried, snapshot: CuratedSnapshot): SearchCarried {
  const body = bodyOf(BodySchema, snapshot);
  const next = { ...carried, rows: carried.rows + body.rows.length };
  switch (snapshot.document.query) {
    case "totals":
      return { ...next, totals: answerOf(snapshot, body.rows) };
    case "daily": {
      const incompleteFrom = body.metadata?.firstIncompleteDate ?? body.metadata?.first_incomplete_date ?? null;
      return { ...next, daily: answerOf(snapshot, body.rows), incompleteFrom };
    }
    case "devices":
      return { ...next, devices: answerOf(snapshot, body.rows) };
    case "countries":
      return { ...next, countries: answerOf(snapshot, body.rows) };
    case "queries":
      return { ...next, queries: withQueries(carried, snapshot, body.rows) };
    case "pages":
      return { ...next, pages: withPages(carried, snapshot, body.rows) };
    default:
      return carried;
  }
}

function answerOf({ key: snapshotKey }: CuratedSnapshot, rows: readonly Row[]): Answer {
  const ranked = rows.map(({ keys, clicks, impressions, position }, at): SearchRow => {
    return { key: keys[0] ?? "", snapshotKey, at, values: [clicks, impressions, position] };
  });
  return { snapshotKey, rows: ranked };
}

const NO_QUERIES: QueryList = { capped: false, top: [], listed: NO_SUM, brand: NO_SUM, nonBrand: NO_SUM };

function withQueries({ queries, context }: SearchCarried, snapshot: CuratedSnapshot, rows: readonly Row[]): QueryList {
  const before = queries ?? NO_QUERIES;
  const terms = context.brandTerms.map((term) => term.toLowerCase());
  const [listed, brand, nonBrand] = [new PageSum(snapshot.key), new PageSum(snapshot.key), new PageSum(snapshot.key)];
  const fresh = answerOf(snapshot, rows).rows;
  for (const { key, at, values } of fresh) {
    const [clicks] = values;
    const pointer = `/body/rows/${at}/clicks`;
    const query = key.toLowerCase();
    listed.add(clicks, pointer);
    (terms.some((term) => query.includes(term)) ? brand : nonBrand).add(clicks, pointer);
  }
  return {
    capped: before.capped || snapshot.capped,
    top: strongest(before.top, fresh, TOP),
    listed: listed.onto(before.listed),
    brand: brand.onto(before.brand),
    nonBrand: nonBrand.onto(before.nonBrand),
  };
}

function withPages({ pages, context }: SearchCarried, snapshot: CuratedSnapshot, rows: readonly Row[]): PageList {
  const none = context.pageGroups.map(({ label }) => ({ label, sum: NO_SUM }));
  const before = pages ?? { capped: false, top: [], groups: none };
  const fresh = answerOf(snapshot, rows).rows;
  const prefixes = context.pageGroups.map(({ prefix }) => prefix);
  const group = fresh.map(({ key }) => groupOf(key, prefixes));
  return {
    capped: before.capped || snapshot.capped,
    top: strongest(before.top, fresh, TOP),
    groups: before.groups.map(({ label, sum }, index) => {
      const page = new PageSum(snapshot.key);
      for (const { at, values } of fresh) if (group[at] === index) page.add(values[0], `/body/rows/${at}/clicks`);
      return { label, sum: page.onto(sum) };
    }),
  };
}
