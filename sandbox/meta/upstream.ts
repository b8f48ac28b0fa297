/** Meta Marketing API v25.0: ad accounts and their insights per day, over the demo world. */
import { createHash, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import type { SimContext, SimHandler, SimReply, SimRequest, Upstream } from "../kit/upstream.ts";
import { SANDBOX_CREDENTIALS } from "../seed.ts";
import { dayOf, todayIn } from "../world/calendar.ts";
import { type ClientWorld, findClient } from "../world/world.ts";
import { badParameter, metaError, throttled, usageHeaders } from "./error.ts";
import { type Asked, FIELDS, insightRows, LEVELS } from "./insights.ts";

const PREFIX = "/meta/v25.0";
const DEFAULT_ROWS = 25;
const MOST_ROWS = 5_000;
/** Of the calls an hour allows; the real figure hangs on the number of ads. */
const CALLS_PER_PERCENT = 50;

/**
 * Custom faults: `empty` (no rows), `throttled` (HTTP 400, `params.minutes` in the usage header), `error_in_200` (a
 * refusal with a status of success), `too_much_data`, `expired` (the token's session has ended).
 */
export const meta: Upstream = {
  name: "meta",
  prefix: PREFIX,
  baseUrlVariables: { META_BASE_URL: "" },
  routes: (context) => [
    { method: "GET", pattern: "/:account/insights", handler: forAccount(context, insights) },
    { method: "GET", pattern: "/:account", handler: forAccount(context, account) },
  ],
  errorReply: (status, message, retryAfter) => {
    if (status === 429) return throttled(Math.ceil((retryAfter ?? 300) / 60));
    if (status === 401) return metaError({ status, code: 190, message: "Invalid OAuth access token." });
    if (status === 403) return metaError({ status, code: 200, message: `(#200) ${message}` });
    if (status === 404) return metaError({ status: 400, code: 2_500, message: "Unknown path components" });
    if (status >= 500)
      return metaError({ status, code: 2, message: "An unexpected error has occurred.", transient: true });
    return badParameter(message);
  },
};

type Handler = (context: SimContext, request: SimRequest, world: ClientWorld) => SimReply;

function forAccount(context: SimContext, handler: Handler): SimHandler {
  return (request) => {
    const refused = tokenRefused(request) ?? faulty(context, request);
    if (refused !== null) return refused;
    const id = request.params.account ?? "";
    const world = /^act_\d+$/.test(id) ? findClient((unit) => unit.metaAdAccountId === id) : null;
    if (world === null) {
      const message = `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`;
      return metaError({ status: 400, code: 100, subcode: 33, message, type: "GraphMethodException" });
    }
    const reply = handler(context, request, world);
    return { ...reply, headers: { ...usageHeaders(usedPercent(context, id)), ...reply.headers } };
  };
}

/** In a header or, as most of Meta's examples have it, in the address. */
function tokenOf({ headers, query }: SimRequest): string | null {
  return /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? query.get("access_token");
}

function tokenRefused(request: SimRequest): SimReply | null {
  const given = tokenOf(request);
  if (given === null) {
    return metaError({ status: 400, code: 104, message: "An access token is required to request this resource." });
  }
  const [left, right] = [given, SANDBOX_CREDENTIALS.AGENCY_OS_META_ACCESS_TOKEN].map((text) =>
    createHash("sha256").update(text).digest(),
  );
  if (left !== undefined && right !== undefined && timingSafeEqual(left, right)) return null;
  return metaError({ status: 400, code: 190, message: "Invalid OAuth access token - Cannot parse access token" });
}

function faulty(context: SimContext, request: SimRequest): SimReply | null {
  const busy = context.customFault(request, "throttled");
  if (busy !== null) return throttled(busy.params?.minutes ?? 5);
  if (context.customFault(request, "error_in_200") !== null) {
    return metaError({ status: 200, code: 2, message: "Service temporarily unavailable", transient: true });
  }
  if (context.customFault(request, "too_much_data") !== null) {
    const message = "Please reduce the amount of data you're asking for, then retry your request";
    return metaError({ status: 500, code: 100, subcode: 1_487_534, message });
  }
  if (context.customFault(request, "expired") === null) return null;
  const message = "Error validating access token: Session has expired on Monday, 02-Nov-26 09:00:00 PST.";
  return metaError({ status: 400, code: 190, subcode: 463, message });
}

function usedPercent(context: SimContext, account: string): number {
  const key = `calls:${account}:${context.now().toISOString().slice(0, 13)}`;
  const calls = (context.state.get<number>(key) ?? 0) + 1;
  context.state.set(key, calls);
  return Math.min(99, Math.ceil(calls / CALLS_PER_PERCENT));
}

function account(_: SimContext, request: SimRequest, { unit }: ClientWorld): SimReply {
  const known: Readonly<Record<string, unknown>> = {
    account_id: unit.metaAdAccountId.slice("act_".length),
    name: unit.name,
    currency: unit.currency,
    timezone_name: unit.timeZone,
    account_status: 1,
  };
  const stray = strayParameter(request, ["fields"]);
  if (stray !== null) return stray;
  const fields = (request.query.get("fields") ?? "").split(",").filter((name) => name !== "" && name !== "id");
  const unknown = fields.find((name) => !(name in known));
  if (unknown !== undefined) return badParameter(`Tried accessing nonexisting field (${unknown})`);
  const body = { ...Object.fromEntries(fields.map((name) => [name, known[name]])), id: unit.metaAdAccountId };
  return { status: 200, body };
}

const PARAMETERS = [
  "fields",
  "level",
  "time_range",
  "time_increment",
  "limit",
  "after",
  "use_unified_attribution_setting",
];

function strayParameter({ query }: SimRequest, known: readonly string[]): SimReply | null {
  const stray = [...query.keys()].find((name) => name !== "access_token" && !known.includes(name));
  return stray === undefined ? null : badParameter(`Unexpected parameter: ${stray}`);
}

const Day = v.pipe(
  v.string(),
  v.transform((date) => dayOf(date)),
  v.number(),
);
const RangeSchema = v.pipe(v.string(), v.parseJson(), v.strictObject({ since: Day, until: Day }));

function insights(context: SimContext, request: SimRequest, world: ClientWorld): SimReply {
  const read = askedOf(context, request, world);
  if ("status" in read) return read;
  const { query } = request;
  const limit = Number(query.get("limit") ?? DEFAULT_ROWS);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS) return badParameter("Param limit must be a number");
  const start = startOf(query.get("after"));
  if (start === null) return badParameter("Invalid cursors values");
  const rows = context.customFault(request, "empty") === null ? insightRows(world, read) : [];
  const page = rows.slice(start, start + limit);
  if (page.length === 0) return { status: 200, body: { data: [] } };
  const end = start + page.length;
  const cursors = { before: cursorAt(start), after: cursorAt(end) };
  const next = end < rows.length ? { next: linkTo(request, cursors.after) } : {};
  return { status: 200, body: { data: page, paging: { cursors, ...next } } };
}

