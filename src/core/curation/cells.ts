/** Typed values with the cells of the snapshots they come from, before it is known which fact they belong to. */
import type { FactState } from "../evidence/types.ts";
import { type Amount, amountOf, NOTHING, numberOf, plus } from "./amount.ts";
import type { Origin } from "./types.ts";

/** A value, or why there is none. */
export interface Cell {
  readonly state: FactState;
  readonly value: number | null;
  readonly reason: string | null;
  readonly origins: readonly Origin[];
}

/** Pointers named of one snapshot; a sum over a full page would carry a megabyte of them otherwise. */
const NAMED = 100;

/** One cell of a snapshot. */
export function origin(snapshotKey: string, ...pointers: readonly string[]): Origin {
  return { snapshotKey, pointers, more: 0 };
}

/** A measured value: `zero` when it is 0. */
export function known(value: number, origins: readonly Origin[]): Cell {
  return { state: value === 0 ? "zero" : "number", value, reason: null, origins };
}

/** No value, and why; `origins` are the cells that say so. */
export function absent(
  state: "missing" | "unavailable" | "withheld" | "not_defined",
  reason: string,
  origins: readonly Origin[] = [],
): Cell {
  return { state, value: null, reason, origins };
}

/** The value with less to say about it: a bound, or a part. What has no value stays as it is. */
export function lowered(cell: Cell, state: "capped" | "partial", reason: string): Cell {
  return cell.value === null ? cell : { ...cell, state, reason };
}

/** One number divided by another, each with its cells; what one side lacks, the ratio lacks. */
export function ratio(numerator: Cell, denominator: Cell): Cell {
  const origins = mergedOrigins([...numerator.origins, ...denominator.origins]);
  const [above, below] = [numerator.value, denominator.value];
  if (above === null) return { ...numerator, origins };
  if (below === null) return { ...denominator, origins };
  if (below === 0) return absent("not_defined", "It would be a division by zero.", origins);
  return weaker({ ...known(above / below, origins) }, [numerator, denominator]);
}

/** The cell in the weakest state of those it was computed from: what follows from a bound is not exact either. */
export function weaker(cell: Cell, inputs: readonly Cell[]): Cell {
  const weak =
    inputs.find(({ state }) => state === "capped" && cell.value !== null) ??
    inputs.find(({ state }) => state === "partial" && cell.value !== null);
  return weak === undefined ? cell : { ...cell, state: weak.state, reason: weak.reason };
}

/** Origins with each snapshot once, in an order that does not depend on the order the pages came in. */
export function mergedOrigins(origins: readonly Origin[]): readonly Origin[] {
  const bySnapshot = new Map<string, { pointers: Set<string>; more: number }>();
  for (const { snapshotKey, pointers, more } of origins) {
    const found = bySnapshot.get(snapshotKey) ?? { pointers: new Set<string>(), more: 0 };
    bySnapshot.set(snapshotKey, found);
    for (const pointer of pointers) found.pointers.add(pointer);
    found.more += more;
  }
  return [...bySnapshot]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([snapshotKey, { pointers, more }]) => {
      const named = [...pointers];
      return { snapshotKey, pointers: named.slice(0, NAMED), more: more + Math.max(0, named.length - NAMED) };
    });
}

/** A sum over cells, with where they are. JSON. */
export interface Sum {
  readonly amount: Amount;
  readonly origins: readonly Origin[];
}

export const NO_SUM: Sum = { amount: NOTHING, origins: [] };

/** Adds up cells of one snapshot. */
export class PageSum {
  readonly #snapshotKey: string;
  readonly #pointers: string[] = [];
  #more = 0;
  #amount = NOTHING;

  constructor(snapshotKey: string) {
    this.#snapshotKey = snapshotKey;
  }

  add(value: number, pointer: string): void {
    this.#amount = plus(this.#amount, amountOf(value));
    if (this.#pointers.length < NAMED) this.#pointers.push(pointer);
    else this.#more += 1;
  }

  /** What was carried so far, with this page. */
  onto({ amount, origins }: Sum): Sum {
    // Nothing of this page belongs to the sum; what was asked is then all there is to show.
    const pointers = this.#pointers.length === 0 ? ["/request"] : this.#pointers;
    const here = { snapshotKey: this.#snapshotKey, pointers, more: this.#more };
    return { amount: plus(amount, this.#amount), origins: [...origins, here] };
  }
}

/** The sum as a value. */
export function summed({ amount, origins }: Sum): Cell {
  return known(numberOf(amount), mergedOrigins(origins));
}
