/** The edit history: one row per field of an edit. Of a Business Unit a copy of its actor's, of clients and staff the truth. */
import { type CompiledQuery, type SqlBool, sql } from "kysely";
import * as v from "valibot";
import type { EditView } from "../core/wire-registry.ts";
import { parseRow } from "../lib/rows.ts";
import type { Position } from "./cursor.ts";
import type { Index } from "./schema.ts";

/** An edit of a record that lives in D1 alone. */
export interface RecordEdit {
  readonly editId: string;
  readonly scope: "client" | "user";
  readonly scopeId: string;
  readonly version: number;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  readonly restores: string | null;
  readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
}

/** The lines of an edit, written only if the record now has the edit's version: the batch is all or nothing. */
export function editLines(index: Index, edit: RecordEdit): CompiledQuery {
  const [table, id] =
    edit.scope === "client" ? (["clients", "client_id"] as const) : (["staff_users", "user_id"] as const);
  const lines = edit.changes.map(({ field, before, after }) => ({
    field,
    before: before === null ? null : JSON.stringify(before),
    after: after === null ? null : JSON.stringify(after),
  }));
  return sql`INSERT INTO admin_edit_history
      (edit_id, field, scope, scope_id, version, at, edited_by, reason, before, after, restores)
    SELECT ${edit.editId}, line.value ->> 'field', ${edit.scope}, ${edit.scopeId}, ${edit.version}, ${edit.at}, ${edit.by},
      ${edit.reason}, line.value ->> 'before', line.value ->> 'after', ${edit.restores}
    FROM json_each(${JSON.stringify(lines)}) AS line
    WHERE EXISTS (
      SELECT 1 FROM ${sql.table(table)} WHERE ${sql.ref(id)} = ${edit.scopeId} AND version = ${edit.version}
    )`.compile(index);
}

/** All of it or nothing. */
export async function inOneBatch(
  database: D1Database,
  queries: readonly CompiledQuery[],
): Promise<readonly D1Result[]> {
  return database.batch(queries.map(({ sql: text, parameters }) => database.prepare(text).bind(...parameters)));
}

const JsonText = v.nullable(v.pipe(v.string(), v.parseJson()));
const Row = v.object({
  edit_id: v.string(),
  field: v.string(),
  version: v.number(),
  at: v.string(),
  edited_by: v.string(),
  reason: v.string(),
  before: JsonText,
  after: JsonText,
  restores: v.nullable(v.string()),
});

/** A record with a history. */
export interface Recorded {
  readonly scope: "business_unit" | RecordEdit["scope"];
  readonly scopeId: string;
}

/** The lines of one edit of a record; none when there is no such edit of it. */
export async function findEdit(index: Index, record: Recorded, editId: string): Promise<readonly EditView[]> {
  const rows = await index
    .selectFrom("admin_edit_history")
    .selectAll()
    .where("edit_id", "=", editId)
    .where("scope", "=", record.scope)
    .where("scope_id", "=", record.scopeId)
    .orderBy("field")
    .execute();
  return rows.map(editView);
}

const BeforeRow = v.object({ field: v.string(), before: JsonText });

/** The fields of a record that changed after a version, each with its value at that version. */
export async function changedSince(
  index: Index,
  record: Recorded,
  version: number,
): Promise<ReadonlyMap<string, unknown>> {
  // Of several lines of a field SQLite gives the one that has the smallest version.
  const { rows } = await sql`SELECT field, before, min(version) FROM admin_edit_history
    WHERE scope = ${record.scope} AND scope_id = ${record.scopeId} AND version > ${version} GROUP BY field`.execute(
    index,
  );
  return new Map(
    rows.map((raw) => {
      const { field, before } = parseRow(BeforeRow, raw, "edit");
      return [field, before] as const;
    }),
  );
}

/** One page of a record's history, newest first; the position is a version and a field. */
export async function listEdits(
  index: Index,
  record: Recorded,
  page: { readonly after: Position | null; readonly limit: number },
): Promise<readonly EditView[]> {
  let query = index
    .selectFrom("admin_edit_history")
    .selectAll()
    .where("scope", "=", record.scope)
    .where("scope_id", "=", record.scopeId);
  const { after } = page;
  if (after !== null) {
    const version = Number(after.at);
    query = query.where("version", "<=", version).where(sql<SqlBool>`(version < ${version} OR field > ${after.id})`);
  }
  const rows = await query
    .orderBy("version", "desc")
    .orderBy("edit_id", "desc")
    .orderBy("field")
    .limit(page.limit)
    .execute();
  return rows.map(editView);
}

function editView(raw: unknown): EditView {
  const { edit_id: editId, edited_by: by, ...rest } = parseRow(Row, raw, "edit");
  const { field, version, at, reason, before, after, restores } = rest;
  return { editId, field, version, at, by, reason, before, after, restores };
}
