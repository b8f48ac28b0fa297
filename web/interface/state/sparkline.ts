/** The line of a sparkline. A day without a value is a gap, never a zero and never bridged. */

export const SPARK_WIDTH = 100;
export const SPARK_HEIGHT = 28;
/** Room for the width of the line at the edges. */
const INSET = 2;

export interface SparkShape {
  /** SVG path data; a lonely value is a dot. Empty when there is no value. */
  readonly line: string;
  /** Path data of the newest value, as a dot; empty when there is none. */
  readonly end: string;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Draws the values from left to right; a level line stands in the middle. */
export function sparkShape(values: readonly (number | null)[]): SparkShape {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { line: "", end: "" };
  const [least, most] = known.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const span = SPARK_HEIGHT - 2 * INSET;
  const y = (value: number): number =>
    round(most === least ? SPARK_HEIGHT / 2 : INSET + (span * (most - value)) / (most - least));
  const step = values.length < 2 ? 0 : (SPARK_WIDTH - 2 * INSET) / (values.length - 1);
  const x = (index: number): number => round(INSET + step * index);
  let line = "";
  let end = "";
  values.forEach((value, index) => {
    if (value === null) return;
    const at = `${x(index)} ${y(value)}`;
    const isAlone = (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
    line += (values[index - 1] ?? null) === null ? `M${at}${isAlone ? "h0.01" : ""}` : `L${at}`;
    end = `M${at}h0.01`;
  });
  return { line, end };
}
