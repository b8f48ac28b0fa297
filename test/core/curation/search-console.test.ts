import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MEMBER_LENGTH } from "../../../src/core/curation/member.ts";
import { SEARCH_CONSOLE_CURATION } from "../../../src/core/curation/search-console.ts";
import { TOP } from "../../../src/core/curation/top.ts";
import type { CuratedSnapshot } from "../../../src/core/curation/types.ts";
import { pick } from "../../../src/core/evidence/pointer.ts";
import { contextOf, curated, factIn, OCTOBER, ordersOf, said, snapshotOf } from "./support.ts";

type Figures = readonly [clicks: number, impressions: number, position?: number];

function row([clicks, impressions, position = 7.5]: Figures, ...keys: readonly string[]) {
  return { keys, clicks, impressions, position };
}

const gsc = (query: string, rows: readonly object[], options = {}) =>
  snapshotOf("search_console", query, rows.length === 0 ? {} : { rows }, options);

/** Days that add up to the totals: everything on the first. */
function month(total: Figures): readonly CuratedSnapshot[] {
  return [gsc("totals", [row(total)]), gsc("daily", [row(total, "2026-10-01")])];
}

const curate = (snapshots: readonly CuratedSnapshot[], context = contextOf()) =>
  curated(SEARCH_CONSOLE_CURATION, snapshots, context);

describe("Totals of Search Console", () => {
  it("say 24 clicks where the list of queries is empty, not the 0 of its sum", () => {
    const chunk = curate([...month([24, 3_100]), gsc("queries", [])]);
    expect(said(factIn(chunk, "gsc.clicks"))).toEqual(["number", 24]);
    expect(said(factIn(chunk, "gsc.listed_clicks"))).toEqual(["zero", 0]);
    expect(said(factIn(chunk, "gsc.unlisted_share"))).toEqual(["number", 1]);
    expect(said(factIn(chunk, "gsc.unlisted_clicks", { dimension: "brand", member: "hidden" }))).toEqual([
      "number",
      24,
    ]);
  });

  it("say 982 clicks and 37,100 impressions where queries add up to 720 and pages to 46,300", () => {
    const queries = [row([500, 20_000], "roof repair"), row([220, 9_000], "plunkett roofing")];
    const pages = [row([640, 30_000], "https://a.example/"), row([350, 16_300], "https://a.example/b")];
    const chunk = curate([...month([982, 37_100]), gsc("queries", queries), gsc("pages", pages)]);
    expect(said(factIn(chunk, "gsc.clicks"))).toEqual(["number", 982]);
    expect(said(factIn(chunk, "gsc.impressions"))).toEqual(["number", 37_100]);
    expect(said(factIn(chunk, "gsc.listed_clicks"))).toEqual(["number", 720]);
    expect(said(factIn(chunk, "gsc.ctr"))).toEqual(["number", 982 / 37_100]);
    expect(factIn(chunk, "gsc.page_clicks", { dimension: "page", member: "https://a.example/" }).caveats).toEqual([
      "gsc_by_page",
    ]);
    expect(chunk.facts.map(({ value }) => value)).not.toContain(46_300);
  });

  it("are not 68 % higher because rows by query and page are there: such rows are left alone", () => {
    const pairs = [row([60, 30_000], "roof", "/a"), row([40, 32_328], "roof", "/b")];
    const plain = curate(month([100, 37_100]));
    const chunk = curate([...month([100, 37_100]), gsc("query_pages", pairs)]);
    expect(chunk).toEqual(plain);
    expect(said(factIn(chunk, "gsc.impressions"))).toEqual(["number", 37_100]);
  });

  it("of one query are those of the list of queries, not the 6,110 that its pages add up to", () => {
    const pairs = ["/a", "/b", "/c"].map((page, at) => row([4, [3_000, 2_000, 1_110][at] ?? 0], "roof repair", page));
    const chunk = curate([
      ...month([100, 37_100]),
      gsc("queries", [row([10, 1_000], "roof repair")]),
      gsc("query_pages", pairs),
    ]);
    const query = { dimension: "query", member: "roof repair" } as const;
    expect(said(factIn(chunk, "gsc.query_impressions", query))).toEqual(["number", 1_000]);
    expect(said(factIn(chunk, "gsc.query_clicks", query))).toEqual(["number", 10]);
    expect(chunk.facts.map(({ value }) => value)).not.toContain(6_110);
  });

  it("are missing, not 0, when Google returns no row; no figure of an empty answer is a number", () => {
    const empty = ["totals", "daily", "queries", "pages", "devices", "countries"].map((query) => gsc(query, []));
    const chunk = curate(empty);
    expect(said(factIn(chunk, "gsc.clicks"))).toEqual(["missing", null]);
    expect(said(factIn(chunk, "gsc.unlisted_clicks", { dimension: "brand", member: "hidden" }))).toEqual([
      "missing",
      null,
    ]);
    expect(said(factIn(chunk, "gsc.clicks", { grain: "day", start: "2026-10-07" }))).toEqual(["missing", null]);
    expect(chunk.facts.filter(({ value }) => value !== null && value !== 0)).toEqual([]);
  });

  it("are 0 when Google says 0, and then have neither a rate nor a position", () => {
    const chunk = curate(month([0, 0, 0]));
    expect(said(factIn(chunk, "gsc.clicks"))).toEqual(["zero", 0]);
    expect(said(factIn(chunk, "gsc.ctr"))).toEqual(["not_defined", null]);
    expect(said(factIn(chunk, "gsc.position"))).toEqual(["not_defined", null]);
    expect(said(factIn(curate([...month([0, 0, 0]), gsc("queries", [])]), "gsc.unlisted_share"))).toEqual([
      "not_defined",
      null,
    ]);
  });

  it("name the cell they were read from, in the snapshot it is in", () => {
    const [totals, daily] = month([982, 37_100]);
    const fact = factIn(curate([totals, daily].flatMap((one) => one ?? [])), "gsc.clicks");
    expect(fact.origins).toEqual([{ snapshotKey: totals?.key, pointers: ["/body/rows/0/clicks"], more: 0 }]);
    expect(pick(totals?.document, "/body/rows/0/clicks")).toBe(982);
  });
});

