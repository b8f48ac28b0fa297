import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/core/evidence/evaluate.ts";
import { applyFormula, measured } from "../../../src/core/evidence/formulas.ts";
import { movementOf } from "../../../src/core/evidence/movement.ts";
import { groupOf } from "../../../src/core/evidence/rows.ts";
import type { Condition, Derivation, FactValue, RowSelection } from "../../../src/core/evidence/types.ts";

const ROWS = [
  { keys: ["acme shoes"], clicks: 50, impressions: 100, ctr: 0.5, position: 1 },
  { keys: ["red shoes"], clicks: 30, impressions: 300, ctr: 0.1, position: 4 },
  { keys: ["blue shoes"], clicks: 0, impressions: 600, ctr: 0, position: 12 },
];
const SNAPSHOTS: Readonly<Record<string, unknown>> = {
  now: { rows: ROWS },
  before: {
    rows: [
      { keys: ["acme shoes"], clicks: 20, impressions: 40 },
      { keys: ["old shoes"], clicks: 9, impressions: 90 },
    ],
  },
  empty: {},
  text: { rows: [{ metricValues: [{ value: "12.5" }] }, { metricValues: [{ value: "7.5" }] }] },
  ranks: [
    { id: 1, ranks: [{ rank: 5 }] },
    { id: 2, ranks: [{ rank: null }] },
    { id: 3, ranks: [] },
    { id: 4, ranks: [{ rank: 3 }] },
  ],
  ranksBefore: [
    { id: 1, ranks: [{ rank: 9 }] },
    { id: 2, ranks: [{ rank: 8 }] },
    { id: 3, ranks: [] },
    { id: 4, ranks: [{ rank: 2 }] },
  ],
};
const reader = {
  json(key: string): unknown {
    if (!(key in SNAPSHOTS)) throw new RangeError(`no ${key}`);
    return SNAPSHOTS[key];
  },
};
const none = (id: string): FactValue => {
  throw new RangeError(id);
};
const rows = (snapshots: readonly string[], ...where: readonly Condition[]): RowSelection => ({
  snapshots,
  rows: "/rows",
  where,
});
const value = (derivation: Derivation) => evaluate(derivation, reader, none);
const key = (text: string): Condition => ({ at: "/keys/0", op: "eq", value: text });

