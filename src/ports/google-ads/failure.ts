/** What Google Ads' refusals mean: the reason stands in a GoogleAdsFailure among the details, not in the HTTP status. */
import * as v from "valibot";
import { ConfigError, PermanentError, RetryableError } from "../../core/errors.ts";
import type { Refusal, Upstream } from "../../lib/http-failure.ts";
import { explainGoogle, googleUpstream } from "../google-api.ts";

const DEVELOPER_TOKEN = "AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const ErrorSchema = v.object({
  errorCode: v.optional(v.record(v.string(), v.string()), {}),
  message: v.optional(v.string(), ""),
  details: v.optional(
    v.object({ quotaErrorDetails: v.optional(v.object({ retryDelay: v.optional(v.string(), "") })) }),
    {},
  ),
});
/** A GoogleAdsFailure has `errors`, a RetryInfo has `retryDelay`; other details are not looked at. */
const DetailSchema = v.object({
  errors: v.optional(v.array(ErrorSchema), []),
  requestId: v.optional(v.string(), ""),
  retryDelay: v.optional(v.string(), ""),
});
const BodySchema = v.object({ error: v.object({ details: v.optional(v.array(DetailSchema), []) }) });

interface AdsFailure {
  /** E.g. `quotaError` and `RESOURCE_EXHAUSTED`; empty when the answer has no failure of Google Ads. */
  readonly category: string;
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
  readonly retryDelayMs: number | null;
}

function failureIn(body: unknown): AdsFailure {
  const parsed = v.safeParse(BodySchema, body);
  const details = parsed.success ? parsed.output.error.details : [];
  const failure = details.find(({ errors }) => errors.length > 0);
  const error = failure?.errors[0];
  const [category = "", code = ""] = Object.entries(error?.errorCode ?? {})[0] ?? [];
  const delays = [error?.details.quotaErrorDetails?.retryDelay, ...details.map(({ retryDelay }) => retryDelay)];
  const retryDelayMs = delays.map(durationMs).find((delay) => delay !== null) ?? null;
  return { category, code, message: error?.message ?? "", requestId: failure?.requestId ?? "", retryDelayMs };
}

/** A Duration of protobuf JSON: seconds with an `s`. */
function durationMs(text = ""): number | null {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(text)?.[1];
  return seconds === undefined ? null : Math.ceil(Number(seconds) * SECOND);
}

/** Waits for quotas whose answer names none: one is spent for the day, the others pass. */
const QUOTA_WAITS: Readonly<Record<string, number>> = {
  RESOURCE_EXHAUSTED: 60 * MINUTE,
  EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION: 60 * MINUTE,
  EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION: 5 * MINUTE,
  RESOURCE_TEMPORARILY_EXHAUSTED: MINUTE,
};

/** About the developer token, whatever the category and status. */
const ABOUT_DEVELOPER_TOKEN = /DEVELOPER_TOKEN|CLOUD_PROJECT/;
const NO_ACCOUNT = new Set(["CUSTOMER_NOT_FOUND", "CLIENT_CUSTOMER_ID_INVALID", "INVALID_CUSTOMER_ID", "NOT_ADS_USER"]);
const PAGE_TOKEN = new Set(["EXPIRED_PAGE_TOKEN", "INVALID_PAGE_TOKEN"]);

/** The failure under a name that says what happens next; null leaves it to the status. */
function refine({ body, message, retryAfterMs }: Refusal): Error | null {
  const { category, code, retryDelayMs } = failureIn(body);
  if (category === "quotaError" && code in QUOTA_WAITS) {
    const wait = retryDelayMs ?? retryAfterMs ?? QUOTA_WAITS[code] ?? null;
    return new RetryableError("google_ads_rate_limited", message, wait);
  }
  if (category === "internalError") return new RetryableError("google_ads_unavailable", message, retryAfterMs);
  if (ABOUT_DEVELOPER_TOKEN.test(code)) {
    return new ConfigError(
      "google_ads_developer_token",
      `${message} The credential ${DEVELOPER_TOKEN} was not accepted.`,
    );
  }
  if (code === "REQUESTED_METRICS_FOR_MANAGER") {
    const words = "This is a manager account; the source must be the client account below it.";
    return new ConfigError("google_ads_manager_account", `${message} ${words}`);
  }
  if (NO_ACCOUNT.has(code)) {
    return new ConfigError("google_ads_forbidden", `${message} Check the customer id of the source.`);
  }
  if (code === "USER_PERMISSION_DENIED" || code === "LOGIN_CUSTOMER_ID_PARAMETER_MISSING") {
    const words = "Check the customer id, and that GOOGLE_ADS_LOGIN_CUSTOMER_ID is the manager account above it.";
    return new ConfigError("google_ads_forbidden", `${message} ${words}`);
  }
  if (PAGE_TOKEN.has(code)) {
    return new PermanentError("google_ads_page_token", `${message} The pages must be read from the first one again.`);
  }
  return null;
}

/** `queryError.UNRECOGNIZED_FIELD …, request abc`; Google's common words where there is no failure of Google Ads. */
function explain(body: unknown): string | null {
  const { category, code, message, requestId } = failureIn(body);
  if (category === "") return explainGoogle(body);
  return `${category}.${code} ${message}${requestId === "" ? "" : ` (request ${requestId})`}`;
}

const COMMON = googleUpstream("google_ads", "Google Ads");

export const GOOGLE_ADS: Upstream = {
  ...COMMON,
  explain,
  refine: (refusal) => refine(refusal) ?? COMMON.refine?.(refusal) ?? null,
};
