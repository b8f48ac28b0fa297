/** Circumstances the demo clients do not have, on fakes: little traffic, nothing before, very many rows, odd names. */
import { describe, expect, it } from "vitest";
import { htmlOf, month, page, run, valuesOf } from "./support/small.ts";

describe("a client with little traffic", () => {
  const few = (clicks: number) => () => [{ query: "garden gate", page, clicks, impressions: 20, position: 5 }];

  it("gets counts and no percentages of clicks", async () => {
    const result = await run([...month(2026, 9, few(1)), ...month(2026, 10, few(2))]);
    expect(valuesOf(result).get("gsc.clicks.delta_pct")).toMatchObject({ state: "not_defined" });
    expect(valuesOf(result).get("gsc.clicks_per_day.delta_pct")).toMatchObject({ state: "not_defined" });
    expect(result.answer[0]).toBe(
      "Organic search brought 62 clicks in October 2026 after 30 in September 2026, which is too few for a percentage.",
    );
  });
});

describe("a client without clicks before", () => {
  it("is new where the period before was measured as zero", async () => {
    const before = month(2026, 9, () => [{ query: "gate", page, clicks: 0, impressions: 300, position: 9 }]);
    const now = month(2026, 10, () => [{ query: "gate", page, clicks: 10, impressions: 300, position: 4 }]);
    const values = valuesOf(await run([...before, ...now]));
    expect(values.get("gsc.clicks.previous")).toEqual({ state: "zero", value: 0 });
    expect(values.get("gsc.clicks.delta_pct")).toMatchObject({ state: "not_defined", reason: "new" });
  });

  it("has no figure and no comparison where the period before has no rows at all", async () => {
    const result = await run(
      month(2026, 10, () => [{ query: "gate", page, clicks: 10, impressions: 300, position: 4 }]),
    );
    const values = valuesOf(result);
    expect(values.get("gsc.clicks.previous")).toMatchObject({ state: "missing", value: null });
    expect(values.get("gsc.pages.new")).toMatchObject({ state: "missing" });
    expect(result.answer[0]).toContain("no usable figure for September 2026");
    expect(htmlOf(result)).toContain("no data");
  });
});

describe("lists", () => {
  it("are never summed into totals: totals come from the totals query alone", async () => {
    const rows = () => [
      { query: "gate", page, clicks: 4, impressions: 100, position: 4 },
      { query: "", page, clicks: 6, impressions: 50, position: 6 },
    ];
    const days = [...month(2026, 9, rows), ...month(2026, 10, rows)];
    const values = valuesOf(await run(days));
    expect(values.get("gsc.clicks.primary")).toEqual({ state: "number", value: 310 });
    const parts = ["gsc.brand_clicks.primary", "gsc.nonbrand_clicks.primary", "gsc.unlisted_clicks.primary"].map(
      (id) => values.get(id)?.value ?? 0,
    );
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(310);
  });

  it("with odd names stay text", async () => {
    const hostile = [
      '<img src=x onerror="x()">',
      "{{gsc.clicks.primary}}",
      "=cmd|' /C calc'!A0",
      "مرحبا 2026",
      "👨‍👩‍👧 gate",
      "a\u202eb\u0000c",
    ];
    const rows = () =>
      hostile.map((query, index) => ({
        query,
        page: `${page}${index}`,
        clicks: 10 - index,
        impressions: 100,
        position: 5,
      }));
    const result = await run([...month(2026, 9, rows), ...month(2026, 10, rows)]);
    expect(htmlOf(result)).not.toContain("<img");
    expect(htmlOf(result)).toContain("{{gsc.clicks.primary}}");
    expect(result.answer.join(" ")).not.toContain("<img");
  });

  it("cut off at the row limit are lower bounds and say so; a hundred thousand rows take seconds", async () => {
    const wide = Array.from({ length: 60_000 }, (_, index) => ({
      date: "2026-10-05",
      query: `gate number ${index}`,
      page: `${page}${index % 500}`,
      device: "DESKTOP",
      country: "irl",
      clicks: 1,
      impressions: 12,
      position: 8,
    }));
    const result = await run([...wide, ...wide.map((row) => ({ ...row, date: "2026-09-07" }))]);
    const values = valuesOf(result);
    expect(values.get("rows.gsc.query.primary")).toEqual({ state: "capped", value: 50_000 });
    expect(values.get("gsc.unlisted_share.primary")).toMatchObject({ state: "not_defined" });
    expect(htmlOf(result)).toContain("at least 50,000");
    expect(htmlOf(result)).toContain("the row limit was reached");
  });
});
