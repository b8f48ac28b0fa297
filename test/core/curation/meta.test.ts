import { describe, expect, it } from "vitest";
import { META_CURATION } from "../../../src/core/curation/meta.ts";
import type { CuratedSnapshot } from "../../../src/core/curation/types.ts";
import { pick } from "../../../src/core/evidence/pointer.ts";
import { contextOf, curated, factIn, ordersOf, said, snapshotOf } from "./support.ts";

type Stats = Readonly<Record<string, number>>;

const stats = (counts: Stats) =>
  Object.entries(counts).map(([action_type, value]) => ({ action_type, value: String(value) }));

function day(
  date: string,
  counts: Stats,
  { actions = {}, values = {}, campaign = "" }: { actions?: Stats; values?: Stats; campaign?: string } = {},
) {
  const figures = Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, String(value)]));
  return {
    date_start: date,
    date_stop: date,
    account_currency: "USD",
    ...figures,
    ...(Object.keys(actions).length === 0 ? {} : { actions: stats(actions) }),
    ...(Object.keys(values).length === 0 ? {} : { action_values: stats(values) }),
    ...(campaign === "" ? {} : { campaign_id: campaign, campaign_name: `Campaign ${campaign}` }),
  };
}

const meta = (query: string, data: readonly object[], page = 0) => snapshotOf("meta", query, { data }, { page });
const curate = (snapshots: readonly CuratedSnapshot[], context = contextOf()) =>
  curated(META_CURATION, snapshots, context);

/** One purchase under every name Meta has for it. */
const TIERS = { omni_purchase: 10, purchase: 10, "offsite_conversion.fb_pixel_purchase": 9, onsite_web_purchase: 10 };
const ONE = day(
  "2026-10-01",
  { spend: 100.25, impressions: 4_000, reach: 3_000, clicks: 90, inline_link_clicks: 60 },
  { actions: TIERS, values: { omni_purchase: 500, purchase: 500 } },
);
const TWO = day(
  "2026-10-02",
  { spend: 50, impressions: 1_000, reach: 900, clicks: 10, inline_link_clicks: 5 },
  { actions: { purchase: 4 } },
);

describe("Results of Meta", () => {
  it("count a purchase once that is listed under four names, not 39 times for 10", () => {
    const chunk = curate([meta("account_days", [ONE])]);
    const fact = factIn(chunk, "meta.purchases");
    expect(said(fact)).toEqual(["number", 10]);
    expect(fact.caveats).toEqual([
      "meta_not_added.offsite_conversion.fb_pixel_purchase",
      "meta_not_added.onsite_web_purchase",
      "meta_not_added.purchase",
      "meta_type.omni_purchase",
    ]);
    expect(said(factIn(chunk, "meta.purchase_value"))).toEqual(["number", 500]);
    expect(factIn(chunk, "meta.roas").value).toBe(500 / 100.25);
  });

  it("are read from one type for all days: a day that lacks it does not fall back to a narrower one", () => {
    const chunk = curate([meta("account_days", [ONE, TWO])]);
    expect(said(factIn(chunk, "meta.purchases"))).toEqual(["number", 10]);
    expect(said(factIn(chunk, "meta.purchases", { grain: "day", start: "2026-10-02" }))).toEqual(["zero", 0]);
  });

  it("match types by their whole name: views of a lead form are no leads", () => {
    const row = day("2026-10-01", { spend: 1 }, { actions: { offsite_content_view_add_meta_leads: 40, "x.lead": 3 } });
    expect(said(factIn(curate([meta("account_days", [row])]), "meta.leads"))).toEqual(["zero", 0]);
    const leads = day("2026-10-01", { spend: 1 }, { actions: { lead: 3, "onsite_conversion.lead_grouped": 3 } });
    expect(said(factIn(curate([meta("account_days", [leads])]), "meta.leads"))).toEqual(["number", 3]);
  });

  it("are unavailable, not 0, where only conversions of the advertiser's own were recorded", () => {
    const row = day("2026-10-01", { spend: 20 }, { actions: { "offsite_conversion.custom.123": 7 } });
    const chunk = curate([meta("account_days", [row])]);
    expect(said(factIn(chunk, "meta.purchases"))).toEqual(["unavailable", null]);
    expect(factIn(chunk, "meta.purchases").reason).toContain("the advertiser defined");
    expect(factIn(chunk, "meta.cost_per_lead").state).toBe("unavailable");
    expect(factIn(chunk, "meta.roas").state).toBe("unavailable");
  });

  it("choose the type of each campaign by what that campaign has", () => {
    const campaigns = meta("campaign_days", [
      day("2026-10-01", { spend: 60 }, { actions: { omni_purchase: 6, purchase: 6 }, campaign: "1" }),
      day("2026-10-02", { spend: 40 }, { actions: { "offsite_conversion.fb_pixel_purchase": 4 }, campaign: "2" }),
    ]);
    const chunk = curate([campaigns]);
    const purchases = ["Campaign 1", "Campaign 2"].map((member) =>
      factIn(chunk, "meta.purchases", { dimension: "campaign", member }),
    );
    expect(purchases.map(({ value }) => value)).toEqual([6, 4]);
    expect(purchases.map(({ caveats }) => caveats.at(-1))).toEqual([
      "meta_type.omni_purchase",
      "meta_type.offsite_conversion.fb_pixel_purchase",
    ]);
  });

  it("settle for 28 days, spend for three", () => {
    const chunk = curate([meta("account_days", [ONE])], contextOf({ today: "2026-11-10" }));
    expect([factIn(chunk, "meta.spend").maturity, factIn(chunk, "meta.purchases").maturity]).toEqual([
      "final",
      "filling",
    ]);
  });
});

