/** Google Ads API: one customer account, and what its campaigns did day by day. Days are those of the account's time zone. */
import type { RawReply } from "../raw.ts";

/** Inclusive days, `YYYY-MM-DD`. */
export interface AdsRange {
  readonly from: string;
  readonly to: string;
}

export interface AdsCustomer {
  /** Ten digits, without dashes. */
  readonly id: string;
  readonly name: string;
  readonly currencyCode: string | null;
  readonly timeZone: string | null;
  /** Google's word, e.g. `ENABLED`, `SUSPENDED`. */
  readonly status: string;
  /** A manager account has no figures of its own: it cannot be a source. */
  readonly manager: boolean;
  readonly quota: AdsQuota;
  readonly raw: RawReply;
}

/** Figures of one day; conversions may be fractions, money is in millionths of the account's currency. */
export interface AdsFigures {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly impressions: number;
  readonly clicks: number;
  readonly costMicros: number;
  readonly conversions: number;
  readonly conversionsValue: number;
}

export interface CampaignDay extends AdsFigures {
  readonly campaignId: string;
  readonly campaignName: string;
  /** Google's word, e.g. `SEARCH`, `PERFORMANCE_MAX`. */
  readonly channelType: string;
  /** Google's word, e.g. `ENABLED`; removed campaigns keep their history. */
  readonly status: string;
}

/** One page of days. A day, or a campaign on a day, without any figure has no row. */
export interface AdsPage<T extends AdsFigures> {
  readonly days: readonly T[];
  /** Rows of all pages together; null when Google does not say. */
  readonly rowCount: number | null;
  readonly nextPageToken: string | null;
  /** Null on an empty page. */
  readonly currencyCode: string | null;
  readonly timeZone: string | null;
  readonly quota: AdsQuota;
  readonly raw: RawReply;
}

/** What a call took of the daily operations of our developer token, which no reply tells. */
export interface AdsQuota {
  /** 1 for a query, 0 for a further page of it. */
  readonly operations: number;
  /** Google's measure of the work of a query; a limit of its own hangs on it. Null when it is not told. */
  readonly resourceConsumption: number | null;
  /** For a question to Google's support. */
  readonly requestId: string | null;
}

export interface GoogleAdsPort {
  /** The account itself: a read-only test of a source. */
  customer(customerId: string): Promise<AdsCustomer>;
  /** One page of days × campaigns, removed campaigns too. A page token belongs to the same customer and range. */
  campaignDays(customerId: string, range: AdsRange, pageToken?: string): Promise<AdsPage<CampaignDay>>;
  /** One page of the account's own totals per day, which the campaigns must add up to. */
  accountDays(customerId: string, range: AdsRange, pageToken?: string): Promise<AdsPage<AdsFigures>>;
}