describe("a derivation", () => {
  it("picks a number, and calls what is absent missing instead of zero", () => {
    expect(value({ op: "pick", snapshot: "now", pointer: "/rows/0/clicks" })).toEqual({ state: "number", value: 50 });
    expect(value({ op: "pick", snapshot: "now", pointer: "/rows/2/clicks" })).toEqual({ state: "zero", value: 0 });
    expect(value({ op: "pick", snapshot: "empty", pointer: "/rows/0/clicks" })).toMatchObject({
      state: "missing",
      value: null,
    });
    expect(value({ op: "pick", snapshot: "now", pointer: "/rows/length" })).toMatchObject({ state: "missing" });
    expect(value({ op: "pick", snapshot: "now", pointer: "/constructor/name" })).toMatchObject({ state: "missing" });
  });

  it("sums and counts rows under conditions, over several snapshots", () => {
    expect(value({ op: "sum", field: "/clicks", ...rows(["now", "before"]) })).toEqual({ state: "number", value: 109 });
    expect(value({ op: "sum", field: "/clicks", ...rows(["empty"]) })).toEqual({ state: "zero", value: 0 });
    const brand: Condition = { at: "/keys/0", op: "contains_any", values: ["ACME"] };
    expect(value({ op: "sum", field: "/clicks", ...rows(["now"], brand) })).toMatchObject({ value: 50 });
    expect(value({ op: "sum", field: "/clicks", ...rows(["now"], { ...brand, op: "contains_none" }) })).toMatchObject({
      value: 30,
    });
    const range: readonly Condition[] = [
      { at: "/position", op: "gt", value: 3 },
      { at: "/position", op: "lte", value: 12 },
    ];
    expect(value({ op: "count", ...rows(["now"], ...range) })).toMatchObject({ value: 2 });
    expect(value({ op: "count_distinct", field: "/keys/0", ...rows(["now", "before"]) })).toMatchObject({ value: 4 });
  });

  it("reads numbers that arrive as strings, and does not sum over a row without one", () => {
    expect(value({ op: "sum", field: "/metricValues/0/value", ...rows(["text"]) })).toMatchObject({ value: 20 });
    expect(value({ op: "sum", field: "/nothing", ...rows(["now"]) })).toMatchObject({ state: "missing" });
  });

  it("weights averages, and averages only rows that have a value", () => {
    const weighted = value({ op: "weighted_mean", field: "/position", weight: "/impressions", ...rows(["now"]) });
    expect(weighted).toEqual({ state: "number", value: (100 + 1200 + 7200) / 1000 });
    const selection: RowSelection = { snapshots: ["ranks"], rows: "", where: [] };
    expect(value({ op: "mean", field: "/ranks/0/rank", ...selection })).toEqual({ state: "number", value: 4 });
    expect(value({ op: "median", field: "/ctr", ...rows(["now"]) })).toEqual({ state: "number", value: 0.1 });
    expect(value({ op: "mean", field: "/clicks", ...rows(["empty"]) })).toMatchObject({ state: "missing" });
  });

  it("looks up the one row with a key", () => {
    expect(value({ op: "lookup", field: "/clicks", ...rows(["before"], key("acme shoes")) })).toMatchObject({
      value: 20,
    });
    expect(value({ op: "lookup", field: "/clicks", ...rows(["before"], key("red shoes")) })).toMatchObject({
      state: "missing",
    });
    expect(value({ op: "lookup", field: "/clicks", ...rows(["now", "now"], key("red shoes")) })).toMatchObject({
      state: "not_defined",
    });
  });

  it("counts what is new, gone, better, worse, in and out", () => {
    const fresh: Derivation = {
      op: "set_difference_count",
      field: "/keys/0",
      of: rows(["now"]),
      minus: rows(["before"]),
    };
    expect(value(fresh)).toMatchObject({ value: 2 });
    const moved = (direction: "fell" | "rose" | "same" | "entered" | "left") => {
      const [from, to] = ["ranksBefore", "ranks"].map(
        (name): RowSelection => ({ snapshots: [name], rows: "", where: [] }),
      );
      if (from === undefined || to === undefined) throw new Error("two selections");
      return value({ op: "count_moved", key: "/id", field: "/ranks/0/rank", from, to, direction }).value;
    };
    expect([moved("fell"), moved("rose"), moved("left"), moved("entered"), moved("same")]).toEqual([1, 1, 1, 0, 0]);
  });

  it("counts nothing as absent from a list that was cut off", () => {
    const minus = { ...rows(["before"]), capped: true as const };
    expect(value({ op: "set_difference_count", field: "/keys/0", of: rows(["now"]), minus })).toMatchObject({
      state: "not_defined",
      value: null,
    });
    const sides = { key: "/keys/0", field: "/clicks", to: rows(["now"]) };
    const moved = (direction: "entered" | "left" | "rose") =>
      value({ op: "count_moved", ...sides, from: minus, direction });
    expect(moved("entered")).toMatchObject({ state: "not_defined" });
    expect(moved("left")).toEqual({ state: "capped", value: 1 });
    expect(moved("rose")).toEqual({ state: "capped", value: 1 });
  });

  it("makes counts and sums of cut-off rows lower bounds, and refuses to calculate with them", () => {
    const capped = value({ op: "count", ...rows(["now"]), capped: true });
    expect(capped).toEqual({ state: "capped", value: 3 });
    expect(applyFormula("delta_pct", [capped, measured(2)], [])).toMatchObject({ state: "not_defined" });
  });

  it("measures day-to-day spread as one for counts that scatter like chance, and more for wilder ones", () => {
    const days = (scale: number) => ({
      rows: Array.from({ length: 56 }, (_, day) => ({
        keys: [new Date(Date.UTC(2026, 8, 1 + day)).toISOString().slice(0, 10)],
        clicks: 100 + scale * (day % 2 === 0 ? 1 : -1),
      })),
    });
    const spread = (scale: number) =>
      evaluate(
        { op: "dispersion", field: "/clicks", day: "/keys/0", last: 56, ...rows(["days"]) },
        { json: () => days(scale) },
        none,
      ).value;
    expect(spread(0)).toBe(1);
    expect(spread(40)).toBeGreaterThan(10);
  });

  it("gives a page to the first group that matches, and an exact path to `$` alone", () => {
    const prefixes = ["/$", "/shop/", "/shop/sale/"];
    expect(groupOf("https://x.example/", prefixes)).toBe(0);
    expect(groupOf("https://x.example/shop/sale/?a=/$", prefixes)).toBe(1);
    expect(groupOf("https://x.example/about", prefixes)).toBe(-1);
  });
});

