/** Edits of records that live in D1 alone, clients and staff: who and why, stale writes, and what an edit is undone to. */
import * as v from "valibot";
import { changedSince, findEdit, type RecordEdit } from "../d1/edits.ts";
import { staffOf } from "./auth.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { problem } from "./problem.ts";
import type { Parsed } from "./query.ts";

/** Why a record is written, and what its writer had looked at. */
export interface Writing {
  /** The version the writer saw; null: whatever is there is overwritten. */
  readonly base: number | null;
  readonly reason: string;
  /** The edit this one undoes. */
  readonly restores: string | null;
}

type Scope = Pick<RecordEdit, "scope" | "scopeId">;

/** What changed between two states of a record, field by field. */
export function changesBetween<T extends object>(
  fields: readonly (keyof T & string)[],
  before: T | null,
  after: T,
): RecordEdit["changes"] {
  return fields.flatMap((field) => {
    const [was, is] = [before?.[field] ?? null, after[field] ?? null];
    return was === is ? [] : [{ field, before: was, after: is }];
  });
}

/** The edit as it is recorded. */
export function recordEdit(
  request: RouteRequest,
  deps: HttpDeps,
  record: Scope & { readonly version: number },
  why: Pick<Writing, "reason" | "restores">,
  changes: RecordEdit["changes"],
): RecordEdit {
  return {
    editId: `edit_${crypto.randomUUID()}`,
    ...record,
    at: deps.now().toISOString(),
    by: staffOf(request),
    ...why,
    changes,
  };
}

/**
 * The refusal of a write to a field that somebody else changed since the writer looked, with what each side has; null
 * when there is none. Other fields go through, as with Business Units.
 */
export async function staleWrite(
  deps: HttpDeps,
  record: Scope & { readonly version: number },
  changes: RecordEdit["changes"],
  base: number | null,
): Promise<Response | null> {
  if (base === null || base === record.version) return null;
  const since = await changedSince(deps.index, record, base);
  const difference = changes.flatMap(({ field, before, after }) =>
    since.has(field) ? [{ field, yours: after, current: before, base: since.get(field) }] : [],
  );
  if (difference.length === 0) return null;
  const detail = `Somebody changed this since you looked. It is version ${record.version} now.`;
  return problem(409, "stale_write", detail, { difference, version: record.version });
}

/** What the fields of an edit were before it, as a schema reads them. */
export async function beforeEdit<const S extends v.GenericSchema>(
  deps: HttpDeps,
  record: Scope,
  editId: string,
  schema: S,
): Promise<Parsed<v.InferOutput<S>>> {
  const lines = await findEdit(deps.index, record, editId);
  const before = v.safeParse(schema, Object.fromEntries(lines.map((line) => [line.field, line.before])));
  // What a record was born with has nothing before it.
  if (before.success && lines.some(({ version }) => version > 1)) return { ok: true, value: before.output };
  return { ok: false, response: problem(404, "no_such_edit", "There is no such edit that could be undone.") };
}
