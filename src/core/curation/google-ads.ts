/** Google Ads: the account day by day and its campaigns by month. Money comes in millionths, conversions in fractions. */
import * as v from "valibot";
import { SOURCE_MATURITY_DAYS } from "../facts/maturity.ts";
import { amountOf, amountOfMicros, readAmount } from "./amount.ts";
import { ChunkFacts, monthOf } from "./chunk.ts";
import {
  addCampaigns,
  addDays,
  addMonth,
  campaignSum,
  type PaidCarried,
  type PaidLayout,
  type PaidRow,
  startPaid,
  withCampaigns,
  withDays,
} from "./paid.ts";
import { onePlace, withPlace } from "./place.ts";
import { bodyOf } from "./read.ts";
import type { CuratedChunk, CuratedSnapshot, Curation } from "./types.ts";

/** int64 travels as text; a field at its default value may be left out. */
const WholeText = v.pipe(v.string(), v.regex(/^-?\d+$/), v.transform(Number));
const Whole = v.optional(v.union([WholeText, v.number()]));
const Decimal = v.optional(v.number());
const Word = v.optional(v.nullable(v.string()), null);
const Id = v.union([v.string(), v.number()]);

const BodySchema = v.object({
  results: v.optional(
    v.array(
      v.object({
        customer: v.optional(v.object({ currencyCode: Word, timeZone: Word })),
        segments: v.optional(v.object({ date: v.string() })),
        campaign: v.optional(v.object({ id: Id, name: v.optional(v.string(), "") })),
        metrics: v.optional(
          v.object({
            impressions: Whole,
            clicks: Whole,
            costMicros: Whole,
            conversions: Decimal,
            conversionsValue: Decimal,
          }),
          {},
        ),
      }),
    ),
    [],
  ),
});

const [COST, IMPRESSIONS, CLICKS, CONVERSIONS, VALUE] = [0, 1, 2, 3, 4] as const;

const LAYOUT: PaidLayout = {
  base: "/body/results",
  maturityDays: SOURCE_MATURITY_DAYS.google_ads,
  noRow: "Google Ads returned no row.",
  lines: [
    { metric: "ads.cost", column: COST, path: "metrics/costMicros" },
    { metric: "ads.impressions", column: IMPRESSIONS, path: "metrics/impressions" },
    { metric: "ads.clicks", column: CLICKS, path: "metrics/clicks" },
    { metric: "ads.conversions", column: CONVERSIONS, path: "metrics/conversions" },
    { metric: "ads.conversion_value", column: VALUE, path: "metrics/conversionsValue" },
  ],
  rates: [
    { metric: "ads.ctr", above: "ads.clicks", below: "ads.impressions" },
    { metric: "ads.cpc", above: "ads.cost", below: "ads.clicks" },
    { metric: "ads.cost_per_conversion", above: "ads.cost", below: "ads.conversions" },
    { metric: "ads.roas", above: "ads.conversion_value", below: "ads.cost" },
  ],
  rankedBy: COST,
};

function take(carried: PaidCarried, snapshot: CuratedSnapshot): PaidCarried {
  const { query } = snapshot.document;
  if (query !== "account" && query !== "account_days" && query !== "campaign_days") return carried;
  const { results } = bodyOf(BodySchema, snapshot);
  const placed = results.reduce(
    (state, { customer }) => withPlace(state, customer?.timeZone, customer?.currencyCode),
    carried,
  );
  if (query === "account") return placed;
  const rows = results.map(({ segments, campaign, metrics }): PaidRow => {
    const { costMicros, impressions, clicks, conversions, conversionsValue } = metrics;
    const counts = [impressions, clicks, conversions, conversionsValue].map((count) => readAmount(count, amountOf));
    return {
      day: segments?.date ?? "",
      campaign: campaign === undefined ? null : { id: String(campaign.id), name: campaign.name },
      amounts: [readAmount(costMicros, amountOfMicros), ...counts],
    };
  });
  return query === "account_days" ? withDays(placed, snapshot, rows) : withCampaigns(placed, snapshot, rows);
}

function finish(carried: PaidCarried): CuratedChunk {
  const { context, days, campaigns } = carried;
  const [timeZone = context.timeZone] = carried.timeZones;
  const [currency = context.currency] = carried.currencies;
  const facts = new ChunkFacts({ context, timeZone, currency, incompleteFrom: null, caveats: [] });
  const month = monthOf(context);
  if (days !== null) {
    addDays(facts, carried, LAYOUT);
    if (month !== null) addMonth(facts, month, carried, LAYOUT);
  }
  if (month !== null && campaigns !== null) addCampaigns(facts, month, campaigns, () => LAYOUT);
  // Removed campaigns are among them, so they must add up.
  const sums = [campaignSum("ads_cost", carried, COST, true), campaignSum("ads_clicks", carried, CLICKS, true)];
  const checks = [onePlace("ads_place", carried), ...sums.flatMap((check) => check ?? [])];
  return { facts: facts.all(), checks, tasks: null, rows: carried.rows };
}

/** The fold of Google Ads. */
export const GOOGLE_ADS_CURATION: Curation<PaidCarried> = {
  source: "google_ads",
  transform: "google_ads.1",
  start: startPaid,
  take,
  finish,
};
