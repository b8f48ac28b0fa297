import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FactBook } from "../../../src/core/dashboard/facts.ts";
import { buildDashboard, defaultMonth, periodsOf } from "../../../src/core/dashboard/feed.ts";
import { movementBetween } from "../../../src/core/dashboard/movement.ts";
import { elapsedShare, pacingOf, targetOf } from "../../../src/core/dashboard/pacing.ts";
import { addDays } from "../../../src/core/facts/days.ts";
import type { FactView } from "../../../src/core/wire-data.ts";
import { day, fact, input, metricOf } from "./hands.ts";

const NONE = new Map<string, { text: string }>();
const maturity = () => 3;

function metric(id: string) {
  const found = metricOf(id);
  if (found === null) throw new Error(`${id} is not in the catalogue`);
  return found;
}

const move = (id: string, now: FactView | null, before: FactView | null, breaks = NONE) =>
  movementBetween(metric(id), "previous", now, before, breaks);

describe("a movement", () => {
  const october = (value: number | null, more = {}) => fact("gsc.clicks", "2026-10-01", value, more);
  const september = (value: number | null, more = {}) => fact("gsc.clicks", "2026-09-01", value, more);

  it.each<[string, FactView | null, FactView | null, number | null, number | null, RegExp | null]>([
    ["of a count is a share of what it was", october(150), september(120), 30, 0.25, null],
    ["of a small count has no percentage", october(150), september(99), 51, null, /too few/],
    ["from nothing is new", october(150), september(0), 150, null, /^New/],
    ["of nothing to nothing is none", october(0), september(0), 0, null, /^None/],
    ["to a missing value is not stated", october(null), september(120), null, null, /nothing to compare/],
    ["without the period before is not stated", october(150), null, null, null, /nothing to compare/],
    [
      "of half a month to a whole one is not stated",
      october(80, { state: "partial" }),
      september(120),
      null,
      null,
      /not complete/,
    ],
    ["of capped rows is not stated", october(80, { state: "capped" }), september(120), null, null, /cut the rows/],
    ["across zones is not stated", october(150, { timeZone: "UTC" }), september(120), null, null, /zone changed/],
  ])("%s", (_, now, before, absolute, relative, note) => {
    const found = move("gsc.clicks", now, before);
    expect([found.absolute, found.relative]).toEqual([absolute, relative]);
    if (note === null) expect(found.note).toBeNull();
    else expect(found.note).toMatch(note);
  });

  it("between months of different length is told a day as well: 3,100 clicks in October are no more a day than 3,000 in September", () => {
    const found = move("gsc.clicks", october(3_100), september(3_000));
    expect(found.relative).toBeCloseTo(0.0333, 4);
    expect(found.perDay).toBeCloseTo(0, 9);
    expect(move("gsc.clicks", october(3_100), fact("gsc.clicks", "2026-08-01", 3_000)).perDay).toBeNull();
    // A rate has no length, and what has no percentage in total has none a day.
    const rate = move("gsc.ctr", fact("gsc.ctr", "2026-10-01", 0.05), fact("gsc.ctr", "2026-09-01", 0.04));
    expect([rate.perDay, move("gsc.clicks", october(150), september(99)).perDay]).toEqual([null, null]);
  });

  it("of a rate is told in points too, and of a place only as places", () => {
    const ctr = move("gsc.ctr", fact("gsc.ctr", "2026-10-01", 0.05), fact("gsc.ctr", "2026-09-01", 0.04));
    expect([ctr.points, ctr.relative]).toEqual([expect.closeTo(1, 9), expect.closeTo(0.25, 9)]);
    const place = move("gsc.position", fact("gsc.position", "2026-10-01", 8), fact("gsc.position", "2026-09-01", 10));
    expect(place).toMatchObject({ absolute: -2, relative: null, points: null, note: null });
  });

  it("of fractional conversions has no percentage either where they were few, and none from next to nothing", () => {
    const of = (id: string, now: number, before: number) =>
      move(id, fact(id, "2026-10-01", now), fact(id, "2026-09-01", before));
    expect(of("ads.conversions", 20.5, 10.25)).toMatchObject({
      relative: null,
      note: expect.stringContaining("too few"),
    });
    expect(of("ads.conversions", 60, 40).relative).toBe(0.5);
    expect(of("ga4.site_revenue", 1, 5e-324)).toMatchObject({ relative: null, note: "New." });
  });

  it("over a known measurement break says so instead of a number", () => {
    const breaks = new Map([["gsc_impressions_over_reported", { text: "Over-reported." }]]);
    const before = fact("gsc.impressions", "2026-04-01", 9_000, { caveats: ["gsc_impressions_over_reported"] });
    const found = move("gsc.impressions", fact("gsc.impressions", "2026-10-01", 7_000), before, breaks);
    expect(found).toMatchObject({ absolute: null, relative: null, note: "Over-reported." });
  });
});

