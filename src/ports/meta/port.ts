/** Meta Marketing API: one ad account, and its insights day by day. Days are those of the account's time zone. */
import type { RawReply } from "../raw.ts";

export interface MetaAccount {
  /** `act_` and digits. */
  readonly id: string;
  readonly name: string;
  readonly currencyCode: string | null;
  readonly timeZone: string | null;
  /** In words, e.g. `active`, `disabled`; a number Meta added since is kept as `status 7`. */
  readonly status: string;
  readonly quota: MetaQuota;
  readonly raw: RawReply;
}

export type MetaLevel = "account" | "campaign";

/** What one account, or one campaign, delivered on one day. */
export interface InsightDay {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Null at the level of the account. */
  readonly campaign: { readonly id: string; readonly name: string; readonly objective: string | null } | null;
  readonly impressions: number;
  /** People; adding it up over campaigns or days counts the same ones again. */
  readonly reach: number;
  /** Of any kind; those that lead to the website are `linkClicks`. */
  readonly clicks: number;
  readonly linkClicks: number;
  /** In the account's currency. */
  readonly spend: number;
  /** By action type. Types overlap (`purchase` holds `offsite_conversion.fb_pixel_purchase`): never add them up. */
  readonly actions: Readonly<Record<string, number>>;
  readonly actionValues: Readonly<Record<string, number>>;
}

/** One page of days. What delivered nothing has no row. */
export interface InsightPage {
  readonly days: readonly InsightDay[];
  /** Hand it back for the next page; null: this was the last. */
  readonly nextAfter: string | null;
  readonly currencyCode: string | null;
  readonly quota: MetaQuota;
  /** The body as received, but for our access token, which Meta writes into its links to other pages. */
  readonly raw: RawReply;
}

/** What the headers of a reply say about our use of the API. */
export interface MetaQuota {
  /** The fullest of all limits; calls are refused at 100. Null when no header came. */
  readonly usedPercent: number | null;
  /** How long calls are refused, in milliseconds; null while they are not. */
  readonly regainAccessMs: number | null;
  /** Meta's word for what the app may use, e.g. `standard_access`. */
  readonly tier: string | null;
}

export interface MetaPort {
  /** The account itself: a read-only test of a source. */
  account(accountId: string): Promise<MetaAccount>;
  /** One page of days; `after` belongs to the same account, range and level. */
  insightDays(
    accountId: string,
    range: { readonly from: string; readonly to: string },
    level: MetaLevel,
    after?: string,
  ): Promise<InsightPage>;
}
