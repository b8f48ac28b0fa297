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

/**
 * A stored object, brought to the shape of `model`: fields it does not have yet get the model's value, fields of another
 * kind than the model's throw. A `null` of the model says nothing about the kind.
 */
export function fitted<T extends object>(model: T, stored: unknown, what: string): T {
  if (kindOf(stored) !== "object") throw new Error(`Stored ${what} is unreadable at its root.`);
  const fields = new Map(Object.entries(stored as object));
  for (const [key, example] of Object.entries(model)) {
    const wrong = fields.has(key) && example !== null && kindOf(example) !== kindOf(fields.get(key));
    if (wrong) throw new Error(`Stored ${what} is unreadable at ${key}.`);
  }
  return { ...model, ...(stored as T) };
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}