function askedOf(context: SimContext, request: SimRequest, world: ClientWorld): Asked | SimReply {
  const { query } = request;
  const stray = strayParameter(request, PARAMETERS);
  if (stray !== null) return stray;
  const fields = (query.get("fields") ?? "").split(",").filter((name) => name !== "");
  const unknown = fields.find((name) => !(name in FIELDS));
  if (unknown !== undefined) return badParameter(`${unknown} is not valid for fields param.`);
  const level = LEVELS.find((name) => name === (query.get("level") ?? "account"));
  if (level === undefined) return badParameter("Param level must be one of {ad, adset, campaign, account}");
  if (query.get("time_increment") !== "1") return badParameter("The sandbox plays time_increment=1 alone");
  const range = v.safeParse(RangeSchema, query.get("time_range") ?? "");
  if (!range.success)
    return badParameter('Param time_range must be JSON with since and until, e.g. {"since":"2026-10-01"…}');
  const { since, until } = range.output;
  if (until < since) return badParameter("since must be less than or equal to until");
  return { level, fields, from: since, to: until, today: todayIn(world.unit.timeZone, context.now()) };
}

const cursorAt = (row: number) => Buffer.from(`row ${row}`).toString("base64");

function startOf(after: string | null): number | null {
  if (after === null) return 0;
  const row = /^row (\d{1,9})$/.exec(Buffer.from(after, "base64").toString())?.[1];
  return row === undefined ? null : Number(row);
}

/** The real one's link holds the access token, whichever way it came. */
function linkTo(request: SimRequest, after: string): string {
  const query = new URLSearchParams(request.query);
  query.set("access_token", tokenOf(request) ?? "");
  query.set("after", after);
  return `https://graph.facebook.com/v25.0${request.path}?${query.toString()}`;
}
