/** Figures of several rounds: the median, and how far apart the rounds were. */

/** What several rounds of one measurement gave. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The value below which the given share of all values lies; `share` from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Median, least and most. */
export function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) };
}

/** Round by round, the first over the second: what happened to the machine in a round happened to both. */
export function ratios(values: readonly number[], floors: readonly number[]): Spread {
  return spread(values.map((value, round) => value / (floors[round] ?? Number.NaN)));
}
