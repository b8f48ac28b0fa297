/** Queries and pages: the largest, what gained and lost most clicks, and what is new or gone. */
import { numeric, pick } from "../../../core/evidence/pointer.ts";
import { groupOf, rowsIn } from "../../../core/evidence/rows.ts";
import type { Derivation, PeriodKey, RowSelection } from "../../../core/evidence/types.ts";
import type { Desk } from "../desk.ts";
import { type Gathered, keysOf, OUTSIDE_HISTORY, rowsOf } from "../inputs.ts";
import { COUNTED_IMPRESSIONS } from "./brand.ts";
import { countCaveats, declareChange, valueId } from "./compare.ts";

export type ListKind = "query" | "page";

/** Rows of the short tables of winners, losers, new and lost entries. */
const SHORT = 5;
const PLURAL_IDS: Readonly<Record<ListKind, string>> = { query: "queries", page: "pages" };
const CUT_OFF = "The list it would have to be absent from was cut off at Google's row limit, so this cannot be told.";

/** One entry of a list: where its facts are. `base` + `.clicks`, `.impressions`, `.position`. */
export interface Entry {
  readonly base: string;
  readonly quote: string;
}

/** What the sections show of one list. */
export interface ListFacts {
  readonly top: readonly Entry[];
  readonly winners: readonly Entry[];
  readonly losers: readonly Entry[];
  readonly fresh: readonly Entry[];
  readonly lost: readonly Entry[];
  /** Why new and lost entries cannot be told; null where they can: absence from a list that was cut off says nothing. */
  readonly freshUnknown: string | null;
  readonly lostUnknown: string | null;
  /** Entries of the table a reviewer asked for: pages of one group, or queries with a word in them. */
  readonly focus: readonly Entry[];
  /** Ids of the counts of new and lost entries. */
  readonly freshCount: string;
  readonly lostCount: string;
}

/** A row as selection needs it; figures of the report are facts, never these. */
interface RowView {
  readonly snapshot: string;
  /** Index in its snapshot, and place over all pages from 1. */
  readonly index: number;
  readonly place: number;
  readonly key: string;
  readonly clicks: number;
  readonly impressions: number;
}

/** Declares the facts of the queries or pages a report shows. */
export async function declareList(desk: Desk, kind: ListKind): Promise<ListFacts> {
  const pair = desk.inputs.search[kind];
  await desk.cache.need(keysOf(pair.primary, pair.previous));
  const now = viewRows(desk, pair.primary);
  const before = viewRows(desk, pair.previous);
  const counts = declareCounts(desk, kind, before.length > 0);
  const known = new Map(before.map((row) => [row.key, row]));
  const current = new Map(now.map((row) => [row.key, row]));
  const moved = movesOf(desk, kind, { now, before, known, current });
  const ranked = (rows: readonly Move[]) =>
    rows.slice(0, SHORT).map(({ row, gone }) => (gone ? lostEntry(desk, kind, row) : entry(desk, kind, row)));
  const [whole, wholeBefore] = [!pair.primary.capped, pair.previous?.capped === false];
  const counted = (rows: ReadonlyMap<string, RowView>, key: string) =>
    (rows.get(key)?.impressions ?? 0) >= COUNTED_IMPRESSIONS;
  const fresh =
    before.length === 0 ? [] : now.filter((row) => row.impressions >= COUNTED_IMPRESSIONS && !counted(known, row.key));
  const lost = before.filter((row) => row.impressions >= COUNTED_IMPRESSIONS && !counted(current, row.key));
  const enter = (rows: readonly RowView[]) => rows.map((row) => entry(desk, kind, row));
  return {
    top: enter(now.slice(0, desk.options.rows)),
    winners: ranked(moved.filter(({ change }) => change > 0)),
    losers: ranked(moved.filter(({ change }) => change < 0).toReversed()),
    fresh: wholeBefore ? enter(fresh.slice(0, SHORT)) : [],
    lost: whole ? lost.slice(0, SHORT).map((row) => lostEntry(desk, kind, row)) : [],
    freshUnknown: pair.previous?.capped === true ? CUT_OFF : null,
    lostUnknown: whole ? null : CUT_OFF,
    focus: enter(now.filter(focusOf(desk, kind)).slice(0, desk.options.rows)),
    ...counts,
  };
}