describe("Days of Search Console", () => {
  it("are days of Pacific time, whatever the zone of the Business Unit", () => {
    const zones = new Set(
      curate(month([5, 50]), contextOf({ timeZone: "Europe/Paris" })).facts.map(({ timeZone }) => timeZone),
    );
    expect([...zones]).toEqual(["America/Los_Angeles"]);
  });

  it("without a row are missing once they are final, and are not there before", () => {
    const chunk = curate(month([5, 50]), contextOf({ range: OCTOBER, today: "2026-10-10" }));
    const days = chunk.facts.filter(({ metric, grain }) => metric === "gsc.clicks" && grain === "day");
    expect(days.map(({ period, state }) => [period.start, state])).toEqual([
      ["2026-10-01", "number"],
      ["2026-10-02", "missing"],
      ["2026-10-03", "missing"],
      ["2026-10-04", "missing"],
      ["2026-10-05", "missing"],
      ["2026-10-06", "missing"],
      ["2026-10-07", "missing"],
    ]);
  });

  it("are filling for three days, or from the day that Google itself calls incomplete", () => {
    const rows = [row([3, 30], "2026-10-05"), row([2, 20], "2026-10-08")];
    const at = (metadata: object | null) => {
      const daily = snapshotOf("search_console", "daily", { rows, metadata });
      const chunk = curate([gsc("totals", [row([5, 50])]), daily], contextOf({ today: "2026-10-10" }));
      return ["2026-10-05", "2026-10-08"].map((start) => factIn(chunk, "gsc.clicks", { grain: "day", start }).maturity);
    };
    expect(at(null)).toEqual(["final", "filling"]);
    expect(at({ firstIncompleteDate: "2026-10-05" })).toEqual(["filling", "filling"]);
    expect(at({ first_incomplete_date: "2026-10-09" })).toEqual(["final", "final"]);
  });

  it("that do not add up to the total stop the publication, and the words say both sums", () => {
    const chunk = curate([gsc("totals", [row([982, 37_100])]), gsc("daily", [row([720, 46_300], "2026-10-01")])]);
    expect(chunk.checks).toEqual([
      {
        check: "gsc_sum",
        ok: false,
        stops: true,
        detail: "720 clicks by day and 982 in total, 46300 impressions by day and 37100 in total.",
      },
    ]);
  });

  it("may be one click beside the total, and no more", () => {
    const apart = (by: number) =>
      curate([gsc("totals", [row([100, 900])]), gsc("daily", [row([100 + by, 900], "2026-10-01")])]).checks[0]?.ok;
    expect([apart(-1), apart(1), apart(2)]).toEqual([true, true, false]);
  });

  it("are not checked against a total that was not asked for", () => {
    expect(curate([gsc("daily", [row([1, 9], "2026-10-01")])]).checks).toEqual([]);
    expect(curate([gsc("totals", [row([1, 9])])]).checks).toEqual([]);
  });
});

