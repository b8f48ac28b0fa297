/** Reads a `runReport` body. int64 fields arrive as text or as numbers; both are taken. */
import * as v from "valibot";
import { dayOf } from "../world/calendar.ts";
import { DIMENSIONS, type Dimension, METRICS, type Metric } from "./catalogue.ts";
import { ExpressionSchema, fieldsOf, type Predicate, predicateOf } from "./filter.ts";

export interface DateRange {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A report that can be made. */
export interface Report {
  readonly ranges: readonly DateRange[];
  readonly dimensions: readonly Dimension[];
  readonly metrics: readonly Metric[];
  /** Dimensions the filter looks at, which need not be asked for. */
  readonly filtered: readonly Dimension[];
  readonly keepsCell: Predicate;
  readonly keepsRow: Predicate;
  readonly orderBys: readonly { readonly field: string; readonly numeric: boolean; readonly desc: boolean }[];
  readonly limit: number;
  readonly offset: number;
  readonly keepEmptyRows: boolean;
  readonly withQuota: boolean;
}

const DEFAULT_LIMIT = 10_000;
const MOST_ROWS = 250_000;

const int64 = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform(Number),
  v.integer("must be a whole number"),
  v.minValue(0, "must not be negative"),
);
const named = v.strictObject({ name: v.string() });

/** The body of one report. */
export const ReportSchema = v.strictObject({
  property: v.exactOptional(v.string()),
  dateRanges: v.pipe(
    v.array(v.strictObject({ startDate: v.string(), endDate: v.string(), name: v.exactOptional(v.string()) })),
    v.minLength(1, "at least one date range is required"),
    v.maxLength(4, "at most four date ranges are allowed"),
  ),
  dimensions: v.optional(v.pipe(v.array(named), v.maxLength(9, "at most nine dimensions are allowed")), []),
  metrics: v.pipe(
    v.array(named),
    v.minLength(1, "at least one metric is required"),
    v.maxLength(10, "at most ten metrics are allowed"),
  ),
  dimensionFilter: v.exactOptional(ExpressionSchema),
  metricFilter: v.exactOptional(ExpressionSchema),
  orderBys: v.optional(
    v.array(
      v.strictObject({
        desc: v.optional(v.boolean(), false),
        metric: v.exactOptional(v.strictObject({ metricName: v.string() })),
        dimension: v.exactOptional(
          v.strictObject({ dimensionName: v.string(), orderType: v.exactOptional(v.string()) }),
        ),
      }),
    ),
    [],
  ),
  limit: v.optional(int64, DEFAULT_LIMIT),
  offset: v.optional(int64, 0),
  keepEmptyRows: v.optional(v.boolean(), false),
  returnPropertyQuota: v.optional(v.boolean(), false),
});

const REFERENCE = "https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema";

/** The report, or the words of a 400. `today` is the property's day. */
export function readReport(body: unknown, today: number): Report | string {
  const parsed = v.safeParse(ReportSchema, body);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return `Invalid value at '${v.getDotPath(issue) ?? "body"}': ${issue.message}`;
  }
  const given = parsed.output;
  const unknown = unknownField(given);
  if (unknown !== null) return unknown;
  const ranges = readRanges(given.dateRanges, today);
  if (typeof ranges === "string") return ranges;
  if (given.limit < 1 || given.limit > MOST_ROWS) return `limit must be between 1 and ${MOST_ROWS}.`;
  try {
    return {
      ranges,
      dimensions: pick(
        DIMENSIONS,
        given.dimensions.map(({ name }) => name),
      ),
      metrics: pick(
        METRICS,
        given.metrics.map(({ name }) => name),
      ),
      filtered: pick(DIMENSIONS, fieldsOf(given.dimensionFilter)),
      keepsCell: predicateOf(given.dimensionFilter),
      keepsRow: predicateOf(given.metricFilter),
      orderBys: readOrder(given.orderBys),
      limit: given.limit,
      offset: given.offset,
      keepEmptyRows: given.keepEmptyRows,
      withQuota: given.returnPropertyQuota,
    };
  } catch (error) {
    if (error instanceof SyntaxError) return `The filter holds an invalid regular expression: ${error.message}`;
    throw error;
  }
}

