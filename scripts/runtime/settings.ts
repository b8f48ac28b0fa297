/** Settings of a local system: defaults of the wrangler config, over them the sandbox's, over them the environment's. */
import { SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import type { LocalSecrets } from "./secrets.ts";

/** Base URLs of upstreams, each with its public default in the code of its port. */
export const BASE_URL_NAMES = [
  "ASANA_BASE_URL",
  "GOOGLE_OAUTH_BASE_URL",
  "GA4_BASE_URL",
  "SEARCH_CONSOLE_BASE_URL",
  "PAGESPEED_BASE_URL",
  "GOOGLE_ADS_BASE_URL",
  "META_BASE_URL",
  "ACCURANKER_BASE_URL",
  "DATAFORSEO_BASE_URL",
  "SEMRUSH_BASE_URL",
  "AHREFS_BASE_URL",
  "BROWSER_RUN_BASE_URL",
  "AI_GATEWAY_BASE_URL",
  "BOX_BASE_URL",
  "HUBSPOT_BASE_URL",
  "HARVEST_BASE_URL",
] as const;

const OTHER_NAMES = [
  "JESSIE_USER_GID",
  "JESSIE_INTAKE_PROJECT_GID",
  "PLATFORM_BUILD_PROJECT_GID",
  "ERROR_PROJECT_GID",
  "GOOGLE_ADS_LOGIN_CUSTOMER_ID",
  "MODEL_NAME",
  "MODEL_PAYLOAD_LOGGING",
  "WEB_ORIGIN",
  "OPS_EMAILS",
  "LEASE_SECONDS",
  "QUIET_SECONDS",
  "FEEDBACK_ROUND_LIMIT",
  "ASANA_REQUESTS_PER_MINUTE",
  "CLIENT_VISIBLE_FIELD",
] as const;

const SECRET_NAMES = [
  "AGENCY_OS_ASANA_AGENT_PAT",
  "ASANA_WEBHOOK_SECRET",
  "AGENCY_OS_INTERNAL_API_TOKEN",
  "AGENCY_OS_WEBHOOK_KEY",
  "AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID",
  "AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET",
  "AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN",
  "AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN",
  "AGENCY_OS_META_ACCESS_TOKEN",
  "AGENCY_OS_ACCURANKER_API_TOKEN",
  "AGENCY_OS_HUBSPOT_TOKEN",
  "AGENCY_OS_HARVEST_TOKEN",
  "AGENCY_OS_HARVEST_ACCOUNT_ID",
  "AGENCY_OS_DATAFORSEO_LOGIN",
  "AGENCY_OS_DATAFORSEO_PASSWORD",
  "AGENCY_OS_SEMRUSH_API_KEY",
  "AGENCY_OS_AHREFS_API_TOKEN",
  "AGENCY_OS_BROWSER_RUN_TOKEN",
  "AGENCY_OS_AI_GATEWAY_TOKEN",
  "AGENCY_OS_OPENAI_API_KEY",
] as const;

/** Names of settings and values: of the environment, of the sandbox, of a test. */
export type Values = Readonly<Record<string, string | undefined>>;

/** Settings of both Workers. */
export interface Settings {
  readonly controlPlane: Readonly<Record<string, string>>;
  readonly webEdge: Readonly<Record<string, string>>;
}

/** What the settings are made of. */
export interface SettingsInput {
  /** Variables of the two wrangler configs. */
  readonly defaults: Settings;
  readonly secrets: LocalSecrets;
  readonly webUrl: string;
  /** Base URLs of the sandbox; null when it does not run. */
  readonly sandbox: Readonly<Record<string, string>> | null;
  /** Wins over everything; names that are no setting are ignored. */
  readonly environment: Values;
}

function picked(names: readonly string[], values: Values): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = values[name];
    if (value !== undefined && value !== "") found[name] = value;
  }
  return found;
}

/** The first of several secrets separated by commas: the one in use while the others are rotated out. */
function current(secret: string): string {
  return secret.split(",")[0]?.trim() ?? secret;
}

/**
 * Settings of both Workers. Without the sandbox an upstream that is not named goes to its public address, and has no
 * credentials but those of the environment.
 */
export function settings({ defaults, secrets, webUrl, sandbox, environment }: SettingsInput): Settings {
  const controlPlane = {
    ...(sandbox === null
      ? withoutUpstreams(defaults.controlPlane)
      : { ...defaults.controlPlane, ...sandbox, ...SANDBOX_CREDENTIALS }),
    WEB_ORIGIN: webUrl,
    AGENCY_OS_INTERNAL_API_TOKEN: secrets.internalToken,
    ASANA_WEBHOOK_SECRET: secrets.webhookSecret,
    AGENCY_OS_WEBHOOK_KEY: secrets.webhookKey,
    ...picked([...BASE_URL_NAMES, ...OTHER_NAMES, ...SECRET_NAMES], environment),
  };
  return {
    controlPlane,
    webEdge: {
      ...defaults.webEdge,
      ...picked(["OFFICE_IP_RANGES", "DEV_STAFF_EMAIL"], environment),
      AGENCY_OS_INTERNAL_API_TOKEN: current(controlPlane.AGENCY_OS_INTERNAL_API_TOKEN),
    },
  };
}

/** The wrangler config names the sandbox's addresses; where it does not run they must not be asked. */
function withoutUpstreams(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !name.endsWith("_BASE_URL")));
}

/** The token and the webhook secret the running system really uses, after overrides. */
export function secretsInUse({ controlPlane }: Settings): Pick<LocalSecrets, "internalToken" | "webhookSecret"> {
  return {
    internalToken: current(controlPlane.AGENCY_OS_INTERNAL_API_TOKEN ?? ""),
    webhookSecret: current(controlPlane.ASANA_WEBHOOK_SECRET ?? ""),
  };
}

/** Base URLs as the control plane sees them, for scripts. */
export function upstreamsOf({ controlPlane }: Settings): Record<string, string> {
  return picked(BASE_URL_NAMES, controlPlane);
}
