/**
 * Two people changed the same field. What each wrote is taken apart as far as it makes sense, so that the one who comes
 * second chooses piece by piece; a piece that only one of them touched needs no choice.
 */
import type { FieldDifference } from "../../../src/core/wire.ts";

export type Side = "mine" | "theirs";

/** A piece both sides have an opinion on; `undefined` is "not there". */
export interface Piece {
  readonly key: string;
  readonly mine: unknown;
  readonly theirs: unknown;
  readonly base: unknown;
  /** Decided already where only one side moved away from the base. */
  readonly side: Side | null;
}

/** One field of the record, in pieces. A field that is only to be had whole is one piece with an empty key. */
export interface Clash {
  readonly field: string;
  readonly shape: Shape;
  readonly difference: FieldDifference;
  readonly pieces: readonly Piece[];
}

type Shape = "whole" | "object" | "words" | "rows";

export interface Conflict {
  /** The version theirs is of; what is decided on it goes out with it. */
  readonly version: number;
  readonly clashes: readonly Clash[];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Equal as JSON, whatever order the keys came in. */
export function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, n) => same(item, other[n]));
  if (isObject(one) && isObject(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].every((key) => same(one[key], other[key]));
  }
  return (one ?? null) === (other ?? null);
}

/** What names a row among its siblings. */
const ROW_KEYS = ["metric", "source"];

function rowKey(row: unknown): string | null {
  if (!isObject(row)) return null;
  const key = ROW_KEYS.map((name) => row[name]).find((value) => typeof value === "string");
  return typeof key === "string" ? key : null;
}

function shapeOf(value: unknown): Shape {
  if (isObject(value)) return "object";
  if (!Array.isArray(value) || value.length === 0) return "whole";
  if (value.every((item) => typeof item === "string")) return "words";
  const keys = value.map(rowKey);
  // The order of page groups counts, so two lists of them are never mixed.
  return keys.includes(null) || new Set(keys).size < keys.length ? "whole" : "rows";
}

function entriesOf(value: unknown, shape: Shape): ReadonlyMap<string, unknown> {
  if (shape === "object") return new Map(isObject(value) ? Object.entries(value) : []);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return new Map(items.map((item) => [shape === "words" ? String(item) : (rowKey(item) ?? ""), item]));
}

function sideOf(mine: unknown, theirs: unknown, base: unknown): Side | null {
  if (same(mine, base)) return "theirs";
  return same(theirs, base) ? "mine" : null;
}

function clashOf(difference: FieldDifference): Clash {
  const { field, yours, current, base } = difference;
  const whole: Clash = {
    field,
    shape: "whole",
    difference,
    pieces: [{ key: "", mine: yours, theirs: current, base, side: null }],
  };
  const shape = shapeOf(yours);
  if (shape === "whole" || shapeOf(current) !== shape) return whole;
  const [mine, theirs, before] = [entriesOf(yours, shape), entriesOf(current, shape), entriesOf(base, shape)];
  const pieces = [...new Set([...theirs.keys(), ...mine.keys()])]
    .filter((key) => !same(mine.get(key), theirs.get(key)))
    .map((key): Piece => {
      const [m, t, b] = [mine.get(key), theirs.get(key), before.get(key)];
      return { key, mine: m, theirs: t, base: b, side: sideOf(m, t, b) };
    });
  // The same entries in another order.
  return pieces.length === 0 ? whole : { field, shape, difference, pieces };
}

/** The conflict a refused write tells of. */
export function conflictOf(difference: readonly FieldDifference[], version: number): Conflict {
  return { version, clashes: difference.map(clashOf) };
}

/** Which side is taken, by `field` and `key`. */
export type Choices = ReadonlyMap<string, Side>;

export function choiceKey(field: string, key: string): string {
  return `${field}\n${key}`;
}

/** The choices that are made already. */
export function firstChoices({ clashes }: Conflict): Choices {
  return new Map(
    clashes.flatMap(({ field, pieces }) =>
      pieces.flatMap(({ key, side }): [string, Side][] => (side === null ? [] : [[choiceKey(field, key), side]])),
    ),
  );
}

/** True when nothing is left to choose. */
export function isDecided({ clashes }: Conflict, choices: Choices): boolean {
  return clashes.every(({ field, pieces }) => pieces.every(({ key }) => choices.has(choiceKey(field, key))));
}

function merged(clash: Clash, choices: Choices): unknown {
  const { field, shape, difference, pieces } = clash;
  const taken = new Map(
    pieces.map((piece) => [piece.key, choices.get(choiceKey(field, piece.key)) === "mine" ? piece.mine : piece.theirs]),
  );
  if (shape === "whole") return taken.get("");
  const entries = new Map(entriesOf(difference.current, shape));
  for (const [key, value] of taken)
    if (value === undefined) entries.delete(key);
    else entries.set(key, value);
  return shape === "object" ? Object.fromEntries(entries) : [...entries.values()];
}

/** The values that were decided on, by field. */
export function resolved(conflict: Conflict, choices: Choices): ReadonlyMap<string, unknown> {
  return new Map(conflict.clashes.map((clash) => [clash.field, merged(clash, choices)]));
}

/** What the others wrote, by field. */
export function theirs({ clashes }: Conflict): ReadonlyMap<string, unknown> {
  return new Map(clashes.map(({ field, difference }) => [field, difference.current]));
}
