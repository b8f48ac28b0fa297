/** Google Ads API v25, `googleAds:search`: queries over the campaigns of the demo world. */
import { createHash, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { googleError, withToken } from "../google-oauth/envelope.ts";
import type { SimContext, SimReply, SimRequest, Upstream } from "../kit/upstream.ts";
import { GOOGLE_ADS_MANAGER, SANDBOX_CREDENTIALS } from "../seed.ts";
import { todayIn } from "../world/calendar.ts";
import { type ClientWorld, findClient } from "../world/world.ts";
import { type Account, camel } from "./catalogue.ts";
import { adsError, badRequest, requestId } from "./failure.ts";
import { parseQuery, type Query } from "./gaql.ts";
import { answerRows } from "./search.ts";

/** Fixed by Google; a request cannot change it. */
const PAGE_ROWS = 10_000;

/**
 * Custom faults: `empty` (no rows), `small_pages` (pages of `params.rows`), `quota` (429 with `params.seconds` to wait),
 * `daily_quota` (429 that names no wait), `transient` (an error of Google's own).
 */
export const googleAds: Upstream = {
  name: "google-ads",
  prefix: "/google-ads/v25",
  baseUrlVariables: { GOOGLE_ADS_BASE_URL: "" },
  routes: (context) => [
    {
      method: "POST",
      pattern: "/customers/:customer/googleAds\\:search",
      handler: withToken(context, (request) => search(context, request)),
    },
  ],
  errorReply: (status, message, retryAfter) =>
    googleError(status, message, retryAfter === undefined ? {} : { retryAfter }),
};

const fail = (category: string, code: string, message: string) => adsError({ category, code, message });

function search(context: SimContext, request: SimRequest): SimReply {
  const refused = headersRefused(request) ?? faulty(context, request);
  if (refused !== null) return refused;
  const found = accountOf(request);
  if ("status" in found) return found;
  const body = readBody(request.json());
  if ("status" in body) return body;
  const parsed = parseQuery(body.query);
  if ("error" in parsed) return adsError(parsed.error);
  const { account, world } = found;
  if (account.manager && parsed.query.fields.some(({ name }) => name.startsWith("metrics."))) {
    const words =
      "Metrics cannot be requested for a manager account. To retrieve metrics, issue separate requests against each client account under the manager account.";
    return fail("queryError", "REQUESTED_METRICS_FOR_MANAGER", words);
  }
  const today = todayIn(account.timeZone, context.now());
  const empty = context.customFault(request, "empty") !== null;
  const rows = empty ? [] : answerRows(account, world, parsed.query, today);
  const pageRows = context.customFault(request, "small_pages")?.params?.rows ?? PAGE_ROWS;
  return pageReply(rows, pageRows, body, parsed.query, account.id);
}

function headersRefused({ headers }: SimRequest): SimReply | null {
  const given = headers["developer-token"];
  if (given === undefined) {
    const words = "The developer token is missing from the request headers.";
    return fail("requestError", "DEVELOPER_TOKEN_PARAMETER_MISSING", words);
  }
  const [left, right] = [given, SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN].map((text) =>
    createHash("sha256").update(text).digest(),
  );
  if (left === undefined || right === undefined || !timingSafeEqual(left, right)) {
    return fail("authenticationError", "DEVELOPER_TOKEN_INVALID", "The developer token is not valid.");
  }
  return null;
}

function faulty(context: SimContext, request: SimRequest): SimReply | null {
  const transient = context.customFault(request, "transient");
  if (transient !== null) return fail("internalError", "TRANSIENT_ERROR", "A transient error occurred.");
  if (context.customFault(request, "daily_quota") !== null) {
    return fail("quotaError", "RESOURCE_EXHAUSTED", "Too many requests. Retry in 40000 seconds.");
  }
  const quota = context.customFault(request, "quota");
  if (quota === null) return null;
  const retryDelay = `${quota.params?.seconds ?? 30}s`;
  return adsError({
    category: "quotaError",
    code: "RESOURCE_TEMPORARILY_EXHAUSTED",
    message: "Resource has been exhausted (e.g. check quota).",
    details: { quotaErrorDetails: { rateScope: "ACCOUNT", rateName: "Requests per account", retryDelay } },
  });
}

interface Found {
  readonly account: Account;
  readonly world: ClientWorld | null;
}

/** The agency's user sees the manager account, and clients only through it. */
function accountOf({ params, headers }: SimRequest): Found | SimReply {
  const id = params.customer ?? "";
  const login = headers["login-customer-id"];
  if (!/^\d{10}$/.test(id) || (login !== undefined && !/^\d{10}$/.test(login))) {
    return fail("requestError", "INVALID_CUSTOMER_ID", `Invalid customer ID '${/^\d{10}$/.test(id) ? login : id}'.`);
  }
  const denied = () => {
    const words =
      "User doesn't have permission to access customer. Note: If you're accessing a client customer, the manager's customer id must be set in the 'login-customer-id' header.";
    return fail("authorizationError", "USER_PERMISSION_DENIED", words);
  };
  if (login !== undefined && login !== GOOGLE_ADS_MANAGER.id) return denied();
  if (id === GOOGLE_ADS_MANAGER.id) {
    return {
      account: { ...GOOGLE_ADS_MANAGER, currency: "USD", timeZone: "America/New_York", manager: true },
      world: null,
    };
  }
  const world = findClient((unit) => unit.googleAdsCustomerId === id);
  if (world === null || login === undefined) return denied();
  const { name, currency, timeZone } = world.unit;
  return { account: { id, name, currency, timeZone, manager: false }, world };
}

const BodySchema = v.strictObject({
  query: v.string(),
  pageToken: v.exactOptional(v.string()),
  searchSettings: v.exactOptional(v.strictObject({ returnTotalResultsCount: v.exactOptional(v.boolean()) })),
});
type Body = v.InferOutput<typeof BodySchema>;

function readBody(given: unknown): Body | SimReply {
  if (typeof given === "object" && given !== null && "pageSize" in given) {
    const words = "Setting the page size is not supported. Search Responses will have fixed page size of '10000' rows.";
    return fail("requestError", "PAGE_SIZE_NOT_SUPPORTED", words);
  }
  const parsed = v.safeParse(BodySchema, given);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const name = v.getDotPath(issue) ?? "";
  return badRequest(`Invalid JSON payload received. Unknown name or value at '${name}': ${issue.message}`);
}

/** A token names a place in one query's answer; with another query it is refused. */
function pageReply(rows: readonly unknown[], pageRows: number, body: Body, query: Query, account: string): SimReply {
  const mark = createHash("sha256").update(`${account} ${body.query}`).digest("base64url").slice(0, 12);
  const [from, of] = Buffer.from(body.pageToken ?? "", "base64url")
    .toString()
    .split(" ");
  if (body.pageToken !== undefined && (of !== mark || !/^\d{1,9}$/.test(from ?? ""))) {
    return fail("requestError", "INVALID_PAGE_TOKEN", "Page token is invalid.");
  }
  const start = body.pageToken === undefined ? 0 : Number(from);
  const page = rows.slice(start, start + pageRows);
  const next = Buffer.from(`${start + pageRows} ${mark}`).toString("base64url");
  return {
    status: 200,
    headers: { "request-id": requestId() },
    body: {
      ...(page.length === 0 ? {} : { results: page }),
      ...(start + pageRows < rows.length ? { nextPageToken: next } : {}),
      ...(body.searchSettings?.returnTotalResultsCount === true ? { totalResultsCount: String(rows.length) } : {}),
      fieldMask: query.fields.map(({ name }) => name.split(".").map(camel).join(".")).join(","),
      queryResourceConsumption: String(120 + rows.length),
    },
  };
}
