/** Settings and secrets, read once and typed. The one place that knows how the environment spells them. */
import * as v from "valibot";
import { ConfigError, RetryableError } from "./core/errors.ts";
import type { Limits } from "./core/run/budget.ts";

const text = (fallback: string) => v.optional(v.pipe(v.string(), v.trim()), fallback);

/** A whole number as text, at least 1. */
const count = (fallback: string) =>
  v.optional(v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(1)), fallback);

const VariablesSchema = v.object({
  ENVIRONMENT: text(""),
  JESSIE_USER_GID: text(""),
  JESSIE_INTAKE_PROJECT_GID: text(""),
  PLATFORM_BUILD_PROJECT_GID: text(""),
  ERROR_PROJECT_GID: text(""),
  MODEL_NAME: text("gpt-5.5"),
  MODEL_PAYLOAD_LOGGING: v.optional(v.picklist(["on", "off"]), "off"),
  WEB_ORIGIN: text(""),
  OPS_EMAILS: text(""),
  LEASE_SECONDS: v.optional(v.pipe(v.string(), v.regex(/^\d{1,4}$/), v.transform(Number), v.minValue(1)), "30"),
  QUIET_SECONDS: v.optional(v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number)), "90"),
  FEEDBACK_ROUND_LIMIT: v.optional(v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number), v.minValue(1)), "5"),
  ASANA_REQUESTS_PER_MINUTE: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.transform(Number), v.minValue(10)),
    "1500",
  ),
  BUDGET_MODEL_TOKENS: count("400000"),
  BUDGET_MODEL_USD: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,5}(?:\.\d{1,6})?$/), v.transform(Number), v.gtValue(0)),
    "5",
  ),
  BUDGET_UPSTREAM_CALLS: count("400"),
  BUDGET_WALL_MINUTES: count("60"),
  BUDGET_CRAWL_PAGES: count("500"),
  BUDGET_DEFAULT_PRICE: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,4}(?:\.\d{1,4})?\/\d{1,4}(?:\.\d{1,4})?$/)),
    "10/60",
  ),
  GOOGLE_ADS_LOGIN_CUSTOMER_ID: text(""),
  ASANA_BASE_URL: v.optional(v.string()),
  GOOGLE_OAUTH_BASE_URL: v.optional(v.string()),
  SEARCH_CONSOLE_BASE_URL: v.optional(v.string()),
  GA4_BASE_URL: v.optional(v.string()),
  GOOGLE_ADS_BASE_URL: v.optional(v.string()),
  META_BASE_URL: v.optional(v.string()),
  ACCURANKER_BASE_URL: v.optional(v.string()),
  HUBSPOT_BASE_URL: v.optional(v.string()),
  HARVEST_BASE_URL: v.optional(v.string()),
  CLIENT_VISIBLE_FIELD: text("Client visible"),
  AI_GATEWAY_BASE_URL: v.optional(v.string()),
});

export interface Config {
  /** Whether other systems' runs may be taken in; production shows its own alone. */
  readonly importsAllowed: boolean;
  /** Whether the demo client's invented facts may be written. */
  readonly fixturesAllowed: boolean;
  readonly jessieUserGid: string;
  readonly intakeProjectGid: string;
  readonly platformBuildProjectGid: string;
  /** Where error tasks are opened; empty: nowhere. */
  readonly errorProjectGid: string;
  readonly modelName: string;
  readonly modelPayloadLogging: boolean;
  /** Where staff open the panel; links in comments start with it. */
  readonly webOrigin: string;
  /** E-mail addresses of operators in lower case; locally everybody is one. */
  readonly operators: readonly string[] | "everybody";
  readonly leaseMs: number;
  /** Comments within this time of one another are one round of feedback. */
  readonly quietMs: number;
  /** Revisions before a named person has to allow more. */
  readonly feedbackRoundLimit: number;
  /** What Asana allows our token: 1,500 on a paid plan, 150 on a free one. */
  readonly asanaPerMinute: number;
  /** What one run may spend before it asks. */
  readonly budget: Limits;
  /** Dollars per million tokens of a model that is not in the price list. */
  readonly unknownModelPrice: { readonly input: number; readonly output: number };
  /** The manager account above the clients' Google Ads accounts; empty: none. */
  readonly googleAdsLoginCustomerId: string;
  /** Name of the custom field in Asana that shows a task to its client. */
  readonly clientVisibleField: string;
  /** Absent: the vendor's public address, which each port knows. */
  readonly baseUrls: Readonly<
    Partial<
      Record<
        | "asana"
        | "googleOAuth"
        | "searchConsole"
        | "ga4"
        | "googleAds"
        | "meta"
        | "accuranker"
        | "hubspot"
        | "harvest"
        | "model",
        string
      >
    >
  >;
}

/** The variables of an isolate never change, and parsing them costs more than checking a signature. */
const read = new WeakMap<object, Config>();

/** Parses the variables, once per environment. Errors: ConfigError `bad_setting` naming the variable. */
/** `input/output`. */
function priceIn(text: string): Config["unknownModelPrice"] {
  const [input = 0, output = 0] = text.split("/").map(Number);
  return { input, output };
}

