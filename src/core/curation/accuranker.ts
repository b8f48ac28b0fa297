/** AccuRanker: share of voice day by day, and where each tracked keyword stood at the end of the month. */
import * as v from "valibot";
import type { DayRange } from "../business-unit/types.ts";
import { absent, type Cell, known, NO_SUM, origin, PageSum, ratio, type Sum, summed } from "./cells.ts";
import { ChunkFacts, monthOf } from "./chunk.ts";
import { order } from "./member.ts";
import { bodyOf } from "./read.ts";
import type { CuratedChunk, CuratedSnapshot, Curation, CurationContext } from "./types.ts";

const Id = v.union([v.number(), v.string()]);
const DomainSchema = v.object({
  history: v.optional(
    v.nullable(
      v.array(v.object({ date: v.string(), share_of_voice_percentage: v.optional(v.nullable(v.number()), null) })),
    ),
    null,
  ),
});
const KeywordSchema = v.object({
  id: Id,
  keyword: v.string(),
  ranks: v.optional(
    v.nullable(v.array(v.object({ created_at: v.string(), rank: v.optional(v.nullable(v.number()), null) }))),
    null,
  ),
});
/** Official examples show a bare list, other readers met `{results}`. */
const KeywordsSchema = v.union([v.array(KeywordSchema), v.object({ results: v.array(KeywordSchema) })]);

/** Keywords that become facts one by one; by id, so that the same ones stay. */
const KEYWORDS = 500;

/** Rank ranges as members. */
const RANGES = [
  { name: "1-3", from: 1, to: 3 },
  { name: "4-10", from: 4, to: 10 },
  { name: "11-20", from: 11, to: 20 },
  { name: "21 and more", from: 21, to: 1_000_000 },
] as const;

/** Keywords whose rank lies in a range. */
interface RangeSum {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly sum: Sum;
}

interface Voice {
  readonly day: string;
  readonly share: number | null;
  readonly snapshotKey: string;
  readonly pointer: string;
}

interface Keyword {
  readonly id: string;
  readonly name: string;
  /** null: it does not rank; undefined is not JSON, so what was never measured says so. */
  readonly rank: number | null;
  readonly measured: boolean;
  readonly snapshotKey: string;
  readonly pointer: string;
}

export interface RankCarried {
  readonly context: CurationContext;
  readonly rows: number;
  /** null: not asked. */
  readonly voice: readonly Voice[] | null;
  readonly keywords: readonly Keyword[] | null;
  readonly tracked: Sum;
  readonly notRanking: Sum;
  readonly ranks: Sum;
  readonly ranked: Sum;
  readonly ranges: readonly RangeSum[];
}

function start(context: CurationContext): RankCarried {
  const sums = { tracked: NO_SUM, notRanking: NO_SUM, ranks: NO_SUM, ranked: NO_SUM };
  return {
    context,
    rows: 0,
    voice: null,
    keywords: null,
    ...sums,
    ranges: RANGES.map((range) => ({ ...range, sum: NO_SUM })),
  };
}

function take(carried: RankCarried, snapshot: CuratedSnapshot): RankCarried {
  const { query } = snapshot.document;
  if (query === "domain") return withVoice(carried, snapshot);
  return query === "keywords" ? withKeywords(carried, snapshot) : carried;
}

function within({ start: from, end }: DayRange, day: string): boolean {
  return day >= from && day <= end;
}

function withVoice(carried: RankCarried, snapshot: CuratedSnapshot): RankCarried {
  const history = bodyOf(DomainSchema, snapshot).history ?? [];
  const voice = history.map((entry, at): Voice => {
    const { date, share_of_voice_percentage: share } = entry;
    const pointer = `/body/history/${at}${share === null ? "" : "/share_of_voice_percentage"}`;
    return { day: date.slice(0, 10), share, snapshotKey: snapshot.key, pointer };
  });
  const own = voice.filter(({ day }) => within(carried.context.range, day));
  return { ...carried, rows: carried.rows + history.length, voice: own.sort((a, b) => order(a.day, b.day)) };
}

function withKeywords(carried: RankCarried, snapshot: CuratedSnapshot): RankCarried {
  const body = bodyOf(KeywordsSchema, snapshot);
  const [list, base] = "results" in body ? [body.results, "/body/results"] : [body, "/body"];
  const sum = () => new PageSum(snapshot.key);
  const page = { tracked: sum(), notRanking: sum(), ranks: sum(), ranked: sum() };
  const found = list.map((entry, at) => readKeyword(entry, `${base}/${at}`, snapshot.key, carried.context.range));
  for (const [at, { rank, measured, pointer }] of found.entries()) {
    page.tracked.add(1, `${base}/${at}/id`);
    if (measured && rank === null) page.notRanking.add(1, pointer);
    if (rank === null) continue;
    page.ranks.add(rank, pointer);
    page.ranked.add(1, pointer);
  }
  return {
    ...carried,
    rows: carried.rows + list.length,
    keywords: [...(carried.keywords ?? []), ...found].sort(byId).slice(0, KEYWORDS),
    tracked: page.tracked.onto(carried.tracked),
    notRanking: page.notRanking.onto(carried.notRanking),
    ranks: page.ranks.onto(carried.ranks),
    ranked: page.ranked.onto(carried.ranked),
    ranges: carried.ranges.map((range) => ({ ...range, sum: countIn(range, found, sum()).onto(range.sum) })),
  };
}

