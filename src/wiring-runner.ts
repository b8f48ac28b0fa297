/** Composition of the runner: the upstreams a skill reads, the model, and where an attempt puts what it makes. */
import { type Config, readConfig, type SecretName, secret } from "./config.ts";
import { ConfigError } from "./core/errors.ts";
import { taskGidOf } from "./core/ids.ts";
import { doors } from "./doors.ts";
import { ACCURANKER_BASE_URL, liveAccuranker } from "./ports/accuranker/live.ts";
import { GA4_BASE_URL, liveGa4 } from "./ports/ga4/live.ts";
import { liveGoogleOAuth } from "./ports/google-oauth/live.ts";
import { liveModel } from "./ports/model/live.ts";
import { liveSearchConsole, SEARCH_CONSOLE_BASE_URL } from "./ports/search-console/live.ts";
import { r2Snapshots } from "./ports/snapshots/live.ts";
import type { RunnerDeps } from "./runner/execute.ts";
import type { ModelPrices } from "./runner/metered-model.ts";
import { r2Artifacts, r2Results } from "./runner/stores.ts";
import { SKILLS } from "./skills/registry.ts";
import type { SkillPorts } from "./skills/skill.ts";
import { transport } from "./transport.ts";
import { asanaOf } from "./wiring-asana.ts";

/** Ports of one invocation. Google's token is cached inside, so they are made once and passed on. */
function skillPorts(env: Env, config: Config): SkillPorts {
  const { baseUrls } = config;
  const oauth = liveGoogleOAuth({
    ...transport,
    ...(baseUrls.googleOAuth === undefined ? {} : { baseUrl: baseUrls.googleOAuth }),
    clientId: () => secret(env, "AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID"),
    clientSecret: () => secret(env, "AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET"),
    refreshToken: () => secret(env, "AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN"),
  });
  return {
    searchConsole: liveSearchConsole({
      ...transport,
      oauth,
      baseUrl: baseUrls.searchConsole ?? SEARCH_CONSOLE_BASE_URL,
    }),
    ga4: liveGa4({ ...transport, oauth, baseUrl: baseUrls.ga4 ?? GA4_BASE_URL }),
    accuranker: liveAccuranker({
      ...transport,
      baseUrl: baseUrls.accuranker ?? ACCURANKER_BASE_URL,
      token: () => secret(env, "AGENCY_OS_ACCURANKER_API_TOKEN"),
    }),
    model: modelOf(env, config),
    snapshots: r2Snapshots(env.CLIENT_DATA_PLANE_BUCKET),
  };
}

/** What the model costs, for the budget. */
export function pricesOf(config: Config): ModelPrices {
  return { model: config.modelName, unknown: config.unknownModelPrice };
}

/** The model, called through the gateway of the account when there is one. */
export function modelOf(env: Env, config: Config): SkillPorts["model"] {
  return liveModel({
    ...transport,
    ...(config.baseUrls.model === undefined ? {} : { baseUrl: config.baseUrls.model }),
    apiKey: () => secret(env, "AGENCY_OS_OPENAI_API_KEY"),
    gatewayToken: () => secret(env, "AGENCY_OS_AI_GATEWAY_TOKEN"),
    model: config.modelName,
    payloadLogging: config.modelPayloadLogging,
  });
}

const GOOGLE_SECRETS = [
  "AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID",
  "AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET",
  "AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN",
] as const;

const SECRETS_OF_SOURCE: Readonly<Record<string, readonly SecretName[]>> = {
  search_console_site: GOOGLE_SECRETS,
  ga4_property: GOOGLE_SECRETS,
  google_ads_customer: [...GOOGLE_SECRETS, "AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN"],
  meta_ad_account: ["AGENCY_OS_META_ACCESS_TOKEN"],
  accuranker_domain: ["AGENCY_OS_ACCURANKER_API_TOKEN"],
};

/** Names of the secrets each kind of source lacks. */
export async function missingSecrets(env: Env): Promise<Record<string, readonly string[]>> {
  const missing: Record<string, readonly string[]> = {};
  for (const [kind, names] of Object.entries(SECRETS_OF_SOURCE)) {
    const set = await Promise.all(names.map(async (name) => ((await secret(env, name)) === null ? [name] : [])));
    missing[kind] = set.flat();
  }
  return missing;
}

/** What the runner needs for one message. */
export function runnerDeps(env: Env): RunnerDeps {
  const config = readConfig(env);
  const bucket = env.CLIENT_DATA_PLANE_BUCKET;
  return {
    actor: (runId) => {
      const taskGid = taskGidOf(runId);
      if (taskGid === null) throw new ConfigError("bad_run_id", `${runId} names no run.`);
      return doors(env).run(taskGid);
    },
    skills: SKILLS,
    ports: skillPorts(env, config),
    prices: pricesOf(config),
    asana: (client, taskGid, epoch) => asanaOf(env, config, () => ({ client, taskGid, epoch })),
    results: r2Results(bucket),
    artifacts: r2Artifacts(bucket),
    now: () => Date.now(),
    every: (ms, work) => {
      const timer = setInterval(work, ms);
      return () => clearInterval(timer);
    },
  };
}
