/** One text per JSON value, whatever order its keys were written in: what a digest is taken of. */

/** JSON with sorted keys and without spaces; what JSON leaves out, such as `undefined`, is left out. */
export function canonicalJson(value: unknown): string {
  // Sorted first and written in one go: a replacer is called back for every field, which costs several times as much.
  return JSON.stringify(ordered(value));
}

function ordered(value: unknown): unknown {
  if (typeof value !== "object" || value === null || "toJSON" in value) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]));
}
