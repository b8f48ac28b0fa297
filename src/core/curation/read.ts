/** Bodies of stored snapshots, parsed on the way in. */
import type * as v from "valibot";
import { readAs } from "../../lib/json.ts";
import { PermanentError } from "../errors.ts";
import type { CuratedSnapshot } from "./types.ts";

/**
 * The body in the shape the fold needs. Errors: PermanentError `snapshot_unreadable`, which names source, query and path
 * and never the value: asking again would bring the same, a person has to look.
 */
export function bodyOf<const S extends v.GenericSchema>(
  schema: S,
  { document }: Pick<CuratedSnapshot, "document">,
): v.InferOutput<S> {
  const read = readAs(schema, document.body);
  if (read.ok) return read.value;
  const where = `${document.source} ${document.query}, page ${document.page}`;
  throw new PermanentError("snapshot_unreadable", `The snapshot of ${where} cannot be read: ${read.problem}.`);
}