describe("A month", () => {
  it("that is not over is partial and filling, and keeps its name when it grows", () => {
    const soFar = { start: "2026-10-01", end: "2026-10-20" };
    const early = factIn(curate(month([5, 50]), contextOf({ range: soFar, today: "2026-10-20" })), "gsc.clicks");
    expect([early.state, early.value, early.maturity]).toEqual(["partial", 5, "filling"]);
    const late = factIn(curate(month([9, 50])), "gsc.clicks");
    expect([late.state, late.value, late.maturity]).toEqual(["number", 9, "final"]);
    expect(late.period).toEqual(early.period);
  });

  it("that is over stays partial while its last days are not in: three days short, it is no fall against the one before", () => {
    const state = (today: string) => {
      const fact = factIn(curate(month([900, 9_999]), contextOf({ today })), "gsc.clicks");
      return [fact.state, fact.maturity];
    };
    expect(state("2026-11-01")).toEqual(["partial", "filling"]);
    expect(state("2026-11-02")).toEqual(["partial", "filling"]);
    expect(state("2026-11-03")).toEqual(["number", "final"]);
  });

  it("has no figure from a part of its days: neither from its end nor from an early back-fill nor from two months", () => {
    const months = (range: { start: string; end: string }) =>
      curate(month([5, 50]), contextOf({ range })).facts.filter(({ grain }) => grain === "month").length;
    expect(months({ start: "2026-10-15", end: "2026-10-31" })).toBe(0);
    expect(months({ start: "2026-10-01", end: "2026-10-15" })).toBe(0);
    expect(months({ start: "2026-10-01", end: "2026-11-30" })).toBe(0);
    expect(months(OCTOBER)).toBeGreaterThan(0);
  });

  it("inside a known break carries it on impressions, rate and position, and not on clicks", () => {
    const march = { start: "2026-03-01", end: "2026-03-31" };
    const chunk = curate(
      [gsc("totals", [row([5, 50])]), gsc("daily", [row([5, 50], "2026-03-02")])],
      contextOf({ range: march }),
    );
    const caveats = (metric: string) => factIn(chunk, metric).caveats;
    expect(caveats("gsc.impressions")).toEqual(["gsc_impressions_over_reported"]);
    expect(caveats("gsc.ctr")).toEqual(["gsc_impressions_over_reported"]);
    expect(caveats("gsc.clicks")).toEqual([]);
  });
});

