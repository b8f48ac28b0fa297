/** The strongest rows of a list of any length, in bounded memory. */
import { order } from "./member.ts";

/** A row with its place in its snapshot. JSON. */
export interface Ranked {
  readonly key: string;
  readonly snapshotKey: string;
  /** Index of the row in its snapshot. */
  readonly at: number;
  /** Strongest first; the first ones decide. */
  readonly values: readonly number[];
}

/** Rows of a list that become facts. */
export const TOP = 250;

/** The `limit` strongest of both, each key once: a row may turn up on two pages when the list moved in between. */
export function strongest<R extends Ranked>(carried: readonly R[], fresh: readonly R[], limit = TOP): readonly R[] {
  const keys = new Set<string>();
  const kept: R[] = [];
  for (const row of [...carried, ...fresh].sort(compare)) {
    if (kept.length === limit) break;
    if (keys.has(row.key)) continue;
    keys.add(row.key);
    kept.push(row);
  }
  return kept;
}

function compare(a: Ranked, b: Ranked): number {
  for (const [index, value] of a.values.entries()) {
    const difference = (b.values[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return order(a.key, b.key) || order(a.snapshotKey, b.snapshotKey) || a.at - b.at;
}
