import { describe, expect, it } from "vitest";
import { METRICS } from "../../../src/core/evidence/catalogue.ts";
import { addMonths, isDay } from "../../../src/core/facts/days.ts";
import { LEDGER, ledgerTouching } from "../../../src/core/facts/ledger.ts";
import { historyStart, labelOf, pacificDay, periodsOf, resolvePeriod } from "../../../src/core/facts/periods.ts";

const TODAY = "2026-11-22";

/** `start..end` of the primary period, or the kind of the refusal. */
function read(text: string, today = TODAY): string {
  const reading = resolvePeriod([text], today);
  return reading.kind === "period" ? `${reading.periods.primary.start}..${reading.periods.primary.end}` : reading.kind;
}

describe("the period of a task", () => {
  it.each([
    ["October 2026", "2026-10-01..2026-10-31"],
    ["2026-10", "2026-10-01..2026-10-31"],
    ["10/2026", "2026-10-01..2026-10-31"],
    ["Oct '26", "2026-10-01..2026-10-31"],
    ["SEO report: last month, please", "2026-10-01..2026-10-31"],
    ["SEO report for last month (October 2026)", "2026-10-01..2026-10-31"],
    ["Q3 2026", "2026-07-01..2026-09-30"],
    ["third quarter of 2026", "2026-07-01..2026-09-30"],
    ["last quarter", "2026-07-01..2026-09-30"],
    ["July to September 2026", "2026-07-01..2026-09-30"],
    ["1–14 November 2026", "2026-11-01..2026-11-14"],
    ["November 1-14, 2026", "2026-11-01..2026-11-14"],
    ["2026-11-01 to 2026-11-14", "2026-11-01..2026-11-14"],
    ["2026-11-01/2026-11-14", "2026-11-01..2026-11-14"],
    ["28 Oct - 14 Nov", "2026-10-28..2026-11-14"],
    ["last 28 days", "2026-10-23..2026-11-19"],
    ["last week", "2026-11-09..2026-11-15"],
    ["month to date", "2026-11-01..2026-11-19"],
  ])("reads %j as %s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ["SEO-rapport for Plunkett, oktober 2026", "2026-10-01..2026-10-31"],
    ["SEO-Bericht f\u00fcr M\u00e4rz 2026", "2026-03-01..2026-03-31"],
    ["SEO-rapport maj 2026", "2026-05-01..2026-05-31"],
    ["3. Quartal 2026", "2026-07-01..2026-09-30"],
    ["2. kvartal 2026", "2026-04-01..2026-06-30"],
    ["1.\u201315. Oktober 2026", "2026-10-01..2026-10-15"],
    ["1. bis 15. September 2026", "2026-09-01..2026-09-15"],
    ["Oktober 2026 im Vergleich zu September 2026", "2026-10-01..2026-10-31"],
    ["Oktober 2026, verglichen mit August 2026", "2026-10-01..2026-10-31"],
    ["oktober 2026 sammenlignet med september 2026", "2026-10-01..2026-10-31"],
    ["Oktober 2026, bitte bis zum 5. Dezember 2026", "2026-10-01..2026-10-31"],
    ["oktober 2026, senest den 5. november", "2026-10-01..2026-10-31"],
    ["Meeting am 5. Dezember 2026", "missing"],
    ["1. October 2026 2. Plunkett", "2026-10-01..2026-10-31"],
  ])("reads the months of Danish and German: %j as %s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("takes a month without a year as the most recent one that is over", () => {
    expect(read("SEO report for October")).toBe("2026-10-01..2026-10-31");
    expect(read("SEO report for November")).toBe("2025-11-01..2025-11-30");
  });

  it("does not read everyday words as months", () => {
    expect(read("you may decide when to march on")).toBe("missing");
    expect(read("if i may ask, put it into our data marts")).toBe("missing");
    expect(read("SEO report for May")).toBe("2026-05-01..2026-05-31");
  });

  it.each([
    ["SEO report October 2026 compared with September 2026", "2026-10-01..2026-10-31"],
    ["SEO report October 2026 vs October 2025", "2026-10-01..2026-10-31"],
    ["Report on October 2026, due 5 December 2026", "2026-10-01..2026-10-31"],
    ["monthly SEO report, by end of November please", "missing"],
    ["the SEO report is due on 2026-12-05", "missing"],
  ])("takes neither a comparison nor a deadline for the period: %j", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("lets the first text that names a period decide", () => {
    const reading = resolvePeriod(["", "October 2026", "the last one, for June 2026, was fine"], TODAY);
    expect(reading).toMatchObject({ kind: "period", periods: { primary: { label: "October 2026" } } });
  });

  it("asks when a text names two periods", () => {
    expect(resolvePeriod(["September 2026 and October 2026"], TODAY)).toEqual({
      kind: "ambiguous",
      candidates: ["September 2026", "October 2026"],
    });
  });

  it("says when a period will be final and what could be reported today", () => {
    expect(resolvePeriod(["this month"], TODAY)).toEqual({
      kind: "not_mature",
      availableFrom: "2026-12-03",
      suggestion: "1–19 November 2026",
    });
    expect(resolvePeriod(["October 2026"], "2026-11-02")).toMatchObject({
      kind: "not_mature",
      availableFrom: "2026-11-03",
    });
    expect(read("October 2026", "2026-11-03")).toBe("2026-10-01..2026-10-31");
    expect(resolvePeriod(["December 2026"], TODAY)).toMatchObject({ kind: "not_mature", suggestion: "October 2026" });
  });

  it("refuses days that do not exist and periods before the history Google keeps", () => {
    expect(read("31 February - 3 March 2026")).toBe("not_available");
    expect(read("2026-10-20 to 2026-10-10")).toBe("not_available");
    expect(read("March 2025")).toBe("not_available");
    expect(read("2025-07-22 to 2025-08-30")).toBe("2025-07-22..2025-08-30");
  });

  it("counts days in Pacific time", () => {
    expect(pacificDay("2026-11-03T06:00:00Z")).toBe("2026-11-02");
    expect(read("October 2026", "2026-11-03T06:00:00Z")).toBe("not_mature");
    expect(read("October 2026", "2026-11-03T12:00:00Z")).toBe("2026-10-01..2026-10-31");
  });

  it("stays quick on hostile text", () => {
    expect(read("1 - 1 - ".repeat(50_000))).toBe("missing");
  });
});

