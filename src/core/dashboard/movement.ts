/** Movement of a figure against another period, or why none is stated. Formulas: `delta_abs`, `delta_pct`, `delta_pp`. */

import { daysBetween } from "../facts/days.ts";
import type { MovementView } from "../wire-dashboard.ts";
import type { FactView } from "../wire-data.ts";
import { alikeDays, type DaysOfTwo, LEAST_DAYS } from "./alike.ts";
import { figureOf, isMeasured } from "./facts.ts";
import type { BoardMetric } from "./types.ts";

/** Smallest base for which a percentage is stated: below it only counts are. */
const FLOORS: readonly (readonly [pattern: RegExp, base: number])[] = [
  [/impressions$/, 1_000],
  [/(?:key_events|conversions|purchases|leads|contacts|deals|deals_won)$/, 30],
  [/(?:clicks|sessions|users)$/, 100],
];

/** Places of single keywords: whole numbers in the catalogue, yet no amount of anything. */
const PLACES: ReadonlySet<string> = new Set(["rank.keyword"]);

/** How a metric is shown: `place` is a rank, compared as ranks are and never as a share. */
export function shownUnit({ id, unit }: Pick<BoardMetric, "id" | "unit">): string {
  return PLACES.has(id) ? "place" : unit;
}

/** Whether a small value comes first. */
export function isPlace(metric: Pick<BoardMetric, "id" | "unit">): boolean {
  return ["place", "position"].includes(shownUnit(metric));
}

const RATES: ReadonlySet<string> = new Set(["ratio", "percent"]);

interface Said {
  readonly relative: number | null;
  readonly points: number | null;
  readonly note: string | null;
}

const silent = (note: string): Said => ({ relative: null, points: null, note });

function floorOf(metric: string): number {
  return FLOORS.find(([pattern]) => pattern.test(metric))?.[1] ?? 0;
}

function said(metric: BoardMetric, now: number, before: number): Said {
  const points = RATES.has(metric.unit) ? (now - before) * (metric.unit === "ratio" ? 100 : 1) : null;
  // Places are compared as places: a share of a place means nothing.
  if (isPlace(metric)) return { relative: null, points: null, note: null };
  if (before === 0) return { relative: null, points, note: now === 0 ? "None in either." : "New." };
  if (before < 0) return { relative: null, points, note: "No share of a negative base is stated." };
  const floor = floorOf(metric.id);
  if (before < floor) return { relative: null, points, note: `Fewer than ${floor} before: too few for a percentage.` };
  const relative = (now - before) / before;
  // Next to nothing before: the share is more than a number holds.
  return Number.isFinite(relative) ? { relative, points, note: null } : { relative: null, points, note: "New." };
}

/** The days a fact is about, so that two of different length are not compared as if they were alike. */
function partialNote(now: FactView, before: FactView): string | null {
  if (now.state === "partial" || before.state === "partial") return "One of the periods is not complete.";
  if (now.state === "capped" || before.state === "capped") return "The source cut the rows off: both are lower bounds.";
  return null;
}

const TOO_FEW_DAYS = "Fewer than a week of both months is final: too little to compare.";

type Breaks = ReadonlyMap<string, { readonly text: string }>;

/** The words of the first known measurement break among caveats; null: they name none. */
function brokenBy(caveats: readonly string[], breaks: Breaks): string | null {
  return caveats.flatMap((id) => breaks.get(id)?.text ?? [])[0] ?? null;
}

/** A month that grows against as many days of the other; null where there are no days to hold against each other. */
function soFar(metric: BoardMetric, days: DaysOfTwo | null, breaks: Breaks): (Said & Absolute) | null {
  const alike = days === null ? null : alikeDays(metric, days);
  if (alike === null) return null;
  const { days: count, now, before, caveats } = alike;
  const few = count < LEAST_DAYS ? TOO_FEW_DAYS : null;
  const why = brokenBy(caveats, breaks) ?? few;
  if (why !== null) return { absolute: null, days: null, ...silent(why) };
  return { absolute: now - before, days: count, ...said(metric, now, before) };
}

type Absolute = Pick<MovementView, "absolute" | "days">;

/** How an amount a day moved. A month with three days more has a tenth more of everything, and nothing happened. */
function perDayOf({ adds }: BoardMetric, now: FactView, before: FactView, relative: number | null): number | null {
  const [days = 0, daysBefore = 0] = [now, before].map(({ period }) => daysBetween(period.start, period.end) + 1);
  if (relative === null || days === daysBefore) return null;
  return adds === "everywhere" || adds === "periods" ? ((1 + relative) * daysBefore) / days - 1 : null;
}

/**
 * The movement of a metric from one fact to another. `days`: what a month that is not complete is compared by instead;
 * null: nothing.
 */
export function movementBetween(
  metric: BoardMetric,
  against: MovementView["against"],
  now: FactView | null,
  before: FactView | null,
  breaks: Breaks,
  days: DaysOfTwo | null = null,
): MovementView {
  const base = { against, figure: figureOf(before), days: null, perDay: null };
  if (now === null || before === null || !isMeasured(now) || !isMeasured(before)) {
    const grows = now?.state === "partial" ? soFar(metric, days, breaks) : null;
    if (grows !== null) return { ...base, ...grows };
    const note = now !== null && before !== null ? partialNote(now, before) : null;
    return { ...base, absolute: null, ...silent(note ?? "There is nothing to compare with.") };
  }
  const broken = brokenBy([...now.caveats, ...before.caveats], breaks);
  if (broken !== null) return { ...base, absolute: null, ...silent(broken) };
  if (now.currency !== before.currency || now.timeZone !== before.timeZone)
    return { ...base, absolute: null, ...silent("Currency or time zone changed in between.") };
  const words = said(metric, now.value, before.value);
  const perDay = perDayOf(metric, now, before, words.relative);
  return { ...base, absolute: now.value - before.value, ...words, perDay };
}