describe("Lists of Search Console", () => {
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => row([count - at, 100, 3], `query ${from + at}`));

  it("keep the strongest rows of however many pages, and sums over all of them", () => {
    const chunk = curate([
      ...month([999_999_999, 999_999_999]),
      gsc("queries", rows(0, 25_000), { page: 0 }),
      gsc("queries", rows(25_000, 10_000), { page: 1 }),
    ]);
    const kept = chunk.facts.filter(({ metric }) => metric === "gsc.query_clicks");
    expect(kept).toHaveLength(TOP);
    expect(kept.map(({ value }) => value ?? 0).sort((a, b) => b - a)[0]).toBe(25_000);
    expect(factIn(chunk, "gsc.listed_clicks").value).toBe((25_000 * 25_001) / 2 + (10_000 * 10_001) / 2);
    expect(chunk.rows).toBe(35_002);
  });

  it("carry no more from page to page than the rows they keep", () => {
    const carried = [0, 1, 2].reduce(
      (state, page) => SEARCH_CONSOLE_CURATION.take(state, gsc("queries", rows(page * 25_000, 25_000), { page })),
      SEARCH_CONSOLE_CURATION.start(contextOf()),
    );
    expect(JSON.stringify(carried).length).toBeLessThan(120_000);
  });

  it("name a hundred cells of a page behind a sum, and how many more there are", () => {
    const chunk = curate([...month([999, 9_999]), gsc("queries", rows(0, 250))]);
    const [origin] = factIn(chunk, "gsc.listed_clicks").origins;
    expect([origin?.pointers.length, origin?.more]).toEqual([100, 150]);
  });

  it("that were cut off make their sums bounds, and leave totals and rows exact", () => {
    const chunk = curate([...month([900, 9_999]), gsc("queries", rows(0, 20), { capped: true })]);
    expect(said(factIn(chunk, "gsc.listed_clicks"))).toEqual(["capped", 210]);
    expect(said(factIn(chunk, "gsc.unlisted_clicks", { dimension: "brand", member: "hidden" }))).toEqual([
      "capped",
      690,
    ]);
    expect(factIn(chunk, "gsc.unlisted_share").state).toBe("capped");
    expect(said(factIn(chunk, "gsc.clicks"))).toEqual(["number", 900]);
    const first = factIn(chunk, "gsc.query_clicks", { dimension: "query", member: "query 0" });
    expect([first.state, first.caveats]).toEqual(["number", ["capped"]]);
  });

  it("stay bounds when a later page was whole", () => {
    const pages = [gsc("queries", rows(0, 2), { capped: true }), gsc("queries", rows(2, 2), { page: 1 })];
    expect(factIn(curate([...month([900, 9_999]), ...pages]), "gsc.listed_clicks").state).toBe("capped");
  });

  it("that explain more clicks than there are leave none hidden, not less than none", () => {
    const chunk = curate([...month([10, 100]), gsc("queries", [row([11, 50], "roof")])]);
    expect(said(factIn(chunk, "gsc.unlisted_share"))).toEqual(["zero", 0]);
    expect(said(factIn(chunk, "gsc.unlisted_clicks", { dimension: "brand", member: "hidden" }))).toEqual(["zero", 0]);
  });

  it("are split into brand, non-brand and hidden; without brand terms the split is unavailable", () => {
    const list = gsc("queries", [row([30, 90], "Plunkett Roofing"), row([50, 900], "roof repair")]);
    const split = (brandTerms: readonly string[]) => {
      const chunk = curate([...month([100, 1_000]), list], contextOf({ brandTerms }));
      const part = (metric: string, member: string) => said(factIn(chunk, metric, { dimension: "brand", member }));
      return [
        part("gsc.brand_clicks", "brand"),
        part("gsc.nonbrand_clicks", "non_brand"),
        part("gsc.unlisted_clicks", "hidden"),
      ];
    };
    expect(split(["PLUNKETT"])).toEqual([
      ["number", 30],
      ["number", 50],
      ["number", 20],
    ]);
    expect(split([])).toEqual([
      ["unavailable", null],
      ["unavailable", null],
      ["number", 20],
    ]);
  });

  it("give each page group the clicks of its pages, a page to the first group that fits", () => {
    const pageGroups = [
      { label: "Guides", prefix: "/guides" },
      { label: "Shop", prefix: "/shop" },
      { label: "Empty", prefix: "/none" },
    ];
    const pages = [
      row([5, 50], "https://a.example/guides/one"),
      row([7, 50], "https://a.example/guides/two"),
      row([2, 50], "https://a.example/"),
      row([3, 50], "https://a.example/shop"),
    ];
    const chunk = curate(
      [...month([20, 200]), gsc("pages", pages.slice(0, 2)), gsc("pages", pages.slice(2), { page: 1, capped: true })],
      contextOf({ pageGroups }),
    );
    const group = (member: string) => said(factIn(chunk, "gsc.group_clicks", { dimension: "page_group", member }));
    expect([group("Guides"), group("Shop"), group("Empty")]).toEqual([
      ["capped", 12],
      ["capped", 3],
      ["capped", 0],
    ]);
  });

  it("split by device and country, the fifty strongest countries", () => {
    const countries = Array.from({ length: 70 }, (_, at) => row([at, 100], `c${String(at).padStart(2, "0")}`));
    const chunk = curate([
      ...month([10, 100]),
      gsc("devices", [row([6, 60, 4], "MOBILE")]),
      gsc("countries", countries),
    ]);
    expect(said(factIn(chunk, "gsc.segment_ctr", { dimension: "device", member: "MOBILE" }))).toEqual(["number", 0.1]);
    const kept = chunk.facts.filter(
      ({ metric, dimension }) => metric === "gsc.segment_clicks" && dimension === "country",
    );
    expect(kept.map(({ member }) => member)).toEqual(Array.from({ length: 50 }, (_, at) => `c${at + 20}`));
  });

  it("keep every name its own fact: other scripts, prototype words, very long and broken ones", () => {
    const long = `https://a.example/${"x".repeat(400)}`;
    const names = [
      "__proto__",
      "constructor",
      "toString",
      "تقارير",
      "🏠 toit",
      `${long}1`,
      `${long}2`,
      "a\u0000b",
      "a b",
      "\ud800",
      "",
    ];
    const list = names.map((name, at) => row([100 - at, 200], name));
    const chunk = curate([...month([999, 9_999]), gsc("queries", list)]);
    const clicks = chunk.facts.filter(({ metric }) => metric === "gsc.query_clicks");
    expect(clicks.map(({ value }) => value).sort()).toEqual(list.map((one) => one.clicks).sort());
    expect(new Set(clicks.map(({ member }) => member)).size).toBe(names.length);
    for (const { member } of clicks) {
      expect(member.length).toBeLessThanOrEqual(MEMBER_LENGTH);
      expect(member.isWellFormed()).toBe(true);
      expect(member).not.toMatch(/[\u0000-\u001f]/);
    }
    expect(clicks.map(({ member }) => member)).toContain("تقارير");
  });

  it("read a row without its key as one without a name", () => {
    const { keys: _, ...nameless } = row([5, 50]);
    const chunk = curate([...month([10, 100]), gsc("queries", [nameless]), gsc("pages", [nameless])]);
    expect(said(factIn(chunk, "gsc.query_clicks", { dimension: "query" }))).toEqual(["number", 5]);
  });

  it("take a row that turns up on two pages once", () => {
    const moved = [gsc("queries", [row([5, 50], "roof")]), gsc("queries", [row([5, 50], "roof")], { page: 1 })];
    const chunk = curate([...month([10, 100]), ...moved]);
    expect(chunk.facts.filter(({ metric }) => metric === "gsc.query_clicks")).toHaveLength(1);
  });
});

