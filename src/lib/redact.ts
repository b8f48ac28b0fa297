/** The last look at a text before it leaves: whatever got in, no secret goes out. */

/** Shorter values are in every text by chance. */
const SHORTEST = 6;

/** The text without the values, as they are and as JSON writes them. */
export function redacted(text: string, values: readonly string[]): string {
  let clean = text;
  for (const value of values.filter(({ length }) => length >= SHORTEST)) {
    clean = clean.replaceAll(value, "[removed]").replaceAll(JSON.stringify(value).slice(1, -1), "[removed]");
  }
  return clean;
}
