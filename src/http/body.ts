/** JSON bodies of requests of our own tools: small, parsed once. */
import * as v from "valibot";
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
  const read = text === "" ? { ok: true as const, value: {} } : parseJson(text.slice(0, MAX_BODY));
  const parsed = read.ok ? v.safeParse(schema, read.value) : null;
  if (parsed?.success === true) return { ok: true, value: parsed.output };
  const issues = (parsed?.issues ?? []).map((issue) => ({ path: v.getDotPath(issue) ?? "", message: issue.message }));
  return { ok: false, response: problem(400, "bad_body", "The body is not the JSON this address takes.", { issues }) };
}

/** Why somebody does something; it lands where the deed is recorded. */
export const ReasonSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(300));
