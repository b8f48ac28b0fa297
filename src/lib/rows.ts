/** Rows of an actor's SQLite, parsed on the way in: what was written by an older version is not trusted by a newer one. */
import * as v from "valibot";
import { parseJson } from "./json.ts";

/** Parses one row. A row that does not parse is a bug or damage: it throws and aborts the turn. */
export function parseRow<const S extends v.GenericSchema>(schema: S, row: unknown, what: string): v.InferOutput<S> {
  const parsed = v.safeParse(schema, row);
  if (parsed.success) return parsed.output;
  throw new Error(`Stored ${what} is unreadable at ${v.getDotPath(parsed.issues[0]) ?? "its root"}.`);
}

/**
 * JSON that this very actor wrote in an earlier turn. Its shape is kept by the table's migration number, not checked
 * again field by field; broken JSON throws.
 */
export function ownJson<T>(text: string, what: string): T {
  const read = parseJson(text);
  if (!read.ok) throw new Error(`Stored ${what} is ${read.problem}.`);
  return read.value as T;
}