describe("comparisons", () => {
  it("compares whole months with whole months, whatever their length", () => {
    const periods = periodsOf({ start: "2024-02-01", end: "2024-02-29" });
    expect(periods.previous).toEqual({ start: "2024-01-01", end: "2024-01-31", label: "January 2024" });
    expect(periods.yearAgo).toEqual({ start: "2023-02-01", end: "2023-02-28", label: "February 2023" });
  });

  it("compares other ranges with as many days before, and the same days of the year before", () => {
    const periods = periodsOf({ start: "2026-11-01", end: "2026-11-14" });
    expect(periods.previous).toMatchObject({ start: "2026-10-18", end: "2026-10-31" });
    expect(periods.yearAgo).toMatchObject({ start: "2025-11-01", end: "2025-11-14", label: "1–14 November 2025" });
  });

  it("names ranges as people do", () => {
    expect(labelOf({ start: "2025-01-01", end: "2025-12-31" })).toBe("2025");
    expect(labelOf({ start: "2026-08-01", end: "2026-09-30" })).toBe("August–September 2026");
    expect(labelOf({ start: "2025-12-28", end: "2026-01-03" })).toBe("28 December 2025 – 3 January 2026");
  });

  it("keeps sixteen months of history and never invents a day", () => {
    expect(historyStart("2026-11-22")).toBe("2025-07-22");
    expect(addMonths("2026-03-31", -1)).toBe("2026-02-28");
    expect(isDay("2026-02-29")).toBe(false);
    expect(isDay("2024-02-29")).toBe(true);
  });
});

describe("the ledger of measurement breaks", () => {
  const search = { source: "search_console" } as const;

  it("touches a period that shares a single day with it, on either end", () => {
    const [first] = LEDGER;
    expect(ledgerTouching([{ start: "2026-04-27", end: "2026-05-26" }], search)).toEqual([first]);
    expect(ledgerTouching([{ start: "2025-04-01", end: "2025-05-13" }], search)).toEqual([first]);
    expect(ledgerTouching([{ start: "2026-04-28", end: "2026-05-27" }], search)).toEqual([]);
  });

  it("leaves clicks alone", () => {
    const october = [{ start: "2025-10-01", end: "2025-10-31" }];
    for (const metric of ["gsc.clicks", "gsc.query_clicks"]) expect(ledgerTouching(october, { metric })).toEqual([]);
    expect(ledgerTouching(october, { metric: "gsc.ctr" })).toHaveLength(1);
  });

  it("keeps results of Meta from before a window was removed away from later ones", () => {
    const touching = (start: string) => ledgerTouching([{ start, end: start }], { metric: "meta.purchases" }).length;
    expect([touching("2026-01-11"), touching("2026-01-12")]).toEqual([1, 0]);
  });

  it("names metrics of the catalogue alone, and no entry twice", () => {
    for (const { metrics } of LEDGER) for (const metric of metrics) expect(METRICS.has(metric), metric).toBe(true);
    expect(new Set(LEDGER.map(({ id }) => id)).size).toBe(LEDGER.length);
  });
});