export function readConfig(env: object): Config {
  const known = read.get(env);
  if (known !== undefined) return known;
  const config = parseConfig(env);
  read.set(env, config);
  return config;
}

function parseConfig(env: object): Config {
  const parsed = v.safeParse(VariablesSchema, env);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new ConfigError(
      "bad_setting",
      `The setting ${v.getDotPath(issue) ?? "?"} is not usable: expected ${issue.expected ?? "another value"}.`,
    );
  }
  const set = parsed.output;
  const forTrying = set.ENVIRONMENT === "local" || set.ENVIRONMENT === "dev";
  return {
    fixturesAllowed: forTrying,
    importsAllowed: forTrying,
    jessieUserGid: set.JESSIE_USER_GID,
    intakeProjectGid: set.JESSIE_INTAKE_PROJECT_GID,
    platformBuildProjectGid: set.PLATFORM_BUILD_PROJECT_GID,
    errorProjectGid: set.ERROR_PROJECT_GID,
    modelName: set.MODEL_NAME,
    modelPayloadLogging: set.MODEL_PAYLOAD_LOGGING === "on",
    webOrigin: set.WEB_ORIGIN,
    operators: set.ENVIRONMENT === "local" ? "everybody" : listOf(set.OPS_EMAILS),
    leaseMs: set.LEASE_SECONDS * 1_000,
    quietMs: set.QUIET_SECONDS * 1_000,
    feedbackRoundLimit: set.FEEDBACK_ROUND_LIMIT,
    asanaPerMinute: set.ASANA_REQUESTS_PER_MINUTE,
    googleAdsLoginCustomerId: set.GOOGLE_ADS_LOGIN_CUSTOMER_ID,
    clientVisibleField: set.CLIENT_VISIBLE_FIELD,
    unknownModelPrice: priceIn(set.BUDGET_DEFAULT_PRICE),
    budget: {
      modelTokens: set.BUDGET_MODEL_TOKENS,
      modelMicroUsd: Math.round(set.BUDGET_MODEL_USD * 1_000_000),
      upstreamCalls: set.BUDGET_UPSTREAM_CALLS,
      wallMs: set.BUDGET_WALL_MINUTES * 60_000,
      crawlPages: set.BUDGET_CRAWL_PAGES,
    },
    baseUrls: {
      ...(set.ASANA_BASE_URL === undefined ? {} : { asana: set.ASANA_BASE_URL }),
      ...(set.GOOGLE_OAUTH_BASE_URL === undefined ? {} : { googleOAuth: set.GOOGLE_OAUTH_BASE_URL }),
      ...(set.SEARCH_CONSOLE_BASE_URL === undefined ? {} : { searchConsole: set.SEARCH_CONSOLE_BASE_URL }),
      ...(set.GA4_BASE_URL === undefined ? {} : { ga4: set.GA4_BASE_URL }),
      ...(set.GOOGLE_ADS_BASE_URL === undefined ? {} : { googleAds: set.GOOGLE_ADS_BASE_URL }),
      ...(set.META_BASE_URL === undefined ? {} : { meta: set.META_BASE_URL }),
      ...(set.ACCURANKER_BASE_URL === undefined ? {} : { accuranker: set.ACCURANKER_BASE_URL }),
      ...(set.HUBSPOT_BASE_URL === undefined ? {} : { hubspot: set.HUBSPOT_BASE_URL }),
      ...(set.HARVEST_BASE_URL === undefined ? {} : { harvest: set.HARVEST_BASE_URL }),
      ...(set.AI_GATEWAY_BASE_URL === undefined ? {} : { model: set.AI_GATEWAY_BASE_URL }),
    },
  };
}

function listOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((one) => one !== "");
}

/** Every secret there is: what no text that leaves the system may hold. */
export const SECRET_NAMES = [
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
  "AGENCY_OS_AI_GATEWAY_TOKEN",
  "AGENCY_OS_OPENAI_API_KEY",
] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

/** A Secrets Store binding; locally the same name is a plain string. */
const StoreBinding = v.custom<{ get(): Promise<string> }>(
  (value) => typeof value === "object" && value !== null && "get" in value && typeof value.get === "function",
);

/**
 * The value of a secret, null when it is not set. Never logged, never stored.
 * Errors: RetryableError `secrets_unavailable` when the store itself fails.
 */
export async function secret(env: object, name: SecretName): Promise<string | null> {
  const bound: unknown = Reflect.get(env, name);
  if (typeof bound === "string") return bound.trim() === "" ? null : bound;
  const store = v.safeParse(StoreBinding, bound);
  if (!store.success) return null;
  try {
    const value = await store.output.get();
    return value.trim() === "" ? null : value;
  } catch (thrown) {
    // The store answers an unknown secret by throwing; to us it is one that is not set. Any other failure must not
    // look like that, or a hiccup would block runs until a person came.
    if (thrown instanceof Error && /not found|does not exist|no such secret/i.test(thrown.message)) return null;
    throw new RetryableError("secrets_unavailable", `The secrets store did not answer for ${name}.`);
  }
}

/** The values of a secret that may hold several, separated by commas, while they are rotated. */
export async function secrets(env: object, name: SecretName): Promise<readonly string[]> {
  const value = (await secret(env, name)) ?? "";
  return value
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
