/** What Google Ads is asked and how its answers are read; the same for the live port and the fake. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { daysIn } from "../dates.ts";
import type { RawReply } from "../raw.ts";
import type { AdsCustomer, AdsFigures, AdsPage, AdsQuota, AdsRange, CampaignDay } from "./port.ts";

const FIGURES = [
  "metrics.impressions",
  "metrics.clicks",
  "metrics.cost_micros",
  "metrics.conversions",
  "metrics.conversions_value",
];
const PLACE = ["customer.currency_code", "customer.time_zone", "segments.date"];

/** int64 travels as text; a field at its default value may be left out. */
const Int64 = v.optional(v.union([v.pipe(v.string(), v.regex(/^-?\d+$/)), v.number()]), "0");
const Double = v.optional(v.number(), 0);
const Word = v.optional(v.string(), "UNSPECIFIED");
const Id = v.union([v.pipe(v.string(), v.regex(/^\d+$/)), v.number()]);
const Text = v.optional(v.nullable(v.string()), null);

const Figures = {
  segments: v.object({ date: v.pipe(v.string(), v.isoDate()) }),
  customer: v.optional(v.object({ currencyCode: Text, timeZone: Text })),
  metrics: v.optional(
    v.object({
      impressions: Int64,
      clicks: Int64,
      costMicros: Int64,
      conversions: Double,
      conversionsValue: Double,
    }),
    {},
  ),
};

const Campaign = v.object({ id: Id, name: v.optional(v.string(), ""), status: Word, advertisingChannelType: Word });

function pageOf<const R extends v.GenericSchema>(row: R) {
  return v.object({
    results: v.optional(v.array(row), []),
    nextPageToken: v.optional(v.string(), ""),
    totalResultsCount: v.optional(v.union([v.string(), v.number()])),
    queryResourceConsumption: v.optional(v.union([v.string(), v.number()])),
  });
}

export const CustomerSchema = pageOf(
  v.object({
    customer: v.object({
      id: Id,
      descriptiveName: v.optional(v.string(), ""),
      currencyCode: Text,
      timeZone: Text,
      status: Word,
      manager: v.optional(v.boolean(), false),
    }),
  }),
);
export const AccountDaysSchema = pageOf(v.object(Figures));
export const CampaignDaysSchema = pageOf(v.object({ ...Figures, campaign: Campaign }));

const refuse = (what: string) => new PermanentError("google_ads_bad_request", `Google Ads: ${what}.`);
const unexpected = (what: string) => new PermanentError("google_ads_unexpected_reply", `Google Ads: ${what}.`);

/** The ten digits of a customer id, with or without the dashes Google Ads shows it with; null for anything else. */
export function customerDigits(customerId: string): string | null {
  const digits = /^\d{3}-\d{3}-\d{4}$/.test(customerId) ? customerId.replaceAll("-", "") : customerId;
  return /^\d{10}$/.test(digits) ? digits : null;
}

/** The path of a customer's queries. Errors: PermanentError `google_ads_bad_request`. */
export function searchPath(customerId: string): string {
  const digits = customerDigits(customerId);
  if (digits === null) throw refuse("a customer id is ten digits, as Google Ads shows it in the account's header");
  return `/customers/${digits}/googleAds:search`;
}

/** What a query needs beside its text; Google fixes the size of a page and refuses to be given one. */
export function searchBody(query: string, pageToken?: string) {
  const token = pageToken === undefined ? {} : { pageToken };
  return { query, ...token, searchSettings: { returnTotalResultsCount: true } };
}

export const CUSTOMER_QUERY =
  "SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone, customer.status, customer.manager FROM customer LIMIT 1";

/** Errors: PermanentError `google_ads_bad_request` for a range that is none. */
export function campaignQuery(range: AdsRange): string {
  const campaign = ["campaign.id", "campaign.name", "campaign.status", "campaign.advertising_channel_type"];
  return `SELECT ${[...PLACE, ...campaign, ...FIGURES].join(", ")} FROM campaign WHERE ${within(range)} ORDER BY segments.date, campaign.id`;
}