describe("a formula", () => {
  const n = measured;
  it("calls growth from nothing new, and nothing twice none in either", () => {
    expect(applyFormula("delta_pct", [n(5), n(0)], [100])).toMatchObject({ state: "not_defined", reason: "new" });
    expect(applyFormula("delta_pct", [n(0), n(0)], [100])).toMatchObject({ reason: "none in either" });
    expect(applyFormula("delta_pct", [n(5), n(-1)], [])).toMatchObject({ state: "not_defined" });
  });

  it("prints no percentage on a small base", () => {
    expect(applyFormula("delta_pct", [n(150), n(99)], [100])).toMatchObject({ state: "not_defined" });
    expect(applyFormula("delta_pct", [n(150), n(100)], [100])).toEqual({ state: "number", value: 0.5 });
  });

  it("compares counts of unequal periods by the day, with the floor of the whole period", () => {
    const change = (now: number, before: number) => applyFormula("delta_day_pct", [n(now), n(before)], [100, 31, 28]);
    expect(change(310, 280)).toEqual({ state: "zero", value: 0 });
    expect(change(341, 280).value).toBeCloseTo(0.1, 12);
    expect(change(341, 99)).toMatchObject({ state: "not_defined", reason: "the base is too small for a percentage" });
    expect(change(5, 0)).toMatchObject({ reason: "new" });
  });

  it("prints no percentage of a rate with few trials on either side", () => {
    const change = (trials: number, before: number) =>
      applyFormula("delta_rate_pct", [n(0.2), n(0.1), n(trials), n(before)], [1000]);
    expect(change(1000, 1000)).toEqual({ state: "number", value: 1 });
    expect(change(999, 5000)).toMatchObject({ state: "not_defined" });
    expect(change(5000, 20)).toMatchObject({ state: "not_defined" });
  });

  it("splits a change of clicks exactly into impressions and rate", () => {
    const [i1, i0, r1, r0] = [1200, 1000, 0.05, 0.04];
    const volume = applyFormula("midpoint_volume", [n(i1), n(i0), n(r1), n(r0)], []).value ?? 0;
    const rate = applyFormula("midpoint_rate", [n(i1), n(i0), n(r1), n(r0)], []).value ?? 0;
    expect(volume + rate).toBeCloseTo(i1 * r1 - i0 * r0, 10);
  });

  it("never divides by nothing, and never lets the anonymised share fall below zero", () => {
    expect(applyFormula("ratio", [n(1), n(0)], [])).toMatchObject({ state: "not_defined" });
    expect(applyFormula("one_minus_share", [n(120), n(100)], [])).toEqual({ state: "zero", value: 0 });
    expect(applyFormula("difference", [n(100), n(120)], [])).toEqual({ state: "zero", value: 0 });
  });

  it("gives the Wilson interval of a rate", () => {
    expect(applyFormula("wilson_low", [n(10), n(100)], []).value).toBeCloseTo(0.0552, 3);
    expect(applyFormula("wilson_high", [n(10), n(100)], []).value).toBeCloseTo(0.1744, 3);
  });

  it("passes on the reason when an input was not measured", () => {
    const unavailable: FactValue = { state: "unavailable", value: null, reason: "the source is down" };
    expect(applyFormula("delta_abs", [n(1), unavailable], [])).toMatchObject({
      state: "not_defined",
      reason: "the source is down",
    });
  });
});

describe("the licence to call a change a change", () => {
  const z = (value: number) => measured(value);
  it.each([
    [0.5, 0.2, "flat"],
    [1.95, 0.5, "flat"],
    [1.96, 0.05, "up"],
    [3.3, 0.09, "up"],
    [3.3, 0.1, "up_clear"],
    [-2, -0.2, "down"],
    [-4, -0.2, "down_clear"],
    [-2.5, 0.004, "flat"],
  ])("reads z %d with a change of %d as %s", (score, change, expected) => {
    expect(movementOf(z(score), measured(change))).toBe(expected);
  });

  it("licenses nothing on a small base or without a measurement", () => {
    const small = applyFormula("delta_pct", [measured(20), measured(10)], [100]);
    expect(movementOf(z(9), small)).toBe("low");
    expect(movementOf({ state: "missing", value: null, reason: "no days" }, measured(0.5))).toBe("untested");
    expect(movementOf(z(9), { state: "withheld", value: null, reason: "ledger" })).toBe("unknown");
  });
});
