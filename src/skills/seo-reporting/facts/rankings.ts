/** Tracked keywords of AccuRanker on the first and the last day of the period. A null rank is "not ranking", never a number. */
import { numeric, pick } from "../../../core/evidence/pointer.ts";
import { rowsIn, type SnapshotReader } from "../../../core/evidence/rows.ts";
import type { Condition, RowSelection } from "../../../core/evidence/types.ts";
import { type Desk, onlySnapshot } from "../desk.ts";
import type { Gathered, RankingInputs } from "../inputs.ts";
import { keysOf, rowsOf } from "../inputs.ts";

const RANK = "/ranks/0/rank";
const RANKED: Condition = { at: RANK, op: "gte", value: 1 };
const SHORT = 5;

/** Rank ranges with the words that name them. */
export const RANK_RANGES = [
  { id: "top", words: "Ranks one to three", from: 1, to: 3 },
  { id: "first_page", words: "Ranks four to ten", from: 4, to: 10 },
  { id: "second_page", words: "Ranks eleven to twenty", from: 11, to: 20 },
  { id: "deeper", words: "Ranks after twenty", from: 21, to: 1_000 },
] as const;

/** Ways a keyword can move; a smaller rank is better. */
export const MOVES = [
  { id: "improved", direction: "fell", words: "Improved" },
  { id: "declined", direction: "rose", words: "Declined" },
  { id: "entered", direction: "entered", words: "Started to rank" },
  { id: "left", direction: "left", words: "No longer rank" },
] as const;

/** One tracked keyword: `base` + `.first`, `.last`, `.change`, `.volume`. */
export interface KeywordEntry {
  readonly base: string;
  readonly quote: string;
}

export interface RankingFacts {
  readonly movers: readonly KeywordEntry[];
}

interface KeywordView {
  readonly snapshot: string;
  readonly pointer: string;
  readonly place: number;
  readonly id: string;
  readonly rank: number | null;
}

/** Declares share of voice, rank distribution, movement and the largest movers. */
export async function declareRankings(desk: Desk, inputs: RankingInputs): Promise<RankingFacts> {
  const { book, cache } = desk;
  await cache.need(keysOf(inputs.first.domain, inputs.first.keywords, inputs.last.domain, inputs.last.keywords));
  const sample = book.caveat(
    "rank.sample",
    "Tracked keywords are a chosen sample, and search volumes and share of voice are the provider's estimates.",
  );
  const [first, last] = [selectionOf(cache, inputs.first.keywords), selectionOf(cache, inputs.last.keywords)];
  declareShareOfVoice(desk, inputs, sample);
  for (const [day, selection] of [
    ["first", first],
    ["last", last],
  ] as const)
    declareDay(desk, day, selection, sample);
  book.formula("rank.average.change", "delta_abs", ["rank.average.last", "rank.average.first"], {
    metric: "rank.average",
    period: "primary",
    aspect: "change over the period",
  });
  for (const { id, direction, words } of MOVES) {
    const [from, to] = [
      { ...first, where: [RANKED] },
      { ...last, where: [RANKED] },
    ];
    const derivation = { op: "count_moved", key: "/id", field: RANK, from, to, direction } as const;
    book.declare({
      id: `rank.moved.${id}`,
      metric: "rank.moved",
      derivation,
      period: "primary",
      aspect: words.toLowerCase(),
      caveats: [sample],
    });
  }
  return { movers: declareMovers(desk, inputs, first) };
}

/** Lists come bare or under `results`; the first answer shows which. */
function rowsPointer(reader: SnapshotReader, query: Gathered): string {
  return Array.isArray(reader.json(onlySnapshot(query))) ? "" : "/results";
}

function selectionOf(reader: SnapshotReader, query: Gathered): RowSelection {
  return rowsOf(query, [], rowsPointer(reader, query));
}

function declareShareOfVoice({ book, brief, cache }: Desk, inputs: RankingInputs, sample: string): void {
  for (const day of ["first", "last"] as const) {
    const snapshot = onlySnapshot(inputs[day].domain);
    const date = day === "first" ? brief.periods.primary.start : brief.periods.primary.end;
    const index = rowsIn(cache, snapshot, "/history").findIndex((row) => String(pick(row, "/date")).startsWith(date));
    const pointer = `/history/${Math.max(0, index)}/share_of_voice_percentage`;
    book.declare({
      id: `rank.share_of_voice.${day}`,
      metric: "rank.share_of_voice",
      derivation:
        index < 0
          ? { op: "absent", state: "missing", reason: "AccuRanker has no value for that day" }
          : { op: "pick", snapshot, pointer },
      period: "primary",
      aspect: `${day} day`,
      caveats: [sample],
    });
  }
  book.formula("rank.share_of_voice.change", "delta_abs", ["rank.share_of_voice.last", "rank.share_of_voice.first"], {
    metric: "rank.share_of_voice",
    unit: "percentage_points",
    period: "primary",
    aspect: "change over the period",
  });
}

