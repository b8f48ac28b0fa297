import { describe, expect, it } from "vitest";
import { formatFact, formerText, rawFact } from "../../../src/core/evidence/format.ts";
import type { Derivation, Fact, FactValue, Unit } from "../../../src/core/evidence/types.ts";

const PICK: Derivation = { op: "pick", snapshot: "s", pointer: "" };
const CHANGE: Derivation = { op: "formula", formula: "delta_abs", inputs: [] };

function fact(unit: Unit, value: number | FactValue, derivation = PICK): Fact {
  const typed: FactValue = typeof value === "number" ? { state: value === 0 ? "zero" : "number", value } : value;
  return {
    id: "f",
    metric: "m",
    label: "M",
    unit,
    currency: "EUR",
    value: typed,
    period: null,
    source: "ga4",
    derivation,
    caveats: [],
  };
}

describe("a change between periods that differ in length", () => {
  const perDay = fact("percent_change", -0.058, { op: "formula", formula: "delta_day_pct", inputs: [] });

  it("says it is of the daily average: nobody reads a loss of that much each day", () => {
    expect(formatFact(perDay)).toBe("\u22125.8% by daily average");
  });

  it("still verifies in reports that people accepted under the former words", () => {
    expect(formerText(perDay)).toBe("\u22125.8% a day");
    expect(formerText(fact("percent_change", -0.058))).toBe(formatFact(fact("percent_change", -0.058)));
  });
});

describe("a figure", () => {
  it.each<[Unit, number, string]>([
    ["count", 1234567, "1,234,567"],
    ["count", 0, "0"],
    ["decimal", 4123.44, "4,123.4"],
    ["position", 7.25, "7.3"],
    ["ratio", 0.0345, "3.5%"],
    ["ratio", 0.00345, "0.34%"],
    ["ratio", 0, "0.0%"],
    ["percent", 13.84, "13.8%"],
    ["percent_change", 0.123, "+12.3%"],
    ["percent_change", -0.5, "\u221250.0%"],
    ["percent_change", 0.0001, "0.0%"],
    ["percentage_points", -0.346, "\u22120.35 pp"],
    ["percentage_points", 1.9, "+1.9 pp"],
    ["currency", 12.5, "EUR 12.50"],
    ["currency", 12500.5, "EUR 12,501"],
    ["z_score", 2, "+2.00"],
  ])("in %s of %d reads %s", (unit, value, expected) => {
    expect(formatFact(fact(unit, value))).toBe(expected);
  });

  it("that states a change carries one sign", () => {
    expect(formatFact(fact("count", 12, CHANGE))).toBe("+12");
    expect(formatFact(fact("count", -12, CHANGE))).toBe("\u221212");
    expect(formatFact(fact("percentage_points", 1.9, CHANGE))).toBe("+1.9 pp");
    expect(formatFact(fact("position", -0.01, CHANGE))).toBe("0.0");
  });

  it("that was not measured is words, never a number", () => {
    const of = (state: "missing" | "unavailable" | "withheld" | "not_defined", reason = "r") =>
      formatFact(fact("count", { state, value: null, reason }));
    expect([of("missing"), of("unavailable"), of("withheld"), of("not_defined")]).toEqual([
      "no data",
      "not available",
      "withheld, see note",
      "\u2014",
    ]);
    expect([of("not_defined", "new"), of("not_defined", "none in either")]).toEqual(["new", "none in either"]);
    expect(rawFact(fact("count", { state: "missing", value: null, reason: "r" }))).toBe("missing");
  });

  it("that is a lower bound or still filling says so", () => {
    expect(formatFact(fact("count", { state: "capped", value: 25000 }))).toBe("at least 25,000");
    expect(formatFact(fact("count", { state: "partial", value: 10 }))).toBe("10 so far");
  });

  it("keeps its full precision in the raw value", () => {
    expect(rawFact(fact("ratio", 1 / 3))).toBe("0.3333333333333333");
  });
});