describe("a month that is not complete", () => {
  const [period, base] = [
    { start: "2026-11-01", end: "2026-11-30" },
    { start: "2026-10-01", end: "2026-10-31" },
  ];
  const run = (start: string, values: readonly number[], more = {}, id = "gsc.clicks") =>
    values.map((value, n) => day(id, addDays(start, n), value, more));
  const many = (count: number, value: number) => Array.from({ length: count }, () => value);
  const november = (more = {}) => fact("gsc.clicks", period.start, 400, { state: "partial", ...more });
  const moved = (days: readonly FactView[], id = "gsc.clicks", breaks = NONE) => {
    const [now, before] = [november({ metric: id }), fact(id, base.start, 9_300)];
    return movementBetween(metric(id), "previous", now, before, breaks, { book: new FactBook(days), period, base });
  };

  it("is held against as many days of the other, not against all of it: 400 clicks are not 96 % fewer than 9,300", () => {
    const days = [...run(period.start, many(10, 40)), ...run(base.start, many(31, 30))];
    expect(moved(days)).toMatchObject({ absolute: 100, relative: 100 / 300, days: 10, note: null });
  });

  it("leaves out the days that may still grow, and all after a day that one side did not measure", () => {
    const settled = run(period.start, many(9, 40));
    const growing = run("2026-11-10", many(3, 1), { maturity: "filling" });
    expect(moved([...settled, ...growing, ...run(base.start, many(31, 30))])).toMatchObject({ days: 9, absolute: 90 });
    const gap = run(base.start, many(31, 30)).filter((one) => one.period.start !== "2026-10-09");
    expect(moved([...run(period.start, many(12, 40)), ...gap])).toMatchObject({ days: 8, absolute: 80 });
  });

  it("is compared no further than the shorter month goes", () => {
    const february = { start: "2026-02-01", end: "2026-02-28" };
    const days = [...run("2026-03-01", many(30, 10)), ...run("2026-02-01", many(28, 9))];
    const march = { start: "2026-03-01", end: "2026-03-31" };
    const now = fact("gsc.clicks", march.start, 300, { state: "partial" });
    const of = { book: new FactBook(days), period: march, base: february };
    const found = movementBetween(
      metric("gsc.clicks"),
      "previous",
      now,
      fact("gsc.clicks", "2026-02-01", 252),
      NONE,
      of,
    );
    expect(found).toMatchObject({ days: 28, absolute: 28 });
  });

  it.each<[string, readonly FactView[], string]>([
    [
      "of what may not be summed",
      [...run(period.start, many(10, 4), {}, "gsc.position"), ...run(base.start, many(31, 3), {}, "gsc.position")],
      "gsc.position",
    ],
    [
      "across zones",
      [...run(period.start, many(10, 40), { timeZone: "UTC" }), ...run(base.start, many(31, 30))],
      "gsc.clicks",
    ],
    [
      "across currencies",
      [
        ...run(period.start, many(10, 40), {}, "ads.cost"),
        ...run(base.start, many(31, 30), { currency: "USD" }, "ads.cost"),
      ],
      "ads.cost",
    ],
  ])("says why nothing is stated %s", (_, days, id) => {
    expect(moved(days, id)).toMatchObject({ absolute: null, days: null, note: "One of the periods is not complete." });
  });

  it("says so where less than a week of it is final", () => {
    const days = [...run(period.start, many(6, 40)), ...run(base.start, many(31, 30))];
    expect(moved(days)).toMatchObject({
      absolute: null,
      days: null,
      note: expect.stringContaining("too little to compare"),
    });
    const late = run(period.start, many(20, 4), { maturity: "filling" });
    expect(moved([...late, ...run(base.start, many(31, 3))]).note).toContain("is final");
  });

  it("over a known measurement break says that instead", () => {
    const days = [...run(period.start, many(10, 40)), ...run(base.start, many(31, 30), { caveats: ["b"] })];
    const found = moved(days, "gsc.clicks", new Map([["b", { text: "Broken." }]]));
    expect(found).toMatchObject({ absolute: null, relative: null, days: null, note: "Broken." });
  });

  it("is compared on its tile", () => {
    const days = [
      ...run(period.start, many(10, 40)),
      ...run(base.start, many(31, 30)),
      ...run("2025-11-01", many(30, 20)),
    ];
    const months = [november(), fact("gsc.clicks", base.start, 9_300), fact("gsc.clicks", "2025-11-01", 600)];
    const board = input({ periods: periodsOf(period.start), today: "2026-11-14", months, days });
    const [tile] = buildDashboard(board, maturity).scorecard;
    expect(tile?.movements.map((one) => [one.days, one.relative])).toEqual([
      [10, 100 / 300],
      [10, 1],
    ]);
  });
});

