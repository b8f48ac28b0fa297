/** What bodies of edits have in common. */
import * as v from "valibot";

/** Why; it stands in the edit history. */
export const Reason = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(300)), "");

/** The version the writer saw; what changed after it is not overwritten. */
export const Version = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)));

/** A value somebody typed; the actor reads it more strictly. */
export const Words = v.pipe(v.string(), v.trim(), v.minLength(1, "It is empty."), v.maxLength(200));
