/** Rows of raw snapshots: selecting them by conditions, and finding one quickly. */
import { numeric, type Path, parsePointer, valueAt } from "./pointer.ts";
import type { Condition, RowSelection } from "./types.ts";

/** Parsed snapshots by key. `json` throws for a key that was not loaded or does not exist: a bug of the caller. */
export interface SnapshotReader {
  json(key: string): unknown;
}

type Test = (row: unknown) => boolean;

/** The rows of one snapshot; an absent array counts as no rows. */
export function rowsIn(reader: SnapshotReader, snapshot: string, rows: string): readonly unknown[] {
  const value = valueAt(reader.json(snapshot), parsePointer(rows));
  return Array.isArray(value) ? value : [];
}

/** The rows a selection means, in the order of its snapshots. */
export function selectRows(reader: SnapshotReader, selection: RowSelection): readonly unknown[] {
  const [first] = selection.where;
  if (first?.op === "eq" && typeof first.value === "string") {
    const rest = selection.where.slice(1).map(testOf);
    return selection.snapshots.flatMap((key) =>
      indexed(rowsIn(reader, key, selection.rows), first.at, first.value).filter((row) =>
        rest.every((test) => test(row)),
      ),
    );
  }
  const tests = selection.where.map(testOf);
  return selection.snapshots.flatMap((key) =>
    rowsIn(reader, key, selection.rows).filter((row) => tests.every((test) => test(row))),
  );
}

/** Per row array and field: rows by the field's text. Weak, so it goes when the snapshot goes. */
const indexes = new WeakMap<readonly unknown[], Map<string, ReadonlyMap<string, readonly unknown[]>>>();

function indexed(rows: readonly unknown[], at: string, value: string | number | null): readonly unknown[] {
  const byField = indexes.get(rows) ?? new Map<string, ReadonlyMap<string, readonly unknown[]>>();
  indexes.set(rows, byField);
  const index = byField.get(at) ?? buildIndex(rows, parsePointer(at));
  byField.set(at, index);
  return index.get(String(value)) ?? [];
}

function buildIndex(rows: readonly unknown[], path: Path): ReadonlyMap<string, readonly unknown[]> {
  const index = new Map<string, unknown[]>();
  for (const row of rows) {
    const text = textOf(valueAt(row, path));
    if (text === null) continue;
    const same = index.get(text);
    if (same === undefined) index.set(text, [row]);
    else same.push(row);
  }
  return index;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

function testOf(condition: Condition): Test {
  const path = parsePointer(condition.at);
  switch (condition.op) {
    case "eq": {
      const wanted = condition.value === null ? null : String(condition.value);
      return (row) => textOf(valueAt(row, path)) === wanted;
    }
    case "in": {
      const wanted = new Set(condition.values);
      return (row) => wanted.has(textOf(valueAt(row, path)) ?? "");
    }
    case "contains_any":
      return (row) => containsAny(valueAt(row, path), condition.values);
    case "contains_none":
      return (row) => !containsAny(valueAt(row, path), condition.values);
    case "in_group":
      return (row) => groupOf(textOf(valueAt(row, path)) ?? "", condition.prefixes) === condition.group;
    default:
      return compare(condition.op, path, condition.value);
  }
}

function compare(op: "gte" | "lte" | "lt" | "gt", path: Path, bound: number): Test {
  return (row) => {
    const value = numeric(valueAt(row, path));
    if (value === null) return false;
    if (op === "gte") return value >= bound;
    if (op === "lte") return value <= bound;
    return op === "lt" ? value < bound : value > bound;
  };
}

function containsAny(value: unknown, needles: readonly string[]): boolean {
  const text = (textOf(value) ?? "").toLowerCase();
  return needles.some((needle) => text.includes(needle.toLowerCase()));
}

/** The path of a URL without host, query and fragment; a text that is no URL is its own path. */
export function pathOf(url: string): string {
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  return path === "" ? "/" : path;
}

/** Index of the first prefix a URL's path matches; a prefix that ends in `$` matches the exact path; -1: none. */
export function groupOf(url: string, prefixes: readonly string[]): number {
  const path = pathOf(url);
  return prefixes.findIndex((prefix) =>
    prefix.endsWith("$") ? path === prefix.slice(0, -1) : path.startsWith(prefix),
  );
}