describe("the periods of a dashboard", () => {
  it("are a month, the one before and the same of last year, whole", () => {
    expect(periodsOf("2026-03-01")).toEqual({
      period: { start: "2026-03-01", end: "2026-03-31" },
      previous: { start: "2026-02-01", end: "2026-02-28" },
      yearOverYear: { start: "2025-03-01", end: "2025-03-31" },
    });
  });

  it("begin with the last month that is over", () => {
    expect([defaultMonth("2026-11-01"), defaultMonth("2026-01-31")]).toEqual(["2026-10-01", "2025-12-01"]);
  });
});

describe("pacing", () => {
  const november = periodsOf("2026-11-01");
  const spent = (value: number, more = {}) => fact("ads.cost", "2026-11-01", value, { state: "partial", ...more });
  const budgets = [{ source: "google_ads" as const, amount: 3_000, currency: "EUR" }];
  const pace = (today: string, months: readonly FactView[], days: readonly FactView[] = []) => {
    const one = input({ periods: november, today, months, days, settings: { targets: [], budgets } });
    return pacingOf(one, new FactBook(months), new FactBook(days))[0];
  };

  it("knows how much of a month is over", () => {
    expect(elapsedShare(november.period, "2026-10-31")).toBe(0);
    expect(elapsedShare(november.period, "2026-11-15")).toBe(0.5);
    expect(elapsedShare(november.period, "2026-12-31")).toBe(1);
  });

  it.each([
    [1_500, "on_track"],
    [1_340, "behind"],
    [1_660, "ahead"],
  ])("of %i in the middle of the month of a budget of 3000 is %s", (value, rating) => {
    expect(pace("2026-11-16", [spent(value)])).toMatchObject({ expected: 1_500, rating });
  });

  it("is carried on with the mean of the last seven days, and not guessed from fewer", () => {
    const days = Array.from({ length: 7 }, (_, n) => day("ads.cost", addDays("2026-11-09", n), 100));
    expect(pace("2026-11-16", [spent(1_500)], days)?.projection).toBe(1_500 + 15 * 100);
    expect(pace("2026-11-16", [spent(1_500)], days.slice(1))?.projection).toBeNull();
  });

  it("counts to the last day the source gave: what was not read yet was not saved either", () => {
    const days = Array.from({ length: 10 }, (_, n) => day("ads.cost", addDays("2026-11-01", n), 100));
    const late = pace("2026-11-16", [spent(1_000)], days);
    expect(late).toMatchObject({ expected: 1_000, ratio: 1, rating: "on_track", projection: 1_000 + 20 * 100 });
  });

  it("is unknown in another currency, without spend and before the first day is over", () => {
    expect(pace("2026-11-16", [spent(1_500, { currency: "USD" })])?.rating).toBe("unknown");
    expect(pace("2026-11-16", [])).toMatchObject({ rating: "unknown", spent: { state: "missing" } });
    expect(pace("2026-11-01", [spent(0)])?.rating).toBe("unknown");
  });
});

