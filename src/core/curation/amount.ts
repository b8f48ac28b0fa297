/**
 * Sums that do not depend on the order of their parts: fractions are added in whole millionths, because sums of floating
 * point numbers differ in their last digits with the order, and equal snapshots have to give equal bytes.
 */

const MILLION = 1_000_000;

/** A number as whole units and whole millionths. JSON. */
export interface Amount {
  readonly units: number;
  readonly micros: number;
}

export const NOTHING: Amount = { units: 0, micros: 0 };

/** A number, rounded to a millionth. */
export function amountOf(value: number): Amount {
  const units = Math.trunc(value);
  // `+ 0`: a rounded -0 is 0, also as JSON.
  return { units, micros: Math.round((value - units) * MILLION) + 0 };
}

/** Millionths, as Google Ads sends money. */
export function amountOfMicros(micros: number): Amount {
  return { units: Math.trunc(micros / MILLION), micros: micros % MILLION };
}

/** A figure that may not be there. */
export function readAmount(value: number | undefined, read: (value: number) => Amount): Amount | null {
  return value === undefined ? null : read(value);
}

export function plus(a: Amount, b: Amount): Amount {
  return { units: a.units + b.units, micros: a.micros + b.micros };
}

/** The nearest number there is: 312,690,000 millionths are 312.69 and not a hair beside it. */
export function numberOf({ units, micros }: Amount): number {
  const all = units * MILLION + micros;
  return Number.isSafeInteger(all) ? all / MILLION : units + micros / MILLION;
}
