/** AccuRanker v4: domains and tracked keywords. A path without its last slash is not found. */
import { timingSafeEqual } from "node:crypto";
import type { SimContext, SimHandler, SimReply, SimRequest, Upstream } from "../kit/upstream.ts";
import { BUSINESS_UNITS, SANDBOX_CREDENTIALS } from "../seed.ts";
import { dayOf } from "../world/calendar.ts";
import { type ClientWorld, findClient, WORLD_BEGINS } from "../world/world.ts";
import { pickFields } from "./fields.ts";
import { accountObject, domainObject, keywordObject, type Period } from "./objects.ts";

const MOST_DAYS = 100;
const DAY_MS = 86_400_000;
/** The day's ranks are complete at this hour, UTC. */
const REFRESHED_HOUR = 6;

/** Custom faults: `empty` (lists without entries, no history), `empty_objects` (as if `fields` had not been sent). */
export const accuranker: Upstream = {
  name: "accuranker",
  prefix: "/accuranker/api/v4",
  baseUrlVariables: { ACCURANKER_BASE_URL: "" },
  routes: (context) =>
    [
      { pattern: "/accounts/", handler: accounts(context) },
      { pattern: "/domains/", handler: domains(context) },
      { pattern: "/domains/:id/", handler: domain(context) },
      { pattern: "/domains/:id/keywords/", handler: keywords(context) },
      { pattern: "/domains/:id/keywords/:keyword/", handler: oneKeyword(context) },
    ].map(({ pattern, handler }) => ({ method: "GET", pattern, handler: withToken(handler) })),
  errorReply: (status, message, retryAfter) => {
    const reply = detail(status, status === 404 ? "Not found." : message);
    return retryAfter === undefined ? reply : { ...reply, headers: { "retry-after": String(retryAfter) } };
  },
};

function detail(status: number, words: string): SimReply {
  return { status, body: { detail: words } };
}

function withToken(handler: SimHandler): SimHandler {
  const expected = Buffer.from(`Token ${SANDBOX_CREDENTIALS.AGENCY_OS_ACCURANKER_API_TOKEN}`);
  return (request) => {
    const given = request.headers.authorization;
    if (given === undefined) return detail(401, "Authentication credentials were not provided.");
    const bytes = Buffer.from(given);
    if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected)) return detail(401, "Invalid token.");
    return handler(request);
  };
}

function tracked(): ClientWorld[] {
  return BUSINESS_UNITS.flatMap(({ id, accurankerDomainId }) => {
    const world = accurankerDomainId === null ? null : findClient((unit) => unit.id === id);
    return world === null ? [] : [world];
  });
}

/** The domain of the path, its period, and what the faults leave of the fields. */
type Asked = { readonly world: ClientWorld; readonly period: Period } | SimReply;

function asked(context: SimContext, request: SimRequest): Asked {
  const world = tracked().find(({ unit }) => unit.accurankerDomainId === request.params.id);
  if (world === undefined) return detail(404, "Not found.");
  const period = periodOf(context, request);
  return typeof period === "string" ? detail(400, period) : { world, period };
}

function fieldsOf(context: SimContext, request: SimRequest): string | null {
  return context.customFault(request, "empty_objects") === null ? request.query.get("fields") : null;
}

/** Both ends or none; none means the latest day that is complete. */
function periodOf(context: SimContext, request: SimRequest): Period | string {
  const now = context.now().getTime();
  const latest = Math.floor((now - REFRESHED_HOUR * 3_600_000) / DAY_MS);
  const from = request.query.get("period_from");
  const to = request.query.get("period_to");
  if (from === null && to === null) return { from: latest, to: latest };
  if (from === null || to === null) return "period_from and period_to must be given together.";
  const first = dayOf(from);
  const last = dayOf(to);
  if (first === null || last === null) return "period_from and period_to must be dates of the form YYYY-MM-DD.";
  if (last < first) return "period_from must not be after period_to.";
  if (last - first + 1 > MOST_DAYS) return `The period must not be longer than ${MOST_DAYS} days.`;
  return { from: Math.max(first, WORLD_BEGINS), to: Math.min(last, latest) };
}

/** A page of a list: `limit` and `offset`, a bare array. */
function paged<T>(request: SimRequest, items: readonly T[], view: (item: T) => unknown): SimReply {
  const limit = count(request.query.get("limit"), items.length);
  const offset = count(request.query.get("offset"), 0);
  if (limit === null || offset === null) return detail(400, "limit and offset must be whole numbers of 0 or more.");
  return { status: 200, body: items.slice(offset, offset + limit).map(view) };
}

function count(text: string | null, absent: number): number | null {
  if (text === null) return absent;
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function accounts(context: SimContext): SimHandler {
  return (request) => {
    const fields = fieldsOf(context, request);
    return paged(request, [accountObject(tracked())], (account) => pickFields(account, fields));
  };
}

function domains(context: SimContext): SimHandler {
  return (request) => {
    const period = periodOf(context, request);
    if (typeof period === "string") return detail(400, period);
    if (context.customFault(request, "empty") !== null) return { status: 200, body: [] };
    const fields = fieldsOf(context, request);
    return paged(request, tracked(), (world) => pickFields(domainObject(world, period), fields));
  };
}

function domain(context: SimContext): SimHandler {
  return (request) => {
    const found = asked(context, request);
    if ("status" in found) return found;
    const whole = domainObject(found.world, found.period);
    const kept = context.customFault(request, "empty") === null ? whole : { ...whole, history: [] };
    return { status: 200, body: pickFields(kept, fieldsOf(context, request)) };
  };
}

function keywords(context: SimContext): SimHandler {
  return (request) => {
    const found = asked(context, request);
    if ("status" in found) return found;
    if (context.customFault(request, "empty") !== null) return { status: 200, body: [] };
    const fields = fieldsOf(context, request);
    const { world, period } = found;
    return paged(request, world.rankings.keywords, (keyword) =>
      pickFields(keywordObject(world, keyword, period), fields),
    );
  };
}

function oneKeyword(context: SimContext): SimHandler {
  return (request) => {
    const found = asked(context, request);
    if ("status" in found) return found;
    const { world, period } = found;
    const keyword = world.rankings.keywords.find(({ id }) => String(id) === request.params.keyword);
    if (keyword === undefined) return detail(404, "Not found.");
    return { status: 200, body: pickFields(keywordObject(world, keyword, period), fieldsOf(context, request)) };
  };
}
