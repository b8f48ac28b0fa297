/** Search Console: site list and Search Analytics over the demo world. */
import { googleError, withToken } from "../google-oauth/envelope.ts";
import type { SimContext, SimReply, SimRequest, Upstream } from "../kit/upstream.ts";
import { BUSINESS_UNITS } from "../seed.ts";
import { findClient } from "../world/world.ts";
import { answer } from "./answer.ts";
import { readQuery } from "./query.ts";

/** Listed, because somebody added it once, but never verified: its data is refused. */
const UNVERIFIED = "https://www.unverified.example/";

/**
 * Custom faults: `empty` (no rows; sites stay listed, as for a new property), `no_sites` (nothing is listed),
 * `capped` (answers by query or page end with a full page), `no_permission` (data is refused with 403, sites are listed
 * as unverified).
 */
export const searchConsole: Upstream = {
  name: "search-console",
  prefix: "/search-console",
  baseUrlVariables: { SEARCH_CONSOLE_BASE_URL: "" },
  routes: (context) => [
    {
      method: "POST",
      pattern: "/webmasters/v3/sites/:siteUrl/searchAnalytics/query",
      handler: withToken(context, (request) => query(context, request)),
    },
    {
      method: "GET",
      pattern: "/webmasters/v3/sites",
      handler: withToken(context, (request) => sites(context, request)),
    },
    {
      method: "GET",
      pattern: "/webmasters/v3/sites/:siteUrl",
      handler: withToken(context, (request) => {
        const site = listed(context, request).find(({ siteUrl }) => siteUrl === request.params.siteUrl);
        return site === undefined ? refused(request.params.siteUrl ?? "") : { status: 200, body: site };
      }),
    },
  ],
  errorReply: (status, message, retryAfter) =>
    googleError(status, message, {
      reason: status === 429 ? "rateLimitExceeded" : status < 500 ? "badRequest" : "backendError",
      ...(retryAfter === undefined ? {} : { retryAfter }),
    }),
};

function listed(context: SimContext, request: SimRequest): { siteUrl: string; permissionLevel: string }[] {
  const denied = context.customFault(request, "no_permission") !== null;
  const own = BUSINESS_UNITS.map(({ searchConsoleSite }, index) => ({
    siteUrl: searchConsoleSite,
    permissionLevel: denied ? "siteUnverifiedUser" : index === 0 ? "siteOwner" : "siteFullUser",
  }));
  return [...own, { siteUrl: UNVERIFIED, permissionLevel: "siteUnverifiedUser" }];
}

function sites(context: SimContext, request: SimRequest): SimReply {
  if (context.customFault(request, "no_sites") !== null) return { status: 200, body: {} };
  return { status: 200, body: { siteEntry: listed(context, request) } };
}

function refused(siteUrl: string): SimReply {
  return googleError(
    403,
    `User does not have sufficient permission for site '${siteUrl}'. See also: https://support.google.com/webmasters/answer/2451999.`,
    { reason: "forbidden" },
  );
}

function query(context: SimContext, request: SimRequest): SimReply {
  const siteUrl = request.params.siteUrl ?? "";
  const world = findClient((unit) => unit.searchConsoleSite === siteUrl);
  // The other form of the same property (domain or address) is another property nobody has access to.
  if (world === null || context.customFault(request, "no_permission") !== null) return refused(siteUrl);
  const read = readQuery(request.json());
  if (typeof read === "string") return googleError(400, read, { reason: "invalidParameter" });
  if (context.customFault(request, "empty") !== null) {
    return { status: 200, body: { responseAggregationType: read.byPage ? "byPage" : "byProperty" } };
  }
  const capped = context.customFault(request, "capped") !== null;
  return { status: 200, body: answer(world, read, context.now(), capped) };
}
