/** What GA4 is asked and how its answers are read; the same for the live port and the fake. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { daysIn } from "../dates.ts";
import type { RawReply } from "../raw.ts";
import type { Ga4Report, Ga4ReportRequest } from "./port.ts";

/** Largest `limit` of runReport (discovery document). */
export const MAX_LIMIT = 250_000;
const MAX_METRICS = 10;
const MAX_DIMENSIONS = 9;

/** A quota that is used up may come without its 0. */
const Allowance = v.optional(
  v.nullable(v.object({ consumed: v.optional(v.number(), 0), remaining: v.optional(v.number(), 0) })),
  null,
);

/** Absent headers, rows and counts are what an empty result looks like. */
export const ReportSchema = v.object({
  dimensionHeaders: v.optional(v.array(v.object({ name: v.string() })), []),
  metricHeaders: v.optional(v.array(v.object({ name: v.string(), type: v.optional(v.string(), "") })), []),
  rows: v.optional(
    v.array(
      v.object({
        dimensionValues: v.optional(v.array(v.object({ value: v.optional(v.string(), "") })), []),
        metricValues: v.optional(v.array(v.object({ value: v.optional(v.string(), "") })), []),
      }),
    ),
    [],
  ),
  rowCount: v.optional(v.number(), 0),
  metadata: v.optional(
    v.nullable(
      v.object({
        currencyCode: v.optional(v.nullable(v.string()), null),
        timeZone: v.optional(v.nullable(v.string()), null),
        dataLossFromOtherRow: v.optional(v.boolean(), false),
        subjectToThresholding: v.optional(v.boolean(), false),
        samplingMetadatas: v.optional(v.array(v.unknown()), []),
      }),
    ),
    null,
  ),
  propertyQuota: v.optional(
    v.nullable(
      v.object({
        tokensPerDay: Allowance,
        tokensPerHour: Allowance,
        tokensPerProjectPerHour: Allowance,
        concurrentRequests: Allowance,
        serverErrorsPerProjectPerHour: Allowance,
        potentiallyThresholdedRequestsPerHour: Allowance,
      }),
    ),
    null,
  ),
});

const NamesSchema = v.optional(v.array(v.object({ apiName: v.string() })), []);
export const MetadataSchema = v.object({ metrics: NamesSchema, dimensions: NamesSchema });

/** A property id is digits. Errors: PermanentError `ga4_bad_request`. */
export function propertyPath(propertyId: string): string {
  if (!/^\d{1,20}$/.test(propertyId)) {
    throw new PermanentError(
      "ga4_bad_request",
      "A GA4 property id is digits, as GA4 shows it in the property settings.",
    );
  }
  return `/properties/${propertyId}`;
}

/** Refuses what GA4 would refuse, before it costs tokens. Errors: PermanentError `ga4_bad_request`. */
export function checkRequest(request: Ga4ReportRequest): void {
  const wrong = (what: string) => new PermanentError("ga4_bad_request", `GA4: ${what}.`);
  const { limit, offset, metrics, dimensions } = request;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw wrong(`limit must be 1 to ${MAX_LIMIT}`);
  if (!Number.isInteger(offset) || offset < 0) throw wrong("offset must be 0 or more");
  if (metrics.length < 1 || metrics.length > MAX_METRICS) throw wrong(`a report has 1 to ${MAX_METRICS} metrics`);
  if (dimensions.length > MAX_DIMENSIONS) throw wrong(`a report has at most ${MAX_DIMENSIONS} dimensions`);
  if (daysIn(request.startDate, request.endDate) === 0) throw wrong("startDate and endDate must be days in order");
}

/** `limit` and `offset` are int64 and so strings in JSON. A fixed order keeps pages apart from one another. */
export function reportBody(request: Ga4ReportRequest) {
  const byMetric = request.metrics.slice(0, 1).map((metricName) => ({ metric: { metricName }, desc: true }));
  const byDimension = request.dimensions.map((dimensionName) => ({ dimension: { dimensionName } }));
  return {
    dateRanges: [{ startDate: request.startDate, endDate: request.endDate }],
    dimensions: request.dimensions.map((name) => ({ name })),
    metrics: request.metrics.map((name) => ({ name })),
    ...(request.filter === null ? {} : { dimensionFilter: exactFilter(request.filter) }),
    ...(request.dimensions.length === 0 ? {} : { orderBys: [...byMetric, ...byDimension] }),
    limit: String(request.limit),
    offset: String(request.offset),
    ...(request.withQuota === true ? { returnPropertyQuota: true } : {}),
  };
}

function exactFilter(filter: { readonly dimension: string; readonly value: string }) {
  return {
    filter: {
      fieldName: filter.dimension,
      stringFilter: { matchType: "EXACT", value: filter.value, caseSensitive: true },
    },
  };
}

/** A report in our words. Errors: PermanentError `ga4_unexpected_reply` naming the value that cannot be read. */
export function toReport(answer: v.InferOutput<typeof ReportSchema>, raw: RawReply): Ga4Report {
  const types = answer.metricHeaders.map((header) => header.type);
  return {
    dimensionHeaders: answer.dimensionHeaders.map((header) => header.name),
    metricHeaders: answer.metricHeaders.map((header) => header.name),
    rows: answer.rows.map((row, index) => {
      if (row.dimensionValues.length !== answer.dimensionHeaders.length || row.metricValues.length !== types.length) {
        throw new PermanentError("ga4_unexpected_reply", `GA4: rows.${index} does not match the headers.`);
      }
      return {
        dimensions: row.dimensionValues.map((cell) => cell.value),
        metrics: row.metricValues.map((cell, at) => metricNumber(cell.value, types[at] ?? "", `rows.${index}.${at}`)),
      };
    }),
    rowCount: answer.rowCount,
    currencyCode: answer.metadata?.currencyCode ?? null,
    timeZone: answer.metadata?.timeZone ?? null,
    thresholded: answer.metadata?.subjectToThresholding ?? false,
    sampled: (answer.metadata?.samplingMetadatas.length ?? 0) > 0,
    otherRow: answer.metadata?.dataLossFromOtherRow ?? false,
    quota: answer.propertyQuota,
    raw,
  };
}

const INTEGER = /^-?\d+$/;
const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** By the header's type, never by how the text looks; a type we do not know is read as a decimal. */
function metricNumber(text: string, type: string, where: string): number {
  const form = type === "TYPE_INTEGER" ? INTEGER : DECIMAL;
  const value = Number(text);
  if (form.test(text) && Number.isFinite(value)) return value;
  throw new PermanentError("ga4_unexpected_reply", `GA4: ${where} is not a number of ${type || "its type"}.`);
}
