/**
 * What grows with a run lies in rows of its own, one per entry, so that a turn writes what it changed and not the
 * whole past. The state stays one value for the core; entries it left alone are the same objects as before.
 */
import type { RunState } from "../../core/run/types.ts";

/** The growing lists of a state; each entry is a row of `run_parts`. */
export const PARTS = ["steps", "rounds", "artifacts", "seenStories", "postedComments"] as const;
export type Part = (typeof PARTS)[number];

/** The state without what grows. */
export function headOf(state: RunState): object {
  const { steps: _s, rounds: _r, artifacts: _a, seenStories: _seen, postedComments: _posted, ...head } = state;
  return head;
}

/** An entry to write, or the length a list was cut to. */
export type PartChange =
  | { readonly part: Part; readonly n: number; readonly value: string }
  | { readonly part: Part; readonly cutTo: number };

/** What has to be written so that the rows of `before` hold `after`. */
export function changesOf(before: RunState | null, after: RunState): readonly PartChange[] {
  return PARTS.flatMap((part) => (before?.[part] === after[part] ? [] : changesOfPart(part, before, after)));
}

function changesOfPart(part: Part, before: RunState | null, after: RunState): readonly PartChange[] {
  const old = before === null ? [] : entriesOf(before, part);
  const now = entriesOf(after, part);
  const written = now.flatMap((entry, n): readonly PartChange[] =>
    n < old.length && old[n]?.same(entry.value) === true ? [] : [{ part, n, value: JSON.stringify(entry.value) }],
  );
  return now.length < old.length || before === null ? [{ part, cutTo: now.length }, ...written] : written;
}

interface Entry {
  readonly value: unknown;
  same(other: unknown): boolean;
}

function entriesOf(state: RunState, part: Part): readonly Entry[] {
  if (part !== "postedComments") return state[part].map((value) => ({ value, same: (other) => other === value }));
  // A record is kept as pairs, which are made anew each time.
  return Object.entries(state.postedComments).map((pair) => ({
    value: pair,
    same: (other) => JSON.stringify(other) === JSON.stringify(pair),
  }));
}

/** A stored state from its head and its rows, in the order of `n`; not checked yet. */
export function assembled(head: object, rows: readonly { readonly part: string; readonly value: unknown }[]): object {
  const lists = new Map<string, unknown[]>(PARTS.map((part) => [part, []]));
  for (const { part, value } of rows) lists.get(part)?.push(value);
  const { postedComments = [], ...others } = Object.fromEntries(lists);
  return { ...head, ...others, postedComments: Object.fromEntries(postedComments.flatMap(pairOf)) };
}

function pairOf(value: unknown): readonly [string, unknown][] {
  if (!Array.isArray(value)) return [];
  const [key, gid]: readonly unknown[] = value;
  return typeof key === "string" ? [[key, gid]] : [];
}
