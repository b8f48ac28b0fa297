/** Deterministic noise: the same seed and coordinates give the same figure on every machine, in any order of asking. */

const UINT32 = 4_294_967_296;

/** FNV-1a of a text, 32 bits. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** An even spread over [0, 1) for a seed and two coordinates. */
export function unit(seed: number, first: number, second = 0): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(first + 0x7f4a7c15, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ Math.imul(second + 0x165667b1, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return ((hash ^ (hash >>> 16)) >>> 0) / UINT32;
}

/** The same over (-1, 1). */
export function signed(seed: number, first: number, second = 0): number {
  return 2 * unit(seed, first, second) - 1;
}

/** A slow swing between -1 and 1 over days, with a period of its own between `shortest` and `longest` days. */
export function wave(seed: number, day: number, shortest: number, longest: number): number {
  const period = shortest + (longest - shortest) * unit(seed, 1);
  return Math.sin(2 * Math.PI * (day / period + unit(seed, 2)));
}

/** Rounds an expected value to a whole count so that the mean over many draws is the expected value. */
export function roundBy(expected: number, draw: number): number {
  return Math.floor(expected + draw);
}

/** Items in an order that depends on the seed only. */
export function shuffled<T>(seed: number, items: readonly T[]): T[] {
  return items
    .map((item, index) => ({ item, key: unit(seed, index) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
