/** What a comparison may say: whole periods, a day against a day, every page that moved, and only what was tested. */
import { describe, expect, it } from "vitest";
import { formatFact } from "../../src/core/evidence/format.ts";
import { daysOf } from "../../src/core/facts/days.ts";
import { byId, parseReport, textOf } from "../reporting/dom.ts";
import { brief, daysFrom, evidenceOf, htmlOf, month, page, property, run, valuesOf } from "./support/small.ts";

const steady = (clicks: number) => () => [{ query: "garden gate", page, clicks, impressions: 2_000, position: 5 }];
const tileOf = (html: string, id: string) => textOf(byId(parseReport(html), `tile-${id}`));

describe("a period before that Google keeps in part", () => {
  // On 22 November 2026 the history begins on 22 July 2025.
  const days = daysFrom("2025-07-22", "2025-08-31", steady(100));

  it("is not compared with: ten days are no month", async () => {
    const result = await run(days, brief({}, "August 2025"));
    const values = valuesOf(result);
    expect(values.get("gsc.clicks.previous")).toMatchObject({ state: "unavailable" });
    expect(values.get("gsc.clicks.delta_pct")).toMatchObject({ state: "not_defined" });
    expect(values.get("gsc.pages.new")).toMatchObject({ state: "unavailable" });
    expect(result.answer[0]).toContain("no usable figure for July 2025");
    expect(htmlOf(result)).toContain("Search Console no longer keeps");
    expect(htmlOf(result)).not.toContain("%+");
  });

  it("is not compared with where the days themselves show that Google cut it", async () => {
    // Ours says 22 July, Google's history begins two days later.
    const cut = daysFrom("2025-07-24", "2025-09-10", steady(100));
    const result = await run(cut, brief({}, "19 August – 10 September 2025"));
    expect(evidenceOf(result).periods.previous.start).toBe("2025-07-27");
    expect(valuesOf(result).get("gsc.clicks.previous")).toMatchObject({ state: "number" });
    const later = await run(
      cut.filter(({ date }) => date >= "2025-07-30"),
      brief({}, "19 August – 10 September 2025"),
    );
    expect(valuesOf(later).get("gsc.clicks.previous")).toMatchObject({ state: "unavailable" });
  });
});

describe("months that differ in length", () => {
  const growth = [...month(2026, 2, steady(1_000)), ...month(2026, 3, steady(1_079))];

  it("are compared by the day: a longer month alone is no growth", async () => {
    const same = [...month(2026, 2, steady(1_000)), ...month(2026, 3, steady(1_000))];
    const result = await run(same, brief({}, "March 2026"));
    expect(valuesOf(result).get("gsc.clicks.delta_pct")).toEqual({ state: "zero", value: 0 });
    expect(result.answer[0]).toBe(
      "Organic search brought 31,000 clicks in March 2026, per day within normal variation of the 28,000 of February 2026.",
    );
  });

  it("license and print the percentage of a day, in the sentence, the tile and the table", async () => {
    const result = await run(growth, brief({}, "March 2026"));
    expect(result.answer[0]).toBe(
      "Organic search brought 33,449 clicks in March 2026, per day up on the 28,000 of February 2026 (+7.9% by daily average).",
    );
    const html = htmlOf(result);
    expect(tileOf(html, "gsc.clicks")).toContain("▲ Up +7.9% by daily average on February 2026: 28,000");
    expect(textOf(byId(parseReport(html), "table-totals"))).toContain("+7.9% by daily average");
    expect(html).not.toContain("+19.5%");
    const nonBrand = evidenceOf(result).facts.find(({ id }) => id === "gsc.nonbrand_clicks.delta_pct");
    expect(nonBrand === undefined ? null : formatFact(nonBrand)).toBe("+7.9% by daily average");
  });
});

describe("what moved most", () => {
  const before = month(2026, 9, () => [
    { query: "garden gate", page, clicks: 10, impressions: 500, position: 3 },
    { query: "old fence", page: `${page}gone/`, clicks: 100, impressions: 900, position: 2 },
  ]);
  const now = month(2026, 10, () => [
    { query: "garden gate", page, clicks: 8, impressions: 500, position: 3 },
    { query: "new shed", page: `${page}fresh/`, clicks: 50, impressions: 900, position: 2 },
  ]);

  it("counts the page that vanished as the largest minus, and the one that appeared as the largest plus", async () => {
    const result = await run([...before, ...now]);
    const dom = parseReport(htmlOf(result));
    expect(textOf(byId(dom, "table-page-losers"))).toMatch(/\/a\/gone\/03,000−3,000/);
    expect(textOf(byId(dom, "table-page-winners"))).toMatch(/\/a\/fresh\/1,5500\+1,550/);
    expect(textOf(byId(dom, "table-query-losers"))).toMatch(/old fence03,000−3,000/);
    expect(textOf(byId(dom, "section-pages"))).toContain(
      "The largest minus of clicks came with /a/gone/: −3,000, to 0.",
    );
    expect(textOf(byId(dom, "actions"))).toMatch(/Review the page that lost most clicks.*\/a\/gone\/.*−3,000/s);
  });

  it("says nothing of absence from a list that was cut off", async () => {
    const wide = (date: string, offset: number) =>
      Array.from({ length: 50_001 }, (_, index) => ({
        date,
        query: `gate ${index + offset}`,
        page,
        device: "DESKTOP",
        country: "irl",
        clicks: 1,
        impressions: 12,
        position: 8,
      }));
    const result = await run([...wide("2026-10-05", 0), ...wide("2026-09-07", 40_000)]);
    const values = valuesOf(result);
    expect(values.get("gsc.queries.new")).toMatchObject({ state: "not_defined" });
    expect(values.get("gsc.queries.lost")).toMatchObject({ state: "not_defined" });
    const queries = textOf(byId(parseReport(htmlOf(result)), "section-queries"));
    expect(queries).toContain("cut off at Google's row limit");
    expect(queries).not.toContain("the number of listed queries");
  });
});