describe("a target", () => {
  const rated = (id: string, value: number, target: number, today = "2026-11-20") => {
    const one = input({ today, settings: { targets: [{ metric: id, value: target }], budgets: [] } });
    return targetOf(one, metric(id), fact(id, "2026-10-01", value), new FactBook([]));
  };

  it("of a count is measured against the share of the month that is over", () => {
    expect(rated("gsc.clicks", 500, 1_000, "2026-10-16")).toMatchObject({ reached: 0.5, rating: "on_track" });
    expect(rated("gsc.clicks", 500, 1_000)).toMatchObject({ expected: 1, rating: "behind" });
  });

  it("early in a month counts the days its source covers, not the days until today", () => {
    const one = input({
      today: "2026-10-06",
      settings: { targets: [{ metric: "gsc.clicks", value: 310 }], budgets: [] },
    });
    const rating = (reached: number, covered: number, more = {}) => {
      const days = Array.from({ length: covered }, (_, n) => day("gsc.clicks", addDays("2026-10-01", n), 10));
      const so = fact("gsc.clicks", "2026-10-01", reached, { state: "partial", ...more });
      return targetOf(one, metric("gsc.clicks"), so, new FactBook(days));
    };
    expect(rating(20, 2)).toMatchObject({ expected: 2 / 31, rating: "on_track" });
    expect(rating(20, 5)).toMatchObject({ expected: 5 / 31, rating: "behind" });
    // Of a metric that has no days, and of a figure that is complete, the calendar tells.
    expect(rating(50, 0)).toMatchObject({ expected: 5 / 31, rating: "on_track" });
    expect(rating(50, 1, { state: "number" })).toMatchObject({ expected: 5 / 31, rating: "on_track" });
  });

  it("of a place is met by a smaller one", () => {
    expect(rated("gsc.position", 8, 10)).toMatchObject({ rating: "ahead" });
    expect(rated("gsc.position", 14, 10)).toMatchObject({ rating: "behind" });
  });

  it("that nobody set is none", () => {
    expect(targetOf(input(), metric("gsc.clicks"), null, new FactBook([]))).toBeNull();
  });
});

