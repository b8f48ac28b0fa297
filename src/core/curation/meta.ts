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

const SPEND_LINE: Line = { metric: "meta.spend", column: SPEND, path: "spend" };
const IMPRESSION_LINE: Line = { metric: "meta.impressions", column: IMPRESSIONS, path: "impressions" };
const CLICK_LINE: Line = { metric: "meta.clicks", column: CLICKS, path: "clicks" };
const LINK_LINE: Line = { metric: "meta.link_clicks", column: LINK_CLICKS, path: "inline_link_clicks" };
const REACH_LINE: Line = { metric: "meta.reach", column: REACH, path: "reach" };

/** A line of results, read from the one type that was chosen; a column nobody has where there is none. */
function resultLine(
  metric: string,
  { type, caveats }: Choice,
  custom: boolean,
  [first, path]: readonly [firstColumn: number, path: string],
): Line {
  if (type !== null) return { metric, column: first + ALL_TYPES.indexOf(type), path, caveats };
  const none = { metric, column: -1, path, caveats };
  return custom ? { ...none, none: NO_CHOICE } : none;
}

/** How the figures of an account or campaign are read, given which types its rows have. */
function layoutOf(rows: readonly { readonly amounts: Amounts }[]): PaidLayout {
  const has = (column: number) => rows.some(({ amounts }) => (amounts[column] ?? null) !== null);
  const present = new Set(ALL_TYPES.filter((_, index) => has(COUNTS + index)));
  const custom = has(CUSTOM);
  const line = (metric: string, kind: ResultKind, place: readonly [number, string]) =>
    resultLine(metric, chooseType(kind, present), custom, place);
  const purchases = line("meta.purchases", "purchase", [COUNTS, "actions"]);
  const value = line("meta.purchase_value", "purchase", [VALUES, "action_values"]);
  const leads = line("meta.leads", "lead", [COUNTS, "actions"]);
  return {
    base: "/body/data",
    maturityDays: SOURCE_MATURITY_DAYS.meta,
    noRow: "Meta returned no row.",
    lines: [SPEND_LINE, IMPRESSION_LINE, CLICK_LINE, LINK_LINE, purchases, value, leads],
    rates: [
      { metric: "meta.link_ctr", above: LINK_LINE, below: IMPRESSION_LINE },
      { metric: "meta.cost_per_purchase", above: SPEND_LINE, below: purchases },
      { metric: "meta.cost_per_lead", above: SPEND_LINE, below: leads },
      { metric: "meta.roas", above: value, below: SPEND_LINE },
    ],
    rankedBy: SPEND,
  };
}

/** Reach of a day is what was asked for a day; a week or month of people is no sum of days. */
const REACH_LINES: Pick<PaidLayout, "lines" | "rates"> = {
  lines: [REACH_LINE],
  rates: [{ metric: "meta.frequency", above: IMPRESSION_LINE, below: REACH_LINE }],
};

function finish(carried: PaidCarried): CuratedChunk {
  const { context, days, campaigns } = carried;
  const [timeZone = context.timeZone] = carried.timeZones;
  const [currency = context.currency] = carried.currencies;
  const facts = new ChunkFacts({ context, timeZone, currency, incompleteFrom: null, caveats: [] });
  const month = monthOf(context);
  if (days !== null) {
    // The type is chosen once for all days: a day on which the broad one is missing must not fall back to a narrow one.
    const rows = dayRows(days);
    const layout = layoutOf(rows);
    addDays(facts, carried, rows, layout);
    addDays(facts, carried, rows, { ...layout, ...REACH_LINES });
    if (month !== null) addMonth(facts, month, carried, rows, layout);
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
  transform: "meta.2",
  start: startPaid,
  take,
  finish,
};