function declareDay({ book }: Desk, day: "first" | "last", all: RowSelection, sample: string): void {
  const rest = { period: "primary" as const, caveats: [sample] };
  const ranked = { ...all, where: [RANKED] };
  book.declare({
    ...rest,
    id: `rank.tracked.${day}`,
    metric: "rank.tracked",
    derivation: { op: "count", ...all },
    aspect: `${day} day`,
  });
  book.declare({
    ...rest,
    id: `rank.ranked.${day}`,
    metric: "rank.tracked",
    derivation: { op: "count", ...ranked },
    aspect: `with a rank, ${day} day`,
  });
  book.declare({
    ...rest,
    id: `rank.average.${day}`,
    metric: "rank.average",
    derivation: { op: "mean", field: RANK, ...ranked },
    aspect: `${day} day`,
  });
  book.formula(`rank.not_ranking.${day}`, "difference", [`rank.tracked.${day}`, `rank.ranked.${day}`], {
    ...rest,
    metric: "rank.not_ranking",
    aspect: `${day} day`,
  });
  for (const { id, words, from, to } of RANK_RANGES) {
    const where: readonly Condition[] = [
      { at: RANK, op: "gte", value: from },
      { at: RANK, op: "lte", value: to },
    ];
    const aspect = `${words.toLowerCase()}, ${day} day`;
    book.declare({
      ...rest,
      id: `rank.range.${id}.${day}`,
      metric: "rank.bucket",
      derivation: { op: "count", ...all, where },
      aspect,
    });
  }
}

function viewKeywords({ cache }: Desk, query: Gathered): readonly KeywordView[] {
  const rows = rowsPointer(cache, query);
  let place = 0;
  return keysOf(query).flatMap((snapshot) =>
    rowsIn(cache, snapshot, rows).map((row, index) => {
      place += 1;
      const rank = numeric(pick(row, RANK));
      return {
        snapshot,
        pointer: `${rows}/${index}`,
        place,
        id: String(pick(row, "/id")),
        rank: rank !== null && rank >= 1 ? rank : null,
      };
    }),
  );
}

/** Keywords that rank on both days, by how far they moved. */
function declareMovers(desk: Desk, inputs: RankingInputs, first: RowSelection): readonly KeywordEntry[] {
  const before = new Map(viewKeywords(desk, inputs.first.keywords).map((row) => [row.id, row.rank]));
  const moved = viewKeywords(desk, inputs.last.keywords)
    .map((row) => ({ row, change: row.rank === null ? 0 : row.rank - (before.get(row.id) ?? row.rank) }))
    .filter(({ change }) => change !== 0)
    .toSorted((a, b) => a.change - b.change || a.row.place - b.row.place);
  const better = moved.filter(({ change }) => change < 0).slice(0, SHORT);
  const worse = moved.filter(({ change }) => change > 0).slice(-SHORT);
  return [...better, ...worse].map(({ row }) => keyword(desk, row, first));
}

function keyword({ book, cache }: Desk, row: KeywordView, first: RowSelection): KeywordEntry {
  const base = `rank.keyword.${row.place}`;
  const quote = `keyword.${row.place}`;
  book.quote(quote, row.snapshot, `${row.pointer}/keyword`);
  const id = pick(cache.json(row.snapshot), `${row.pointer}/id`);
  const where = [{ at: "/id", op: "eq", value: String(id) }] as const;
  const rest = { metric: "rank.keyword", period: "primary" as const };
  book.declare({
    ...rest,
    id: `${base}.first`,
    derivation: { op: "lookup", field: RANK, ...first, where },
    aspect: "first day",
  });
  book.declare({
    ...rest,
    id: `${base}.last`,
    derivation: { op: "pick", snapshot: row.snapshot, pointer: `${row.pointer}${RANK}` },
    aspect: "last day",
  });
  book.formula(`${base}.change`, "delta_abs", [`${base}.last`, `${base}.first`], {
    ...rest,
    aspect: "change over the period",
  });
  const pointer = `${row.pointer}/search_volume/search_volume`;
  book.declare({
    id: `${base}.volume`,
    metric: "rank.volume",
    derivation: { op: "pick", snapshot: row.snapshot, pointer },
    period: "primary",
  });
  return { base, quote };
}
