/** Meta Marketing API over HTTP. Facts: the vendor's specs of v25.0, and its pages on rate limits and insights. */
import * as v from "valibot";
import { type Call, exchange, type Reply, readJson, refused, type Transport } from "../../lib/http.ts";
import type { RawReply } from "../raw.ts";
import { requireSecret, type Secret } from "../secret.ts";
import { ErrorSchema, META } from "./failure.ts";
import type { MetaPort } from "./port.ts";
import {
  ACCOUNT_QUERY,
  AccountSchema,
  accountPath,
  InsightsSchema,
  insightsQuery,
  toAccount,
  toInsights,
} from "./reply.ts";
import { usageOf } from "./usage.ts";

/** The version is part of the address; Meta keeps one for about two years. */
export const META_BASE_URL = "https://graph.facebook.com/v25.0";

export interface LiveMetaOptions extends Transport {
  readonly baseUrl?: string;
  readonly token: Secret;
}

/**
 * The Meta port over HTTP. Errors: ConfigError `meta_missing`, `meta_unauthorised` (a dead token), `meta_forbidden`
 * (also for an account that does not exist: Meta does not tell the difference); RetryableError `meta_rate_limited` with
 * the wait of Meta's headers, and the common ones; PermanentError `meta_too_much_data`, `meta_bad_request`,
 * `meta_unexpected_reply`.
 */
export function liveMeta(options: LiveMetaOptions): MetaPort {
  async function get<const S extends v.GenericSchema>(path: string, query: Record<string, string>, schema: S) {
    const token = await requireSecret(options.token, "meta", "AGENCY_OS_META_ACCESS_TOKEN");
    const call: Call = {
      method: "GET",
      baseUrl: options.baseUrl ?? META_BASE_URL,
      path,
      query,
      headers: { accept: "application/json", authorization: `Bearer ${token}` },
      repeatable: true,
    };
    const { text, value, headers } = await exchange(options, META, call, (reply) => read(call, reply, schema));
    const request = { method: "GET", path, body: query };
    const raw: RawReply = { body: withoutToken(text, token), request, fetchedAt: options.now().toISOString() };
    return { value, quota: usageOf(headers), raw };
  }

  /** A refusal may come with a status of success. */
  function read<const S extends v.GenericSchema>(call: Call, reply: Reply, schema: S) {
    const answer = readJson(META, call, reply, v.union([ErrorSchema, v.looseObject({})]));
    if (v.is(ErrorSchema, answer.value)) throw refused(options, META, call, reply);
    return readJson(META, call, reply, schema);
  }

  return {
    async account(accountId) {
      const { value, quota, raw } = await get(accountPath(accountId), ACCOUNT_QUERY, AccountSchema);
      return toAccount(value, quota, raw);
    },
    async insightDays(accountId, range, level, after) {
      const path = `${accountPath(accountId)}/insights`;
      const { value, quota, raw } = await get(path, insightsQuery(range, level, after), InsightsSchema);
      return toInsights(value, quota, raw);
    },
  };
}

/** Meta's links to other pages hold the token they were asked with, also when it came in a header. */
function withoutToken(text: string, token: string): string {
  const spellings = [token, encodeURIComponent(token)];
  const clean = spellings.reduce((all, one) => all.replaceAll(one, "removed"), text);
  return clean.replace(/access_token=[^&"\\]+/g, "access_token=removed");
}
