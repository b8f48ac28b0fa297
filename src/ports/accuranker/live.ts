/** AccuRanker v4 over HTTP. Facts: the vendor's read documentation of 2026-05; trailing slashes matter (Django). */
import * as v from "valibot";
import { RetryableError } from "../../core/errors.ts";
import { type Call, exchangeJson, type Transport } from "../../lib/http.ts";
import type { Upstream } from "../../lib/http-failure.ts";
import type { RawReply } from "../raw.ts";
import { requireSecret, type Secret } from "../secret.ts";
import type { AccurankerPort } from "./port.ts";
import {
  DOMAIN_FIELDS,
  DomainSchema,
  domainPath,
  KEYWORD_FIELDS,
  KeywordsSchema,
  pageQuery,
  periodQuery,
  toDomain,
  toKeywords,
} from "./reply.ts";

export const ACCURANKER_BASE_URL = "https://app.accuranker.com/api/v4";

export interface LiveAccurankerOptions extends Transport {
  readonly baseUrl?: string;
  readonly token: Secret;
}

const DetailSchema = v.object({ detail: v.string() });
/** A hundred requests a minute; nobody knows whether AccuRanker says how long to wait. */
const QUOTA_WAIT_MS = 60_000;

const ACCURANKER: Upstream = {
  code: "accuranker",
  label: "AccuRanker",
  credential: "AGENCY_OS_ACCURANKER_API_TOKEN",
  explain(body) {
    const parsed = v.safeParse(DetailSchema, body);
    return parsed.success ? parsed.output.detail : null;
  },
  refine: ({ status, message, retryAfterMs }) =>
    status === 429 ? new RetryableError("accuranker_rate_limited", message, retryAfterMs ?? QUOTA_WAIT_MS) : null,
};

/**
 * The AccuRanker port over HTTP. Call it one request at a time: more than four at once from one address are refused.
 * Errors: ConfigError `accuranker_missing`, `accuranker_unauthorised`, `accuranker_forbidden`; PermanentError
 * `accuranker_bad_request`, `accuranker_not_found`, `accuranker_unexpected_reply`; the common RetryableErrors.
 */
export function liveAccuranker(options: LiveAccurankerOptions): AccurankerPort {
  async function get<const S extends v.GenericSchema>(path: string, query: Record<string, string>, schema: S) {
    const token = await requireSecret(options.token, "accuranker", "AGENCY_OS_ACCURANKER_API_TOKEN");
    const call: Call = {
      method: "GET",
      baseUrl: options.baseUrl ?? ACCURANKER_BASE_URL,
      path,
      query,
      headers: { accept: "application/json", authorization: `Token ${token}` },
      repeatable: true,
    };
    const { text, value } = await exchangeJson(options, ACCURANKER, call, schema);
    const request = { method: "GET", path, body: query };
    const raw: RawReply = { body: text, request, fetchedAt: options.now().toISOString() };
    return { value, raw };
  }

  return {
    async domain(domainId, range) {
      const query = { fields: DOMAIN_FIELDS, ...periodQuery(range) };
      const { value, raw } = await get(domainPath(domainId), query, DomainSchema);
      return toDomain(value, raw);
    },
    async keywords(domainId, range, page) {
      const query = { fields: KEYWORD_FIELDS, ...periodQuery(range), ...pageQuery(page) };
      const { value, raw } = await get(`${domainPath(domainId)}keywords/`, query, KeywordsSchema);
      return { keywords: toKeywords(value), raw };
    },
  };
}
