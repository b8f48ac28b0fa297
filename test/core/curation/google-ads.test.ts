import { describe, expect, it } from "vitest";
import { amountOf, amountOfMicros, NOTHING, numberOf, plus } from "../../../src/core/curation/amount.ts";
import { GOOGLE_ADS_CURATION } from "../../../src/core/curation/google-ads.ts";
import type { CuratedSnapshot } from "../../../src/core/curation/types.ts";
import { pick } from "../../../src/core/evidence/pointer.ts";
import { contextOf, curated, factIn, ordersOf, said, snapshotOf } from "./support.ts";

interface Figures {
  readonly costMicros?: string;
  readonly impressions?: string;
  readonly clicks?: string;
  readonly conversions?: number;
  readonly conversionsValue?: number;
}

const PLACE = { currencyCode: "USD", timeZone: "America/Chicago" };
const day = (date: string, metrics: Figures | null, campaign?: { id: string; name: string }) => ({
  customer: PLACE,
  segments: { date },
  ...(metrics === null ? {} : { metrics }),
  ...(campaign === undefined ? {} : { campaign }),
});
const ads = (query: string, results: readonly object[], page = 0) =>
  snapshotOf("google_ads", query, results.length === 0 ? {} : { results }, { page });
const curate = (snapshots: readonly CuratedSnapshot[], context = contextOf()) =>
  curated(GOOGLE_ADS_CURATION, snapshots, context);

const FIRST = {
  costMicros: "312690000",
  impressions: "1000",
  clicks: "50",
  conversions: 2.333333,
  conversionsValue: 400,
};
const SECOND = { costMicros: "10", impressions: "3000", clicks: "10", conversions: 0.666667, conversionsValue: 100.5 };
const ACCOUNT = ads("account_days", [day("2026-10-01", FIRST), day("2026-10-05", SECOND)]);
const ROOF = { id: "20", name: "Roof" };
const GUTTER = { id: "3", name: "Gutter" };
const CAMPAIGNS = [
  ads("campaign_days", [day("2026-10-01", FIRST, ROOF)]),
  ads(
    "campaign_days",
    [day("2026-10-05", { ...SECOND, clicks: "4" }, ROOF), day("2026-10-05", { clicks: "6" }, GUTTER)],
    1,
  ),
];
const campaign = (chunk: ReturnType<typeof curate>, metric: string, member: string) =>
  factIn(chunk, metric, { dimension: "campaign", member });

