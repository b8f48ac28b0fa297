import { describe, expect, it } from "vitest";
import { ACCURANKER_CURATION } from "../../../src/core/curation/accuranker.ts";
import type { CuratedSnapshot } from "../../../src/core/curation/types.ts";
import { contextOf, curated, factIn, ordersOf, said, snapshotOf } from "./support.ts";

type Rank = readonly [day: string, rank: number | null];

const keyword = (id: number, name: string, ...ranks: readonly Rank[]) => ({
  id,
  keyword: name,
  ranks: ranks.map(([day, rank]) => ({ created_at: `${day}T04:00:00Z`, rank })),
});
const keywords = (list: readonly object[], page = 0) => snapshotOf("accuranker", "keywords", list, { page });
const domain = (...history: readonly (readonly [string, number | null])[]) =>
  snapshotOf("accuranker", "domain", {
    history: history.map(([date, share]) => ({ date, share_of_voice_percentage: share })),
  });

const curate = (snapshots: readonly CuratedSnapshot[], context = contextOf()) =>
  curated(ACCURANKER_CURATION, snapshots, context);
const rank = (chunk: ReturnType<typeof curate>, member: string) =>
  factIn(chunk, "rank.keyword", { dimension: "keyword", member });

describe("Share of voice", () => {
  it("is known per day, and of a month on its last measured day", () => {
    const chunk = curate([domain(["2026-10-31", null], ["2026-10-30", 12.4], ["2026-10-01", 10], ["2026-09-30", 9])]);
    expect(said(factIn(chunk, "rank.share_of_voice", { grain: "day", start: "2026-10-01" }))).toEqual(["number", 10]);
    expect(said(factIn(chunk, "rank.share_of_voice", { grain: "day", start: "2026-10-31" }))).toEqual([
      "missing",
      null,
    ]);
    expect(said(factIn(chunk, "rank.share_of_voice"))).toEqual(["number", 12.4]);
    expect(chunk.facts.filter(({ grain }) => grain === "day")).toHaveLength(3);
  });

  it("is missing where nothing was measured, and has no month in a part of one", () => {
    expect(said(factIn(curate([domain()]), "rank.share_of_voice"))).toEqual(["missing", null]);
    expect(said(factIn(curate([snapshotOf("accuranker", "domain", {})]), "rank.share_of_voice"))).toEqual([
      "missing",
      null,
    ]);
    const late = contextOf({ range: { start: "2026-10-20", end: "2026-10-31" } });
    const chunk = curate([domain(["2026-10-25", 5]), keywords([keyword(1, "roof", ["2026-10-25", 4])])], late);
    expect(chunk.facts.map(({ grain }) => grain)).toEqual(["day"]);
  });
});