describe("a change that was not tested", () => {
  const week = (clicks: number) => (date: string) => steady(date < "2026-11-10" ? clicks : clicks * 2)();

  it("is never called flat: revenue stands without a word", async () => {
    const analytics = daysOf({ start: "2026-08-01", end: "2026-10-31" }).map((date) => ({
      date,
      dimensions: { sessionDefaultChannelGroup: "Organic Search", sessionSource: "google" },
      metrics: { sessions: 100, engagedSessions: 50, keyEvents: 5, totalRevenue: date < "2026-10-01" ? 100 : 62 },
    }));
    const days = [...month(2026, 9, steady(100)), ...month(2026, 10, steady(100))];
    const html = htmlOf(await run(days, brief(), [property(analytics)]));
    expect(tileOf(html, "ga4.revenue")).toContain("−38.0% by daily average (not tested) on September 2026");
    expect(tileOf(html, "ga4.revenue")).not.toContain("Flat");
    expect(tileOf(html, "gsc.clicks")).toContain("◆ Flat");
  });

  it("is tested on the usual variation of eight weeks, however short the period", async () => {
    const days = daysFrom("2026-08-01", "2026-11-18", (date) => steady(date < "2026-11-09" ? 300 : 600)());
    const result = await run(days, brief({}, "9–15 November 2026"));
    const spread = evidenceOf(result).facts.find(({ id }) => id === "gsc.clicks.dispersion")?.derivation;
    expect(spread).toMatchObject({ op: "dispersion", last: 56 });
    expect(valuesOf(result).get("rows.gsc.spread.primary")).toEqual({ state: "number", value: 56 });
    expect(result.answer[0]).toContain("clearly up on the 2,100 of 2–8 November 2026 (+100.0%)");
  });

  it("is not told from the weekdays where they differ: a Monday is no growth on a Sunday", async () => {
    const days = daysFrom("2026-08-01", "2026-11-18", week(300));
    const result = await run(days, brief({}, "10–12 November 2026"));
    expect(valuesOf(result).get("gsc.clicks.delta_z")).toMatchObject({ state: "not_defined" });
    expect(result.answer[0]).not.toContain("up on");
    expect(tileOf(htmlOf(result), "gsc.clicks")).toContain("+100.0% (not tested)");
  });

  it("is said with both figures where the days are too few", async () => {
    const result = await run(daysFrom("2026-11-07", "2026-11-12", week(300)), brief({}, "10–12 November 2026"));
    expect(result.answer[0]).toBe(
      "Organic search brought 1,800 clicks over 10–12 November 2026 after 900 over 7–9 November 2026; too few days to test the difference.",
    );
    expect(tileOf(htmlOf(result), "gsc.clicks")).toContain("+100.0% (not tested)");
  });

  it("gets no percentage of a rate on few impressions, but the range of the rate", async () => {
    const few = (clicks: number) => (date: string) =>
      date.endsWith("-05") ? [{ query: "gate", page, clicks, impressions: 20, position: 5 }] : [];
    const result = await run([...month(2026, 9, few(1)), ...month(2026, 10, few(4))]);
    expect(valuesOf(result).get("gsc.ctr.delta_pct")).toMatchObject({ state: "not_defined" });
    expect(htmlOf(result)).not.toContain("+300.0%");
    expect(textOf(byId(parseReport(htmlOf(result)), "table-totals"))).toMatch(/lies between 8\.1% and 41\.6%/);
  });
});

