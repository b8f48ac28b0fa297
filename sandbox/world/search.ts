/** Search Console's arithmetic over the world: grouping, hidden queries, by-page counting. */
import { dateOf } from "./calendar.ts";
import type { Cell, Days } from "./days.ts";
import type { Catalogue, QueryEntity } from "./entities.ts";
import { roundBy } from "./random.ts";
import { DEVICES, type Mix, mixOf, spreadOver, spreadWithin } from "./spread.ts";

export const SEARCH_DIMENSIONS = ["date", "query", "page", "device", "country"] as const;
export type SearchDimension = (typeof SEARCH_DIMENSIONS)[number];

export interface SearchQuestion {
  /** Inclusive days. */
  readonly from: number;
  readonly to: number;
  readonly dimensions: readonly SearchDimension[];
  /** By page, every page shown counts; by property, a result counts once. */
  readonly byPage: boolean;
  readonly filters: readonly { readonly dimension: SearchDimension; readonly accepts: (value: string) => boolean }[];
  /** Share of a day's counts that have arrived; 1 for final days. */
  readonly arrived: (day: number) => number;
}

/** One group; `positionSum` is the position weighted by impressions. */
export interface SearchGroup {
  readonly keys: readonly string[];
  readonly clicks: number;
  readonly impressions: number;
  readonly positionSum: number;
}

interface Tally {
  clicks: number;
  impressions: number;
  positionSum: number;
}

/** Counts of one page or one property result before it is spread over segments. */
interface Count {
  readonly page: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly position: number;
}

/** Answers search analytics questions of one client; groups come in no particular order. */
export function searchOf(catalogue: Catalogue, days: Days): (question: SearchQuestion) => readonly SearchGroup[] {
  const mixes = {
    brand: mixOf(catalogue.profile, "brand"),
    nonBrand: mixOf(catalogue.profile, "nonBrand"),
    hidden: mixOf(catalogue.profile, "hidden"),
  };
  return (question) => {
    const uses = (dimension: SearchDimension): boolean =>
      question.dimensions.includes(dimension) || question.filters.some((filter) => filter.dimension === dimension);
    const plan: Plan = {
      question,
      wanted: acceptance(catalogue, question),
      mixes,
      queries: uses("query"),
      segments: uses("device") || uses("country"),
      scales: scalesOf(question.dimensions),
      tallies: new Map(),
    };
    for (let day = question.from; day <= question.to; day += 1) {
      const arrived = question.arrived(day);
      if (arrived > 0) for (const cell of days(day)) addCell(plan, day, arrived, cell);
    }
    return [...plan.tallies].map(([key, tally]) => named(catalogue, question, key, tally));
  };
}

interface Plan {
  readonly question: SearchQuestion;
  readonly wanted: Acceptance;
  readonly mixes: Readonly<Record<QueryEntity["kind"], Mix>>;
  readonly queries: boolean;
  readonly segments: boolean;
  readonly scales: Readonly<Record<SearchDimension, number>>;
  readonly tallies: Map<number, Tally>;
}

function addCell(plan: Plan, day: number, arrived: number, cell: Cell): void {
  const { query, kind } = cell.entity;
  // Google leaves queries of few people out of every answer that looks at queries, not only out of the list.
  if (plan.queries && (query === null || !plan.wanted.query(query))) return;
  if (!plan.wanted.date(day)) return;
  const counts: readonly Count[] = plan.question.byPage ? cell.shown : [{ ...cell, page: -1 }];
  for (const [order, count] of counts.entries()) {
    if (count.page >= 0 && !plan.wanted.page(count.page)) continue;
    const impressions = roundBy(count.impressions * arrived, cell.spread);
    const clicks = Math.min(impressions, roundBy(count.clicks * arrived, cell.spread));
    if (impressions === 0) continue;
    const { date, query: byQuery, page } = plan.scales;
    const key = day * date + (query ?? 0) * byQuery + Math.max(0, count.page) * page;
    const part: Count = { ...count, impressions, clicks };
    if (plan.segments) addSegments(plan, plan.mixes[kind], key, (cell.spread + order * 0.37) % 1, part);
    else tally(plan, key, part);
  }
}

