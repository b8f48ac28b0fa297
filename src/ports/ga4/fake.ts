/** A GA4 in memory: rows of days are filtered, grouped, ordered and paged as the Data API does. */
import * as v from "valibot";
import { ConfigError, PermanentError } from "../../core/errors.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { Ga4Port, Ga4ReportRequest } from "./port.ts";
import { checkRequest, propertyPath, ReportSchema, reportBody, toReport } from "./reply.ts";

/** What happened on one day for one combination of dimension values. */
export interface Ga4Day {
  /** `YYYY-MM-DD`; as a dimension it reads `YYYYMMDD`, the way GA4 writes it. */
  readonly date: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface FakeProperty {
  readonly propertyId: string;
  readonly currencyCode: string;
  readonly timeZone: string;
  /** Metric names and their header types, e.g. `{ sessions: "TYPE_INTEGER" }`. */
  readonly metrics: Readonly<Record<string, string>>;
  /** Dimension names beside `date`. */
  readonly dimensions: readonly string[];
  readonly days: readonly Ga4Day[];
  readonly thresholded?: boolean;
  readonly sampled?: boolean;
  readonly otherRow?: boolean;
}

export interface FakeGa4 extends Ga4Port {
  readonly faults: FaultScript<keyof Ga4Port>;
}

/** A fake that knows the given properties; any other is answered as one without access. */
export function fakeGa4(
  script: { readonly properties?: readonly FakeProperty[]; readonly now?: () => Date } = {},
): FakeGa4 {
  const faults = faultScript<keyof Ga4Port>();
  const now = script.now ?? (() => new Date("2026-11-05T09:00:00.000Z"));

  function find(propertyId: string): FakeProperty {
    const path = propertyPath(propertyId);
    const found = script.properties?.find((property) => property.propertyId === propertyId);
    if (found === undefined) throw new ConfigError("ga4_forbidden", `GA4: no access to ${path.slice(1)}.`);
    return found;
  }

  return {
    faults,
    metadata: (propertyId) =>
      faults.run("metadata", [propertyId], () => {
        const property = find(propertyId);
        return { metrics: Object.keys(property.metrics), dimensions: ["date", ...property.dimensions] };
      }),
    runReport: (propertyId, request) =>
      faults.run("runReport", [propertyId, request], () => {
        checkRequest(request);
        const answer = answerOf(find(propertyId), request);
        const sent = { method: "POST", path: `${propertyPath(propertyId)}:runReport`, body: reportBody(request) };
        const raw = { body: JSON.stringify(answer), request: sent, fetchedAt: now().toISOString() };
        return toReport(v.parse(ReportSchema, answer), raw);
      }),
  };
}

function answerOf(property: FakeProperty, request: Ga4ReportRequest) {
  refuseUnknown(property, request);
  const groups = grouped(property.days, request);
  const [leading = ""] = request.metrics;
  const rows = [...groups.values()]
    .sort((a, b) => (b.sums[leading] ?? 0) - (a.sums[leading] ?? 0) || compare(a.keys, b.keys))
    .map(({ keys, sums }) => ({
      dimensionValues: keys.map((value) => ({ value })),
      metricValues: request.metrics.map((name) => ({ value: String(sums[name] ?? 0) })),
    }));
  const page = rows.slice(request.offset, request.offset + request.limit);
  return {
    dimensionHeaders: request.dimensions.map((name) => ({ name })),
    metricHeaders: request.metrics.map((name) => ({ name, type: property.metrics[name] ?? "" })),
    ...(page.length === 0 ? {} : { rows: page }),
    ...(rows.length === 0 ? {} : { rowCount: rows.length }),
    metadata: {
      currencyCode: property.currencyCode,
      timeZone: property.timeZone,
      ...(property.thresholded === true ? { subjectToThresholding: true } : {}),
      ...(property.otherRow === true ? { dataLossFromOtherRow: true } : {}),
      ...(property.sampled === true ? { samplingMetadatas: [{ samplesReadCount: "1", samplingSpaceSize: "2" }] } : {}),
    },
    ...(request.withQuota === true ? { propertyQuota: { tokensPerDay: { consumed: 1, remaining: 199_999 } } } : {}),
    kind: "analyticsData#runReport",
  };
}

function grouped(days: readonly Ga4Day[], request: Ga4ReportRequest) {
  const groups = new Map<string, { keys: string[]; sums: Record<string, number> }>();
  for (const day of days) {
    if (day.date < request.startDate || day.date > request.endDate) continue;
    if (request.filter !== null && cellOf(day, request.filter.dimension) !== request.filter.value) continue;
    const keys = request.dimensions.map((name) => cellOf(day, name));
    const id = JSON.stringify(keys);
    const group = groups.get(id) ?? { keys, sums: {} };
    for (const name of request.metrics) group.sums[name] = (group.sums[name] ?? 0) + (day.metrics[name] ?? 0);
    groups.set(id, group);
  }
  return groups;
}

function cellOf(day: Ga4Day, dimension: string): string {
  return dimension === "date" ? day.date.replaceAll("-", "") : (day.dimensions[dimension] ?? "(not set)");
}

function compare(a: readonly string[], b: readonly string[]): number {
  return a.join("\n").localeCompare(b.join("\n"));
}

function refuseUnknown(property: FakeProperty, request: Ga4ReportRequest): void {
  const dimensions = new Set(["date", ...property.dimensions]);
  const asked = [...request.dimensions, ...(request.filter === null ? [] : [request.filter.dimension])];
  const stranger =
    request.metrics.find((name) => !(name in property.metrics)) ?? asked.find((name) => !dimensions.has(name));
  if (stranger === undefined) return;
  throw new PermanentError("ga4_bad_request", `GA4: field ${stranger} is not a valid metric or dimension.`);
}
