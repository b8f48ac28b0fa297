/** A Google Ads in memory: days of campaigns, their sums per account, in pages. */
import * as v from "valibot";
import { ConfigError, PermanentError } from "../../core/errors.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { AdsRange, GoogleAdsPort } from "./port.ts";
import {
  AccountDaysSchema,
  accountQuery,
  CampaignDaysSchema,
  CUSTOMER_QUERY,
  CustomerSchema,
  campaignQuery,
  customerDigits,
  searchBody,
  searchPath,
  toCampaignDay,
  toCustomer,
  toFigures,
  toPage,
} from "./reply.ts";

interface Counts {
  readonly impressions: number;
  readonly clicks: number;
  readonly costMicros: number;
  readonly conversions: number;
  readonly conversionsValue: number;
}

export interface FakeCampaign {
  readonly id: string;
  readonly name: string;
  readonly channelType: string;
  readonly status: string;
  readonly days: readonly ({ readonly date: string } & Counts)[];
}

export interface FakeCustomer {
  readonly id: string;
  readonly name: string;
  readonly currencyCode: string;
  readonly timeZone: string;
  readonly manager?: boolean;
  readonly campaigns: readonly FakeCampaign[];
}

export interface FakeGoogleAds extends GoogleAdsPort {
  readonly faults: FaultScript<keyof GoogleAdsPort>;
}

interface Script {
  readonly customers?: readonly FakeCustomer[];
  /** Rows of a page; Google's are 10,000. */
  readonly pageRows?: number;
  readonly now?: () => Date;
}

/** A fake that knows the given customers; any other is answered as one without access. */
export function fakeGoogleAds(script: Script = {}): FakeGoogleAds {
  const faults = faultScript<keyof GoogleAdsPort>();
  const now = script.now ?? (() => new Date("2026-11-05T09:00:00.000Z"));
  const pageRows = script.pageRows ?? 10_000;

  function find(customerId: string, metrics: boolean): FakeCustomer {
    const path = searchPath(customerId);
    const found = script.customers?.find(({ id }) => id === customerDigits(customerId));
    if (found === undefined) throw new ConfigError("google_ads_forbidden", `Google Ads: no access at ${path}.`);
    if (metrics && found.manager === true) {
      throw new ConfigError("google_ads_manager_account", "Google Ads: a manager account has no figures.");
    }
    return found;
  }

  /** One page of rows as Google answers it, with its raw reply. */
  function answer(customerId: string, query: string, rows: readonly object[], pageToken?: string) {
    const from = pageToken === undefined ? 0 : Number(/^page-(\d+)$/.exec(pageToken)?.[1] ?? Number.NaN);
    if (Number.isNaN(from)) throw new PermanentError("google_ads_page_token", "Google Ads: no such page.");
    const results = rows.slice(from, from + pageRows);
    const more = from + pageRows < rows.length ? { nextPageToken: `page-${from + pageRows}` } : {};
    const page = results.length === 0 ? {} : { results };
    const whole = { ...page, ...more, totalResultsCount: String(rows.length), queryResourceConsumption: "100" };
    const request = { method: "POST", path: searchPath(customerId), body: searchBody(query, pageToken) };
    const raw = { body: JSON.stringify(whole), request, fetchedAt: now().toISOString() };
    return { whole, context: { first: pageToken === undefined, requestId: "fake-request", raw } };
  }

  return {
    faults,
    customer: (customerId) =>
      faults.run("customer", [customerId], () => {
        const { whole, context } = answer(customerId, CUSTOMER_QUERY, [customerRow(find(customerId, false))]);
        return toCustomer(v.parse(CustomerSchema, whole), context.raw, context.requestId);
      }),
    campaignDays: (customerId, range, pageToken) =>
      faults.run("campaignDays", [customerId, range, pageToken], () => {
        const query = campaignQuery(range);
        const { whole, context } = answer(customerId, query, campaignRows(find(customerId, true), range), pageToken);
        return toPage(v.parse(CampaignDaysSchema, whole), toCampaignDay, context);
      }),
    accountDays: (customerId, range, pageToken) =>
      faults.run("accountDays", [customerId, range, pageToken], () => {
        const query = accountQuery(range);
        const { whole, context } = answer(customerId, query, accountRows(find(customerId, true), range), pageToken);
        return toPage(v.parse(AccountDaysSchema, whole), toFigures, context);
      }),
  };
}

function placeOf({ currencyCode, timeZone }: FakeCustomer) {
  return { currencyCode, timeZone };
}

function customerRow(customer: FakeCustomer) {
  const { id, name, manager = false } = customer;
  return { customer: { ...placeOf(customer), id, descriptiveName: name, status: "ENABLED", manager } };
}

function metricsOf({ impressions, clicks, costMicros, conversions, conversionsValue }: Counts) {
  const counts = { impressions: String(impressions), clicks: String(clicks), costMicros: String(costMicros) };
  return { ...counts, conversions, conversionsValue };
}

function campaignRows(customer: FakeCustomer, range: AdsRange) {
  return customer.campaigns
    .flatMap(({ id, name, channelType, status, days }) =>
      days
        .filter(({ date }) => date >= range.from && date <= range.to)
        .map((day) => ({
          customer: placeOf(customer),
          campaign: { id, name, status, advertisingChannelType: channelType },
          segments: { date: day.date },
          metrics: metricsOf(day),
        })),
    )
    .sort((a, b) => a.segments.date.localeCompare(b.segments.date) || Number(a.campaign.id) - Number(b.campaign.id));
}

function accountRows(customer: FakeCustomer, range: AdsRange) {
  const days = customer.campaigns.flatMap((campaign) => campaign.days);
  const dates = [...new Set(days.map(({ date }) => date))].filter((date) => date >= range.from && date <= range.to);
  return dates.sort().map((date) => {
    const own = days.filter((day) => day.date === date);
    const sum = (field: keyof Counts) => own.reduce((total, day) => total + day[field], 0);
    const metrics = metricsOf({
      impressions: sum("impressions"),
      clicks: sum("clicks"),
      costMicros: sum("costMicros"),
      conversions: sum("conversions"),
      conversionsValue: sum("conversionsValue"),
    });
    return { customer: placeOf(customer), segments: { date }, metrics };
  });
}
