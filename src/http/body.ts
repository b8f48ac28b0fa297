/** JSON bodies of requests of our own tools: small, parsed once. */
import * as v from "valibot";
import { hasInvisible } from "../core/wire-unit.ts";
import { parseJson } from "../lib/json.ts";
import type { RouteRequest } from "./context.ts";
import { problem } from "./problem.ts";
import type { Parsed } from "./query.ts";

const MAX_BODY = 64 * 1024;

/** The body as a schema has it; an empty one counts as `{}`. */
export async function jsonBody<const S extends v.GenericSchema>(
  request: RouteRequest,
  schema: S,
): Promise<Parsed<v.InferOutput<S>>> {
  const text = await request.text();
  if (text.length > MAX_BODY) return { ok: false, response: tooBig() };
  const read = text === "" ? { ok: true as const, value: {} } : parseJson(text);
  const parsed = read.ok ? v.safeParse(schema, read.value) : null;
  if (parsed?.success === true) return { ok: true, value: parsed.output };
  const issues = (parsed?.issues ?? []).map((issue) => ({
    path: v.getDotPath(issue) ?? "",
    message: issue.message.slice(0, 300),
  }));
  return { ok: false, response: problem(400, "bad_body", "The body is not the JSON this address takes.", { issues }) };
}

function tooBig(): Response {
  return problem(413, "body_too_big", `The body is longer than ${MAX_BODY} characters. Nothing of it was read.`);
}

/**
 * What a client, a Business Unit or a person is called. In one spelling, on one line, and with something to see: two
 * names that look the same, or a name that turns the text beside it around, would make people mistake one for another.
 */
export const NameSchema = v.pipe(
  v.string(),
  v.trim(),
  v.normalize("NFC"),
  v.minLength(1, "A name has at least one character."),
  v.maxLength(120, "A name has at most 120 characters."),
  v.check((name) => !hasInvisible(name), "A name has no invisible characters."),
  v.check((name) => /[\p{L}\p{N}\p{S}\p{P}]/u.test(name), "A name has something to see."),
);

/** Words that land where a deed is recorded. Lines may be broken; what nobody sees is refused. */
export const WhySchema = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(300, "It is longer than 300 characters."),
  v.check((words) => !hasInvisible(words.replace(/[\n\r\t]/g, " ")), "It has invisible characters."),
);

/** Why somebody does something. */
export const ReasonSchema = v.pipe(WhySchema, v.minLength(1));