/** A row with its change of clicks; `gone`: it stands in the list of the period before alone. */
interface Move {
  readonly row: RowView;
  readonly change: number;
  readonly gone: boolean;
}

interface Sides {
  readonly now: readonly RowView[];
  readonly before: readonly RowView[];
  readonly known: ReadonlyMap<string, RowView>;
  readonly current: ReadonlyMap<string, RowView>;
}

/**
 * Every row that moved, largest plus first. A row absent from a whole list had no clicks there, so that the page that
 * vanished is the largest minus; where a list was cut off, absence says nothing and only rows of both count.
 */
function movesOf(desk: Desk, kind: ListKind, { now, before, known, current }: Sides): readonly Move[] {
  const pair = desk.inputs.search[kind];
  const kept = now.flatMap((row): readonly Move[] => {
    const old = known.get(row.key)?.clicks ?? (before.length > 0 && pair.previous?.capped === false ? 0 : null);
    return old === null ? [] : [{ row, change: row.clicks - old, gone: false }];
  });
  const gone = pair.primary.capped
    ? []
    : before.filter(({ key }) => !current.has(key)).map((row): Move => ({ row, change: -row.clicks, gone: true }));
  return [...kept, ...gone].toSorted((a, b) => b.change - a.change || a.row.place - b.row.place);
}

function viewRows({ cache }: Desk, query: Gathered | null): readonly RowView[] {
  let place = 0;
  return keysOf(query).flatMap((snapshot) =>
    rowsIn(cache, snapshot, "/rows").flatMap((row, index) => {
      place += 1;
      const key = pick(row, "/keys/0");
      const [clicks, impressions] = [numeric(pick(row, "/clicks")), numeric(pick(row, "/impressions"))];
      return typeof key === "string" && clicks !== null && impressions !== null
        ? [{ snapshot, index, place, key, clicks, impressions }]
        : [];
    }),
  );
}

function focusOf({ brief, options }: Desk, kind: ListKind): (row: RowView) => boolean {
  if (kind === "page") {
    const prefixes = brief.pageGroups.map(({ prefix }) => prefix);
    return (row) => options.pageGroup !== null && groupOf(row.key, prefixes) === options.pageGroup;
  }
  const word = options.queryWord?.toLowerCase() ?? null;
  return (row) => word !== null && row.key.toLowerCase().includes(word);
}

function declareCounts(
  { book, brief, inputs }: Desk,
  kind: ListKind,
  comparable: boolean,
): Pick<ListFacts, "freshCount" | "lostCount"> {
  const pair = inputs.search[kind];
  const enough = [{ at: "/impressions", op: "gte", value: COUNTED_IMPRESSIONS }] as const;
  const now = rowsOf(pair.primary, enough);
  const before = pair.previous === null ? null : rowsOf(pair.previous, enough);
  const metric = kind === "page" ? "gsc.page_count" : "gsc.query_count";
  const caveats = countCaveats(brief.periods, metric);
  const declare = (id: string, of: RowSelection | null, minus: RowSelection | null, aspect: string): string => {
    const nothing: Derivation = {
      op: "absent",
      state: "missing",
      reason: "the previous period has no rows to compare with",
    };
    const difference =
      of === null || minus === null
        ? OUTSIDE_HISTORY
        : ({ op: "set_difference_count", field: "/keys/0", of, minus } as const);
    const derivation = of !== null && minus !== null && !comparable ? nothing : difference;
    return book.declare({ id, metric, derivation, period: "primary", aspect, caveats });
  };
  const listed = { op: "count", ...rowsOf(pair.primary, [{ at: "/clicks", op: "gte", value: 1 }]) } as const;
  book.declare({
    id: `gsc.${PLURAL_IDS[kind]}.with_clicks`,
    metric,
    derivation: listed,
    period: "primary",
    aspect: "with a click",
  });
  return {
    freshCount: declare(`gsc.${PLURAL_IDS[kind]}.new`, now, before, "at ten impressions or more, unlike before"),
    lostCount: declare(`gsc.${PLURAL_IDS[kind]}.lost`, before, now, "below ten impressions, unlike before"),
  };
}

