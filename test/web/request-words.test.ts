import { describe, expect, it } from "vitest";
import { askedLines } from "../../web/interface/state/request-words.ts";
import { dayRange } from "../../web/interface/state/time.ts";

const OCTOBER = `Days: ${dayRange("2026-10-01", "2026-10-31")}`;
const asked = (body: unknown) => askedLines(body).map(({ label, text }) => `${label}: ${text}`);

describe("what was asked of a source, in words", () => {
  it("Search Console: the days, and that a query without dimensions is a total of its own", () => {
    const body = {
      dataState: "final",
      dimensions: [],
      endDate: "2026-10-31",
      rowLimit: 1,
      startDate: "2026-10-01",
      startRow: 0,
      type: "web",
    };
    expect(asked(body)).toEqual([
      "For each: nothing: one total of all",
      OCTOBER,
      "With: final data alone, web search alone",
    ]);
  });

  it("Analytics: metrics and dimensions by name, without what only pages and sorts", () => {
    const body = {
      dateRanges: [{ startDate: "2026-10-01", endDate: "2026-10-31" }],
      dimensions: [{ name: "sessionDefaultChannelGroup" }],
      metrics: [{ name: "sessions" }, { name: "keyEvents" }],
      orderBys: [{ desc: true }],
      limit: "25000",
      offset: "0",
      returnPropertyQuota: true,
    };
    expect(asked(body)).toEqual(["Asked for: sessions, keyEvents", "For each: sessionDefaultChannelGroup", OCTOBER]);
  });

  it("Google Ads: its query language taken apart", () => {
    const query =
      "SELECT metrics.clicks, metrics.cost_micros FROM campaign WHERE segments.date BETWEEN '2026-10-01' AND '2026-10-31' ORDER BY segments.date, campaign.id";
    expect(asked({ query, searchSettings: { returnTotalResultsCount: true } })).toEqual([
      "Asked for: metrics.clicks, metrics.cost_micros",
      "For each: campaign",
      OCTOBER,
    ]);
    expect(asked({ query: "SELECT customer.id FROM customer LIMIT 1" })).toEqual([
      "Asked for: customer.id",
      "For each: customer",
    ]);
  });

  it("Meta: the range inside its text, and how conversions were counted", () => {
    const body = {
      fields: "spend,actions",
      level: "campaign",
      limit: "500",
      time_increment: "1",
      time_range: '{"since":"2026-10-01","until":"2026-10-31"}',
      use_unified_attribution_setting: "true",
    };
    expect(asked(body)).toEqual([
      "Asked for: spend, actions",
      "For each: campaign",
      OCTOBER,
      "With: day by day, counted as the Ads Manager counts",
    ]);
  });

  it("HubSpot: filters as bounds, with moments people can read", () => {
    const filters = [
      { propertyName: "createdate", operator: "GTE", value: "1790827200000" },
      { propertyName: "createdate", operator: "LT", value: "1793505600000" },
    ];
    expect(
      asked({ filterGroups: [{ filters }], properties: ["createdate"], limit: 200, sorts: [], after: "0" }),
    ).toEqual([
      "Asked for: createdate",
      "Only: createdate from 1 Oct 2026, 04:00:00 UTC, createdate before 1 Nov 2026, 04:00:00 UTC",
    ]);
  });

  it("what it does not know is named as it stands, and what is no request is nothing", () => {
    expect(asked({ from: "2026-10-01", to: "2026-10-31", client_id: "5735001", per_page: "2000" })).toEqual([
      OCTOBER,
      "With: client_id 5735001",
    ]);
    expect([asked(null), asked("text"), asked([])]).toEqual([[], [], []]);
  });
});
