/** Reads a `searchAnalytics.query` body the way the real API does: strict about names, relaxed about case. */
import * as v from "valibot";
import { dayOf } from "../world/calendar.ts";
import { SEARCH_DIMENSIONS, type SearchDimension, type SearchQuestion } from "../world/search.ts";

/** A request that can be answered. */
export interface SearchQuery {
  readonly from: number;
  readonly to: number;
  /** null: `searchAppearance`, which this world has no rows for. */
  readonly dimensions: readonly SearchDimension[] | null;
  readonly byPage: boolean;
  readonly filters: SearchQuestion["filters"];
  /** `final` stops at the last complete day; `all` goes on with what has arrived. */
  readonly fresh: boolean;
  /** Only web searches have rows. */
  readonly web: boolean;
  readonly rowLimit: number;
  readonly startRow: number;
}

const OPERATORS = ["equals", "notequals", "contains", "notcontains", "includingregex", "excludingregex"] as const;
const TYPES = ["web", "image", "video", "news", "discover", "googlenews"] as const;

const lowered = v.pipe(
  v.string(),
  v.transform((text) => text.toLowerCase().replaceAll("_", "")),
);
const word = <const T extends readonly string[]>(words: T) => v.pipe(lowered, v.picklist(words));
const whole = v.pipe(v.number(), v.integer());

const BodySchema = v.strictObject({
  startDate: v.string("startDate is required"),
  endDate: v.string("endDate is required"),
  dimensions: v.optional(v.array(word(["date", "query", "page", "device", "country", "searchappearance"])), []),
  type: v.exactOptional(word(TYPES)),
  searchType: v.exactOptional(word(TYPES)),
  aggregationType: v.optional(word(["auto", "byproperty", "bypage"]), "auto"),
  dataState: v.optional(word(["final", "all"]), "final"),
  rowLimit: v.optional(v.pipe(whole, v.minValue(1), v.maxValue(25_000)), 1_000),
  startRow: v.optional(v.pipe(whole, v.minValue(0)), 0),
  dimensionFilterGroups: v.optional(
    v.array(
      v.strictObject({
        groupType: v.optional(word(["and"]), "and"),
        filters: v.optional(
          v.array(
            v.strictObject({
              dimension: word(["query", "page", "device", "country", "searchappearance"]),
              operator: v.optional(word(OPERATORS), "equals"),
              expression: v.string(),
            }),
          ),
          [],
        ),
      }),
    ),
    [],
  ),
});

/** The query, or the words of a 400. */
export function readQuery(body: unknown): SearchQuery | string {
  const parsed = v.safeParse(BodySchema, body);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return `Invalid value at '${v.getDotPath(issue) ?? "body"}': ${issue.message}`;
  }
  const given = parsed.output;
  const from = dayOf(given.startDate);
  const to = dayOf(given.endDate);
  if (from === null) return `Invalid value at 'start_date': ${given.startDate} is not a date of the form YYYY-MM-DD.`;
  if (to === null) return `Invalid value at 'end_date': ${given.endDate} is not a date of the form YYYY-MM-DD.`;
  if (to < from) return "startDate must not be after endDate.";
  const filters = given.dimensionFilterGroups.flatMap((group) => group.filters);
  if (given.dimensions.includes("searchappearance") && given.dimensions.length > 1) {
    return "searchAppearance cannot be grouped with another dimension.";
  }
  if (new Set(given.dimensions).size < given.dimensions.length) return "Duplicate dimension.";
  const aboutPages = given.dimensions.includes("page") || filters.some(({ dimension }) => dimension === "page");
  if (aboutPages && given.aggregationType === "byproperty") {
    return "'BY_PROPERTY' is not a valid aggregation type in the context of the request.";
  }
  const appearance = [...given.dimensions, ...filters.map(({ dimension }) => dimension)].includes("searchappearance");
  const tests = readFilters(filters);
  if (typeof tests === "string") return tests;
  return {
    from,
    to,
    dimensions: appearance ? null : known(given.dimensions),
    byPage: aboutPages || given.aggregationType === "bypage",
    filters: tests,
    fresh: given.dataState === "all",
    web: (given.type ?? given.searchType ?? "web") === "web",
    rowLimit: given.rowLimit,
    startRow: given.startRow,
  };
}

function known(names: readonly string[]): SearchDimension[] {
  return names.flatMap((name) => SEARCH_DIMENSIONS.filter((dimension) => dimension === name));
}

interface GivenFilter {
  readonly dimension: string;
  readonly operator: (typeof OPERATORS)[number];
  readonly expression: string;
}

function readFilters(filters: readonly GivenFilter[]): SearchQuestion["filters"] | string {
  const read: { dimension: SearchDimension; accepts: (value: string) => boolean }[] = [];
  for (const filter of filters) {
    const accepts = readTest(filter);
    if (accepts === null) return `Invalid value at 'expression': ${filter.expression} is not a regular expression.`;
    for (const dimension of known([filter.dimension])) read.push({ dimension, accepts });
  }
  return read;
}

function readTest({ dimension, operator, expression }: GivenFilter): ((value: string) => boolean) | null {
  // Devices and countries are compared whatever their case: USA, usa and Mobile are all seen in the wild.
  const fold = dimension === "device" || dimension === "country";
  const normal = (text: string): string => (fold ? text.toLowerCase() : text);
  const wanted = normal(expression);
  switch (operator) {
    case "equals":
      return (value) => normal(value) === wanted;
    case "notequals":
      return (value) => normal(value) !== wanted;
    case "contains":
      return (value) => value.toLowerCase().includes(expression.toLowerCase());
    case "notcontains":
      return (value) => !value.toLowerCase().includes(expression.toLowerCase());
    default: {
      const pattern = compiled(expression);
      if (pattern === null) return null;
      return operator === "includingregex" ? (value) => pattern.test(value) : (value) => !pattern.test(value);
    }
  }
}

function compiled(expression: string): RegExp | null {
  try {
    return new RegExp(expression);
  } catch {
    return null;
  }
}