describe("Meta Ads", () => {
  it("adds up spend and clicks over the days, and never reach", () => {
    const chunk = curate([meta("account_days", [ONE, TWO])]);
    expect(said(factIn(chunk, "meta.spend"))).toEqual(["number", 150.25]);
    expect(said(factIn(chunk, "meta.link_ctr"))).toEqual(["number", 65 / 5_000]);
    expect(said(factIn(chunk, "meta.reach", { grain: "day", start: "2026-10-01" }))).toEqual(["number", 3_000]);
    expect(said(factIn(chunk, "meta.frequency", { grain: "day", start: "2026-10-01" }))).toEqual([
      "number",
      4_000 / 3_000,
    ]);
    expect(chunk.facts.filter(({ metric, grain }) => metric === "meta.reach" && grain === "month")).toEqual([]);
    expect(chunk.facts.map(({ value }) => value)).not.toContain(3_900);
  });

  it("is missing where it returned no row, in the zone and currency of the account", () => {
    const account = snapshotOf("meta", "account", { currency: "EUR", timezone_name: "Europe/Rome" });
    const chunk = curate([account, meta("account_days", [])]);
    expect(factIn(chunk, "meta.spend")).toMatchObject({ state: "missing", currency: "EUR", timeZone: "Europe/Rome" });
    expect(chunk.facts.filter(({ value }) => value !== null)).toEqual([]);
  });

  it("notes campaigns that do not add up without stopping: deleted ones are in the account's days alone", () => {
    const campaigns = meta("campaign_days", [day("2026-10-01", { spend: 60 }, { campaign: "1" })]);
    expect(curate([meta("account_days", [ONE]), campaigns]).checks).toEqual([
      { check: "meta_place", ok: true, stops: true, detail: "All answers name one zone and one currency." },
      { check: "meta_spend", ok: false, stops: false, detail: "60 by campaign and 100.25 for the account." },
    ]);
  });

  it("points at cells that are there", () => {
    const snapshot = meta("account_days", [ONE, day("2026-10-03", { spend: 5 })]);
    const chunk = curate([snapshot]);
    for (const { origins } of chunk.facts) {
      for (const { pointers } of origins)
        for (const one of pointers) expect(pick(snapshot.document, one)).toBeDefined();
    }
  });

  it("gives the same bytes in every order, and leaves queries alone that it does not know", () => {
    const snapshots = [
      snapshotOf("meta", "account", { currency: "USD", timezone_name: "America/Chicago" }),
      meta("account_days", [TWO]),
      meta("account_days", [ONE], 1),
      meta("campaign_days", [day("2026-10-01", { spend: 60 }, { campaign: "1" })]),
      meta("ads", []),
    ];
    expect(new Set(ordersOf(snapshots).map((order) => JSON.stringify(curate(order)))).size).toBe(1);
  });

  it("has days alone in a part of a month", () => {
    const chunk = curate(
      [meta("account_days", [TWO]), meta("campaign_days", [])],
      contextOf({ range: { start: "2026-10-02", end: "2026-10-31" } }),
    );
    expect(new Set(chunk.facts.map(({ grain }) => grain))).toEqual(new Set(["day"]));
  });
});
