/** The CRM search: filters, order and paging over the records of a portal. */
import * as v from "valibot";
import { todayIn } from "../world/calendar.ts";
import { LONGEST_DEAL_DAYS } from "../world/crm.ts";
import { type ClientWorld, WORLD_BEGINS } from "../world/world.ts";
import { type CrmObject, contactObject, DEFAULT_PROPERTIES, dealObject, SYSTEM_PROPERTIES } from "./records.ts";

export type CrmKind = "contacts" | "deals";

const MOST_RESULTS = 10_000;
const DAY_MS = 86_400_000;

const FilterSchema = v.strictObject({
  propertyName: v.string(),
  operator: v.picklist(["BETWEEN", "EQ", "NEQ", "GT", "GTE", "LT", "LTE", "IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"]),
  value: v.optional(v.string()),
  highValue: v.optional(v.string()),
  values: v.optional(v.array(v.string())),
});
type Filter = v.InferOutput<typeof FilterSchema>;

/** A search as HubSpot's document has it: all five fields, at most six groups, at most 200 results. */
export const SearchSchema = v.strictObject({
  filterGroups: v.pipe(
    v.array(v.strictObject({ filters: v.pipe(v.array(FilterSchema), v.maxLength(10)) })),
    v.maxLength(6),
  ),
  sorts: v.array(v.picklist(["createdate", "-createdate", "hs_object_id", "-hs_object_id"])),
  properties: v.array(v.string()),
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)),
  after: v.pipe(v.string(), v.regex(/^\d{1,9}$/, "after must be a cursor")),
  query: v.optional(v.pipe(v.string(), v.maxLength(3_000))),
});
export type Search = v.InferOutput<typeof SearchSchema>;

/** The answer, or what is wrong with the search. `copies` makes a crowd of every record. */
export function runSearch(
  world: ClientWorld,
  kind: CrmKind,
  search: Search,
  now: number,
  copies: number,
): Record<string, unknown> | string {
  const first = Number(search.after);
  if (first + search.limit > MOST_RESULTS)
    return `The request would go beyond the ${MOST_RESULTS} results of a search.`;
  const known = propertiesOf(kind);
  const stranger = search.filterGroups.flatMap(({ filters }) => filters).find((each) => !known.has(each.propertyName));
  if (stranger !== undefined) return `There is no property ${stranger.propertyName.slice(0, 60)}.`;
  const found = matching(world, kind, search, now, copies);
  const end = first + search.limit;
  const wanted = new Set<string>(search.properties.length === 0 ? DEFAULT_PROPERTIES[kind] : search.properties);
  for (const name of SYSTEM_PROPERTIES[kind]) wanted.add(name);
  const results = found.slice(first, end).map((object) => shown(object, wanted));
  return { total: found.length, results, ...(end < found.length ? { paging: { next: { after: String(end) } } } : {}) };
}

let last: { readonly question: string; readonly found: readonly CrmObject[] } | null = null;

/** Everything that fits, in order. Pages of one search follow one another, so the last one is kept. */
function matching(
  world: ClientWorld,
  kind: CrmKind,
  search: Search,
  now: number,
  copies: number,
): readonly CrmObject[] {
  const { filterGroups, sorts } = search;
  const question = JSON.stringify([world.unit.id, kind, filterGroups, sorts, now, copies]);
  if (last?.question === question) return last.found;
  const found = crowd(candidates(world, kind, search, now), copies)
    .filter((object) => fits(object, search))
    .sort(orderOf(search));
  last = { question, found };
  return found;
}

function shown({ id, createdAt, updatedAt, properties }: CrmObject, wanted: ReadonlySet<string>) {
  return {
    id,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => wanted.has(name))),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    archived: false,
  };
}

