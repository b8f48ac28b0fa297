/** Records counted or added up by day and by part, page by page. */
import { absent, type Cell, known, lowered, NO_SUM, origin, PageSum, type Sum, summed } from "./cells.ts";

type Sums = readonly (readonly [key: string, sum: Sum])[];

/** JSON. */
export interface Tally {
  readonly whole: Sum;
  readonly days: Sums;
  readonly parts: Sums;
  readonly capped: boolean;
  /** Every page said how many records there are: none is then a measured 0. */
  readonly stated: boolean;
  /** A snapshot to name where no record does. */
  readonly key: string;
}

/** Adds up one page. */
export class PageTally {
  readonly #key: string;
  readonly #whole: PageSum;
  readonly #days = new Map<string, PageSum>();
  readonly #parts = new Map<string, PageSum>();

  constructor(key: string) {
    this.#key = key;
    this.#whole = new PageSum(key);
  }

  add(value: number, pointer: string, { day, part }: { readonly day: string; readonly part: string }): void {
    for (const sum of [this.#whole, this.#in(this.#days, day), this.#in(this.#parts, part)]) sum.add(value, pointer);
  }

  #in(sums: Map<string, PageSum>, key: string): PageSum {
    const sum = sums.get(key) ?? new PageSum(this.#key);
    sums.set(key, sum);
    return sum;
  }

  /** What was carried so far, with this page. */
  onto(before: Tally | null, { capped, stated }: Pick<Tally, "capped" | "stated">): Tally {
    const key = before === null || this.#key < before.key ? this.#key : before.key;
    return {
      whole: this.#whole.onto(before?.whole ?? NO_SUM),
      days: joined(before?.days ?? [], this.#days),
      parts: joined(before?.parts ?? [], this.#parts),
      capped: capped || before?.capped === true,
      stated: stated && before?.stated !== false,
      key,
    };
  }
}

function joined(before: Sums, page: ReadonlyMap<string, PageSum>): Sums {
  const sums = new Map(before);
  for (const [key, sum] of page) sums.set(key, sum.onto(sums.get(key) ?? NO_SUM));
  return [...sums];
}

const CUT = "The source gives no more records than these.";

/** A sum as a value: a bound when the list was cut off, 0 only where the source said that there is nothing. */
export function tallied({ stated, capped, key, whole }: Tally, sum: Sum | undefined, noRow: string): Cell {
  const asked = [origin(key, "/request")];
  if (!stated && whole.amount.units === 0 && whole.amount.micros === 0) return absent("missing", noRow, asked);
  const cell = sum === undefined ? known(0, asked) : summed(sum);
  return capped ? lowered(cell, "capped", CUT) : cell;
}
