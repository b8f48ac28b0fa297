/**
 * What grows with a run lies in rows of its own, one per entry, so that a turn writes what it changed and not the
 * whole past. The state stays one value for the core; entries it left alone are the same objects as before.
 */
import type { RunState } from "../../core/run/types.ts";

/** The growing lists of a state; each entry is a row of `run_parts`. */
export const PARTS = ["steps", "rounds", "artifacts", "seenStories", "answers", "postedComments"] as const;
export type Part = (typeof PARTS)[number];

/** What changes with every step: a small row of its own, so that the rest need not be written with it. */
export const MOVING = ["version", "updatedAt", "lease", "stepAtWork", "barrenAttempts"] as const;
export type Moving = (typeof MOVING)[number];

/** The state without what grows and what moves. */
export function headOf(state: RunState): object {
  const { steps: _s, rounds: _r, artifacts: _a, seenStories: _seen, ...others } = state;
  const { answers: _answers, postedComments: _posted, ...rest } = others;
  const { version: _v, updatedAt: _u, lease: _l, stepAtWork: _w, barrenAttempts: _b, ...head } = rest;
  return head;
}

const ELSEWHERE: ReadonlySet<string> = new Set([...PARTS, ...MOVING]);

function isOfHead(field: string): field is Exclude<keyof RunState, Part | Moving> {
  return !ELSEWHERE.has(field);
}

/** True when the head of `after` has to be written: a field of it is not the same object any more. */
export function headDiffers(before: RunState | null, after: RunState): boolean {
  if (before === null) return true;
  for (const field in after) if (isOfHead(field) && before[field] !== after[field]) return true;
  return false;
}

export function movingOf({ version, updatedAt, lease, stepAtWork, barrenAttempts }: RunState): Pick<RunState, Moving> {
  return { version, updatedAt, lease, stepAtWork, barrenAttempts };
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
  const changes: PartChange[] = [];
  if (now.length < old.length || before === null) changes.push({ part, cutTo: now.length });
  for (const [n, entry] of now.entries())
    if (n >= old.length || !isSame(old[n], entry)) changes.push({ part, n, value: JSON.stringify(entry) });
  return changes;
}

/** A record is kept as pairs, which are made anew each time. */
function entriesOf(state: RunState, part: Part): readonly unknown[] {
  return part === "postedComments" ? Object.entries(state.postedComments) : state[part];
}

function isSame(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  const pairs = Array.isArray(before) && Array.isArray(after);
  return pairs && before[0] === after[0] && before[1] === after[1];
}

/** A stored state from its head with what moves, and its rows in the order of `n`; not checked yet. */
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
