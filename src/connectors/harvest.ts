/** Harvest as a refresh reads it: hours booked on the client. */
import { keptOf, REQUESTS } from "../core/curation/requests.ts";
import { SOURCE_MATURITY_DAYS } from "../core/facts/maturity.ts";
import type { Connector } from "../ports/connector.ts";
import type { HarvestPort } from "../ports/harvest/port.ts";
import { answered, asPeriod, plainPage, unknownQuery } from "./page.ts";

const REACH_DAYS = 3650;

export function harvestConnector(port: HarvestPort): Connector {
  return {
    source: "harvest",
    assetKind: "harvest_client",
    secrets: ["AGENCY_OS_HARVEST_TOKEN", "AGENCY_OS_HARVEST_ACCOUNT_ID"],
    maturityDays: SOURCE_MATURITY_DAYS.harvest,
    reachDays: REACH_DAYS,
    keep: keptOf("harvest"),
    queries: () => REQUESTS.harvest.map(({ query }) => query),
    async fetch(clientId, query, range, page) {
      if (query !== "time_entries") throw unknownQuery("Harvest", query);
      const { raw, entries, next } = await port.timeEntries(clientId, asPeriod(range), page);
      return plainPage({ raw, rowCount: entries.length, next });
    },
    async look(clientId) {
      const { name, currency, isActive } = await port.client(clientId);
      const problem = isActive ? null : "This client is archived in Harvest: no hours can be booked on it.";
      return answered({ label: name, currency, problem });
    },
    cost: () => REQUESTS.harvest.length,
  };
}
