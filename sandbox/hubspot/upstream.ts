/** HubSpot: account information and the CRM search, each token with a portal of its own. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import type { SimContext, SimHandler, SimReply, SimRequest, Upstream } from "../kit/upstream.ts";
import { HUBSPOT_TOKENS } from "../seed.ts";
import { type ClientWorld, findClient } from "../world/world.ts";
import { type CrmKind, runSearch, SearchSchema } from "./search.ts";

const CALLS_PER_DAY = 250_000;

/**
 * Custom faults: `empty` (no records), `crowd` (`params.copies` records where there was one), `daily` and `secondly` (429 of
 * that policy, without Retry-After, as the real one).
 */
export const hubspot: Upstream = {
  name: "hubspot",
  prefix: "/hubspot",
  baseUrlVariables: { HUBSPOT_BASE_URL: "" },
  routes: (context) =>
    [
      { method: "GET", pattern: "/account-info/v3/details", handler: details(context) },
      { method: "GET", pattern: "/account-info/v3/api-usage/daily/private-apps", handler: usage(context) },
      { method: "POST", pattern: "/crm/v3/objects/contacts/search", handler: search(context, "contacts") },
      { method: "POST", pattern: "/crm/v3/objects/0-3/search", handler: search(context, "deals") },
    ].map(({ method, pattern, handler }) => ({ method, pattern, handler: withToken(context, handler) })),
  errorReply: (status, message, retryAfter) => {
    const reply = status === 429 ? limited("SECONDLY", message) : problem(status, categoryOf(status), message);
    return retryAfter === undefined ? reply : { ...reply, headers: { "retry-after": String(retryAfter) } };
  },
};

function categoryOf(status: number): string {
  if (status === 401) return "INVALID_AUTHENTICATION";
  if (status === 403) return "MISSING_SCOPES";
  if (status === 404) return "OBJECT_NOT_FOUND";
  return status < 500 ? "VALIDATION_ERROR" : "INTERNAL_ERROR";
}

/** The same for the same words, so that answers stay comparable. */
function idOf(words: string): string {
  const hex = createHash("sha256").update(words).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

function problem(status: number, category: string, message: string): SimReply {
  return { status, body: { status: "error", message, correlationId: idOf(message), category } };
}

function limited(policyName: string, message: string): SimReply {
  const ids = { correlationId: idOf(message), requestId: idOf(policyName).replaceAll("-", "") };
  return { status: 429, body: { status: "error", message, errorType: "RATE_LIMIT", policyName, ...ids } };
}

type PortalHandler = (request: SimRequest, world: ClientWorld) => SimReply;

function withToken(context: SimContext, handler: PortalHandler): SimHandler {
  return (request) => {
    const [scheme, given] = (request.headers.authorization ?? "").split(" ");
    const known = HUBSPOT_TOKENS.find(({ token }) => token === given);
    const world = known === undefined ? null : findClient((unit) => unit.hubspotPortalId === known.portalId);
    if (scheme?.toLowerCase() !== "bearer" || world === null) {
      return problem(401, "INVALID_AUTHENTICATION", "Authentication credentials not found or not valid.");
    }
    if (context.customFault(request, "daily") !== null) return limited("DAILY", "You have reached your daily limit.");
    if (context.customFault(request, "secondly") !== null) {
      return limited("SECONDLY", "You have reached your secondly limit.");
    }
    book(context, world);
    return handler(request, world);
  };
}

/** Counts a call of the day, as HubSpot counts them for a private app. */
function book(context: SimContext, world: ClientWorld): void {
  context.state.set(usageKey(context, world), used(context, world) + 1);
}

function usageKey(context: SimContext, { unit }: ClientWorld): string {
  return `calls:${unit.hubspotPortalId}:${context.now().toISOString().slice(0, 10)}`;
}

function used(context: SimContext, world: ClientWorld): number {
  return context.state.get<number>(usageKey(context, world)) ?? 0;
}

function details(context: SimContext): PortalHandler {
  return (_request, world) => {
    const { hubspotPortalId, timeZone, currency } = world.unit;
    return {
      status: 200,
      headers: {
        "x-hubspot-ratelimit-daily": String(CALLS_PER_DAY),
        "x-hubspot-ratelimit-daily-remaining": String(CALLS_PER_DAY - used(context, world)),
        "x-hubspot-ratelimit-interval-milliseconds": "10000",
        "x-hubspot-ratelimit-max": "190",
        "x-hubspot-ratelimit-remaining": "189",
      },
      body: {
        portalId: Number(hubspotPortalId),
        accountType: "STANDARD",
        timeZone,
        companyCurrency: currency,
        additionalCurrencies: [],
        utcOffset: "+00:00",
        utcOffsetMilliseconds: 0,
        uiDomain: "app.hubspot.example",
        dataHostingLocation: currency === "EUR" ? "eu1" : "na1",
      },
    };
  };
}

function usage(context: SimContext): PortalHandler {
  return (_request, world) => {
    const collectedAt = context.now().toISOString();
    const row = { name: "private-apps-api-calls-daily", usageLimit: CALLS_PER_DAY, currentUsage: used(context, world) };
    return { status: 200, body: { results: [{ ...row, collectedAt, fetchStatus: "SUCCESS" }] } };
  };
}

function search(context: SimContext, kind: CrmKind): PortalHandler {
  return (request, world) => {
    const parsed = v.safeParse(SearchSchema, request.json());
    if (!parsed.success) {
      const [issue] = parsed.issues;
      return problem(400, "VALIDATION_ERROR", `Invalid input JSON: ${v.getDotPath(issue) ?? "body"}: ${issue.message}`);
    }
    if (context.customFault(request, "empty") !== null) return { status: 200, body: { total: 0, results: [] } };
    const copies = context.customFault(request, "crowd")?.params?.copies ?? 1;
    const made = runSearch(world, kind, parsed.output, context.now().getTime(), copies);
    return typeof made === "string" ? problem(400, "VALIDATION_ERROR", made) : { status: 200, body: made };
  };
}
