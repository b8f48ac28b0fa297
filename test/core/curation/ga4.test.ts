import { describe, expect, it } from "vitest";
import { GA4_CURATION } from "../../../src/core/curation/ga4.ts";
import { TOP } from "../../../src/core/curation/top.ts";
import type { CuratedSnapshot } from "../../../src/core/curation/types.ts";
import { contextOf, curated, factIn, ordersOf, said, snapshotOf } from "./support.ts";

const WHOLE = ["sessions", "engagedSessions", "totalUsers", "newUsers", "keyEvents", "totalRevenue"];
const PARTS = ["sessions", "engagedSessions", "keyEvents", "totalRevenue"];

type Options = { readonly metadata?: object | null; readonly page?: number; readonly capped?: boolean };

/** An answer as Google sends it: every value as text. */
function ga4(
  query: string,
  rows: readonly (readonly [name: string, ...values: number[]])[],
  { metadata = {}, ...options }: Options = {},
): CuratedSnapshot {
  const names = query === "totals" || query === "daily" ? WHOLE : PARTS;
  const place = { currencyCode: "USD", timeZone: "America/Chicago" };
  const body = {
    metricHeaders: names.map((name) => ({ name, type: "TYPE_FLOAT" })),
    ...(rows.length === 0
      ? {}
      : {
          rows: rows.map(([name, ...values]) => ({
            dimensionValues: query === "totals" ? [] : [{ value: name }],
            metricValues: values.map((value) => ({ value: String(value) })),
          })),
        }),
    metadata: metadata === null ? null : { ...place, ...metadata },
  };
  return snapshotOf("ga4", query, body, options);
}

const TOTALS = ga4("totals", [["", 1_000, 600, 800, 500, 12.5, 2_500.75]]);
const DAILY = ga4("daily", [
  ["20261001", 700, 400, 600, 400, 10.25, 2_000.5],
  ["20261003", 310, 200, 280, 120, 2.25, 500.25],
]);
const CHANNELS = ga4("channels", [
  ["Organic Search", 600, 400, 8.5, 2_000],
  ["Direct", 400, 200, 4, 500.75],
]);

const curate = (snapshots: readonly CuratedSnapshot[], context = contextOf()) =>
  curated(GA4_CURATION, snapshots, context);

