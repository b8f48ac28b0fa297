/** Headline figures of Search Console: totals of three periods, their changes, days, and what the changes consist of. */
import { FLOORS } from "../../../core/evidence/movement.ts";
import type { PeriodKey } from "../../../core/evidence/types.ts";
import { addDays, daysOf } from "../../../core/facts/days.ts";
import { ledgerTouching } from "../../../core/facts/ledger.ts";
import { lengthOf, type ResolvedPeriods } from "../../../core/facts/periods.ts";
import { type Desk, onlySnapshot } from "../desk.ts";
import { YEAR_SHIFT } from "../gather-search.ts";
import { type Gathered, keysOf, OUTSIDE_HISTORY, SPREAD_DAYS } from "../inputs.ts";
import { type Against, changeId, declareChange, declareCountChanges, declareValues, valueId } from "./compare.ts";

/** Declares totals, changes, days and the split of the change. */
export async function declareHeadline(desk: Desk): Promise<void> {
  const { search } = desk.inputs;
  const { totals, daily, spread } = search;
  await desk.cache.need(
    keysOf(totals.primary, totals.previous, totals.yearAgo, daily.primary, daily.previous, daily.yearAgo, spread),
  );
  ledgerCaveats(desk);
  declareTotals(desk);
  declareSpread(desk);
  declareChanges(desk);
  declarePace(desk);
  declareSplit(desk);
  declareDays(desk);
}

function ledgerCaveats({ book, brief }: Desk): void {
  const { primary, previous, yearAgo } = brief.periods;
  for (const entry of ledgerTouching([primary, previous, yearAgo], { source: "search_console" }))
    book.caveat(`ledger.${entry.id}`, `${entry.effect} ${entry.handling}`);
}

/** Caveats of a metric's value in one period: the ledger entries that period touches. */
function caveatsOf({ brief }: Desk, metric: string): readonly string[] {
  const { primary, previous, yearAgo } = brief.periods;
  return ledgerTouching([primary, previous, yearAgo], { metric }).map(({ id }) => `ledger.${id}`);
}

function declareTotals(desk: Desk): void {
  const { totals } = desk.inputs.search;
  const field = (name: string) => (period: PeriodKey) => {
    const query = totals[period];
    return query === null
      ? OUTSIDE_HISTORY
      : ({ op: "pick", snapshot: onlySnapshot(query), pointer: `/rows/0/${name}` } as const);
  };
  for (const name of ["clicks", "impressions", "position"] as const) {
    declareValues(desk.book, {
      base: `gsc.${name}`,
      metric: `gsc.${name}`,
      derivation: field(name),
      caveats: caveatsOf(desk, `gsc.${name}`),
    });
  }
  declareValues(desk.book, {
    base: "gsc.ctr",
    metric: "gsc.ctr",
    caveats: caveatsOf(desk, "gsc.ctr"),
    derivation: (period) => ({
      op: "formula",
      formula: "ratio",
      inputs: [valueId("gsc.clicks", period), valueId("gsc.impressions", period)],
    }),
  });
}

/** How much daily clicks scatter: without it no change may be called one. */
function declareSpread({ book, inputs }: Desk): void {
  const { daily, spread } = inputs.search;
  const snapshots = spread === null ? keysOf(daily.previous, daily.primary) : keysOf(spread);
  const derivation = {
    op: "dispersion",
    snapshots,
    rows: "/rows",
    where: [],
    field: "/clicks",
    day: "/keys/0",
    last: SPREAD_DAYS,
  } as const;
  book.declare({ id: "gsc.clicks.dispersion", metric: "gsc.dispersion", derivation });
  const impressions = { ...derivation, field: "/impressions" } as const;
  book.declare({
    id: "gsc.impressions.dispersion",
    metric: "gsc.dispersion",
    derivation: impressions,
    aspect: "impressions",
  });
}

function declareChanges({ book, brief }: Desk): void {
  const { periods } = brief;
  declareCountChanges(book, periods, "gsc.clicks", { floor: FLOORS.clicks, dispersion: "gsc.clicks.dispersion" });
  declareCountChanges(book, periods, "gsc.impressions", {
    floor: FLOORS.impressions,
    dispersion: "gsc.impressions.dispersion",
  });
  for (const against of ["previous", "year_ago"] as const) {
    declareChange(book, periods, "gsc.ctr", against, "pp");
    const sides = ["primary", against === "previous" ? "previous" : "yearAgo"] as const;
    declareChange(book, periods, "gsc.ctr", against, "pct", {
      formula: {
        id: "delta_rate_pct",
        inputs: ["gsc.ctr", "gsc.impressions"].flatMap((base) => sides.map((side) => valueId(base, side))),
      },
      constants: [FLOORS.impressions],
    });
    declareChange(book, periods, "gsc.position", against, "abs");
    declareRateDistance(book, periods, against);
  }
  for (const edge of ["low", "high"] as const) {
    book.formula(`gsc.ctr.${edge}`, `wilson_${edge}`, ["gsc.clicks.primary", "gsc.impressions.primary"], {
      metric: "gsc.ctr",
      period: "primary",
      aspect: edge === "low" ? "lower edge" : "upper edge",
    });
  }
}

