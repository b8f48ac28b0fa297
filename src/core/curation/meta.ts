/** Meta Ads: the ad account day by day and its campaigns by month; people reached only for the period that was asked for. */
import * as v from "valibot";
import { SOURCE_MATURITY_DAYS } from "../facts/maturity.ts";
import { type Amount, amountOf, readAmount } from "./amount.ts";
import { ChunkFacts, monthOf } from "./chunk.ts";
import { ALL_TYPES, type Choice, chooseType, isCustom, type ResultKind } from "./meta-results.ts";
import {
  type Amounts,
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

/** Numbers travel as text; what is zero may be left out. */
const NumberText = v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/), v.transform(Number));
const Figure = v.optional(NumberText);
const Word = v.optional(v.nullable(v.string()), null);
const Stats = v.optional(v.array(v.object({ action_type: v.string(), value: v.optional(NumberText, "0") })), []);

const AccountSchema = v.object({ currency: Word, timezone_name: Word });
const InsightsSchema = v.object({
  data: v.optional(
    v.array(
      v.object({
        date_start: v.string(),
        account_currency: Word,
        campaign_id: v.optional(v.string()),
        campaign_name: v.optional(v.string(), ""),
        spend: Figure,
        impressions: Figure,
        reach: Figure,
        clicks: Figure,
        inline_link_clicks: Figure,
        actions: Stats,
        action_values: Stats,
      }),
    ),
    [],
  ),
});
type Insight = v.InferOutput<typeof InsightsSchema>["data"][number];

const [SPEND, IMPRESSIONS, CLICKS, LINK_CLICKS, REACH, CUSTOM, COUNTS] = [0, 1, 2, 3, 4, 5, 6] as const;
/** Values of results stand behind their counts. */
const VALUES = COUNTS + ALL_TYPES.length;

function amountsOf(row: Insight): Amounts {
  const figures = [row.spend, row.impressions, row.clicks, row.inline_link_clicks, row.reach].map((figure) =>
    readAmount(figure, amountOf),
  );
  const custom = row.actions.some(({ action_type }) => isCustom(action_type)) ? amountOf(1) : null;
  return [...figures, custom, ...byType(row.actions), ...byType(row.action_values)];
}

/** By exact name; the first entry of a name counts, as Meta has one. */
function byType(stats: Insight["actions"]): readonly (Amount | null)[] {
  return ALL_TYPES.map((type) => {
    const found = stats.find(({ action_type }) => action_type === type);
    return found === undefined ? null : amountOf(found.value);
  });
}

function take(carried: PaidCarried, snapshot: CuratedSnapshot): PaidCarried {
  const { query } = snapshot.document;
  if (query === "account") {
    const { timezone_name, currency } = bodyOf(AccountSchema, snapshot);
    return withPlace(carried, timezone_name, currency);
  }
  if (query !== "account_days" && query !== "campaign_days") return carried;
  const { data } = bodyOf(InsightsSchema, snapshot);
  const placed = data.reduce((state, { account_currency }) => withPlace(state, null, account_currency), carried);
  const rows = data.map((row): PaidRow => {
    const { date_start: day, campaign_id: id, campaign_name: name } = row;
    return { day, campaign: id === undefined ? null : { id, name }, amounts: amountsOf(row) };
  });
  return query === "account_days" ? withDays(placed, snapshot, rows) : withCampaigns(placed, snapshot, rows);
}

const NO_CHOICE = "Only conversions the advertiser defined were recorded; which of them count is not set.";

/** The lines of one kind of result, read from the one type that was chosen. */
function resultLines(
  { type, caveats }: Choice,
  custom: boolean,
  metrics: { readonly count: string; readonly value: string | null },
): readonly Line[] {
  const at = type === null ? -1 : ALL_TYPES.indexOf(type);
  const rest = { caveats, ...(type === null && custom ? { none: NO_CHOICE } : {}) };
  const count: Line = { ...rest, metric: metrics.count, column: COUNTS + at, path: "actions" };
  const line = type === null ? { ...count, column: -1 } : count;
  if (metrics.value === null) return [line];
  return [line, { ...rest, metric: metrics.value, column: at < 0 ? -1 : VALUES + at, path: "action_values" }];
}

/** How the figures of an account or campaign are read, given which types its rows have. */
function layoutOf(rows: readonly { readonly amounts: Amounts }[]): PaidLayout {
  const has = (column: number) => rows.some(({ amounts }) => (amounts[column] ?? null) !== null);
  const present = new Set(ALL_TYPES.filter((_, index) => has(COUNTS + index)));
  const custom = has(CUSTOM);
  const choice = (kind: ResultKind) => chooseType(kind, present);
  return {
    base: "/body/data",
    maturityDays: SOURCE_MATURITY_DAYS.meta,
    noRow: "Meta returned no row.",
    lines: [
      { metric: "meta.spend", column: SPEND, path: "spend" },
      { metric: "meta.impressions", column: IMPRESSIONS, path: "impressions" },
      { metric: "meta.clicks", column: CLICKS, path: "clicks" },
      { metric: "meta.link_clicks", column: LINK_CLICKS, path: "inline_link_clicks" },
      ...resultLines(choice("purchase"), custom, { count: "meta.purchases", value: "meta.purchase_value" }),
      ...resultLines(choice("lead"), custom, { count: "meta.leads", value: null }),
    ],
    rates: [
      { metric: "meta.link_ctr", above: "meta.link_clicks", below: "meta.impressions" },
      { metric: "meta.cost_per_purchase", above: "meta.spend", below: "meta.purchases" },
      { metric: "meta.cost_per_lead", above: "meta.spend", below: "meta.leads" },
      { metric: "meta.roas", above: "meta.purchase_value", below: "meta.spend" },
    ],
    rankedBy: SPEND,
  };
}

/** Reach of a day is what was asked for a day; a week or month of people is no sum of days. */
const REACH_LINES: Pick<PaidLayout, "lines" | "rates"> = {
  lines: [
    { metric: "meta.reach", column: REACH, path: "reach" },
    { metric: "meta.impressions", column: IMPRESSIONS, path: "impressions" },
  ],
  rates: [{ metric: "meta.frequency", above: "meta.impressions", below: "meta.reach" }],
};

function finish(carried: PaidCarried): CuratedChunk {
  const { context, days, campaigns } = carried;
  const [timeZone = context.timeZone] = carried.timeZones;
  const [currency = context.currency] = carried.currencies;
  const facts = new ChunkFacts({ context, timeZone, currency, incompleteFrom: null, caveats: [] });
  const month = monthOf(context);
  if (days !== null) {
    // The type is chosen once for all days: a day on which the broad one is missing must not fall back to a narrow one.
    const layout = layoutOf(dayRows(carried));
    addDays(facts, carried, layout);
    addDays(facts, carried, { ...layout, ...REACH_LINES });
    if (month !== null) addMonth(facts, month, carried, layout);
  }
  if (month !== null && campaigns !== null) addCampaigns(facts, month, campaigns, (campaign) => layoutOf([campaign]));
  // Insights by campaign leave out what was deleted; the account's own days have it.
  const spend = campaignSum("meta_spend", carried, SPEND, false);
  const checks = [onePlace("meta_place", carried), ...(spend === null ? [] : [spend])];
  return { facts: facts.all(), checks, tasks: null, rows: carried.rows };
}

/** The fold of Meta. */
export const META_CURATION: Curation<PaidCarried> = {
  source: "meta",
  transform: "meta.1",
  start: startPaid,
  take,
  finish,
};
