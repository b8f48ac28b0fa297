/** JSON from outside: a text that may not be JSON, a value that may not have the shape we expect. */
import * as v from "valibot";

/** Outcome of reading foreign input; `problem` is one line for a person and holds none of the input itself. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Parses a text as JSON without throwing. The engine's message is left out: it quotes the input. */
export function parseJson(text: string): Read<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, problem: `not valid JSON (${text.length} characters)` };
  }
}

/** Checks a value against a schema; the problem names the path and the kinds, never the value received. */
export function readAs<const TSchema extends v.GenericSchema>(
  schema: TSchema,
  value: unknown,
): Read<v.InferOutput<TSchema>> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return { ok: true, value: parsed.output };
  const issue = parsed.issues[0];
  const path = v.getDotPath(issue) ?? "the value itself";
  return { ok: false, problem: `${path}: expected ${issue.expected ?? issue.type}, found ${kindOf(issue.input)}` };
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
