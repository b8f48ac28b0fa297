/** What was asked of a source, so that people can read it: in the source's own names, without its punctuation. */
import * as v from "valibot";
import { dayRange, exactUtc } from "./time.ts";

/** One line of a request. */
export interface Asked {
  readonly label: string;
  readonly text: string;
}

const Named = v.union([
  v.string(),
  v.pipe(
    v.object({ name: v.string() }),
    v.transform(({ name }) => name),
  ),
]);
const Names = v.union([
  v.array(Named),
  v.pipe(
    v.string(),
    v.transform((text) => text.split(",")),
  ),
]);
const Between = v.tuple([v.string(), v.string()]);
const Bound = v.object({ propertyName: v.string(), operator: v.string(), value: v.string() });
const FilterGroups = v.pipe(
  v.array(v.object({ filters: v.array(Bound) })),
  v.transform((groups) => groups.flatMap(({ filters }) => filters)),
);
const DateRanges = v.tuple([v.object({ startDate: v.string(), endDate: v.string() })]);
const TimeRange = v.pipe(v.string(), v.parseJson(), v.object({ since: v.string(), until: v.string() }));

type Body = Readonly<Record<string, unknown>>;
/** A line, and the keys of the body that it says. */
type Line = Asked & { readonly keys: readonly string[] };

/** Keys under which the sources name the first and the last day. */
const DAYS: readonly (readonly [first: string, last: string])[] = [
  ["startDate", "endDate"],
  ["from", "to"],
  ["period_from", "period_to"],
];

function daysOf(body: Body): readonly Line[] {
  const line = (keys: readonly string[], start: string, end: string): Line[] => [
    { label: "Days", text: dayRange(start, end), keys },
  ];
  for (const [first, last] of DAYS) {
    const both = v.safeParse(Between, [body[first], body[last]]);
    if (both.success) return line([first, last], ...both.output);
  }
  const ranges = v.safeParse(DateRanges, body.dateRanges);
  if (ranges.success) return line(["dateRanges"], ranges.output[0].startDate, ranges.output[0].endDate);
  const range = v.safeParse(TimeRange, body.time_range);
  return range.success ? line(["time_range"], range.output.since, range.output.until) : [];
}

/** No dimension is an answer of its own: the source adds up itself. */
function partsOf(body: Body): readonly Line[] {
  const isWhole = Array.isArray(body.dimensions) && body.dimensions.length === 0;
  return isWhole
    ? [{ label: "For each", text: "nothing: one total of all", keys: ["dimensions"] }]
    : namesOf(body, "For each", "dimensions", "level");
}

function namesOf(body: Body, label: string, ...keys: readonly string[]): readonly Line[] {
  return keys.flatMap((key) => {
    const names = v.safeParse(Names, body[key]);
    return names.success && names.output.length > 0 ? [{ label, text: names.output.join(", "), keys: [key] }] : [];
  });
}

const OPERATORS: Readonly<Record<string, string>> = { GTE: "from", LT: "before", EQ: "is", GT: "after", LTE: "up to" };

/** A moment as HubSpot writes it, milliseconds since 1970; anything else as it stands. */
function momentText(value: string): string {
  return /^\d{12,14}$/.test(value) ? exactUtc(new Date(Number(value)).toISOString()) : value;
}

function filtersOf(body: Body): readonly Line[] {
  const filters = v.safeParse(FilterGroups, body.filterGroups);
  if (!filters.success || filters.output.length === 0) return [];
  const text = filters.output
    .map(
      ({ propertyName, operator, value }) => `${propertyName} ${OPERATORS[operator] ?? operator} ${momentText(value)}`,
    )
    .join(", ");
  return [{ label: "Only", text, keys: ["filterGroups"] }];
}

const QUERY = /^SELECT (.+?) FROM (\S+)(?: WHERE (.+?))?(?: ORDER BY .+?)?(?: LIMIT \d+)?$/s;
const SPAN = /^segments\.date BETWEEN '([\d-]+)' AND '([\d-]+)'$/;

/** The query language of Google Ads. */
function queryOf(body: Body): readonly Line[] {
  const query = v.safeParse(v.string(), body.query);
  const [, fields = "", from = "", where = ""] = query.success ? (QUERY.exec(query.output) ?? []) : [];
  if (fields === "") return [];
  const [, start = "", end = ""] = SPAN.exec(where) ?? [];
  const days = { label: "Days", text: dayRange(start, end), keys: ["query"] };
  const only = { label: "Only", text: where, keys: ["query"] };
  return [
    { label: "Asked for", text: fields, keys: ["query"] },
    { label: "For each", text: from, keys: ["query"] },
    ...(start !== "" ? [days] : where === "" ? [] : [only]),
  ];
}

/** How a list is cut into pages and sorted says nothing about what a figure means. */
const PLUMBING: ReadonlySet<string> = new Set([
  "rowLimit",
  "startRow",
  "limit",
  "offset",
  "after",
  "per_page",
  "page",
  "sorts",
  "orderBys",
  "returnPropertyQuota",
  "searchSettings",
  "pageToken",
]);

/** What is asked the same way each time, in words. */
const PHRASES: Readonly<Record<string, string>> = {
  "dataState final": "final data alone",
  "type web": "web search alone",
  "time_increment 1": "day by day",
  "use_unified_attribution_setting true": "counted as the Ads Manager counts",
};

function plain(value: unknown): string {
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, 300);
}

function phrase(key: string, value: unknown): string {
  const text = `${key} ${plain(value)}`;
  return PHRASES[text] ?? text;
}

function restOf(body: Body, said: ReadonlySet<string>): readonly Asked[] {
  const rest = Object.entries(body).filter(
    ([key, value]) => !said.has(key) && !PLUMBING.has(key) && !(Array.isArray(value) && value.length === 0),
  );
  return rest.length === 0 ? [] : [{ label: "With", text: rest.map(([key, value]) => phrase(key, value)).join(", ") }];
}

const Record = v.record(v.string(), v.unknown());

/** The lines of a request; none for one without a body. */
export function askedLines(body: unknown): readonly Asked[] {
  const read = v.safeParse(Record, body);
  if (!read.success) return [];
  const known = [
    ...queryOf(read.output),
    ...namesOf(read.output, "Asked for", "metrics", "fields", "properties"),
    ...partsOf(read.output),
    ...daysOf(read.output),
    ...filtersOf(read.output),
  ];
  const said = new Set(known.flatMap(({ keys }) => keys));
  return [...known.map(({ label, text }) => ({ label, text })), ...restOf(read.output, said)];
}