function pick<T extends { readonly apiName: string }>(known: readonly T[], names: readonly string[]): T[] {
  return names.flatMap((name) => known.filter(({ apiName }) => apiName === name));
}

/** Names the first field that does not exist or is not part of the report. */
function unknownField(given: v.InferOutput<typeof ReportSchema>): string | null {
  const dimensions = [...given.dimensions.map(({ name }) => name), ...fieldsOf(given.dimensionFilter)];
  const metrics = given.metrics.map(({ name }) => name);
  const unsaid = fieldsOf(given.metricFilter).find((name) => !metrics.includes(name));
  if (unsaid !== undefined) return `Field ${unsaid} is used in the metric filter and must be one of the metrics.`;
  const problem = unknownName(dimensions, metrics);
  if (problem !== null) return problem;
  const asked = [...given.dimensions.map(({ name }) => name), ...metrics];
  const stray = given.orderBys
    .map((order) => order.metric?.metricName ?? order.dimension?.dimensionName ?? "")
    .find((name) => !asked.includes(name));
  return stray === undefined
    ? null
    : `Field ${stray} is used in orderBys and must be a dimension or metric of the report.`;
}

/** The API's words for a name it does not know; null when it knows all. */
export function unknownName(dimensions: readonly string[], metrics: readonly string[]): string | null {
  const dimension = dimensions.find((name) => !DIMENSIONS.some(({ apiName }) => apiName === name));
  if (dimension !== undefined) return unknownWords(dimension, "dimension");
  const metric = metrics.find((name) => !METRICS.some(({ apiName }) => apiName === name));
  return metric === undefined ? null : unknownWords(metric, "metric");
}

function unknownWords(name: string, kind: string): string {
  return `Field ${name} is not a valid ${kind}. For a list of valid dimensions and metrics, see ${REFERENCE} `;
}

function readRanges(
  given: readonly { startDate: string; endDate: string; name?: string }[],
  today: number,
): readonly DateRange[] | string {
  const ranges: DateRange[] = [];
  for (const [index, { startDate, endDate, name }] of given.entries()) {
    const from = dayFrom(startDate, today);
    const to = dayFrom(endDate, today);
    if (from === null) return `Invalid startDate : ${startDate}. Use YYYY-MM-DD, today, yesterday or NdaysAgo.`;
    if (to === null) return `Invalid endDate : ${endDate}. Use YYYY-MM-DD, today, yesterday or NdaysAgo.`;
    if (to < from) return `The startDate ${startDate} must not be after the endDate ${endDate}.`;
    ranges.push({ name: name ?? `date_range_${index}`, from, to });
  }
  return ranges;
}

function dayFrom(text: string, today: number): number | null {
  if (text === "today") return today;
  if (text === "yesterday") return today - 1;
  const ago = /^(\d{1,5})daysAgo$/.exec(text)?.[1];
  return ago === undefined ? dayOf(text) : today - Number(ago);
}

function readOrder(given: v.InferOutput<typeof ReportSchema>["orderBys"]): Report["orderBys"] {
  return given.map(({ desc, metric, dimension }) => ({
    field: metric?.metricName ?? dimension?.dimensionName ?? "",
    numeric: metric !== undefined || dimension?.orderType === "NUMERIC",
    desc,
  }));
}

/** What `checkCompatibility` reads. */
export const CompatibilitySchema = v.strictObject({
  dimensions: v.optional(v.array(named), []),
  metrics: v.optional(v.array(named), []),
  dimensionFilter: v.exactOptional(ExpressionSchema),
  metricFilter: v.exactOptional(ExpressionSchema),
  compatibilityFilter: v.exactOptional(v.picklist(["COMPATIBILITY_UNSPECIFIED", "COMPATIBLE", "INCOMPATIBLE"])),
});
