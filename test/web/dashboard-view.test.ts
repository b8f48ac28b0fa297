import { describe, expect, it } from "vitest";
import type { DashboardView, TrendView } from "../../src/core/wire-dashboard.ts";
import { countsOf, matching } from "../../web/interface/state/dashboard-list.ts";
import {
  freshnessWords,
  monthsBetween,
  monthsOn,
  pacingWords,
  targetText,
  targetWords,
} from "../../web/interface/state/dashboard-words.ts";
import { hasComparison, linesOf, newestDay, spokenDay, stepped } from "../../web/interface/state/trend.ts";
import { everyStanding, feedOf } from "./support/dashboards.ts";

describe("the list of dashboards", () => {
  const names = (text: string, standing: Parameters<typeof matching>[2] = null) =>
    matching(everyStanding, text, standing).map((item) => item.name);

  it("is found by any word of the name or the client, without marks and case", () => {
    expect(names("hafele")).toEqual(["Häfele Küchen"]);
    expect(names("daughters plun")).toEqual(["Plunkett"]);
    expect(names("plunkett northwind")).toEqual([]);
  });

  it("is narrowed by standing, sorted by name, and counted", () => {
    expect(names("", "ready")).toEqual(["Plunkett", "Strategic Settlements"]);
    expect(names("")).toEqual(["Häfele Küchen", "Northwind", "Plunkett", "Strategic Settlements"]);
    expect(countsOf(everyStanding)).toEqual({ ready: 2, dashboard_needed: 1, setup_needed: 1 });
  });
});

describe("the months of a dashboard", () => {
  it("go over the turn of the year", () => {
    expect([monthsOn("2026-12", 1), monthsOn("2026-01", -1), monthsOn("2026-10", 0)]).toEqual([
      "2027-01",
      "2025-12",
      "2026-10",
    ]);
    expect(monthsBetween("2025-11", "2026-02")).toEqual(["2026-02", "2026-01", "2025-12", "2025-11"]);
  });

  it("do not run on for ever when the feed names a month of another age", () => {
    expect(monthsBetween("0001-01", "2026-02")).toHaveLength(120);
  });
});

describe("a target in words", () => {
  const of = (better: "higher" | "lower", reached: number | null, expected: number | null) =>
    targetText({
      metric: "m",
      label: "M",
      unit: "count",
      currency: null,
      better,
      figure: { factId: null, state: "number", value: 1, reason: null },
      target: { value: 1_500, reached, expected, rating: "on_track" },
    });

  it("says where it should stand only while the month runs", () => {
    expect(of("higher", 0.82, 0.9)).toBe("82% of 1,500, 90% expected by now");
    expect(of("higher", 0.82, 1)).toBe("82% of 1,500");
    // Not reached is not "100%".
    expect([of("higher", 0.997, 1), of("higher", 1.15, 1)]).toEqual(["99% of 1,500", "115% of 1,500"]);
    expect(of("higher", null, null)).toBe("of 1,500");
  });

  it("that is a limit is named as one, and good news is staying below it", () => {
    expect(of("lower", 0.8, 1)).toBe("at most 1,500");
    expect([targetWords("ahead", "lower").tone, targetWords("behind", "lower").label]).toEqual([
      "good",
      "Over the limit",
    ]);
    expect(targetWords("behind", "higher").tone).toBe("bad");
  });

  it("of money is neither good nor bad, only on plan or not", () => {
    expect([pacingWords("ahead").label, pacingWords("behind").label]).toEqual(["Over plan", "Under plan"]);
  });
});

describe("the freshness of a source", () => {
  const words = (status: DashboardView["freshness"][number]["status"], coveredTo: string | null) =>
    freshnessWords({ source: "ga4", externalId: "1", status, coveredTo, refreshedAt: null, detail: "" }).label;

  it("is the day it is final to, unless something worse is to be said", () => {
    expect(words("fresh", "2026-10-28")).toBe("to 28 Oct");
    expect(words("failed", "2026-10-28")).toBe("failed");
    expect(words("never", null)).toBe("never read");
  });
});

describe("a trend", () => {
  const trend = (metric: string, month = "2026-10"): TrendView => {
    const found = feedOf(month).trends.find((one) => one.metric === metric);
    if (found === undefined) throw new Error(`no trend of ${metric}`);
    return found;
  };
  const november = trend("gsc.clicks", "2026-11");

  it("leaves days without a value as gaps, and begins at the newest day with one", () => {
    const { values, filling } = linesOf(november, "none");
    expect([values[20], values[21], values[29]]).toEqual([november.points[20]?.value, null, null]);
    expect([filling[17], filling[20]]).toEqual([false, true]);
    expect(newestDay(november)).toBe(20);
    expect(newestDay({ ...november, points: [] })).toBe(0);
  });

  it("draws no other line unless one is asked for and there", () => {
    expect(linesOf(november, "none").compared.every((value) => value === null)).toBe(true);
    expect(linesOf(november, "fourWeeksBefore").compared[0]).toBe(november.points[0]?.fourWeeksBefore?.value);
    const first = trend("gsc.clicks", "2025-10");
    expect([hasComparison(first, "yearBefore"), hasComparison(november, "yearBefore")]).toEqual([false, true]);
  });

  it("places a known break on the days it touches", () => {
    expect(linesOf(trend("gsc.impressions"), "none").bands).toEqual([{ n: 1, from: 4, to: 10 }]);
  });

  it("says a day whole: the figure, whether it may change, what it is held against, which note it bears", () => {
    const [value, before] = [november.points[20]?.value, november.points[20]?.yearBefore?.value];
    expect(spokenDay(november, "yearBefore", 20)).toBe(
      `Sat 21 Nov: ${value}, may still change; a year before ${before}`,
    );
    expect(spokenDay(november, "none", 25)).toBe("Thu 26 Nov: no data");
    expect(spokenDay(trend("gsc.impressions"), "none", 4)).toMatch(/; note 1$/);
  });

  it("is walked by day and by week, and stays within its month", () => {
    const walk = (key: string, at: number) => stepped(key, at, 30);
    expect([walk("ArrowRight", 3), walk("PageUp", 3), walk("End", 3)]).toEqual([4, 10, 29]);
    expect([walk("ArrowLeft", 0), walk("PageUp", 28), walk("Home", 9)]).toEqual([0, 29, 0]);
    expect(walk("a", 3)).toBeNull();
  });
});
