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
  dayRows,
  type Line,
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

const Customer = v.optional(v.object({ currencyCode: Word, timeZone: Word }));
const AccountSchema = v.object({ results: v.optional(v.array(v.object({ customer: Customer })), []) });
const DaysSchema = v.object({
  results: v.optional(
    v.array(
      v.object({
        customer: Customer,
        segments: v.object({ date: v.string() }),
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

const COST_LINE: Line = { metric: "ads.cost", column: COST, path: "metrics/costMicros" };
const IMPRESSION_LINE: Line = { metric: "ads.impressions", column: IMPRESSIONS, path: "metrics/impressions" };
const CLICK_LINE: Line = { metric: "ads.clicks", column: CLICKS, path: "metrics/clicks" };
const CONVERSION_LINE: Line = { metric: "ads.conversions", column: CONVERSIONS, path: "metrics/conversions" };
const VALUE_LINE: Line = { metric: "ads.conversion_value", column: VALUE, path: "metrics/conversionsValue" };

const LAYOUT: PaidLayout = {
  base: "/body/results",
  maturityDays: SOURCE_MATURITY_DAYS.google_ads,
  noRow: "Google Ads returned no row.",
  lines: [COST_LINE, IMPRESSION_LINE, CLICK_LINE, CONVERSION_LINE, VALUE_LINE],
  rates: [
    { metric: "ads.ctr", above: CLICK_LINE, below: IMPRESSION_LINE },
    { metric: "ads.cpc", above: COST_LINE, below: CLICK_LINE },
    { metric: "ads.cost_per_conversion", above: COST_LINE, below: CONVERSION_LINE },
    { metric: "ads.roas", above: VALUE_LINE, below: COST_LINE },
  ],
  rankedBy: COST,
};

function placed(carried: PaidCarried, results: v.InferOutput<typeof AccountSchema>["results"]): PaidCarried {
  return results.reduce((state, { customer }) => withPlace(state, customer?.timeZone, customer?.currencyCode), carried);
}

function take(carried: PaidCarried, snapshot: CuratedSnapshot): PaidCarried {
  const { query } = snapshot.document;
  if (query === "account") return placed(carried, bodyOf(AccountSchema, snapshot).results);
  if (query !== "account_days" && query !== "campaign_days") return carried;
  const { results } = bodyOf(DaysSchema, snapshot);
  const rows = results.map(({ segments, campaign, metrics }): PaidRow => {
    const { costMicros, impressions, clicks, conversions, conversionsValue } = metrics;
    const counts = [impressions, clicks, conversions, conversionsValue].map((count) => readAmount(count, amountOf));
    return {
      day: segments.date,
      campaign: campaign === undefined ? null : { id: String(campaign.id), name: campaign.name },
      amounts: [readAmount(costMicros, amountOfMicros), ...counts],
    };
  });
  const here = placed(carried, results);
  return query === "account_days" ? withDays(here, snapshot, rows) : withCampaigns(here, snapshot, rows);
}

function finish(carried: PaidCarried): CuratedChunk {
  const { context, days, campaigns } = carried;
  const [timeZone = context.timeZone] = carried.timeZones;
  const [currency = context.currency] = carried.currencies;
  const facts = new ChunkFacts({ context, timeZone, currency, incompleteFrom: null, caveats: [] });
  const month = monthOf(context);
  if (days !== null) {
    const rows = dayRows(days);
    addDays(facts, carried, rows, LAYOUT);
    if (month !== null) addMonth(facts, month, carried, rows, LAYOUT);
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
  transform: "google_ads.2",
  start: startPaid,
  take,
  finish,
};