/** How far the click-through rate is from the one compared with; withheld like its change when the ledger says so. */
function declareRateDistance(book: Desk["book"], periods: ResolvedPeriods, against: Against): void {
  const key = against === "previous" ? "previous" : "yearAgo";
  const rest = { metric: "gsc.ctr", unit: "z_score", period: "primary", aspect: "distance" } as const;
  const id = changeId("gsc.ctr", against, "z");
  const [entry] = ledgerTouching([periods.primary, periods[key]], { metric: "gsc.ctr" });
  if (entry === undefined) {
    const counts = (["primary", key] as const).flatMap((period) => [
      valueId("gsc.clicks", period),
      valueId("gsc.impressions", period),
    ]);
    book.formula(id, "z_rates", [...counts, "gsc.clicks.dispersion"], rest);
  } else {
    const derivation = { op: "absent", state: "withheld", reason: entry.effect } as const;
    book.declare({ ...rest, id, derivation, caveats: [`ledger.${entry.id}`] });
  }
}

/** Clicks a day, plainly and with weekdays balanced. */
function declarePace({ book, brief, inputs }: Desk): void {
  const { periods } = brief;
  declareValues(book, {
    base: "gsc.clicks_per_day",
    metric: "gsc.clicks_per_day",
    derivation: (period) => ({
      op: "formula",
      formula: "per_day",
      inputs: [valueId("gsc.clicks", period)],
      constants: [lengthOf(periods[period])],
    }),
  });
  const { daily } = inputs.search;
  declareValues(book, {
    base: "gsc.clicks_weekday",
    metric: "gsc.clicks_weekday",
    derivation: (period) =>
      daily[period] === null
        ? OUTSIDE_HISTORY
        : {
            op: "weekday_mean",
            snapshots: keysOf(daily[period]),
            rows: "/rows",
            where: [],
            field: "/clicks",
            day: "/keys/0",
          },
  });
  for (const base of ["gsc.clicks_per_day", "gsc.clicks_weekday"]) {
    for (const [against, key] of [
      ["previous", "previous"],
      ["year_ago", "yearAgo"],
    ] as const) {
      // The floor of a count, as a pace: so that a few clicks a day give no percentage either.
      declareChange(book, periods, base, against, "pct", { constants: [FLOORS.clicks / lengthOf(periods[key])] });
    }
  }
}

/** Clicks = impressions × rate: how much of the change follows from each. Not when the ledger touches impressions. */
function declareSplit({ book, brief }: Desk): void {
  const { primary, previous } = brief.periods;
  const [entry] = ledgerTouching([primary, previous], { metric: "gsc.impressions" });
  for (const [kind, formula] of [
    ["volume", "midpoint_volume"],
    ["rate", "midpoint_rate"],
  ] as const) {
    const id = `gsc.split_${kind}`;
    const rest = { metric: id, period: "primary" as const, unit: "count" as const };
    if (entry !== undefined) {
      const derivation = { op: "absent", state: "withheld", reason: entry.effect } as const;
      book.declare({ ...rest, id, derivation, caveats: [`ledger.${entry.id}`] });
    } else
      book.formula(
        id,
        formula,
        ["gsc.impressions.primary", "gsc.impressions.previous", "gsc.ctr.primary", "gsc.ctr.previous"],
        rest,
      );
  }
}

/** The id of a day's clicks. */
export function dayId(day: string): string {
  return `gsc.day.${day}.clicks`;
}

function declareDays({ book, brief, inputs }: Desk): void {
  const { daily } = inputs.search;
  const { primary, previous } = brief.periods;
  const shifted = { start: addDays(primary.start, -YEAR_SHIFT), end: addDays(primary.end, -YEAR_SHIFT) };
  const declare = (query: Gathered | null, days: readonly string[], period: PeriodKey) => {
    if (query === null) return;
    for (const day of days) {
      const where = [{ at: "/keys/0", op: "eq", value: day }] as const;
      const derivation = { op: "lookup", snapshots: keysOf(query), rows: "/rows", where, field: "/clicks" } as const;
      book.declare({ id: dayId(day), metric: "gsc.daily_clicks", derivation, period });
    }
  };
  declare(daily.primary, daysOf(primary), "primary");
  declare(daily.previous, daysOf(previous), "previous");
  declare(daily.yearAgo, daysOf(shifted), "yearAgo");
}
