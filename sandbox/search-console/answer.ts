/** Builds the answer of `searchAnalytics.query`: lag, order, caps and paging as the real API has them. */
import { dateOf, monthsBefore, todayIn } from "../world/calendar.ts";
import type { SearchGroup } from "../world/search.ts";
import { type ClientWorld, WORLD_BEGINS } from "../world/world.ts";
import type { SearchQuery } from "./query.ts";

/** Days are Pacific. */
const ZONE = "America/Los_Angeles";
const FINAL_LAG_DAYS = 3;
const EXPOSED_MONTHS = 16;
/** More rows than this are never given out, whatever `startRow` says. */
const MOST_ROWS = 50_000;
/** What has arrived of the days that are not final: today, yesterday, the day before. */
const ARRIVED = [0.12, 0.5, 0.86] as const;

interface Row {
  readonly keys?: readonly string[];
  readonly clicks: number;
  readonly impressions: number;
  readonly ctr: number;
  readonly position: number;
}

export interface SearchAnswer {
  /** Absent when there are none. */
  readonly rows?: readonly Row[];
  readonly responseAggregationType: "byPage" | "byProperty";
  readonly metadata?: { readonly firstIncompleteDate: string };
}

/** Answers a query. `capped` fills the answer up to whole pages, as a site with more rows than the API gives would. */
export function answer(world: ClientWorld, query: SearchQuery, now: Date, capped: boolean): SearchAnswer {
  const today = todayIn(ZONE, now);
  const firstIncomplete = today - FINAL_LAG_DAYS + 1;
  const last = query.fresh ? today : firstIncomplete - 1;
  const head = { responseAggregationType: query.byPage ? "byPage" : "byProperty" } as const;
  const incomplete = query.fresh && query.to >= firstIncomplete && query.dimensions?.includes("date") === true;
  const metadata = incomplete ? { metadata: { firstIncompleteDate: dateOf(firstIncomplete) } } : {};
  if (!query.web || query.dimensions === null) return { ...head, ...metadata };
  const groups = world.search({
    from: Math.max(query.from, WORLD_BEGINS, monthsBefore(today, EXPOSED_MONTHS)),
    to: Math.min(query.to, last),
    dimensions: query.dimensions,
    byPage: query.byPage,
    filters: query.filters,
    arrived: (day) => (day < firstIncomplete ? 1 : (ARRIVED[today - day] ?? 0)),
  });
  const sorted = ordered(groups, query.dimensions.indexOf("date"));
  const all = capped ? filled(sorted, query, world.catalogue.profile.origin) : sorted;
  const page = all.slice(0, MOST_ROWS).slice(query.startRow, query.startRow + query.rowLimit);
  return page.length === 0 ? { ...head, ...metadata } : { rows: page.map(rowOf), ...head, ...metadata };
}

/** By clicks, most first; answers with dates by date, oldest first. Ties by impressions, then by name. */
function ordered(groups: readonly SearchGroup[], dateAt: number): SearchGroup[] {
  return [...groups].sort((a, b) => {
    const byDate = dateAt < 0 ? 0 : compare(a.keys[dateAt] ?? "", b.keys[dateAt] ?? "");
    return (
      byDate || b.clicks - a.clicks || b.impressions - a.impressions || compare(a.keys.join("\0"), b.keys.join("\0"))
    );
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function rowOf({ keys, clicks, impressions, positionSum }: SearchGroup): Row {
  const figures = { clicks, impressions, ctr: clicks / impressions, position: positionSum / impressions };
  return keys.length === 0 ? figures : { keys, ...figures };
}

/** Rows without clicks up to the end of a page; only queries and pages can be that many. */
function filled(groups: readonly SearchGroup[], query: SearchQuery, origin: string): readonly SearchGroup[] {
  const dimensions = query.dimensions ?? [];
  if (!dimensions.includes("query") && !dimensions.includes("page")) return groups;
  const pages = Math.max(1, Math.ceil(groups.length / query.rowLimit));
  const wanted = Math.min(MOST_ROWS, pages * query.rowLimit);
  const [sample] = groups;
  const tail = Array.from({ length: Math.max(0, wanted - groups.length) }, (_, index) => ({
    keys: dimensions.map((dimension, at) => {
      if (dimension === "query") return `rarely asked question ${index + 1}`;
      if (dimension === "page") return `${origin}/archive/${index + 1}/`;
      return sample?.keys[at] ?? "";
    }),
    clicks: 0,
    impressions: 1,
    positionSum: 40 + (index % 50),
  }));
  return [...groups, ...tail];
}
