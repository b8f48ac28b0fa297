/** HubSpot over HTTP. Facts: HubSpot's OpenAPI documents of 2026-08 and its pages on usage limits. */
import * as v from "valibot";
import { ConfigError, PermanentError, RetryableError } from "../../core/errors.ts";
import { type Call, exchangeJson, type Transport } from "../../lib/http.ts";
import type { Refusal, Upstream } from "../../lib/http-failure.ts";
import { requireSecret } from "../secret.ts";
import { spanOf } from "../zone-days.ts";
import { pageOf, type Searched } from "./parts.ts";
import type { CrmPage, CrmRange, HubspotAccount, HubspotPort, HubspotQuota } from "./port.ts";
import {
  AccountSchema,
  CONTACTS,
  type CrmSearch,
  dealsBy,
  portalOf,
  type SearchAnswer,
  SearchSchema,
  searchBody,
  toAccount,
  toContact,
  toDeal,
  unknownPortal,
} from "./reply.ts";

export const HUBSPOT_BASE_URL = "https://api.hubapi.com";
const CREDENTIAL = "AGENCY_OS_HUBSPOT_TOKEN";

export interface LiveHubspotOptions extends Transport {
  readonly baseUrl?: string;
  /** Tokens of private apps, one per portal; which is whose is asked of HubSpot. */
  readonly tokens: () => Promise<readonly string[]>;
}

const ErrorSchema = v.object({
  message: v.string(),
  category: v.optional(v.string(), ""),
  policyName: v.optional(v.string(), ""),
});

const HUBSPOT: Upstream = {
  code: "hubspot",
  label: "HubSpot",
  credential: CREDENTIAL,
  explain(body) {
    const parsed = v.safeParse(ErrorSchema, body);
    if (!parsed.success) return null;
    const { category, message } = parsed.output;
    return category === "" ? message : `${category} ${message}`;
  },
  refine: refineLimit,
};

/** HubSpot sends no `Retry-After`; the name of the policy tells how long its window is. */
function refineLimit({ status, body, message, retryAfterMs }: Refusal): Error | null {
  if (status !== 429) return null;
  const parsed = v.safeParse(ErrorSchema, body);
  const policy = parsed.success ? parsed.output.policyName : "";
  return new RetryableError("hubspot_rate_limited", message, retryAfterMs ?? waitFor(policy));
}

function waitFor(policy: string): number | null {
  if (policy === "DAILY") return 3_600_000;
  if (policy.startsWith("TEN_SECONDLY")) return 10_000;
  return policy.startsWith("SECONDLY") ? 1_000 : null;
}

interface Opened {
  readonly token: string;
  readonly account: HubspotAccount;
}

/**
 * The HubSpot port over HTTP. It remembers which token opens which portal, so hold one instance per invocation.
 * Errors: ConfigError `hubspot_missing`, `hubspot_unknown_portal`, `hubspot_unauthorised`, `hubspot_forbidden`;
 * PermanentError `hubspot_bad_request`, `hubspot_unexpected_reply`; the common RetryableErrors.
 */
export function liveHubspot(options: LiveHubspotOptions): HubspotPort {
  const opened = new Map<string, Opened>();

  /** The portal with the token that opens it. A token of another portal must never answer for this one. */
  async function open(portalId: string): Promise<Opened> {
    const known = opened.get(portalOf(portalId));
    if (known !== undefined) return known;
    const asked = new Set([...opened.values()].map(({ token }) => token));
    let refusal: ConfigError | null = null;
    for (const token of await tokensOf(options)) {
      if (asked.has(token)) continue;
      try {
        const account = await readAccount(options, token);
        opened.set(account.portalId, { token, account });
        if (account.portalId === portalId) return { token, account };
      } catch (error) {
        // A token that was withdrawn is the affair of its own portal, unless none of the others is the right one.
        if (!(error instanceof ConfigError)) throw error;
        refusal ??= error;
      }
    }
    throw refusal ?? unknownPortal(portalId);
  }

  async function walk<T>(
    portalId: string,
    search: CrmSearch,
    range: CrmRange,
    next: string | null,
    read: (found: SearchAnswer["results"][number]) => T,
  ): Promise<CrmPage<T>> {
    const { token, account } = await open(portalId);
    const { timeZone } = account;
    const span = spanOf(range, timeZone);
    if (span === null) throw new PermanentError("hubspot_bad_request", "HubSpot: the range must be days in order.");
    const page = await pageOf(span, next, (part) => runSearch(options, token, search, searchBody(search, part)));
    const records = page.answer.results.map(read);
    return { records, total: page.answer.total, next: page.next, capped: page.capped, timeZone, raw: page.raw };
  }

  return {
    account: async (portalId) => (await open(portalId)).account,
    createdContacts: (portalId, range, next = null) => walk(portalId, CONTACTS, range, next, toContact),
    deals: (portalId, by, range, next = null) => walk(portalId, dealsBy(by), range, next, toDeal),
  };
}

async function tokensOf({ tokens }: LiveHubspotOptions): Promise<readonly string[]> {
  const all = await tokens();
  const list = all.length === 0 ? [""] : all;
  return Promise.all(list.map((token) => requireSecret(async () => token, "hubspot", CREDENTIAL)));
}

function callOf(options: LiveHubspotOptions, token: string, path: string, body?: unknown): Call {
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  const common = { baseUrl: options.baseUrl ?? HUBSPOT_BASE_URL, path, repeatable: true };
  if (body === undefined) return { ...common, method: "GET", headers };
  // A search is a read, whatever its method.
  const json = { ...headers, "content-type": "application/json" };
  return { ...common, method: "POST", headers: json, body: JSON.stringify(body) };
}

async function readAccount(options: LiveHubspotOptions, token: string): Promise<HubspotAccount> {
  const path = "/account-info/v3/details";
  const { text, value, headers } = await exchangeJson(options, HUBSPOT, callOf(options, token, path), AccountSchema);
  const request = { method: "GET", path, body: null };
  return toAccount(value, quotaIn(headers), { body: text, request, fetchedAt: options.now().toISOString() });
}

async function runSearch(
  options: LiveHubspotOptions,
  token: string,
  { path }: CrmSearch,
  body: ReturnType<typeof searchBody>,
): Promise<Searched> {
  const { text, value } = await exchangeJson(options, HUBSPOT, callOf(options, token, path, body), SearchSchema);
  const request = { method: "POST", path, body };
  return { answer: value, raw: { body: text, request, fetchedAt: options.now().toISOString() } };
}

/** Answers of a search do not carry these headers, those of everything else do. */
function quotaIn(headers: Headers): HubspotQuota | null {
  const read = (name: string) => Number(headers.get(name) ?? Number.NaN);
  const limit = read("x-hubspot-ratelimit-daily");
  const remaining = read("x-hubspot-ratelimit-daily-remaining");
  return Number.isInteger(limit) && Number.isInteger(remaining) ? { limit, remaining } : null;
}
