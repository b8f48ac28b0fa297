/** Google Ads API over HTTP. Facts: protos of v25, and the vendor's pages on search, access levels and errors. */
import type * as v from "valibot";
import { ConfigError } from "../../core/errors.ts";
import type { JsonReply } from "../../lib/http.ts";
import { type GoogleApiOptions, googleRead } from "../google-api.ts";
import type { RawReply } from "../raw.ts";
import { requireSecret, type Secret } from "../secret.ts";
import { GOOGLE_ADS } from "./failure.ts";
import type { AdsFigures, AdsPage, GoogleAdsPort } from "./port.ts";
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

/** The version is part of the address; Google keeps one for about a year. */
export const GOOGLE_ADS_BASE_URL = "https://googleads.googleapis.com/v25";

export type LiveGoogleAdsOptions = Omit<GoogleApiOptions, "baseUrl"> & {
  readonly baseUrl?: string;
  readonly developerToken: Secret;
  /** The manager account our access comes through; empty when the user has access to the accounts themselves. */
  readonly loginCustomerId: string;
};

/**
 * The Google Ads port over HTTP. Errors: ConfigError `google_ads_missing` (the developer token is not set),
 * `google_ads_developer_token`, `google_ads_login_customer`, `google_ads_forbidden`, `google_ads_unauthorised`,
 * `google_ads_manager_account`; RetryableError `google_ads_rate_limited` with Google's own wait, and the common ones;
 * PermanentError `google_ads_page_token` (begin at the first page again), `google_ads_bad_request`,
 * `google_ads_unexpected_reply`.
 */
export function liveGoogleAds(options: LiveGoogleAdsOptions): GoogleAdsPort {
  const api: GoogleApiOptions = { ...options, baseUrl: options.baseUrl ?? GOOGLE_ADS_BASE_URL };

  async function search<const S extends v.GenericSchema>(path: string, query: string, schema: S, pageToken?: string) {
    const developerToken = await requireSecret(
      options.developerToken,
      "google_ads",
      "AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN",
    );
    const call = { method: "POST" as const, path, body: searchBody(query, pageToken) };
    const headers = { "developer-token": developerToken, ...loginHeader(options.loginCustomerId) };
    const reply = await googleRead(api, GOOGLE_ADS, { ...call, headers, secrets: [developerToken] }, schema);
    const raw: RawReply = { body: reply.text, request: call, fetchedAt: options.now().toISOString() };
    return { value: reply.value, requestId: requestIdOf(reply), raw, first: pageToken === undefined };
  }

  return {
    async customer(customerId) {
      const { value, raw, requestId } = await search(searchPath(customerId), CUSTOMER_QUERY, CustomerSchema);
      return toCustomer(value, raw, requestId);
    },
    async campaignDays(customerId, range, pageToken) {
      const path = searchPath(customerId);
      const { value, ...context } = await search(path, campaignQuery(range), CampaignDaysSchema, pageToken);
      return toPage(value, toCampaignDay, context);
    },
    async accountDays(customerId, range, pageToken): Promise<AdsPage<AdsFigures>> {
      const path = searchPath(customerId);
      const { value, ...context } = await search(path, accountQuery(range), AccountDaysSchema, pageToken);
      return toPage(value, toFigures, context);
    },
  };
}

/** Errors: ConfigError `google_ads_login_customer` for a setting that is no customer id. */
function loginHeader(loginCustomerId: string): Record<string, string> {
  if (loginCustomerId === "") return {};
  const digits = customerDigits(loginCustomerId);
  if (digits === null) {
    throw new ConfigError("google_ads_login_customer", "The setting GOOGLE_ADS_LOGIN_CUSTOMER_ID is not ten digits.");
  }
  return { "login-customer-id": digits };
}

function requestIdOf({ headers }: Pick<JsonReply<unknown>, "headers">): string | null {
  return headers.get("request-id");
}
