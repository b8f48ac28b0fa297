/** GA4 Data API v1beta over the demo world: reports, metadata, compatibility. */
import * as v from "valibot";
import { googleError, withToken } from "../google-oauth/envelope.ts";
import type { SimContext, SimReply, SimRequest, SimRoute, Upstream } from "../kit/upstream.ts";
import { todayIn } from "../world/calendar.ts";
import { type ClientWorld, findClient } from "../world/world.ts";
import { DIMENSIONS, type Dimension, METRICS, type Metric } from "./catalogue.ts";
import { fieldsOf } from "./filter.ts";
import { runReport } from "./report.ts";
import { CompatibilitySchema, readReport, unknownName } from "./request.ts";

const TOKENS_PER_HOUR = 40_000;
const TOKENS_PER_DAY = 200_000;
const TOKENS_PER_PROJECT_HOUR = 14_000;
const REPORTS_PER_BATCH = 5;

/**
 * Custom faults: `empty` (no rows), `thresholded` (small groups withheld and said so), `sampled` (sampling metadata),
 * `quota` (429 RESOURCE_EXHAUSTED without Retry-After, as the real one).
 */
export const ga4: Upstream = {
  name: "ga4",
  prefix: "/ga4/v1beta",
  baseUrlVariables: { GA4_BASE_URL: "" },
  routes: (context) => [
    propertyRoute(context, "POST", "/properties/:property\\:runReport", report),
    propertyRoute(context, "POST", "/properties/:property\\:batchRunReports", batch),
    propertyRoute(context, "POST", "/properties/:property\\:checkCompatibility", compatibility),
    propertyRoute(context, "GET", "/properties/:property/metadata", metadata),
  ],
  errorReply: (status, message, retryAfter) =>
    googleError(status, message, retryAfter === undefined ? {} : { retryAfter }),
};

type Handler = (context: SimContext, world: ClientWorld, request: SimRequest) => SimReply;

function propertyRoute(context: SimContext, method: string, pattern: string, handler: Handler): SimRoute {
  return {
    method,
    pattern,
    handler: withToken(context, (request) => {
      const property = request.params.property ?? "";
      if (!/^\d+$/.test(property)) {
        return googleError(400, `Invalid property ID: ${property}. A numeric Property ID is required.`);
      }
      const world = findClient((unit) => unit.ga4PropertyId === property);
      if (world === null) return googleError(403, "User does not have sufficient permissions for this property.");
      if (context.customFault(request, "quota") !== null) {
        return googleError(
          429,
          "Exhausted property tokens for a project per hour. These quota tokens will return in under 60 minutes.",
        );
      }
      return handler(context, world, request);
    }),
  };
}

function report(context: SimContext, world: ClientWorld, request: SimRequest): SimReply {
  const made = makeReport(context, world, request, request.json());
  return typeof made === "string" ? googleError(400, made) : { status: 200, body: made };
}

function makeReport(
  context: SimContext,
  world: ClientWorld,
  request: SimRequest,
  body: unknown,
): Record<string, unknown> | string {
  const today = todayIn(world.unit.timeZone, context.now());
  const read = readReport(body, today);
  if (typeof read === "string") return read;
  const flaws = {
    empty: context.customFault(request, "empty") !== null,
    thresholded: context.customFault(request, "thresholded") !== null,
    sampled: context.customFault(request, "sampled") !== null,
  };
  const made = runReport(world, read, today, flaws);
  const days = read.ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const quota = spend(context, world.unit.ga4PropertyId, 1 + Math.ceil((days * (read.dimensions.length + 1)) / 60));
  return read.withQuota ? { ...made, propertyQuota: quota } : made;
}

/** Books the tokens of a report and tells what is left; limits are those of a standard property. */
function spend(context: SimContext, property: string, tokens: number): Record<string, unknown> {
  const now = context.now().toISOString();
  const book = (period: string, span: number): number => {
    const key = `tokens:${property}:${period}`;
    const before = context.state.get<{ span: string; used: number }>(key);
    const name = now.slice(0, span);
    const used = (before?.span === name ? before.used : 0) + tokens;
    context.state.set(key, { span: name, used });
    return used;
  };
  const hour = book("hour", 13);
  const day = book("day", 10);
  const left = (limit: number, used: number) => ({ consumed: tokens, remaining: Math.max(0, limit - used) });
  return {
    tokensPerDay: left(TOKENS_PER_DAY, day),
    tokensPerHour: left(TOKENS_PER_HOUR, hour),
    tokensPerProjectPerHour: left(TOKENS_PER_PROJECT_HOUR, hour),
    concurrentRequests: { consumed: 0, remaining: 10 },
    serverErrorsPerProjectPerHour: { consumed: 0, remaining: 10 },
    potentiallyThresholdedRequestsPerHour: { consumed: 0, remaining: 120 },
  };
}

const BatchSchema = v.strictObject({
  requests: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(REPORTS_PER_BATCH)),
});

function batch(context: SimContext, world: ClientWorld, request: SimRequest): SimReply {
  const parsed = v.safeParse(BatchSchema, request.json());
  if (!parsed.success) return googleError(400, `A batch needs 1 to ${REPORTS_PER_BATCH} requests.`);
  const reports: Record<string, unknown>[] = [];
  for (const body of parsed.output.requests) {
    const made = makeReport(context, world, request, body);
    if (typeof made === "string") return googleError(400, made);
    reports.push(made);
  }
  return { status: 200, body: { reports, kind: "analyticsData#batchRunReports" } };
}

function dimensionMetadata({ apiName, uiName, category, description }: Dimension): Record<string, unknown> {
  return { apiName, uiName, category, description };
}

function metricMetadata({ apiName, uiName, category, description, type }: Metric): Record<string, unknown> {
  return { apiName, uiName, category, description, type };
}

function metadata(_context: SimContext, world: ClientWorld): SimReply {
  const name = `properties/${world.unit.ga4PropertyId}/metadata`;
  const dimensions = DIMENSIONS.map(dimensionMetadata);
  const metrics = METRICS.map(metricMetadata);
  return { status: 200, body: { name, dimensions, metrics } };
}

/** Everything this property knows goes together, so all of it is compatible. */
function compatibility(_context: SimContext, _world: ClientWorld, request: SimRequest): SimReply {
  const parsed = v.safeParse(CompatibilitySchema, request.json());
  if (!parsed.success) return googleError(400, `Invalid request: ${parsed.issues[0].message}`);
  const { dimensions, metrics, dimensionFilter, metricFilter, compatibilityFilter } = parsed.output;
  const problem = unknownName(
    [...dimensions.map(({ name }) => name), ...fieldsOf(dimensionFilter)],
    [...metrics.map(({ name }) => name), ...fieldsOf(metricFilter)],
  );
  if (problem !== null) return googleError(400, problem);
  if (compatibilityFilter === "INCOMPATIBLE") return { status: 200, body: {} };
  const compatible = (key: string, value: Record<string, unknown>) => ({ [key]: value, compatibility: "COMPATIBLE" });
  return {
    status: 200,
    body: {
      dimensionCompatibilities: DIMENSIONS.map((each) => compatible("dimensionMetadata", dimensionMetadata(each))),
      metricCompatibilities: METRICS.map((each) => compatible("metricMetadata", metricMetadata(each))),
    },
  };
}
