import { describe, expect, it } from "vitest";
import { periodsOf } from "../../../src/core/dashboard/feed.ts";
import { buildOverview, type OverviewUnit, outlierOf } from "../../../src/core/dashboard/overview.ts";
import { addDays } from "../../../src/core/facts/days.ts";
import type { FactView } from "../../../src/core/wire-data.ts";
import { day, fact, metricOf } from "./hands.ts";

const unit = (name: string, months: readonly FactView[], days: readonly FactView[] = []): OverviewUnit => ({
  businessUnitId: `bu_${name}`,
  slug: name,
  name,
  clientName: name,
  status: "ready",
  openRuns: 1,
  waitingForPeople: 0,
  findings: { blocking: 0, warnings: 0, first: null },
  refreshing: false,
  freshness: [],
  months,
  days,
  targets: [],
});

const build = (units: readonly OverviewUnit[]) =>
  buildOverview(units, periodsOf("2026-10-01"), "2026-11-20T00:00:00.000Z", metricOf, new Map());

describe("the overview", () => {
  it("sums what adds up over those that have it, money by currency, and says who is left out", () => {
    const { totals } = build([
      unit("a", [fact("gsc.clicks", "2026-10-01", 100), fact("ads.cost", "2026-10-01", 50)]),
      unit("b", [fact("gsc.clicks", "2026-10-01", 20), fact("ads.cost", "2026-10-01", 30, { currency: "USD" })]),
      unit("c", [fact("gsc.clicks", "2026-10-01", null)]),
    ]);
    expect(totals.map(({ metric, currency, value, of, without }) => [metric, currency, value, of, without])).toEqual([
      ["gsc.clicks", null, 120, 2, 1],
      ["ads.cost", "EUR", 50, 1, 2],
      ["ads.cost", "USD", 30, 1, 2],
    ]);
  });

  it("counts once what two Business Units measure from one asset", () => {
    const months = (id: string) => [fact("gsc.clicks", "2026-10-01", 100, { factId: id })];
    const units = [unit("a", months("f_a")), unit("b", months("f_b"))];
    const periods = periodsOf("2026-10-01");
    const { totals } = buildOverview(units, periods, "2026-11-20", metricOf, new Map(), new Set(["f_b"]));
    expect(totals).toMatchObject([{ value: 100, of: 2, without: 0 }]);
  });

  it("says in which zones the days of a sum are counted", () => {
    const of = (name: string, timeZone: string) =>
      unit(name, [fact("ga4.site_sessions", "2026-10-01", 9, { timeZone }), fact("gsc.clicks", "2026-10-01", 9)]);
    const { totals } = build([of("a", "Europe/Dublin"), of("b", "Asia/Tokyo"), of("c", "Europe/Dublin")]);
    expect(totals.map(({ metric, timeZones }) => [metric, timeZones])).toEqual([
      ["gsc.clicks", ["Europe/Dublin"]],
      ["ga4.site_sessions", ["Asia/Tokyo", "Europe/Dublin"]],
    ]);
  });

  it("never counts an invented figure into a total", () => {
    const { totals, units } = build([unit("a", [fact("gsc.clicks", "2026-10-01", 100, { fixture: true })])]);
    expect([totals, units[0]?.fixture]).toEqual([[], true]);
  });

  it("shows each figure with its movement", () => {
    const months = [fact("gsc.clicks", "2026-10-01", 300), fact("gsc.clicks", "2026-09-01", 200)];
    const [shown] = build([unit("a", months)]).units;
    expect(shown?.figures).toMatchObject([{ metric: "gsc.clicks", movement: { relative: 0.5 } }]);
  });
});

describe("a sparkline", () => {
  const figures = (days: readonly FactView[]) =>
    build([unit("a", [fact("gsc.clicks", "2026-10-01", 300), fact("ads.cost", "2026-10-01", 9)], days)]).units[0]
      ?.figures;
  const lines = (days: readonly FactView[]) => figures(days)?.map((one) => one.sparkline);

  it("ends at the newest final day, and what was not measured is a gap", () => {
    const [clicks] =
      lines([
        day("gsc.clicks", "2026-11-14", 7),
        day("gsc.clicks", "2026-11-16", 9),
        day("gsc.clicks", "2026-11-17", 1, { maturity: "filling" }),
        day("gsc.clicks", "2026-10-01", 50),
      ]) ?? [];
    expect([clicks?.length, clicks?.slice(-3)]).toEqual([28, [7, null, 9]]);
  });

  it("is not drawn of a metric nobody watches by day", () => {
    expect(lines([day("gsc.clicks", "2026-11-14", 7)])?.[1]).toEqual([]);
  });
});

describe("an outlier", () => {
  const weeks = (values: readonly number[]) =>
    values.map((value, n) => day("gsc.clicks", addDays("2026-09-07", 7 * n), value));

  it("is a day far from its weekdays, with what is usual", () => {
    expect(outlierOf(weeks([100, 104, 98, 102, 99, 101, 400]), "gsc.clicks")).toMatchObject({
      day: "2026-10-19",
      value: 400,
      usual: 100.5,
    });
  });

  it("is told of with the name of its metric", () => {
    const [shown] = build([unit("a", [], weeks([100, 104, 98, 102, 99, 101, 400]))]).units;
    expect(shown?.anomalies).toMatchObject([
      { metric: "gsc.clicks", label: metricOf("gsc.clicks")?.label, unit: "count" },
    ]);
  });

  it.each([
    ["within its weekdays", [100, 104, 98, 102, 99, 101, 103]],
    ["with too few weekdays", [100, 104, 98, 102, 99, 400]],
    ["where nothing ever varied", [100, 100, 100, 100, 100, 100, 400]],
  ])("is none %s", (_, values) => {
    expect(outlierOf(weeks(values), "gsc.clicks")).toBeNull();
  });

  it("is never told of a day that still fills", () => {
    const facts = weeks([100, 104, 98, 102, 99, 101, 400]);
    const filling = facts.map((one, n) => (n === 6 ? { ...one, maturity: "filling" as const } : one));
    expect(outlierOf(filling, "gsc.clicks")).toBeNull();
  });
});
