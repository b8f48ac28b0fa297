/** Composition of the upstreams that are read: ports over the transport, each with its address and its secrets. */

import { type Config, SECRET_NAMES, secret, secrets } from "./config.ts";
import { type Connectors, connectorsOver, type SourcePorts } from "./connectors/connectors.ts";
import { ACCURANKER_BASE_URL, liveAccuranker } from "./ports/accuranker/live.ts";
import type { Connector } from "./ports/connector.ts";
import { GA4_BASE_URL, liveGa4 } from "./ports/ga4/live.ts";
import { GOOGLE_ADS_BASE_URL, liveGoogleAds } from "./ports/google-ads/live.ts";
import { liveGoogleOAuth } from "./ports/google-oauth/live.ts";
import { HARVEST_BASE_URL, liveHarvest } from "./ports/harvest/live.ts";
import { HUBSPOT_BASE_URL, liveHubspot } from "./ports/hubspot/live.ts";
import { liveMeta, META_BASE_URL } from "./ports/meta/live.ts";
import { liveSearchConsole, SEARCH_CONSOLE_BASE_URL } from "./ports/search-console/live.ts";
import { transport } from "./transport.ts";
import { clientTasksOf, house } from "./wiring-asana.ts";

/** Ports of one invocation. Google's token is cached inside, so they are made once and passed on. */
export function sourcePorts(env: Env, config: Config): SourcePorts {
  const { baseUrls } = config;
  const oauth = liveGoogleOAuth({
    ...transport,
    ...(baseUrls.googleOAuth === undefined ? {} : { baseUrl: baseUrls.googleOAuth }),
    clientId: () => secret(env, "AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID"),
    clientSecret: () => secret(env, "AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET"),
    refreshToken: () => secret(env, "AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN"),
  });
  const google = { ...transport, oauth };
  return {
    searchConsole: liveSearchConsole({ ...google, baseUrl: baseUrls.searchConsole ?? SEARCH_CONSOLE_BASE_URL }),
    ga4: liveGa4({ ...google, baseUrl: baseUrls.ga4 ?? GA4_BASE_URL }),
    googleAds: liveGoogleAds({
      ...google,
      baseUrl: baseUrls.googleAds ?? GOOGLE_ADS_BASE_URL,
      developerToken: () => secret(env, "AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN"),
      loginCustomerId: config.googleAdsLoginCustomerId,
    }),
    accuranker: liveAccuranker({
      ...transport,
      baseUrl: baseUrls.accuranker ?? ACCURANKER_BASE_URL,
      token: () => secret(env, "AGENCY_OS_ACCURANKER_API_TOKEN"),
    }),
    meta: liveMeta({
      ...transport,
      baseUrl: baseUrls.meta ?? META_BASE_URL,
      token: () => secret(env, "AGENCY_OS_META_ACCESS_TOKEN"),
    }),
    hubspot: liveHubspot({
      ...transport,
      baseUrl: baseUrls.hubspot ?? HUBSPOT_BASE_URL,
      tokens: () => secrets(env, "AGENCY_OS_HUBSPOT_TOKEN"),
    }),
    harvest: liveHarvest({
      ...transport,
      baseUrl: baseUrls.harvest ?? HARVEST_BASE_URL,
      token: () => secret(env, "AGENCY_OS_HARVEST_TOKEN"),
      accountId: () => secret(env, "AGENCY_OS_HARVEST_ACCOUNT_ID"),
      contact: config.webOrigin,
    }),
    clientTasks: clientTasksOf(env, config, house("refresh")),
  };
}

/** A connector for every source, for one invocation. */
export function connectorsOf(env: Env, config: Config): Connectors {
  return connectorsOver(sourcePorts(env, config), () => Date.now());
}

/** Names of a connector's secrets that are not set. */
export async function missingOf(env: Env, connector: Pick<Connector, "secrets">): Promise<readonly string[]> {
  const missing = connector.secrets.map(async (wanted) => {
    const name = SECRET_NAMES.find((one) => one === wanted);
    return name !== undefined && (await secret(env, name)) !== null ? [] : [wanted];
  });
  return (await Promise.all(missing)).flat();
}

/** Names of the secrets each kind of source lacks. */
export async function missingSecrets(env: Env, config: Config): Promise<Record<string, readonly string[]>> {
  const connectors = Object.values(connectorsOf(env, config));
  const missing = connectors.map(async (one) => [one.assetKind, await missingOf(env, one)] as const);
  return Object.fromEntries(await Promise.all(missing));
}
