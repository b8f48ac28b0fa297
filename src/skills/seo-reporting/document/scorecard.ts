/** The headline tiles: at most eight, each with its licensed movement. */

import { metricOf } from "../../../core/evidence/catalogue.ts";
import { isTooSmall, type Movement, movementOf } from "../../../core/evidence/movement.ts";
import { daysOf } from "../../../core/facts/days.ts";
import type { Tile, TileComparison } from "../../../reporting/document.ts";
import type { Desk } from "../desk.ts";
import { type Against, changeId, valueId } from "../facts/compare.ts";
import type { Figures } from "../facts/figures.ts";
import { dayId } from "../facts/headline.ts";

const MOST_TILES = 8;

interface TilePlan {
  readonly base: string;
  readonly change: "abs" | "pct" | "pp";
  readonly spark?: readonly string[];
  readonly source: string;
}

/** The tiles of a report, in order of weight. */
export function scorecardOf(desk: Desk, figures: Figures): readonly Tile[] {
  const { analytics } = desk.inputs;
  const spark = daysOf(desk.brief.periods.primary).map(dayId);
  const plans: TilePlan[] = [
    { base: "gsc.clicks", change: "pct", spark, source: "Search Console" },
    { base: "gsc.impressions", change: "pct", source: "Search Console" },
    { base: "gsc.ctr", change: "pp", source: "Search Console" },
  ];
  if (desk.brief.brandTerms.length > 0)
    plans.push({ base: "gsc.nonbrand_clicks", change: "pct", source: "Search Console, listed queries" });
  if (figures.analytics !== null && analytics.status === "used" && !desk.options.without.includes("conversions")) {
    plans.push({ base: "ga4.sessions", change: "pct", source: "Google Analytics" });
    plans.push({ base: "ga4.key_events", change: "pct", source: "Google Analytics" });
    if (figures.analytics.hasRevenue) plans.push({ base: "ga4.revenue", change: "pct", source: "Google Analytics" });
  }
  return plans.slice(0, MOST_TILES).map((plan) => tileOf(desk, plan));
}

function tileOf(desk: Desk, plan: TilePlan): Tile {
  const metric = metricOf(plan.base);
  return {
    id: plan.base,
    label: metric.label,
    value: valueId(plan.base, "primary"),
    better: metric.better,
    previous: comparisonOf(desk, plan, "previous"),
    yearAgo: comparisonOf(desk, plan, "year_ago"),
    spark: plan.spark ?? [],
    badge: null,
    source: plan.source,
  };
}

/** Null when that comparison was not asked for, was never gathered, or cannot exist. */
function comparisonOf(desk: Desk, { base, change }: TilePlan, against: Against): TileComparison | null {
  const { book, options } = desk;
  if (options.comparison === (against === "previous" ? "year_over_year" : "previous")) return null;
  const value = valueId(base, against === "previous" ? "previous" : "yearAgo");
  const id = smallBase(desk, base, against) ? changeId(base, against, "abs") : changeId(base, against, change);
  if (!book.has(value) || !book.has(id) || book.number(value) === null) return null;
  const movement = licenceOf(desk, base, against);
  const untold = desk.book.number(id) === null ? undefined : UNTOLD[movement];
  return {
    value,
    change: id,
    ...(movement === "flat" ? { flat: true } : {}),
    ...(untold === undefined ? {} : { untold }),
  };
}

/** Why a change carries no word; only what was tested may be called flat. */
const UNTOLD: Partial<Readonly<Record<Movement, string>>> = {
  low: "too few to test",
  untested: "not tested",
  unknown: "not tested",
};

/** Under the floor only counts are printed. */
function smallBase({ book }: Desk, base: string, against: Against): boolean {
  const [id, counts] = [changeId(base, against, "pct"), changeId(base, against, "abs")];
  return book.has(id) && book.has(counts) && isTooSmall(book.value(id));
}

function licenceOf({ book }: Desk, base: string, against: Against): Movement {
  const z = changeId(base, against, "z");
  if (!book.has(z)) return "unknown";
  return movementOf(book.value(z), book.value(changeId(base, against, "pct")));
}
