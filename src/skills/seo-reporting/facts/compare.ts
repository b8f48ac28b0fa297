/** A metric of three periods with its changes, the same for every source. */
import type { EvidenceBook } from "../../../core/evidence/book.ts";
import type { Derivation, FormulaId, PeriodKey, Unit } from "../../../core/evidence/types.ts";
import { daysBetween } from "../../../core/facts/days.ts";
import { ledgerTouching } from "../../../core/facts/ledger.ts";
import type { DayRange } from "../../../core/facts/period-words.ts";
import { lengthOf, type ResolvedPeriods } from "../../../core/facts/periods.ts";

/** Ids of a metric's facts: `<base>.primary` … `<base>.yoy_pct`. */
export type Against = "previous" | "year_ago";

/** How the words of ids and labels go with a comparison. */
const SIDES: Readonly<Record<Against, { readonly key: PeriodKey; readonly change: string; readonly words: string }>> = {
  previous: { key: "previous", change: "delta", words: "previous period" },
  year_ago: { key: "yearAgo", change: "yoy", words: "year before" },
};

/** The id of a metric's value in a period. */
export function valueId(base: string, period: PeriodKey): string {
  return `${base}.${period === "yearAgo" ? "year_ago" : period}`;
}

/** The id of a change: `gsc.clicks.delta_pct`, `gsc.clicks.yoy_abs` … */
export function changeId(base: string, against: Against, kind: "abs" | "pct" | "pp" | "z"): string {
  return `${base}.${SIDES[against].change}_${kind}`;
}

export interface ComparedMetric {
  readonly base: string;
  readonly metric: string;
  readonly currency?: string | null;
  readonly caveats?: readonly string[];
  derivation(period: PeriodKey): Derivation;
}

const PERIOD_WORDS: Readonly<Record<PeriodKey, string>> = {
  primary: "this period",
  previous: "previous period",
  yearAgo: "year before",
};

/** Declares a metric's value in the three periods. */
export function declareValues(book: EvidenceBook, metric: ComparedMetric): void {
  for (const period of ["primary", "previous", "yearAgo"] as const) {
    book.declare({
      id: valueId(metric.base, period),
      metric: metric.metric,
      derivation: metric.derivation(period),
      period,
      currency: metric.currency ?? null,
      aspect: PERIOD_WORDS[period],
      caveats: metric.caveats ?? [],
    });
  }
}

/** Caveats of a count in the two periods compared: the ledger entries they touch. */
export function countCaveats({ primary, previous }: ResolvedPeriods, metric: string): readonly string[] {
  return ledgerTouching([primary, previous], { metric }).map(({ id }) => `ledger.${id}`);
}

interface ChangeOptions {
  readonly unit?: Unit;
  readonly currency?: string | null;
  readonly constants?: readonly number[];
  /**
   * Smallest base of a count for which a percentage is printed. Between periods that differ in length the percentage of
   * a count is of its value a day: a longer month alone is no growth.
   */
  readonly floor?: number;
  /** Another formula than that of the kind, with its inputs. */
  readonly formula?: { readonly id: FormulaId; readonly inputs: readonly string[] };
}

/**
 * Declares one change of a metric. A metric whose period touches the ledger of measurement breaks gets `withheld`
 * instead, so that no growth can be stated.
 */
export function declareChange(
  book: EvidenceBook,
  periods: ResolvedPeriods,
  base: string,
  against: Against,
  kind: "abs" | "pct" | "pp",
  options: ChangeOptions = {},
): void {
  const side = SIDES[against];
  const { metric } = book.get(valueId(base, "primary"));
  const [entry] = ledgerTouching([periods.primary, periods[side.key]], { metric });
  const names = { abs: "change", pct: "relative change", pp: "change in points" } as const;
  const units = { abs: options.unit, pct: "percent_change", pp: "percentage_points" } as const;
  const unit = units[kind];
  const days = [lengthOf(periods.primary), lengthOf(periods[side.key])];
  const daily = kind === "pct" && options.floor !== undefined && days[0] !== days[1];
  const declaration = {
    metric,
    period: "primary" as const,
    aspect: `${names[kind]}${daily ? " of the daily average" : ""} on ${side.words}`,
    currency: kind === "abs" ? (options.currency ?? null) : null,
    ...(unit === undefined ? {} : { unit }),
  };
  const id = changeId(base, against, kind);
  if (entry !== undefined) {
    book.declare({
      ...declaration,
      id,
      derivation: { op: "absent", state: "withheld", reason: entry.effect },
      caveats: [`ledger.${entry.id}`],
    });
    return;
  }
  const formulas = { abs: "delta_abs", pct: "delta_pct", pp: "delta_pp" } as const satisfies Record<
    typeof kind,
    FormulaId
  >;
  const inputs = options.formula?.inputs ?? [valueId(base, "primary"), valueId(base, side.key)];
  const floor = options.floor === undefined ? options.constants : [options.floor, ...(daily ? days : [])];
  book.formula(id, options.formula?.id ?? (daily ? "delta_day_pct" : formulas[kind]), inputs, {
    ...declaration,
    ...(floor === undefined ? {} : { constants: floor }),
  });
}

/** Declares both changes of a count, with the z-score that licenses words about it. `floor`: smallest base for a percentage. */
export function declareCountChanges(
  book: EvidenceBook,
  periods: ResolvedPeriods,
  base: string,
  rules: { readonly floor: number; readonly dispersion: string; readonly currency?: string | null },
): void {
  for (const against of ["previous", "year_ago"] as const) {
    declareChange(book, periods, base, against, "abs", { currency: rules.currency ?? null });
    declareChange(book, periods, base, against, "pct", { floor: rules.floor });
    declareCountDistance(book, periods, base, against, rules.dispersion);
  }
}

const OTHER_WEEKDAYS: Derivation = {
  op: "absent",
  state: "not_defined",
  reason: "parts of a week that hold different weekdays cannot be told apart from the weekdays themselves",
};

/** A Monday against the Sunday before is no test of anything: periods under a week need the same weekdays. */
function testable(one: DayRange, other: DayRange): boolean {
  return Math.min(lengthOf(one), lengthOf(other)) >= 7 || daysBetween(one.start, other.start) % 7 === 0;
}

/** Declares the z-score of a count against another period. */
export function declareCountDistance(
  book: EvidenceBook,
  periods: ResolvedPeriods,
  base: string,
  against: Against,
  dispersion: string,
): void {
  const { key, words } = SIDES[against];
  const { metric } = book.get(valueId(base, "primary"));
  const id = changeId(base, against, "z");
  const rest = { metric, unit: "z_score", period: "primary", aspect: `distance from ${words}` } as const;
  if (!testable(periods.primary, periods[key])) {
    book.declare({ ...rest, id, derivation: OTHER_WEEKDAYS });
    return;
  }
  book.formula(id, "z_counts", [valueId(base, "primary"), valueId(base, key), dispersion], {
    ...rest,
    constants: [lengthOf(periods.primary), lengthOf(periods[key])],
  });
}