describe("The fold of Search Console", () => {
  const snapshots = [
    gsc("totals", [row([50, 500])]),
    gsc("daily", [row([20, 200], "2026-10-02"), row([30, 300], "2026-10-01")]),
    gsc("queries", [row([9, 90], "a"), row([9, 90], "b"), row([1, 10], "plunkett")]),
    gsc("queries", [row([9, 90], "c"), row([9, 90], "b")], { page: 1 }),
    gsc("pages", [row([9, 90], "/a")]),
  ];

  it("gives the same bytes twice and in every order of the pages", () => {
    const bytes = ordersOf(snapshots).map((order) => JSON.stringify(curate(order)));
    expect(new Set(bytes).size).toBe(1);
  });

  it("reads every figure of a list from the very cell it names, whatever the list holds", () => {
    const figures = fc.record({
      key: fc.string({ unit: "grapheme", maxLength: 400 }),
      clicks: fc.nat({ max: 1_000 }),
      impressions: fc.integer({ min: 1, max: 100_000 }),
      position: fc.double({ min: 1, max: 100, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(figures, { maxLength: 8 }), { maxLength: 4 }), (lists) => {
        const pages = lists.map((list, page) =>
          gsc(
            "queries",
            list.map(({ key, ...rest }) => ({ keys: [key], ...rest })),
            { page },
          ),
        );
        const chunk = curate([...month([9_999, 99_999]), ...pages]);
        expect(JSON.stringify(curate([...pages.toReversed(), ...month([9_999, 99_999])]))).toBe(JSON.stringify(chunk));
        const documents = new Map(pages.map(({ key, document }) => [key, document]));
        for (const { metric, value, origins } of chunk.facts) {
          if (metric !== "gsc.query_clicks" && metric !== "gsc.query_position") continue;
          const [where] = origins;
          expect(pick(documents.get(where?.snapshotKey ?? ""), where?.pointers[0] ?? "")).toBe(value);
        }
        const all = lists.flat().reduce((sum, { clicks }) => sum + clicks, 0);
        if (lists.length > 0) expect(factIn(chunk, "gsc.listed_clicks").value).toBe(all);
      }),
    );
  });

  it("names a snapshot it cannot read by source, query and path, never by its value", () => {
    const broken = snapshotOf("search_console", "daily", {
      rows: [{ ...row([1, 2], "2026-10-01"), clicks: "secret" }],
    });
    expect(() => curate([broken])).toThrow(
      "The snapshot of search_console daily, page 0 cannot be read: rows.0.clicks: expected number, found a string.",
    );
  });
});
