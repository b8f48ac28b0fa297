/** What edits have in common: their bodies, and the version they were made on. */
import * as v from "valibot";
import { WhySchema } from "./body.ts";
import type { RouteRequest } from "./context.ts";
import { problem } from "./problem.ts";
import type { Parsed } from "./query.ts";

/** Why; it stands in the edit history. */
export const Reason = v.optional(WhySchema, "");

/** The version the writer saw; what changed after it is not overwritten. */
export const Version = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)));

/** A value somebody typed; the actor reads it more strictly. */
export const Words = v.pipe(v.string(), v.trim(), v.minLength(1, "It is empty."), v.maxLength(200));

/** The body of a write that names no value of its own. */
export const Removal = v.object({ version: Version, reason: Reason });

/**
 * The version the writer saw, from the body or else from `If-Match`; null when they say none, or any. Who meant one is
 * never written over unasked.
 */
export function baseVersion(request: RouteRequest, version: number | undefined): Parsed<number | null> {
  if (version !== undefined) return { ok: true, value: version };
  const given = request.headers.get("if-match")?.trim() ?? "*";
  if (given === "*") return { ok: true, value: null };
  const found = /^(?:W\/)?"?(\d{1,15})"?$/.exec(given);
  if (found !== null) return { ok: true, value: Number(found[1]) };
  const detail = "If-Match is the version one looked at, such as 7, or * for any.";
  return { ok: false, response: problem(400, "bad_if_match", detail) };
}
