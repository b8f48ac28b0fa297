/** Queries and pages: the largest, what gained and lost most clicks, and what is new or gone. */
import { numeric, pick } from "../../../core/evidence/pointer.ts";
import { groupOf, rowsIn } from "../../../core/evidence/rows.ts";
import type { Derivation, RowSelection } from "../../../core/evidence/types.ts";
import type { Desk } from "../desk.ts";
import { type Gathered, keysOf, rowsOf } from "../inputs.ts";
import { COUNTED_IMPRESSIONS } from "./brand.ts";
import { declareChange, valueId } from "./compare.ts";

export type ListKind = "query" | "page";

/** Rows of the short tables of winners, losers, new and lost entries. */
const SHORT = 5;

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
  const moved = now
    .flatMap((row) => {
      const old = known.get(row.key);
      return old === undefined ? [] : [{ row, change: row.clicks - old.clicks }];
    })
    .toSorted((a, b) => b.change - a.change || a.row.place - b.row.place);
  const counted = (rows: ReadonlyMap<string, RowView>, key: string) =>
    (rows.get(key)?.impressions ?? 0) >= COUNTED_IMPRESSIONS;
  const fresh =
    before.length === 0 ? [] : now.filter((row) => row.impressions >= COUNTED_IMPRESSIONS && !counted(known, row.key));
  const lost = before.filter((row) => row.impressions >= COUNTED_IMPRESSIONS && !counted(current, row.key));
  const enter = (rows: readonly RowView[]) => rows.map((row) => entry(desk, kind, row));
  return {
    top: enter(now.slice(0, desk.options.rows)),
    winners: enter(
      moved
        .filter(({ change }) => change > 0)
        .slice(0, SHORT)
        .map(({ row }) => row),
    ),
    losers: enter(
      moved
        .filter(({ change }) => change < 0)
        .slice(-SHORT)
        .reverse()
        .map(({ row }) => row),
    ),
    fresh: enter(fresh.slice(0, SHORT)),
    lost: lost.slice(0, SHORT).map((row) => lostEntry(desk, kind, row)),
    focus: enter(now.filter(focusOf(desk, kind)).slice(0, desk.options.rows)),
    ...counts,
  };
}

function viewRows({ cache }: Desk, query: Gathered): readonly RowView[] {
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
  { book, inputs }: Desk,
  kind: ListKind,
  comparable: boolean,
): Pick<ListFacts, "freshCount" | "lostCount"> {
  const pair = inputs.search[kind];
  const enough = [{ at: "/impressions", op: "gte", value: COUNTED_IMPRESSIONS }] as const;
  const [now, before] = [rowsOf(pair.primary, enough), rowsOf(pair.previous, enough)];
  const declare = (id: string, of: RowSelection, minus: RowSelection, aspect: string): string => {
    const derivation: Derivation = comparable
      ? { op: "set_difference_count", field: "/keys/0", of, minus }
      : { op: "absent", state: "missing", reason: "the previous period has no rows to compare with" };
    return book.declare({
      id,
      metric: kind === "page" ? "gsc.page_count" : "gsc.query_count",
      derivation,
      period: "primary",
      aspect,
    });
  };
  const listed = { op: "count", ...rowsOf(pair.primary, [{ at: "/clicks", op: "gte", value: 1 }]) } as const;
  book.declare({
    id: `gsc.${kind}s.with_clicks`,
    metric: kind === "page" ? "gsc.page_count" : "gsc.query_count",
    derivation: listed,
    period: "primary",
    aspect: "with a click",
  });
  return {
    freshCount: declare(`gsc.${kind}s.new`, now, before, "new against the previous period"),
    lostCount: declare(`gsc.${kind}s.lost`, before, now, "gone since the previous period"),
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
  const same = rowsOf(inputs.search[kind].previous, [{ at: "/keys/0", op: "eq", value: row.key }]);
  book.declare({
    id: valueId(`${base}.clicks`, "previous"),
    metric: `gsc.${kind}_clicks`,
    derivation: { op: "lookup", field: "/clicks", ...same },
    period: "previous",
  });
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

function lostEntry({ book }: Desk, kind: ListKind, row: RowView): Entry {
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
  }
  return { base, quote };
}

function quoteKey(book: Desk["book"], id: string, kind: ListKind, row: RowView): void {
  book.quote(id, row.snapshot, `/rows/${row.index}/keys/0`, kind === "page" ? "path" : undefined);
}
