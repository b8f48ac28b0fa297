/** Meta Ads as a refresh reads it: the ad account, its days, the days of its campaigns. */
import { keptOf, REQUESTS } from "../core/curation/requests.ts";
import { SOURCE_MATURITY_DAYS } from "../core/facts/maturity.ts";
import type { Connector, ConnectorPage } from "../ports/connector.ts";
import type { MetaPort, MetaQuota } from "../ports/meta/port.ts";
import { insightPage } from "./meta-parts.ts";
import { answered, plainPage, unknownQuery } from "./page.ts";

/** Thirty-seven months. */
const REACH_DAYS = 1125;
/** Percent of the limit that a month of insights may take. */
const PERCENT_PER_CHUNK = 5;
/** Meta's limits slide; an hour empties each of them. */
const WINDOW_MS = 60 * 60_000;

export function metaConnector(port: MetaPort, now: () => number): Connector {
  return {
    source: "meta",
    assetKind: "meta_ad_account",
    secrets: ["AGENCY_OS_META_ACCESS_TOKEN"],
    maturityDays: SOURCE_MATURITY_DAYS.meta,
    reachDays: REACH_DAYS,
    keep: keptOf("meta"),
    queries: () => REQUESTS.meta.map(({ query }) => query),
    async fetch(accountId, query, range, page) {
      if (query === "account") {
        const { raw, quota } = await port.account(accountId);
        return plainPage({ raw, rowCount: 1, quota: quotaOf(quota, now()) });
      }
      const level = query === "account_days" ? "account" : query === "campaign_days" ? "campaign" : null;
      if (level === null) throw unknownQuery("Meta", query);
      const asked = await insightPage(range, page, (days, after) => port.insightDays(accountId, days, level, after));
      const { raw, days, next, quota } = asked;
      return plainPage({ raw, rowCount: days.length, next, quota: quotaOf(quota, now()) });
    },
    async look(accountId) {
      const { name, timeZone, currencyCode, status } = await port.account(accountId);
      const problem = status === "active" ? null : `Meta says this ad account is ${status}.`;
      return answered({ label: name, timeZone, currency: currencyCode, problem });
    },
    cost: () => PERCENT_PER_CHUNK,
  };
}

/** In percent of the fullest limit. */
function quotaOf({ usedPercent, regainAccessMs }: MetaQuota, now: number): ConnectorPage["quota"] {
  if (usedPercent === null) return null;
  return { remaining: Math.max(0, 100 - usedPercent), limit: 100, resetsAt: now + (regainAccessMs ?? WINDOW_MS) };
}
