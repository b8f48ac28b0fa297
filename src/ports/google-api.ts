/** What Google's JSON APIs share: Bearer tokens, one retry after a 401, and the error envelope. */
import * as v from "valibot";
import { ConfigError, RetryableError } from "../core/errors.ts";
import { type Call, exchangeJson, type JsonReply, type Transport } from "../lib/http.ts";
import type { Refusal, Upstream } from "../lib/http-failure.ts";
import type { GoogleOAuthPort } from "./google-oauth/port.ts";

/** `{error: {code, message, status, errors?}}`; `errors[]` is the older style Search Console still sends. */
const EnvelopeSchema = v.object({
  error: v.object({
    message: v.optional(v.string(), ""),
    status: v.optional(v.string(), ""),
    errors: v.optional(v.array(v.object({ reason: v.optional(v.string(), "") })), []),
  }),
});

const QUOTA_REASONS = new Set(["quotaExceeded", "rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"]);

/** Google's own words, with its status name in front. */
export function explainGoogle(body: unknown): string | null {
  const parsed = v.safeParse(EnvelopeSchema, body);
  if (!parsed.success) return null;
  const { status, message } = parsed.output.error;
  return status === "" ? message : `${status} ${message}`;
}

/** Quota refusals that arrive as 403 are limits in time, not missing access. */
export function isQuotaRefusal({ status, body }: Pick<Refusal, "status" | "body">): boolean {
  if (status === 429) return true;
  const parsed = v.safeParse(EnvelopeSchema, body);
  if (!parsed.success || status !== 403) return false;
  const { error } = parsed.output;
  return error.status === "RESOURCE_EXHAUSTED" || error.errors.some((entry) => QUOTA_REASONS.has(entry.reason));
}

export interface GoogleApiOptions extends Transport {
  readonly baseUrl: string;
  readonly oauth: GoogleOAuthPort;
}

/** A Google upstream with the meanings above; `wait` names how long a quota refusal usually lasts, in milliseconds. */
export function googleUpstream(
  code: string,
  label: string,
  wait: (refusal: Refusal) => number | null = () => null,
): Upstream {
  return {
    code,
    label,
    credential: "AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN",
    explain: explainGoogle,
    refine: (refusal) =>
      isQuotaRefusal(refusal)
        ? new RetryableError(`${code}_rate_limited`, refusal.message, refusal.retryAfterMs ?? wait(refusal))
        : null,
  };
}

/** One read. A 401 is tried once more with a fresh token before it counts as ConfigError `<code>_unauthorised`. */
export async function googleRead<const TSchema extends v.GenericSchema>(
  options: GoogleApiOptions,
  upstream: Upstream,
  request: {
    readonly method: "GET" | "POST";
    readonly path: string;
    readonly body?: unknown;
    readonly maxBytes?: number;
    /** Headers of one API beside those they all take. */
    readonly headers?: Readonly<Record<string, string>>;
    /** Values among them that must not appear in a message. */
    readonly secrets?: readonly string[];
  },
  schema: TSchema,
): Promise<JsonReply<v.InferOutput<TSchema>>> {
  const attempt = async (fresh: boolean) => {
    const token = await options.oauth.accessToken({ fresh });
    return exchangeJson(options, upstream, callOf(options.baseUrl, token, request), schema);
  };
  try {
    return await attempt(false);
  } catch (error) {
    if (!(error instanceof ConfigError) || error.code !== `${upstream.code}_unauthorised`) throw error;
    return attempt(true);
  }
}

function callOf(baseUrl: string, token: string, request: Parameters<typeof googleRead>[2]): Call {
  const json = request.body === undefined ? {} : { "content-type": "application/json" };
  return {
    method: request.method,
    baseUrl,
    path: request.path,
    headers: { accept: "application/json", authorization: `Bearer ${token}`, ...json, ...request.headers },
    ...(request.secrets === undefined ? {} : { secrets: request.secrets }),
    // Every report call is a read, whatever its method.
    repeatable: true,
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    ...(request.maxBytes === undefined ? {} : { maxBytes: request.maxBytes }),
  };
}
