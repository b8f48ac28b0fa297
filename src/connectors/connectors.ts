/** Every source a refresh can read. */
import type { SourceName } from "../core/business-unit/types.ts";
import type { AccurankerPort } from "../ports/accuranker/port.ts";
import type { AsanaClientTasksPort } from "../ports/asana/client-tasks.ts";
import type { Connector } from "../ports/connector.ts";
import type { Ga4Port } from "../ports/ga4/port.ts";
import type { GoogleAdsPort } from "../ports/google-ads/port.ts";
import type { HarvestPort } from "../ports/harvest/port.ts";
import type { HubspotPort } from "../ports/hubspot/port.ts";
import type { MetaPort } from "../ports/meta/port.ts";
import type { SearchConsolePort } from "../ports/search-console/port.ts";
import { accurankerConnector } from "./accuranker.ts";
import { asanaConnector } from "./asana.ts";
import { ga4Connector } from "./ga4.ts";
import { googleAdsConnector } from "./google-ads.ts";
import { harvestConnector } from "./harvest.ts";
import { hubspotConnector } from "./hubspot.ts";
import { metaConnector } from "./meta.ts";
import { searchConsoleConnector } from "./search-console.ts";

export interface SourcePorts {
  readonly searchConsole: SearchConsolePort;
  readonly ga4: Ga4Port;
  readonly accuranker: AccurankerPort;
  readonly googleAds: GoogleAdsPort;
  readonly meta: MetaPort;
  readonly hubspot: HubspotPort;
  readonly harvest: HarvestPort;
  readonly clientTasks: AsanaClientTasksPort;
}

export type Connectors = Readonly<Record<SourceName, Connector>>;

/** One connector per source. */
export function connectorsOver(ports: SourcePorts, now: () => number): Connectors {
  return {
    search_console: searchConsoleConnector(ports.searchConsole),
    ga4: ga4Connector(ports.ga4, now),
    accuranker: accurankerConnector(ports.accuranker, now),
    google_ads: googleAdsConnector(ports.googleAds),
    meta: metaConnector(ports.meta, now),
    hubspot: hubspotConnector(ports.hubspot, now),
    harvest: harvestConnector(ports.harvest),
    asana: asanaConnector(ports.clientTasks),
  };
}