describe("parts of a whole", () => {
  const CODES = ["irl", "gbr", "usa", "srb", "xkk", "deu", "zzz"];
  const by = (clicks: number) => () =>
    CODES.map((country, index) => ({
      query: "gate",
      page,
      country,
      clicks: clicks - index,
      impressions: 90,
      position: 5,
    }));

  it("add up: countries beyond the largest have a row of their own, and every code has a name", async () => {
    const result = await run([...month(2026, 9, by(20)), ...month(2026, 10, by(30))]);
    const table = textOf(byId(parseReport(htmlOf(result)), "table-by-country"));
    expect(table).toContain("Serbia");
    expect(table).toContain("Kosovo");
    expect(table).not.toContain("srb");
    const values = valuesOf(result);
    const bases = [1, 2, 3, 4, 5].map(String).concat("others");
    const parts = bases.map((base) => values.get(`gsc.country.${base}.primary`)?.value ?? 0);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(values.get("gsc.clicks.primary")?.value);
    expect(table).toMatch(/Other countries[^A]*All clicks/);
  });

  it("a country that had no row before had no clicks before", async () => {
    const before = month(2026, 9, () => by(20)().filter(({ country }) => country !== "gbr"));
    const values = valuesOf(await run([...before, ...month(2026, 10, by(30))]));
    expect(values.get("gsc.country.2.previous")).toEqual({ state: "zero", value: 0 });
    expect(values.get("gsc.country.2.delta_abs")).toEqual({ state: "number", value: 29 * 31 });
  });
});

describe("non-brand clicks", () => {
  it("are compared with the year before where Google keeps it", async () => {
    const html = htmlOf(
      await run([...month(2025, 10, steady(100)), ...month(2026, 9, steady(100)), ...month(2026, 10, steady(150))]),
    );
    expect(tileOf(html, "gsc.nonbrand_clicks")).toContain("▲ Up +50.0% on October 2025: 3,100");
  });
});

describe("the answer", () => {
  it("speaks of what happened on a day, and in a month", async () => {
    const result = await run(daysFrom("2026-09-01", "2026-10-31", steady(100)), brief({}, "2026-10-05 to 2026-10-05"));
    expect(result.answer[0]).toContain("100 clicks on 5 October 2026");
  });

  it("compares twelve months with the twelve before once, as those are the year before", async () => {
    const result = await run(
      daysFrom("2025-10-01", "2026-10-31", steady(100)),
      brief({}, "1 November 2025 to 31 October 2026"),
    );
    const html = htmlOf(result);
    expect(html).toMatch(/compared with <time[^>]*>November 2024 – October 2025<\/time><\/p>/);
    expect(textOf(byId(parseReport(html), "table-totals"))).not.toContain("Change on year");
  });

  it("says nothing about a year before that is not kept", async () => {
    const days = [...month(2026, 2, steady(100)), ...month(2026, 3, steady(100))];
    const result = await run(days, brief({}, "March 2026"));
    expect(result.answer.join(" ")).not.toContain("March 2025");
  });
});

describe("sessions and clicks", () => {
  const sessions = (sources: Readonly<Record<string, number>>) =>
    daysOf({ start: "2026-08-01", end: "2026-10-31" }).flatMap((date) =>
      Object.entries(sources).map(([sessionSource, count]) => ({
        date,
        dimensions: { sessionDefaultChannelGroup: "Organic Search", sessionSource },
        metrics: { sessions: count, engagedSessions: 1, keyEvents: 0, totalRevenue: 0 },
      })),
    );
  const days = [...month(2026, 9, steady(100)), ...month(2026, 10, steady(100))];
  const alarm = "Check measurement";

  it("are held against each other for Google alone: other search engines raise no alarm", async () => {
    const result = await run(days, brief(), [property(sessions({ google: 95, bing: 60 }))]);
    expect(valuesOf(result).get("ga4.click_ratio")?.value).toBeCloseTo(0.95, 10);
    expect(htmlOf(result)).not.toContain(alarm);
    const broken = await run(days, brief(), [property(sessions({ google: 20, bing: 80 }))]);
    expect(htmlOf(broken)).toContain(alarm);
  });

  it("of all search engines are named so and raise no alarm where sources cannot be told apart", async () => {
    const blind = { ...property(sessions({ google: 20 })), dimensions: ["sessionDefaultChannelGroup"] };
    const html = htmlOf(await run(days, brief(), [blind]));
    expect(html).toContain("organic sessions from all search engines");
    expect(html).not.toContain(alarm);
  });
});

describe("the data of the daily chart", () => {
  it("stand under their own days, and a longer period does not borrow its own days for the shorter one before", async () => {
    const dom = parseReport(htmlOf(await run([...month(2026, 9, steady(7)), ...month(2026, 10, steady(9))])));
    const rows = textOf(byId(dom, "section-trend"));
    expect(rows).toMatch(/1 Oct 2026\s*9\s*7\s*1 Sept? 2026/);
    expect(rows).toMatch(/30 Oct 2026\s*9\s*7\s*30 Sept? 2026/);
    expect(rows).toMatch(/31 Oct 2026\s*9\s*—/);
  });
});

describe("parts that moved against each other", () => {
  const part = (brand: number, other: number, unlisted: number) => () => [
    { query: "small gate", page, clicks: brand, impressions: 900, position: 1 },
    { query: "garden gate", page, clicks: other, impressions: 900, position: 5 },
    { query: "", page, clicks: unlisted, impressions: 90, position: 5 },
  ];

  it("have a word on shares beyond the whole", async () => {
    const html = htmlOf(await run([...month(2026, 9, part(50, 50, 10)), ...month(2026, 10, part(20, 90, 5))]));
    expect(textOf(byId(parseReport(html), "table-bridge-table"))).toContain("more than the whole of it");
  });
});