describe("Google Ads", () => {
  it("turns millionths into exact money, day by day and over the month", () => {
    const chunk = curate([ACCOUNT]);
    expect(factIn(chunk, "ads.cost", { grain: "day", start: "2026-10-01" }).value).toBe(312.69);
    expect(factIn(chunk, "ads.cost").value).toBe(312.69001);
    expect([factIn(chunk, "ads.cost").currency, factIn(chunk, "ads.cost").timeZone]).toEqual([
      "USD",
      "America/Chicago",
    ]);
  });

  it("computes rates from sums and never as a mean of daily rates", () => {
    const chunk = curate([ACCOUNT]);
    expect(factIn(chunk, "ads.ctr").value).toBe(60 / 4_000);
    expect(factIn(chunk, "ads.cpc").value).toBe(312.69001 / 60);
    expect(factIn(chunk, "ads.roas").value).toBe(500.5 / 312.69001);
    expect(said(factIn(chunk, "ads.conversions"))).toEqual(["number", 3]);
  });

  it("knows a day without a row among others as one of 0, whose rates are not defined", () => {
    const chunk = curate([ACCOUNT]);
    expect(said(factIn(chunk, "ads.cost", { grain: "day", start: "2026-10-02" }))).toEqual(["zero", 0]);
    expect(factIn(chunk, "ads.ctr", { grain: "day", start: "2026-10-02" }).state).toBe("not_defined");
  });

  it("knows nothing, not 0, of an account without any row, and none of a young day", () => {
    const empty = curate([
      ads("account", [{ customer: { currencyCode: "EUR", timeZone: "Europe/Rome" } }]),
      ads("account_days", []),
    ]);
    expect(said(factIn(empty, "ads.cost"))).toEqual(["missing", null]);
    expect(factIn(empty, "ads.cost")).toMatchObject({
      currency: "EUR",
      timeZone: "Europe/Rome",
      caveats: ["currency_differs"],
    });
    const young = curate([ACCOUNT], contextOf({ today: "2026-10-06" }));
    expect(young.facts.some(({ period, grain }) => grain === "day" && period.start === "2026-10-04")).toBe(false);
  });

  it("calls cost final after three days and conversions after thirty, because late ones are dated to their click", () => {
    const chunk = curate([ACCOUNT], contextOf({ today: "2026-11-10" }));
    expect([factIn(chunk, "ads.cost").maturity, factIn(chunk, "ads.conversions").maturity]).toEqual([
      "final",
      "filling",
    ]);
    expect(factIn(chunk, "ads.roas").maturity).toBe("filling");
  });

  it("calls a month whole when its cost is settled, and says of late conversions that they may still come", () => {
    const at = (metric: string, today: string) => {
      const { state, maturity } = factIn(curate([ACCOUNT], contextOf({ today })), metric);
      return [state, maturity];
    };
    expect(at("ads.cost", "2026-11-02")).toEqual(["partial", "filling"]);
    expect(at("ads.cost", "2026-11-03")).toEqual(["number", "final"]);
    expect(at("ads.conversions", "2026-11-03")).toEqual(["number", "filling"]);
  });

  it("adds up campaigns by month over their pages, and names their rows", () => {
    const chunk = curate([ACCOUNT, ...CAMPAIGNS]);
    expect(campaign(chunk, "ads.cost", "Roof").value).toBe(312.69001);
    expect(campaign(chunk, "ads.clicks", "Roof").origins).toEqual([
      { snapshotKey: CAMPAIGNS[0]?.key, pointers: ["/body/results/0"], more: 0 },
      { snapshotKey: CAMPAIGNS[1]?.key, pointers: ["/body/results/0"], more: 0 },
    ]);
    expect(said(campaign(chunk, "ads.cost", "Gutter"))).toEqual(["zero", 0]);
    expect(chunk.checks.map(({ check, ok }) => [check, ok])).toEqual([
      ["ads_place", true],
      ["ads_cost", true],
      ["ads_clicks", true],
    ]);
  });

  it("stops when campaigns do not add up to the account, as those that were removed are among them", () => {
    const chunk = curate([
      ACCOUNT,
      ads("campaign_days", [day("2026-10-01", { ...FIRST, costMicros: "300000000" }, ROOF)]),
    ]);
    expect(chunk.checks).toContainEqual({
      check: "ads_cost",
      ok: false,
      stops: true,
      detail: "300 by campaign and 312.69001 for the account.",
    });
    expect(curate([ACCOUNT]).checks.map(({ check }) => check)).toEqual(["ads_place"]);
  });

  it("keeps two campaigns of one name apart, and the plain name for the older one", () => {
    const twins = ads("campaign_days", [
      day("2026-10-01", FIRST, { id: "100", name: "Roof" }),
      day("2026-10-01", SECOND, { id: "20", name: "Roof" }),
      day("2026-10-01", SECOND),
    ]);
    const chunk = curate([twins]);
    expect(campaign(chunk, "ads.clicks", "Roof").value).toBe(10);
    expect(campaign(chunk, "ads.clicks", "Roof #100").value).toBe(50);
  });

  it("points at cells that are there: a figure that Google left out as 0 points at its row", () => {
    const bare = ads("account_days", [day("2026-10-01", { clicks: "5" }), day("2026-10-02", null)]);
    const chunk = curate([bare]);
    const pointers = ["ads.clicks", "ads.cost"].map(
      (metric) => factIn(chunk, metric, { grain: "day", start: "2026-10-01" }).origins[0]?.pointers,
    );
    expect(pointers).toEqual([["/body/results/0/metrics/clicks"], ["/body/results/0"]]);
    for (const { origins } of chunk.facts) {
      for (const { pointers: all } of origins) for (const one of all) expect(pick(bare.document, one)).toBeDefined();
    }
  });

  it("takes a day that two pages bring once", () => {
    const twice = [ads("account_days", [day("2026-10-01", FIRST)]), ads("account_days", [day("2026-10-01", FIRST)], 1)];
    expect(factIn(curate(twice), "ads.clicks").value).toBe(50);
  });

  it("takes a day twice on one page once, and adds up a campaign whose figures are not always there", () => {
    expect(
      factIn(curate([ads("account_days", [day("2026-10-01", FIRST), day("2026-10-01", SECOND)])]), "ads.clicks").value,
    ).toBe(50);
    const days = [day("2026-10-01", {}, ROOF), day("2026-10-02", { clicks: "4" }, ROOF), day("2026-10-03", {}, ROOF)];
    expect(campaign(curate([ads("campaign_days", days)]), "ads.clicks", "Roof").value).toBe(4);
  });

  it("keeps the name a campaign has in the end of the alphabet's order, whichever page came first", () => {
    const pages = [
      ads("campaign_days", [day("2026-10-01", FIRST, { id: "5", name: "B" })]),
      ads("campaign_days", [day("2026-10-02", FIRST, { id: "5", name: "A" })], 1),
    ];
    for (const order of ordersOf(pages)) expect(campaign(curate(order), "ads.clicks", "A").value).toBe(100);
  });

  it("has no month and no campaign in a part of a month", () => {
    const chunk = curate([ACCOUNT, ...CAMPAIGNS], contextOf({ range: { start: "2026-10-02", end: "2026-10-31" } }));
    expect(new Set(chunk.facts.map(({ grain }) => grain))).toEqual(new Set(["day"]));
  });

  it("stops an account that names two zones", () => {
    const other = ads("account", [{ customer: { currencyCode: "USD", timeZone: "Europe/Rome" } }]);
    expect(curate([other, ACCOUNT]).checks[0]).toMatchObject({ check: "ads_place", ok: false, stops: true });
  });

  it("gives the same bytes in every order, and leaves queries alone that it does not know", () => {
    const snapshots = [ACCOUNT, ...CAMPAIGNS, ads("account", [{ customer: PLACE }]), ads("keywords", [])];
    expect(new Set(ordersOf(snapshots).map((order) => JSON.stringify(curate(order)))).size).toBe(1);
  });
});

describe("Sums of amounts", () => {
  it("do not depend on the order, where sums of floating point numbers do", () => {
    const values = [0.1, 0.2, 0.3, 1e9, -1e9, 0.7];
    const plain = ordersOf(values).map((order) => order.reduce((sum, value) => sum + value, 0));
    const exact = ordersOf(values).map((order) => numberOf(order.map(amountOf).reduce(plus, NOTHING)));
    expect(new Set(plain).size).toBeGreaterThan(1);
    expect([...new Set(exact)]).toEqual([1.3]);
  });

  it("are the nearest number there is, and still a number where millionths cannot be held", () => {
    expect(numberOf(amountOfMicros(312_690_000))).toBe(312.69);
    expect(numberOf(amountOf(14.35))).toBe(14.35);
    expect(numberOf(amountOfMicros(1_189_488))).toBe(1.189488);
    expect(numberOf({ units: 90_071_992_547, micros: 500_000 })).toBe(90_071_992_547.5);
    expect(JSON.stringify(amountOf(-0.0000001))).toBe('{"units":0,"micros":0}');
  });
});