/** Phones see a result a little higher than desktops do. */
const DEVICE_OFFSET = [0.25, -0.12, 0.1] as const;

function addSegments(plan: Plan, mix: Mix, key: number, draw: number, count: Count): void {
  const seen = spreadOver(count.impressions, mix, draw);
  const clicked = spreadWithin(count.clicks, count.impressions, seen, draw);
  const { wanted } = plan;
  for (const [index, impressions] of seen.entries()) {
    if (impressions === 0) continue;
    const segment = mix.segments[index];
    if (segment === undefined || !wanted.device(segment.device) || !wanted.country(segment.country)) continue;
    const position = Math.max(1, count.position + (DEVICE_OFFSET[segment.device] ?? 0));
    const place = segment.device * plan.scales.device + segment.country * plan.scales.country;
    tally(plan, key + place, { page: count.page, impressions, clicks: clicked[index] ?? 0, position });
  }
}

/** Room for the values of a dimension inside a group's key; all together stay below 2^53. */
const ROOM: Readonly<Record<SearchDimension, number>> = {
  date: 65_536,
  query: 4_096,
  page: 4_096,
  device: 4,
  country: 32,
};

/** What one step of a dimension adds to a key; nothing for dimensions that are not asked for. */
function scalesOf(dimensions: readonly SearchDimension[]): Readonly<Record<SearchDimension, number>> {
  const scales = { date: 0, query: 0, page: 0, device: 0, country: 0 };
  let scale = 1;
  for (const dimension of dimensions) {
    scales[dimension] = scale;
    scale *= ROOM[dimension];
  }
  return scales;
}

function tally(plan: Plan, key: number, { impressions, clicks, position }: Count): void {
  const found = plan.tallies.get(key);
  if (found === undefined) {
    plan.tallies.set(key, { clicks, impressions, positionSum: position * impressions });
    return;
  }
  found.clicks += clicks;
  found.impressions += impressions;
  found.positionSum += position * impressions;
}

type Acceptance = Readonly<Record<SearchDimension, (index: number) => boolean>>;

/** Filters by index; each text is looked at once. */
function acceptance(catalogue: Catalogue, question: SearchQuestion): Acceptance {
  const of = (dimension: SearchDimension): ((index: number) => boolean) => {
    const filters = question.filters.filter((filter) => filter.dimension === dimension);
    if (filters.length === 0) return () => true;
    const known = new Map<number, boolean>();
    return (index) => {
      let answer = known.get(index);
      if (answer === undefined) {
        const value = textOf(catalogue, dimension, index);
        answer = filters.every((filter) => filter.accepts(value));
        known.set(index, answer);
      }
      return answer;
    };
  };
  return { date: of("date"), query: of("query"), page: of("page"), device: of("device"), country: of("country") };
}

function textOf(catalogue: Catalogue, dimension: SearchDimension, index: number): string {
  switch (dimension) {
    case "date":
      return dateOf(index);
    case "query":
      return catalogue.queries.at(index);
    case "page":
      return catalogue.pages.at(index);
    case "device":
      return DEVICES[index] ?? "";
    case "country":
      return catalogue.profile.countries[index]?.code ?? "";
  }
}

function named(catalogue: Catalogue, question: SearchQuestion, key: number, tally: Tally): SearchGroup {
  let rest = key;
  const keys = question.dimensions.map((dimension) => {
    const index = rest % ROOM[dimension];
    rest = (rest - index) / ROOM[dimension];
    return textOf(catalogue, dimension, index);
  });
  return { keys, clicks: tally.clicks, impressions: tally.impressions, positionSum: tally.positionSum };
}