describe("a dashboard", () => {
  const months = [
    fact("gsc.clicks", "2026-10-01", 1_200),
    fact("gsc.clicks", "2026-09-01", 1_000),
    fact("ga4.site_sessions", "2026-10-01", 4_000),
    fact("ga4.site_sessions", "2026-10-01", 3_000, { dimension: "channel", member: "Direct" }),
    fact("ga4.site_sessions", "2026-10-01", 900, { dimension: "channel", member: "<b>Email</b>" }),
    fact("ga4.site_sessions", "2026-09-01", 600, { dimension: "channel", member: "<b>Email</b>" }),
  ];
  const feed = (more = {}) => buildDashboard(input({ months, ...more }), maturity);

  it("says every caveat of its facts in words, and a word nobody knows any more not at all", () => {
    const facts = [
      fact("gsc.page_clicks", "2026-10-01", 5, { dimension: "page", member: "/", caveats: ["gsc_by_page", "gone"] }),
    ];
    expect(feed({ months: facts }).notes).toEqual([
      { id: "gsc_by_page", text: expect.stringContaining("Counted by page") },
    ]);
  });

  it("shows tiles of what is measured, and never a sum of parts", () => {
    const { scorecard } = feed();
    expect(scorecard.map((tile) => [tile.metric, tile.figure.value])).toEqual([
      ["gsc.clicks", 1_200],
      ["ga4.site_sessions", 4_000],
    ]);
    expect(scorecard[0]?.movements[0]).toMatchObject({ absolute: 200, relative: 0.2 });
  });

  it("orders the rows of a table by its first column and keeps the source's text as it is", () => {
    const [channels] = feed().tables;
    expect(channels?.rows.map((row) => [row.member, row.cells[0]?.value, row.cells[1]?.state])).toEqual([
      ["Direct", 3_000, "missing"],
      ["<b>Email</b>", 900, "missing"],
    ]);
    expect(channels?.rows[1]?.movements[0]).toMatchObject({ absolute: 300 });
  });

  it("begins the rankings with the best place, and compares places as places", () => {
    const rank = (member: string, start: string, value: number) =>
      fact("rank.keyword", start, value, { dimension: "keyword", member });
    const months = [rank("far", "2026-10-01", 23), rank("near", "2026-10-01", 2), rank("near", "2026-09-01", 5)];
    const [rankings] = feed({ months }).tables;
    expect(rankings?.columns[0]).toMatchObject({ unit: "place", better: "lower" });
    expect(rankings?.rows.map((row) => row.member)).toEqual(["near", "far"]);
    expect(rankings?.rows[0]?.movements[0]).toMatchObject({ absolute: -3, relative: null, note: null });
  });

  it("counts the keywords of each range of ranks from the best on", () => {
    const range = (member: string, value: number) =>
      fact("rank.bucket", "2026-10-01", value, { dimension: "rank_range", member });
    const months = [range("21-50", 9), range("1-3", 4), range("4-10", 7)];
    expect(feed({ months }).tables[0]?.rows.map((row) => row.member)).toEqual(["1-3", "4-10", "21-50"]);
  });

  it("names the money of a column only where all its rows are in one", () => {
    const row = (member: string, currency: string) =>
      fact("meta.spend", "2026-10-01", 10, { dimension: "campaign", member, currency });
    const money = (months: readonly FactView[]) => feed({ months }).tables[0]?.columns[0]?.currency;
    expect(money([row("a", "EUR"), row("b", "EUR")])).toBe("EUR");
    expect(money([row("a", "EUR"), row("b", "USD")])).toBeNull();
  });

  it("offers the months from the first with a figure to the running one, and always the one that is shown", () => {
    expect(feed({ firstMonth: "2025-09-01" }).months).toEqual({ first: "2025-09", last: "2026-11" });
    expect(feed({ firstMonth: "2026-11-01" }).months).toEqual({ first: "2026-10", last: "2026-11" });
    expect(feed({ firstMonth: null }).months).toEqual({ first: "2026-10", last: "2026-11" });
  });

  it("tells of every target, also of one without a tile or a figure", () => {
    const targets = [
      { metric: "gsc.clicks", value: 1_000 },
      { metric: "ads.roas", value: 4 },
      { metric: "ads.cost_per_conversion", value: 30 },
    ];
    const found = feed({ settings: { targets, budgets: [] } }).targets;
    expect(found.map((one) => [one.metric, one.figure.state, one.target.rating, one.currency])).toEqual([
      ["gsc.clicks", "number", "ahead", null],
      ["ads.roas", "missing", "unknown", null],
      ["ads.cost_per_conversion", "missing", "unknown", "EUR"],
    ]);
  });

  it("holds each day against the same weekday four weeks and a year before, where that was measured", () => {
    const days = [
      day("gsc.clicks", "2026-10-01", 10, { maturity: "filling" }),
      day("gsc.clicks", "2026-09-03", 8),
      day("gsc.clicks", "2025-10-02", 7, { state: "partial" }),
    ];
    const point = feed({ days }).trends[0]?.points[0];
    expect(point?.fourWeeksBefore).toMatchObject({ day: "2026-09-03", value: 8, factId: days[1]?.factId });
    expect(point?.yearBefore).toBeNull();
    expect(point?.filling).toBe(true);
  });

  it("lays last year beneath by weekday, and marks a break on the days it touches", () => {
    const breaks = new Map([["b", { text: "Broken.", from: "2026-10-05", to: "2027-01-01" }]]);
    const days = [day("gsc.clicks", "2026-10-01", 10, { caveats: ["b"] }), day("gsc.clicks", "2025-10-02", 7)];
    const [trend] = feed({ days, breaks }).trends;
    expect(trend?.points[0]).toMatchObject({
      day: "2026-10-01",
      value: 10,
      yearBefore: { day: "2025-10-02", value: 7 },
    });
    expect(trend?.points[1]).toMatchObject({ value: null, state: "missing", factId: null });
    expect(trend?.annotations).toEqual([{ n: 1, from: "2026-10-05", to: "2026-10-31", text: "Broken." }]);
  });

  it("says of each source how old it is", () => {
    const base = { source: "ga4" as const, externalId: "1", refreshedAt: null, trouble: null };
    const statuses = [
      { ...base, externalId: null, coveredTo: null },
      { ...base, coveredTo: null },
      { ...base, coveredTo: "2026-11-16" },
      { ...base, coveredTo: "2026-11-13" },
      { ...base, coveredTo: "2026-11-16", trouble: { status: "held_back" as const, detail: "Sums differ." } },
    ].map((source) => feed({ sources: [source] }).freshness[0]?.status);
    expect(statuses).toEqual(["not_configured", "never", "fresh", "stale", "held_back"]);
  });

  it("with an invented fact is flagged as such", () => {
    expect(feed().fixture).toBe(false);
    expect(feed({ days: [day("gsc.clicks", "2026-10-02", 1, { fixture: true })] }).fixture).toBe(true);
  });

  it("never shows a figure that is no fact, whatever facts there are", () => {
    const some = fc.array(
      fc.record({
        metric: fc.constantFrom("gsc.clicks", "ads.cost", "gsc.position", "ga4.site_revenue"),
        start: fc.constantFrom("2026-10-01", "2026-09-01", "2025-10-01"),
        value: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
      }),
    );
    fc.assert(
      fc.property(some, (list) => {
        const facts = list.map((one) => fact(one.metric, one.start, one.value));
        const values = new Set(facts.map((one) => one.value));
        for (const tile of buildDashboard(input({ months: facts }), maturity).scorecard) {
          if (tile.figure.value !== null) expect(values).toContain(tile.figure.value);
          for (const { relative } of tile.movements) expect(relative === null || Number.isFinite(relative)).toBe(true);
        }
      }),
    );
  });
});