describe("Google Analytics", () => {
  it("gives the month from its own query: sessions, rates of sums, fractional key events, revenue in the property's currency", () => {
    const chunk = curate([TOTALS, DAILY]);
    expect(said(factIn(chunk, "ga4.site_sessions"))).toEqual(["number", 1_000]);
    expect(said(factIn(chunk, "ga4.site_engagement_rate"))).toEqual(["number", 0.6]);
    expect(said(factIn(chunk, "ga4.site_key_events"))).toEqual(["number", 12.5]);
    const revenue = factIn(chunk, "ga4.site_revenue");
    expect([revenue.value, revenue.currency, revenue.timeZone]).toEqual([2_500.75, "USD", "America/Chicago"]);
    expect(factIn(chunk, "ga4.site_sessions").currency).toBeNull();
  });

  it("never sums users: the month's are its own, though the days add up to more", () => {
    const chunk = curate([TOTALS, DAILY]);
    expect(said(factIn(chunk, "ga4.site_users"))).toEqual(["number", 800]);
    expect(said(factIn(chunk, "ga4.site_new_users"))).toEqual(["number", 500]);
    expect(chunk.facts.map(({ value }) => value)).not.toContain(880);
  });

  it("calls a day that Google left out 0 among others, and its rates undefined", () => {
    const chunk = curate([TOTALS, DAILY]);
    expect(said(factIn(chunk, "ga4.site_sessions", { grain: "day", start: "2026-10-02" }))).toEqual(["zero", 0]);
    expect(factIn(chunk, "ga4.site_engagement_rate", { grain: "day", start: "2026-10-02" }).state).toBe("not_defined");
  });

  it("calls nothing 0 when it returned no row at all", () => {
    const chunk = curate([
      ga4("totals", [], { metadata: null }),
      ga4("daily", []),
      ga4("channels", []),
      ga4("landing_pages", []),
    ]);
    expect(said(factIn(chunk, "ga4.site_sessions"))).toEqual(["missing", null]);
    expect(chunk.facts.filter(({ value }) => value !== null)).toEqual([]);
    const silent = curate([ga4("totals", [], { metadata: null })]);
    expect(factIn(silent, "ga4.site_sessions").timeZone).toBe("America/New_York");
  });

  it("does not know days that it may not have yet", () => {
    const chunk = curate([TOTALS, DAILY], contextOf({ today: "2026-10-05" }));
    const days = chunk.facts.filter(({ metric, grain }) => metric === "ga4.site_sessions" && grain === "day");
    expect(days.map(({ period, maturity }) => [period.start, maturity])).toEqual([
      ["2026-10-01", "final"],
      ["2026-10-02", "final"],
      ["2026-10-03", "filling"],
    ]);
  });

  it("withholds what Google withholds: absent days are no zeroes, and the figures carry the caveat", () => {
    const metadata = { subjectToThresholding: true };
    const daily = ga4("daily", [["20261001", 700, 400, 600, 400, 10, 2_000]], { metadata });
    const chunk = curate([TOTALS, daily]);
    expect(factIn(chunk, "ga4.site_sessions", { grain: "day", start: "2026-10-02" }).state).toBe("withheld");
    expect(factIn(chunk, "ga4.site_sessions", { grain: "day", start: "2026-10-01" }).caveats).toEqual([
      "ga4_thresholded",
    ]);
    expect(factIn(curate([ga4("totals", [], { metadata })]), "ga4.site_sessions").state).toBe("withheld");
    expect(chunk.checks).toContainEqual(expect.objectContaining({ check: "ga4_sum", ok: true }));
  });

  it("marks a sample, and calls less than half of the events no measurement", () => {
    const sampled = (read: string) => ({
      metadata: { samplingMetadatas: [{ samplesReadCount: read, samplingSpaceSize: "1000" }] },
    });
    const totals = (read: string) => curate([ga4("totals", [["", 1_000, 600, 800, 500, 12, 99]], sampled(read))]);
    const fair = factIn(totals("900"), "ga4.site_sessions");
    expect([fair.state, fair.caveats]).toEqual(["number", ["ga4_sampled"]]);
    expect(said(factIn(totals("400"), "ga4.site_sessions"))).toEqual(["partial", 1_000]);
    expect(factIn(totals("400"), "ga4.site_engagement_rate").state).toBe("partial");
    const empty = { metadata: { samplingMetadatas: [{}] } };
    expect(factIn(curate([ga4("totals", [["", 1, 1, 1, 1, 1, 1]], empty)]), "ga4.site_sessions").caveats).toEqual([]);
  });

  it("says where rare values were lumped together and where the list was cut off", () => {
    const landing = ga4("landing_pages", [["(other)", 5, 4, 0, 0]], {
      metadata: { dataLossFromOtherRow: true },
      capped: true,
    });
    const fact = factIn(curate([landing]), "ga4.site_sessions", { dimension: "landing_page", member: "(other)" });
    expect(fact.caveats).toEqual(["capped", "ga4_other_row"]);
  });

  it("splits by channel without users, and notes channels that do not add up without stopping", () => {
    const chunk = curate([TOTALS, DAILY, CHANNELS]);
    expect(said(factIn(chunk, "ga4.site_sessions", { dimension: "channel", member: "Organic Search" }))).toEqual([
      "number",
      600,
    ]);
    expect(chunk.facts.filter(({ metric, dimension }) => metric === "ga4.site_users" && dimension !== "whole")).toEqual(
      [],
    );
    expect(chunk.checks.map(({ check, ok, stops }) => [check, ok, stops])).toEqual([
      ["ga4_place", true, true],
      ["ga4_sum", true, true],
      ["ga4_channels", true, false],
    ]);
    const half = curate([TOTALS, ga4("channels", [["Direct", 500, 200, 4, 500]])]).checks;
    expect(half).toContainEqual({
      check: "ga4_channels",
      ok: false,
      stops: false,
      detail:
        "500 sessions in parts and 1000 in total, 4 key events in parts and 12.5 in total, 500 revenue in parts and 2500.75 in total.",
    });
  });

  it("stops days that are far from the total, and lets estimates be a few sessions apart", () => {
    const check = (sessions: number) =>
      curate([TOTALS, ga4("daily", [["20261001", sessions, 1, 1, 1, 12.5, 2_500.75]])]).checks.find(
        (one) => one.check === "ga4_sum",
      );
    expect([check(1_050)?.ok, check(1_051)?.ok, check(1_051)?.stops]).toEqual([true, false, true]);
  });

  it("stops answers that name two zones or two currencies: their days are not the same days", () => {
    const moved = ga4("daily", [["20261001", 1_000, 1, 1, 1, 12.5, 2_500.75]], {
      metadata: { timeZone: "Europe/Paris" },
    });
    const check = curate([TOTALS, moved]).checks[0];
    expect(check).toEqual({
      check: "ga4_place",
      ok: false,
      stops: true,
      detail: "The answers name more than one: America/Chicago, Europe/Paris, USD.",
    });
  });

  it("converts no money: a property in another currency keeps it and says so", () => {
    const chunk = curate([TOTALS], contextOf({ currency: "EUR" }));
    const revenue = factIn(chunk, "ga4.site_revenue");
    expect([revenue.currency, revenue.caveats]).toEqual(["USD", ["currency_differs"]]);
    expect(factIn(chunk, "ga4.site_sessions").caveats).toEqual([]);
  });

  it("does not take a column that was not asked for as 0", () => {
    const body = { metricHeaders: [{ name: "sessions" }], rows: [{ metricValues: [{ value: "7" }] }] };
    const chunk = curate([snapshotOf("ga4", "totals", body)]);
    expect(said(factIn(chunk, "ga4.site_sessions"))).toEqual(["number", 7]);
    expect(said(factIn(chunk, "ga4.site_revenue"))).toEqual(["unavailable", null]);
  });

  it("reads columns by their names, wherever they stand, and names the cell", () => {
    const body = {
      metricHeaders: [{ name: "newUsers" }, { name: "sessions" }, { name: "bounceRate" }],
      rows: [{ metricValues: [{ value: "3" }, { value: "7" }, { value: "0.5" }] }],
    };
    const fact = factIn(curate([snapshotOf("ga4", "totals", body)]), "ga4.site_sessions");
    expect([fact.value, fact.origins[0]?.pointers]).toEqual([7, ["/body/rows/0/metricValues/1/value"]]);
  });

  it("keeps the landing pages with the most sessions, from however many pages", () => {
    const page = (from: number) =>
      ga4(
        "landing_pages",
        Array.from({ length: 400 }, (_, at) => [`/p${from + at}`, from + at, 0, 0, 0] as const),
        { page: from },
      );
    const chunk = curate([page(0), page(400)]);
    const kept = chunk.facts.filter(({ metric }) => metric === "ga4.site_sessions").map(({ value }) => value ?? 0);
    expect([kept.length, Math.min(...kept)]).toEqual([TOP, 800 - TOP]);
  });

  it("gives the same bytes twice and in every order, and leaves queries alone that it does not know", () => {
    const landing = [0, 1].map((page) =>
      ga4(
        "landing_pages",
        [
          ["/a", 5, 4, 0.1, 0.2],
          [`/${page}`, 5, 4, 0.1, 0.2],
        ],
        { page },
      ),
    );
    const bytes = ordersOf([TOTALS, DAILY, CHANNELS, ...landing]).map((order) => JSON.stringify(curate(order)));
    expect(
      new Set([...bytes, JSON.stringify(curate([TOTALS, DAILY, CHANNELS, ...landing, ga4("cohorts", [])]))]).size,
    ).toBe(1);
  });

  it("has days alone in a part of a month", () => {
    const chunk = curate([TOTALS, DAILY, CHANNELS], contextOf({ range: { start: "2026-10-02", end: "2026-10-31" } }));
    expect(new Set(chunk.facts.map(({ grain }) => grain))).toEqual(new Set(["day"]));
  });

  it("does not read a value that is no number", () => {
    const body = { metricHeaders: [{ name: "sessions" }], rows: [{ metricValues: [{ value: "1,000" }] }] };
    expect(() => curate([snapshotOf("ga4", "totals", body)])).toThrow("rows.0.metricValues.0.value");
  });
});