const NAMES: Record<CrmKind, ReadonlySet<string>> = {
  contacts: new Set([...DEFAULT_PROPERTIES.contacts, "phone", "lifecyclestage", "hs_analytics_source"]),
  deals: new Set([
    ...DEFAULT_PROPERTIES.deals,
    "hs_is_closed",
    "hs_is_closed_won",
    "deal_currency_code",
    "amount_in_home_currency",
    "hs_analytics_source",
  ]),
};

function propertiesOf(kind: CrmKind): ReadonlySet<string> {
  return NAMES[kind];
}

/** Records that may fit: only the days the filters leave open are built. */
function candidates(world: ClientWorld, kind: CrmKind, search: Search, now: number): CrmObject[] {
  const today = todayIn(world.unit.timeZone, new Date(now));
  const { from, to } = daysOpen(search);
  const firstDay = Math.max(WORLD_BEGINS, from - (kind === "deals" ? LONGEST_DEAL_DAYS + 2 : 1));
  const lastDay = Math.min(today, to + 1);
  const objects: CrmObject[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    for (const contact of world.contacts(day)) {
      if (contact.createdAt > now) continue;
      const object = kind === "contacts" ? contactObject(contact, now) : dealObject(world, contact, now);
      if (object !== null) objects.push(object);
    }
  }
  return objects;
}

/** The days a single group of filters leaves open by its dates; everything when there are several groups. */
function daysOpen({ filterGroups }: Search): { from: number; to: number } {
  const [group, ...others] = filterGroups;
  const dates =
    others.length > 0 ? [] : (group?.filters ?? []).filter(({ propertyName }) => propertyName.endsWith("date"));
  const days = (operators: readonly string[]) =>
    dates
      .filter(({ operator }) => operators.includes(operator))
      .map(({ value }) => Math.floor(comparable(value ?? "") / DAY_MS));
  const from = days(["GT", "GTE", "BETWEEN"]);
  const to = days(["LT", "LTE"]);
  return { from: Math.max(WORLD_BEGINS, ...from), to: Math.min(100_000, ...to) };
}

/** Many records where there was one, a millisecond apart, each with an id of its own. */
function crowd(objects: readonly CrmObject[], copies: number): readonly CrmObject[] {
  if (copies <= 1) return objects;
  return objects.flatMap((object) =>
    Array.from({ length: copies }, (_, at) => {
      const createdAt = object.createdAt + at;
      const properties = { ...object.properties, createdate: new Date(createdAt).toISOString() };
      return { ...object, id: `${object.id}${String(at).padStart(4, "0")}`, createdAt, properties };
    }),
  );
}

function fits(object: CrmObject, { filterGroups }: Search): boolean {
  return filterGroups.length === 0 || filterGroups.some(({ filters }) => filters.every((each) => holds(object, each)));
}

/** Dates and numbers compare as numbers, everything else as text. */
function comparable(value: string): number {
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value);
}

function holds({ properties }: CrmObject, { propertyName, operator, value = "", highValue = "", values = [] }: Filter) {
  const has = properties[propertyName] ?? null;
  if (operator === "HAS_PROPERTY") return has !== null;
  if (operator === "NOT_HAS_PROPERTY") return has === null;
  if (has === null) return false;
  if (operator === "EQ") return has === value;
  if (operator === "NEQ") return has !== value;
  if (operator === "IN") return values.includes(has);
  const [mine, low] = [comparable(has), comparable(value)];
  if (operator === "GT") return mine > low;
  if (operator === "GTE") return mine >= low;
  if (operator === "LT") return mine < low;
  if (operator === "LTE") return mine <= low;
  return mine >= low && mine <= comparable(highValue);
}

/** Without a wish the oldest comes first. */
function orderOf({ sorts }: Search) {
  const [wish = "createdate"] = sorts;
  const sign = wish.startsWith("-") ? -1 : 1;
  const byId = wish.endsWith("hs_object_id");
  return (a: CrmObject, b: CrmObject): number =>
    sign * ((byId ? 0 : a.createdAt - b.createdAt) || Number(a.id) - Number(b.id));
}