describe("Ranks of keywords", () => {
  it("are those of the last measurement of the month; not ranking is no rank, neither 0 nor 100", () => {
    const chunk = curate([
      keywords([
        keyword(1, "roof repair", ["2026-10-31", 4], ["2026-10-01", 9], ["2026-11-01", 1]),
        keyword(2, "gutter", ["2026-10-30", 12], ["2026-10-31", null]),
        keyword(3, "tiles", ["2026-10-31", 0]),
        keyword(4, "slate"),
        { id: 5, keyword: "lead", ranks: null },
      ]),
    ]);
    expect(said(rank(chunk, "roof repair"))).toEqual(["number", 4]);
    expect(rank(chunk, "roof repair").origins[0]?.pointers).toEqual(["/body/0/ranks/0/rank"]);
    expect([said(rank(chunk, "gutter")), rank(chunk, "gutter").reason]).toEqual([
      ["missing", null],
      "It did not rank.",
    ]);
    expect(said(rank(chunk, "tiles"))).toEqual(["missing", null]);
    expect(rank(chunk, "slate").reason).toBe("It was not measured in this month.");
    expect(said(factIn(chunk, "rank.tracked"))).toEqual(["number", 5]);
    expect(said(factIn(chunk, "rank.not_ranking"))).toEqual(["number", 2]);
    expect(said(factIn(chunk, "rank.average"))).toEqual(["number", 4]);
  });

  it("are counted by range over all keywords, and averaged over those that rank", () => {
    const ranks = [1, 3, 4, 10, 11, 20, 21, 88];
    const chunk = curate([keywords(ranks.map((one, at) => keyword(at, `k${at}`, ["2026-10-31", one])))]);
    const range = (member: string) => factIn(chunk, "rank.bucket", { dimension: "rank_range", member }).value;
    expect(["1-3", "4-10", "11-20", "21 and more"].map(range)).toEqual([2, 2, 2, 2]);
    expect(factIn(chunk, "rank.average").value).toBe(158 / 8);
  });

  it("have no average when none ranks, and no count when no keyword came", () => {
    const unranked = curate([keywords([keyword(1, "roof", ["2026-10-31", null])])]);
    expect(factIn(unranked, "rank.average").state).toBe("not_defined");
    expect(said(factIn(unranked, "rank.bucket", { dimension: "rank_range", member: "1-3" }))).toEqual(["zero", 0]);
    const empty = curate([keywords([])]);
    expect(empty.facts.map(({ state }) => state)).toEqual(empty.facts.map(() => "missing"));
  });

  it("keep two keywords of one name apart, and the plain name for the one tracked first", () => {
    const twice = [keyword(30, "roof", ["2026-10-31", 7]), keyword(9, "roof", ["2026-10-31", 2])];
    const chunk = curate([keywords(twice)]);
    expect([rank(chunk, "roof").value, rank(chunk, "roof #30").value]).toEqual([2, 7]);
  });

  it("are shown one by one for five hundred keywords, the same ones in every refresh, and counted for all", () => {
    const list = Array.from({ length: 800 }, (_, at) => keyword(at, `k${at}`, ["2026-10-31", 5]));
    const chunk = curate([keywords(list.slice(400), 1), keywords(list.slice(0, 400))]);
    const shown = chunk.facts.filter(({ metric }) => metric === "rank.keyword");
    expect(shown).toHaveLength(500);
    expect(shown.every(({ member }) => Number(member.slice(1)) < 500)).toBe(true);
    expect(shown[0]?.caveats).toEqual(["rank_cut", "rank_sample"]);
    expect(factIn(chunk, "rank.tracked").value).toBe(800);
  });

  it("are the same whichever of two pages a keyword turned up on came first", () => {
    const pages = [
      keywords([keyword(1, "roof", ["2026-10-31", 4])]),
      keywords([keyword(1, "roof", ["2026-10-31", 5])], 1),
    ];
    expect(new Set(ordersOf(pages).map((order) => rank(curate(order), "roof").value))).toEqual(new Set([4]));
  });

  it("are read from a bare list and from results alike", () => {
    const list = [keyword(1, "roof", ["2026-10-31", 4])];
    const wrapped = curate([snapshotOf("accuranker", "keywords", { results: list })]);
    expect(rank(wrapped, "roof").origins[0]?.pointers).toEqual(["/body/results/0/ranks/0/rank"]);
  });

  it("give the same bytes in every order of the snapshots, whatever else lies beside them", () => {
    const snapshots = [
      domain(["2026-10-30", 12.4], ["2026-10-01", 10]),
      keywords([keyword(1, "roof", ["2026-10-31", 4]), keyword(3, "tile", ["2026-10-31", 8])]),
      keywords([keyword(2, "gutter", ["2026-10-31", null]), keyword(4, "roof", ["2026-10-31", 9])], 1),
      snapshotOf("accuranker", "landing_pages", []),
    ];
    expect(new Set(ordersOf(snapshots).map((order) => JSON.stringify(curate(order)))).size).toBe(1);
  });
});
