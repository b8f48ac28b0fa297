/** The facts of one chunk: every value gets its period, maturity, unit, zone and known caveats here and nowhere else. */
import type { DayRange } from "../business-unit/types.ts";
import { metricOf } from "../evidence/catalogue.ts";
import { addDays, monthEnd, monthStart } from "../facts/days.ts";
import type { FactIdentity } from "../facts/fact-id.ts";
import { ledgerTouching } from "../facts/ledger.ts";
import { isMature, SOURCE_MATURITY_DAYS } from "../facts/maturity.ts";
import { type Cell, lowered } from "./cells.ts";
import { compareFacts, memberOf } from "./member.ts";
import type { CurationContext, Dimension, FactDraft } from "./types.ts";

/** What holds for all facts of a chunk. */
export interface ChunkScope {
  readonly context: Pick<CurationContext, "range" | "today" | "currency">;
  /** The zone the source counts its days in. */
  readonly timeZone: string;
  readonly currency: string;
  /** First day the source itself calls incomplete; null: the catalogue's maturity counts. */
  readonly incompleteFrom: string | null;
  readonly caveats: readonly string[];
}

/**
 * The calendar month a chunk stands for. Null when it does not begin with the month or ends before what there is of it:
 * a total of some days must not be stored as the month's.
 */
export function monthOf({ range, today }: Pick<CurationContext, "range" | "today">): DayRange | null {
  const month = { start: monthStart(range.start), end: monthEnd(range.start) };
  if (range.start !== month.start || range.end > month.end) return null;
  return range.end === month.end || reachesNow({ range, today }) ? month : null;
}

/** True when the chunk ends where data ends: yesterday in the zone of the Business Unit, two days ago in one ahead of it. */
export function reachesNow({ range, today }: Pick<CurationContext, "range" | "today">): boolean {
  return range.end >= addDays(today, -2);
}

/** The days of a chunk that have begun. */
export function daysBegun({ range, today }: Pick<CurationContext, "range" | "today">): DayRange {
  return { start: range.start, end: range.end < today ? range.end : today };
}

const NOT_OVER = "The period is not over; this is what there is of it.";
/** Search Console does not know its last days at all yet: held against a whole month it would read as a fall. */
const NOT_IN = "The source has not finished the last days of the period; this is what there is of it.";

/** Collects the facts of a chunk. */
export class ChunkFacts {
  readonly #scope: ChunkScope;
  /** By what they are: of two members with one name the first stands. */
  readonly #facts = new Map<string, FactDraft>();

  constructor(scope: ChunkScope) {
    this.#scope = scope;
  }

  day(metric: string, day: string, cell: Cell, caveats: readonly string[] = []): void {
    this.#add(
      { metric, grain: "day", period: { start: day, end: day }, dimension: "whole", member: "" },
      cell,
      caveats,
    );
  }

  month(metric: string, month: DayRange, cell: Cell, caveats: readonly string[] = []): void {
    this.#add({ metric, grain: "month", period: month, dimension: "whole", member: "" }, cell, caveats);
  }

  /** A part of the month: `name` is the source's own, untrusted. */
  part(
    metric: string,
    month: DayRange,
    [dimension, name]: readonly [Dimension, string],
    cell: Cell,
    caveats: readonly string[] = [],
  ): void {
    this.#add({ metric, grain: "month", period: month, dimension, member: memberOf(name) }, cell, caveats);
  }

  #add(identity: FactIdentity, cell: Cell, caveats: readonly string[]): void {
    const { metric, grain, period, dimension } = identity;
    const { unit, maturityDays, stored, source } = metricOf(metric);
    if (stored?.[grain]?.includes(dimension) !== true) {
      throw new RangeError(`the catalogue stores no ${metric} of a ${grain} by ${dimension}`);
    }
    const { context, currency, timeZone, incompleteFrom } = this.#scope;
    const over = period.end < context.today && period.end <= context.range.end;
    const settledAfter = (days: number) =>
      incompleteFrom === null ? isMature(period.end, context.today, days) : period.end < incompleteFrom;
    const settled = settledAfter(maturityDays);
    const whole = over && (grain === "day" || settledAfter(SOURCE_MATURITY_DAYS[source]));
    const exact = cell.state === "number" || cell.state === "zero";
    const { state, value, reason, origins } =
      exact && !whole ? lowered(cell, "partial", over ? NOT_IN : NOT_OVER) : cell;
    const money = unit === "currency" && currency !== context.currency ? ["currency_differs"] : [];
    const ledger = ledgerTouching([period], { metric }).map(({ id }) => id);
    const key = [metric, grain, period.start, dimension, identity.member].join("|");
    if (this.#facts.has(key)) return;
    this.#facts.set(key, {
      ...identity,
      state,
      value,
      reason,
      unit,
      currency: unit === "currency" ? currency : null,
      timeZone,
      maturity: over && settled ? "final" : "filling",
      origins,
      caveats: [...new Set([...this.#scope.caveats, ...caveats, ...money, ...ledger])].sort(),
    });
  }

  /** All of them, in an order that does not depend on the order of rows. */
  all(): readonly FactDraft[] {
    return [...this.#facts.values()].sort(compareFacts);
  }
}