function entry({ book, brief, inputs }: Desk, kind: ListKind, row: RowView): Entry {
  const base = `gsc.${kind}.${row.place}`;
  const quote = `${kind}.${row.place}`;
  quoteKey(book, quote, kind, row);
  for (const field of ["clicks", "impressions"] as const) {
    const metric = `gsc.${kind}_${field}`;
    const pointer = `/rows/${row.index}/${field}`;
    book.declare({
      id: valueId(`${base}.${field}`, "primary"),
      metric,
      derivation: { op: "pick", snapshot: row.snapshot, pointer },
      period: "primary",
    });
  }
  declareElsewhere({ book, inputs }, kind, `${base}.clicks`, row.key, "previous");
  declareChange(book, brief.periods, `${base}.clicks`, "previous", "abs");
  if (kind === "query") {
    const pointer = `/rows/${row.index}/position`;
    book.declare({
      id: `${base}.position.primary`,
      metric: "gsc.query_position",
      derivation: { op: "pick", snapshot: row.snapshot, pointer },
      period: "primary",
    });
  }
  return { base, quote };
}

/**
 * The clicks of a row in the period it was not taken from. A whole list that does not hold it means zero clicks; a list
 * that was cut off, or is empty altogether, means that they are not known.
 */
function declareElsewhere(
  { book, inputs }: Pick<Desk, "book" | "inputs">,
  kind: ListKind,
  base: string,
  key: string,
  period: Exclude<PeriodKey, "yearAgo">,
): void {
  const field = base.endsWith(".impressions") ? "impressions" : "clicks";
  const query = inputs.search[kind][period];
  const whole = query !== null && !query.capped && query.rowCount > 0;
  const derivation =
    query === null
      ? OUTSIDE_HISTORY
      : ({
          op: whole ? "sum" : "lookup",
          field: `/${field}`,
          ...rowsOf(query, [{ at: "/keys/0", op: "eq", value: key }]),
        } as const);
  book.declare({ id: valueId(base, period), metric: `gsc.${kind}_${field}`, derivation, period });
}

/** An entry of the period before, with what the list of this period holds for it. */
function lostEntry({ book, brief, inputs }: Desk, kind: ListKind, row: RowView): Entry {
  const base = `gsc.lost_${kind}.${row.place}`;
  const quote = `lost_${kind}.${row.place}`;
  quoteKey(book, quote, kind, row);
  for (const field of ["clicks", "impressions"] as const) {
    const pointer = `/rows/${row.index}/${field}`;
    const derivation = { op: "pick", snapshot: row.snapshot, pointer } as const;
    book.declare({
      id: valueId(`${base}.${field}`, "previous"),
      metric: `gsc.${kind}_${field}`,
      derivation,
      period: "previous",
    });
    declareElsewhere({ book, inputs }, kind, `${base}.${field}`, row.key, "primary");
  }
  declareChange(book, brief.periods, `${base}.clicks`, "previous", "abs");
  if (kind === "query") {
    const rows = rowsOf(inputs.search.query.primary, [{ at: "/keys/0", op: "eq", value: row.key }]);
    book.declare({
      id: `${base}.position.primary`,
      metric: "gsc.query_position",
      derivation: { op: "lookup", field: "/position", ...rows },
      period: "primary",
    });
  }
  return { base, quote };
}

function quoteKey(book: Desk["book"], id: string, kind: ListKind, row: RowView): void {
  book.quote(id, row.snapshot, `/rows/${row.index}/keys/0`, kind === "page" ? "path" : undefined);
}
