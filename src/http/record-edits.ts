/** Edits of records that live in D1 alone, and the conflict of a stale one. */
import type { RecordEdit } from "../d1/edits.ts";
import { staffOf } from "./auth.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { problem } from "./problem.ts";

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
  record: { readonly scope: RecordEdit["scope"]; readonly scopeId: string; readonly version: number },
  reason: string,
  changes: RecordEdit["changes"],
): RecordEdit {
  return {
    editId: `edit_${crypto.randomUUID()}`,
    ...record,
    at: deps.now().toISOString(),
    by: staffOf(request),
    reason,
    restores: null,
    changes,
  };
}

/** What they wrote against what is there; nothing was changed. */
export function staleWrite(version: number, changes: RecordEdit["changes"]): Response {
  const difference = changes.map(({ field, before, after }) => ({ field, yours: after, current: before }));
  const detail = `Somebody changed this since you looked. It is version ${version} now.`;
  return problem(409, "stale_write", detail, { difference, version });
}