/** Errors: PermanentError `google_ads_bad_request` for a range that is none. */
export function accountQuery(range: AdsRange): string {
  return `SELECT ${[...PLACE, ...FIGURES].join(", ")} FROM customer WHERE ${within(range)} ORDER BY segments.date`;
}

/** Only what is a day goes into the query's text. */
function within({ from, to }: AdsRange): string {
  if (daysIn(from, to) === 0) throw refuse("the range must be days in order");
  return `segments.date BETWEEN '${from}' AND '${to}'`;
}

/** The account. Errors: PermanentError `google_ads_unexpected_reply` when it is not in the answer. */
export function toCustomer(
  answer: v.InferOutput<typeof CustomerSchema>,
  raw: RawReply,
  requestId: string | null,
): AdsCustomer {
  const [row] = answer.results;
  if (row === undefined) throw unexpected("the account is not in the answer");
  const { id, descriptiveName, currencyCode, timeZone, status, manager } = row.customer;
  const name = descriptiveName === "" ? String(id) : descriptiveName;
  return { id: String(id), name, currencyCode, timeZone, status, manager, quota: quotaOf(answer, 1, requestId), raw };
}

interface Page<R> {
  readonly results: readonly R[];
  readonly nextPageToken: string;
  readonly totalResultsCount?: string | number | undefined;
  readonly queryResourceConsumption?: string | number | undefined;
}
type FiguresRow = v.InferOutput<typeof AccountDaysSchema>["results"][number];
type CampaignRow = v.InferOutput<typeof CampaignDaysSchema>["results"][number];

/** How a page was asked for, and what came beside its body. */
export interface PageContext {
  readonly first: boolean;
  readonly requestId: string | null;
  readonly raw: RawReply;
}

/** A page in our words. Errors: PermanentError `google_ads_unexpected_reply` for a figure that cannot be held. */
export function toPage<R extends FiguresRow, T extends AdsFigures>(
  answer: Page<R>,
  read: (row: R, at: number) => T,
  context: PageContext,
): AdsPage<T> {
  const place = answer.results.find((row) => row.customer !== undefined)?.customer;
  return {
    days: answer.results.map(read),
    rowCount: answer.totalResultsCount === undefined ? null : whole(answer.totalResultsCount, "totalResultsCount"),
    nextPageToken: answer.nextPageToken === "" ? null : answer.nextPageToken,
    currencyCode: place?.currencyCode ?? null,
    timeZone: place?.timeZone ?? null,
    quota: quotaOf(answer, context.first ? 1 : 0, context.requestId),
    raw: context.raw,
  };
}

export function toFigures({ segments, metrics }: FiguresRow, at: number): AdsFigures {
  return {
    date: segments.date,
    impressions: whole(metrics.impressions, `results.${at}.impressions`),
    clicks: whole(metrics.clicks, `results.${at}.clicks`),
    costMicros: whole(metrics.costMicros, `results.${at}.costMicros`),
    conversions: metrics.conversions,
    conversionsValue: metrics.conversionsValue,
  };
}

export function toCampaignDay(row: CampaignRow, at: number): CampaignDay {
  const { id, name, status, advertisingChannelType } = row.campaign;
  const campaign = { campaignId: String(id), campaignName: name, channelType: advertisingChannelType, status };
  return { ...toFigures(row, at), ...campaign };
}

function quotaOf(answer: Page<unknown>, operations: number, requestId: string | null): AdsQuota {
  const used = answer.queryResourceConsumption;
  return {
    operations,
    resourceConsumption: used === undefined ? null : whole(used, "queryResourceConsumption"),
    requestId,
  };
}

/** An int64 that a JavaScript number holds exactly. */
function whole(value: string | number, where: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw unexpected(`${where} is not a whole number that can be held`);
}
