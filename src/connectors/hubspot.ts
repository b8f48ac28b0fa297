/** HubSpot as a refresh reads it: the portal, contacts and deals created, deals closed. */
import { keptOf, REQUESTS } from "../core/curation/requests.ts";
import { addDays } from "../core/facts/days.ts";
import { SOURCE_MATURITY_DAYS } from "../core/facts/maturity.ts";
import { dayIn } from "../core/facts/zones.ts";
import type { Connector, ConnectorPage } from "../ports/connector.ts";
import type { HubspotAccount, HubspotPort } from "../ports/hubspot/port.ts";
import { beginOf } from "../ports/zone-days.ts";
import { answered, asPeriod, plainPage, unknownQuery } from "./page.ts";

const REACH_DAYS = 3650;
/** Calls of a month of a busy portal. */
const CALLS_PER_CHUNK = 60;

export function hubspotConnector(port: HubspotPort, now: () => number): Connector {
  const search = (portalId: string, query: string, range: { from: string; to: string }, page: string | null) => {
    if (query === "contacts") return port.createdContacts(portalId, range, page);
    if (query === "deals") return port.deals(portalId, "createdate", range, page);
    if (query === "closed_deals") return port.deals(portalId, "closedate", range, page);
    throw unknownQuery("HubSpot", query);
  };
  return {
    source: "hubspot",
    assetKind: "hubspot_account",
    secrets: ["AGENCY_OS_HUBSPOT_TOKEN"],
    maturityDays: SOURCE_MATURITY_DAYS.hubspot,
    reachDays: REACH_DAYS,
    keep: keptOf("hubspot"),
    queries: () => REQUESTS.hubspot.map(({ query }) => query),
    async fetch(portalId, query, range, page) {
      if (query === "account") {
        const account = await port.account(portalId);
        return plainPage({ raw: account.raw, rowCount: 1, quota: quotaOf(account, now()) });
      }
      const { raw, records, next, capped } = await search(portalId, query, asPeriod(range), page);
      return plainPage({ raw, rowCount: records.length, next, capped });
    },
    async look(portalId) {
      const { timeZone, currency } = await port.account(portalId);
      return answered({ label: `Portal ${portalId}`, timeZone, currency });
    },
    cost: () => CALLS_PER_CHUNK,
  };
}

/** Calls of the day; the day is the portal's. */
function quotaOf({ quota, timeZone }: HubspotAccount, now: number): ConnectorPage["quota"] {
  if (quota === null) return null;
  return { ...quota, resetsAt: beginOf(addDays(dayIn(timeZone, now), 1), timeZone) };
}