function countIn({ from, to }: RangeSum, keywords: readonly Keyword[], page: PageSum): PageSum {
  for (const { rank, pointer } of keywords) if (rank !== null && rank >= from && rank <= to) page.add(1, pointer);
  return page;
}

type KeywordEntry = v.InferOutput<typeof KeywordSchema>;

/** Where a keyword stood when it was last measured in the range. Nothing below 1 is a rank: it means "not ranking". */
function readKeyword({ id, keyword, ranks }: KeywordEntry, at: string, snapshotKey: string, range: DayRange): Keyword {
  const name = { id: String(id), name: keyword, snapshotKey };
  const last = [...(ranks ?? []).entries()]
    .filter(([, { created_at }]) => within(range, created_at.slice(0, 10)))
    .sort(([, a], [, b]) => order(a.created_at, b.created_at))
    .at(-1);
  if (last === undefined) return { ...name, rank: null, measured: false, pointer: `${at}/id` };
  const [index, { rank }] = last;
  const pointer = `${at}/ranks/${index}${rank === null ? "" : "/rank"}`;
  return { ...name, rank: rank !== null && rank >= 1 ? rank : null, measured: true, pointer };
}

/** Ids are digits, so the shorter one is the smaller one. */
function byId(a: Keyword, b: Keyword): number {
  return a.id.length - b.id.length || order(a.id, b.id) || order(a.snapshotKey, b.snapshotKey);
}

function finish(carried: RankCarried): CuratedChunk {
  const { context, voice, keywords } = carried;
  const { timeZone, currency } = context;
  const facts = new ChunkFacts({ context, timeZone, currency, incompleteFrom: null, caveats: [] });
  const month = monthOf(context);
  if (voice !== null) addVoice(facts, month, voice);
  if (month !== null && keywords !== null) {
    addCounts(facts, month, carried);
    addKeywords(facts, month, keywords);
  }
  return { facts: facts.all(), checks: [], tasks: null, rows: carried.rows };
}

function addVoice(facts: ChunkFacts, month: DayRange | null, voice: readonly Voice[]): void {
  const cells = voice.map(({ day, share, snapshotKey, pointer }) => {
    const origins = [origin(snapshotKey, pointer)];
    return {
      day,
      cell: share === null ? absent("missing", "AccuRanker has no value of this day.", origins) : known(share, origins),
    };
  });
  for (const { day, cell } of cells) facts.day("rank.share_of_voice", day, cell);
  const last = cells.findLast(({ cell }) => cell.value !== null);
  const whole = last?.cell ?? absent("missing", "AccuRanker measured no share of voice in this month.");
  if (month !== null) facts.month("rank.share_of_voice", month, whole);
}

function addCounts(
  facts: ChunkFacts,
  month: DayRange,
  { tracked, notRanking, ranks, ranked, ranges }: RankCarried,
): void {
  // An empty list says that nothing was read, not that everything was measured and nothing found.
  const none = absent("missing", "AccuRanker returned no keyword.", tracked.origins);
  const cell = (sum: Sum): Cell => (summed(tracked).value === 0 ? none : summed(sum));
  facts.month("rank.tracked", month, cell(tracked), ["rank_sample"]);
  facts.month("rank.not_ranking", month, cell(notRanking), ["rank_sample"]);
  facts.month("rank.average", month, ratio(cell(ranks), cell(ranked)), ["rank_sample"]);
  for (const { name, sum } of ranges) {
    facts.part("rank.bucket", month, ["rank_range", name], cell(sum), ["rank_sample"]);
  }
}

function addKeywords(facts: ChunkFacts, month: DayRange, keywords: readonly Keyword[]): void {
  const names = new Set<string>();
  const caveats = keywords.length === KEYWORDS ? ["rank_cut", "rank_sample"] : ["rank_sample"];
  for (const { id, name, rank, measured, snapshotKey, pointer } of keywords) {
    const origins = [origin(snapshotKey, pointer)];
    const why = measured ? "It did not rank." : "It was not measured in this month.";
    // One keyword may be tracked for two places or devices; the one tracked first keeps the plain name.
    const member = names.has(name) ? `${name} #${id}` : name;
    names.add(name);
    const cell = rank === null ? absent("missing", why, origins) : known(rank, origins);
    facts.part("rank.keyword", month, ["keyword", member], cell, caveats);
  }
}

/** The fold of AccuRanker. */
export const ACCURANKER_CURATION: Curation<RankCarried> = {
  source: "accuranker",
  transform: "accuranker.2",
  start,
  take,
  finish,
};
