/** Harvest v2: clients and time entries of the agency's account. */
import * as v from "valibot";
import type { SimContext, SimHandler, SimReply, SimRequest, Upstream } from "../kit/upstream.ts";
import { BUSINESS_UNITS, SANDBOX_CREDENTIALS } from "../seed.ts";
import { dayOf, todayIn } from "../world/calendar.ts";
import { type ClientWorld, findClient, WORLD_BEGINS } from "../world/world.ts";
import { clientObject, entryObject } from "./objects.ts";

const MOST = 2_000;
const PREFIX = "/harvest/v2";

/** Custom faults: `empty` (no entries), `stranger` (an entry of another client among them). */
export const harvest: Upstream = {
  name: "harvest",
  prefix: PREFIX,
  baseUrlVariables: { HARVEST_BASE_URL: "" },
  routes: (context) =>
    [
      { pattern: "/clients/:id", handler: client },
      { pattern: "/time_entries", handler: timeEntries(context) },
    ].map(({ pattern, handler }) => ({ method: "GET", pattern, handler: withToken(handler) })),
  errorReply: (status, message, retryAfter) => {
    const reply = { status, body: status === 404 ? { status, error: "Not Found" } : { message } };
    return retryAfter === undefined ? reply : { ...reply, headers: { "retry-after": String(retryAfter) } };
  },
};

function withToken(handler: SimHandler): SimHandler {
  return (request) => {
    const { authorization, "harvest-account-id": account, "user-agent": agent = "" } = request.headers;
    // The name of a program and how to reach its people; a library's own name is not that.
    if (!/^.+ \(.+\)$/.test(agent)) return { status: 400, body: { message: "User-Agent must name app and contact" } };
    const { AGENCY_OS_HARVEST_TOKEN: token, AGENCY_OS_HARVEST_ACCOUNT_ID: id } = SANDBOX_CREDENTIALS;
    if (authorization !== `Bearer ${token}` || account !== id) {
      const error_description =
        "The access token provided is expired, revoked, malformed or invalid for other reasons.";
      return { status: 401, body: { error: "invalid_token", error_description } };
    }
    return handler(request);
  };
}

function worldOf(clientId: string | null | undefined): ClientWorld | null {
  return findClient(({ harvestClientId }) => harvestClientId === clientId);
}

function client({ params }: SimRequest): SimReply {
  const world = worldOf(params.id);
  return world === null
    ? { status: 404, body: { status: 404, error: "Not Found" } }
    : { status: 200, body: clientObject(world) };
}

const day = v.pipe(v.string(), v.transform(dayOf), v.number("is no date"));
const count = (most: number) =>
  v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(1), v.maxValue(most));

const QuerySchema = v.strictObject({
  client_id: v.optional(v.pipe(v.string(), v.regex(/^\d+$/))),
  from: v.optional(day, "2000-01-01"),
  to: v.optional(day, "2100-01-01"),
  per_page: v.optional(count(MOST), String(MOST)),
  page: v.optional(count(1_000_000)),
  cursor: v.optional(v.string()),
  ref: v.optional(v.string()),
});
type Query = v.InferOutput<typeof QuerySchema>;

const CursorSchema = v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number));

function timeEntries(context: SimContext): SimHandler {
  return (request) => {
    const parsed = v.safeParse(QuerySchema, Object.fromEntries(request.query));
    if (!parsed.success) {
      const [issue] = parsed.issues;
      return { status: 422, body: { message: `${v.getDotPath(issue) ?? "query"}: ${issue.message}` } };
    }
    const query = parsed.output;
    const start = startOf(query);
    if (start === null) return { status: 422, body: { message: "cursor: is none" } };
    const all = context.customFault(request, "empty") === null ? entriesOf(query, context.now()) : [];
    const page = all.slice(start, start + query.per_page);
    if (context.customFault(request, "stranger") !== null) page.push(...strangers(query, context.now()));
    return { status: 200, body: listOf(request, query, { start, page, total: all.length }) };
  };
}

/** A cursor wins over a page, as the vendor has it. */
function startOf({ cursor, page, per_page }: Query): number | null {
  if (cursor === undefined) return ((page ?? 1) - 1) * per_page;
  const read = v.safeParse(CursorSchema, Buffer.from(cursor, "base64url").toString());
  return read.success ? read.output : null;
}

/** Newest first, as the vendor lists them. */
function entriesOf({ client_id, from, to }: Query, now: Date): Record<string, unknown>[] {
  const worlds = BUSINESS_UNITS.flatMap(({ harvestClientId }) => worldOf(harvestClientId) ?? []);
  const asked = worlds.filter(({ unit }) => client_id === undefined || unit.harvestClientId === client_id);
  return asked.flatMap((world) => {
    const last = Math.min(to, todayIn(world.unit.timeZone, now));
    const entries: Record<string, unknown>[] = [];
    for (let at = last; at >= Math.max(from, WORLD_BEGINS); at -= 1) {
      entries.push(...[...world.hours(at)].reverse().map((booking) => entryObject(world, booking)));
    }
    return entries;
  });
}

function strangers({ client_id, from, to }: Query, now: Date): Record<string, unknown>[] {
  const other = BUSINESS_UNITS.find(({ harvestClientId }) => harvestClientId !== client_id);
  const query = { client_id: other?.harvestClientId, from, to, per_page: 1 };
  return entriesOf(query, now).slice(0, 1);
}

interface Listed {
  readonly start: number;
  readonly page: readonly Record<string, unknown>[];
  readonly total: number;
}

/** After the first page the vendor goes on by cursor, and leaves the page numbers empty. */
function listOf(request: SimRequest, query: Query, { start, page, total }: Listed): Record<string, unknown> {
  const { per_page } = query;
  const pages = Math.max(1, Math.ceil(total / per_page));
  const end = start + per_page;
  const link = (changes: Record<string, string>) => {
    const search = new URLSearchParams(request.query);
    for (const name of ["page", "cursor", "ref"]) search.delete(name);
    for (const [name, value] of Object.entries(changes)) search.set(name, value);
    return `http://${request.headers.host ?? "localhost"}${PREFIX}/time_entries?${search}`;
  };
  const cursor = Buffer.from(String(end)).toString("base64url");
  const isFirst = start === 0;
  return {
    time_entries: page,
    per_page,
    total_pages: pages,
    total_entries: total,
    page: isFirst ? 1 : null,
    next_page: isFirst && end < total ? 2 : null,
    previous_page: null,
    links: {
      first: link({ page: "1", ref: "first" }),
      next: end < total ? link({ cursor, ref: "next_cursor" }) : null,
      previous: null,
      last: link({ page: String(pages), ref: "last" }),
    },
  };
}
