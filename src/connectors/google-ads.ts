/** Google Ads as a refresh reads it: the account, its days, the days of its campaigns. */
import { keptOf, REQUESTS } from "../core/curation/requests.ts";
import { SOURCE_MATURITY_DAYS } from "../core/facts/maturity.ts";
import type { Connector } from "../ports/connector.ts";
import type { AdsCustomer, GoogleAdsPort } from "../ports/google-ads/port.ts";
import { answered, asPeriod, plainPage, unknownQuery } from "./page.ts";
import { GOOGLE_SECRETS } from "./secrets.ts";

/** Eleven years. */
const REACH_DAYS = 4015;

export function googleAdsConnector(port: GoogleAdsPort): Connector {
  return {
    source: "google_ads",
    assetKind: "google_ads_customer",
    secrets: [...GOOGLE_SECRETS, "AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN"],
    maturityDays: SOURCE_MATURITY_DAYS.google_ads,
    reachDays: REACH_DAYS,
    keep: keptOf("google_ads"),
    queries: () => REQUESTS.google_ads.map(({ query }) => query),
    async fetch(customerId, query, range, page) {
      const token = page ?? undefined;
      switch (query) {
        case "account":
          return plainPage({ raw: (await port.customer(customerId)).raw, rowCount: 1 });
        case "account_days": {
          const { days, raw, nextPageToken } = await port.accountDays(customerId, asPeriod(range), token);
          return plainPage({ raw, rowCount: days.length, next: nextPageToken });
        }
        case "campaign_days": {
          const { days, raw, nextPageToken } = await port.campaignDays(customerId, asPeriod(range), token);
          return plainPage({ raw, rowCount: days.length, next: nextPageToken });
        }
        default:
          throw unknownQuery("Google Ads", query);
      }
    },
    async look(customerId) {
      const customer = await port.customer(customerId);
      const { name, timeZone, currencyCode } = customer;
      return answered({ label: name, timeZone, currency: currencyCode, problem: problemOf(customer) });
    },
    cost: () => REQUESTS.google_ads.length,
  };
}

function problemOf({ manager, status }: AdsCustomer): string | null {
  if (manager) return "This is a manager account: it has no figures of its own. The client's account is needed.";
  return status === "ENABLED" ? null : `Google Ads says this account is ${status.toLowerCase().replaceAll("_", " ")}.`;
}
