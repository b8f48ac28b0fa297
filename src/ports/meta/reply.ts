/** What Meta is asked and how its answers are read; the same for the live port and the fake. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { daysIn } from "../dates.ts";
import type { RawReply } from "../raw.ts";
import type { InsightDay, InsightPage, MetaAccount, MetaLevel, MetaQuota } from "./port.ts";

/** Rows of a page: an account with ten campaigns fits fifty days. */
const PAGE_ROWS = 500;
const COMMON = ["account_id", "account_currency", "date_start", "date_stop"];
const FIGURES = ["impressions", "reach", "clicks", "inline_link_clicks", "spend", "actions", "action_values"];
const FIELDS: Readonly<Record<MetaLevel, readonly string[]>> = {
  account: [...COMMON, ...FIGURES],
  campaign: [...COMMON, "campaign_id", "campaign_name", "objective", ...FIGURES],
};

export const ACCOUNT_QUERY = { fields: "account_id,name,currency,timezone_name,account_status" };

/** Counts travel as text; what is zero may be left out. */
const Count = v.optional(v.pipe(v.string(), v.regex(/^\d+$/)), "0");
const Decimal = v.pipe(v.string(), v.regex(/^-?\d+(?:\.\d+)?$/));
const Stats = v.optional(v.array(v.object({ action_type: v.string(), value: v.optional(Decimal, "0") })), []);
const Day = v.pipe(v.string(), v.isoDate());

export const InsightsSchema = v.object({
  data: v.array(
    v.object({
      date_start: Day,
      date_stop: Day,
      account_currency: v.optional(v.nullable(v.string()), null),
      campaign_id: v.optional(v.string()),
      campaign_name: v.optional(v.string(), ""),
      objective: v.optional(v.nullable(v.string()), null),
      impressions: Count,
      reach: Count,
      clicks: Count,
      inline_link_clicks: Count,
      spend: v.optional(Decimal, "0"),
      actions: Stats,
      action_values: Stats,
    }),
  ),
  paging: v.optional(
    v.object({
      cursors: v.optional(v.object({ after: v.optional(v.string(), "") }), {}),
      next: v.optional(v.string(), ""),
    }),
    {},
  ),
});

export const AccountSchema = v.object({
  id: v.string(),
  name: v.optional(v.string(), ""),
  currency: v.optional(v.nullable(v.string()), null),
  timezone_name: v.optional(v.nullable(v.string()), null),
  account_status: v.optional(v.number(), 0),
});

const STATUSES: Readonly<Record<number, string>> = {
  1: "active",
  2: "disabled",
  3: "unsettled",
  7: "pending risk review",
  8: "pending settlement",
  9: "in grace period",
  100: "pending closure",
  101: "closed",
};

const refuse = (what: string) => new PermanentError("meta_bad_request", `Meta: ${what}.`);
const unexpected = (what: string) => new PermanentError("meta_unexpected_reply", `Meta: ${what}.`);

/** The path of an ad account. Errors: PermanentError `meta_bad_request`. */
export function accountPath(accountId: string): string {
  if (!/^act_\d{1,20}$/.test(accountId)) throw refuse("an ad account id is act_ and digits");
  return `/${accountId}`;
}

/** The query of a page of insights. Errors: PermanentError `meta_bad_request` for a range or cursor that is none. */
export function insightsQuery(range: { from: string; to: string }, level: MetaLevel, after?: string) {
  if (daysIn(range.from, range.to) === 0) throw refuse("the range must be days in order");
  if (after === "") throw refuse("a cursor is not empty");
  return {
    level,
    fields: FIELDS[level].join(","),
    time_range: JSON.stringify({ since: range.from, until: range.to }),
    time_increment: "1",
    // As the Ads Manager counts, so that people can compare.
    use_unified_attribution_setting: "true",
    limit: String(PAGE_ROWS),
    ...(after === undefined ? {} : { after }),
  };
}

/** The account in our words. */
export function toAccount(answer: v.InferOutput<typeof AccountSchema>, quota: MetaQuota, raw: RawReply): MetaAccount {
  const { id, name, currency, timezone_name, account_status } = answer;
  const status = STATUSES[account_status] ?? `status ${account_status}`;
  return { id, name: name || id, currencyCode: currency, timeZone: timezone_name, status, quota, raw };
}

/** A page in our words. Errors: PermanentError `meta_unexpected_reply` for a row that is no day. */
export function toInsights(answer: v.InferOutput<typeof InsightsSchema>, quota: MetaQuota, raw: RawReply): InsightPage {
  const { cursors, next } = answer.paging;
  // The last page has a cursor too; only the link to a next page tells that there is one.
  const more = next !== "" && cursors.after !== "";
  return {
    days: answer.data.map(toDay),
    nextAfter: more ? cursors.after : null,
    currencyCode: answer.data[0]?.account_currency ?? null,
    quota,
    raw,
  };
}

function toDay(row: v.InferOutput<typeof InsightsSchema>["data"][number], at: number): InsightDay {
  // Without its increment Meta answers the range as one row, which would pass for its first day.
  if (row.date_start !== row.date_stop) throw unexpected(`data.${at} is of more than one day`);
  const campaign =
    row.campaign_id === undefined ? null : { id: row.campaign_id, name: row.campaign_name, objective: row.objective };
  return {
    date: row.date_start,
    campaign,
    impressions: Number(row.impressions),
    reach: Number(row.reach),
    clicks: Number(row.clicks),
    linkClicks: Number(row.inline_link_clicks),
    spend: Number(row.spend),
    actions: byType(row.actions),
    actionValues: byType(row.action_values),
  };
}

function byType(stats: v.InferOutput<typeof Stats>): Readonly<Record<string, number>> {
  return Object.fromEntries(stats.map(({ action_type, value }) => [action_type, Number(value)]));
}
