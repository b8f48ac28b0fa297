/**
 * The smallest body the figures can be read from: of an upstream's answer only listed paths are kept, everything else is
 * dropped before anything is stored. A list of what is allowed, so that a field an upstream adds tomorrow is not stored.
 */

/** Allowed paths as a tree; a leaf keeps everything under it. */
interface Kept {
  readonly whole: boolean;
  readonly steps: ReadonlyMap<string, Kept>;
}

/** Any index, any key. */
const ANY = "*";

function treeOf(paths: readonly (readonly string[])[]): Kept {
  const byStep = Map.groupBy(
    paths.filter((path) => path.length > 0),
    ([step = ""]) => step,
  );
  const steps = [...byStep].map(([step, below]) => [step, treeOf(below.map((path) => path.slice(1)))] as const);
  return { whole: paths.some((path) => path.length === 0), steps: new Map(steps) };
}

/** What `keep` allows of a JSON value. Positions in lists stay what they were, so that a pointer finds its cell. */
export function minimise(body: unknown, keep: readonly string[]): unknown {
  return cut(body, treeOf(keep.map((path) => path.split(".")))) ?? null;
}

/** Undefined: nothing of it is kept. */
function cut(value: unknown, kept: Kept): unknown {
  if (kept.whole) return value;
  if (typeof value !== "object" || value === null) return undefined;
  const any = kept.steps.get(ANY);
  if (Array.isArray(value)) return any === undefined ? undefined : value.map((item) => cut(item, any) ?? null);
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const below = kept.steps.get(key) ?? any;
    const left = below === undefined ? undefined : cut(inner, below);
    return left === undefined ? [] : [[key, left] as const];
  });
  return Object.fromEntries(entries);
}
