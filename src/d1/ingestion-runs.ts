/** Refreshes of Business Units as the index has them. */
import { type SqlBool, sql } from "kysely";
import * as v from "valibot";
import { IngestionRunSchema, type IngestionRunView } from "../core/wire-registry.ts";
import { parseRow } from "../lib/rows.ts";
import { type Position, toCursor } from "./cursor.ts";
import type { Index } from "./schema.ts";

const Row = v.object({
  ingestion_run_id: v.string(),
  started_at: v.string(),
  record: v.pipe(v.string(), v.parseJson(), IngestionRunSchema),
});

/** One page of a Business Unit's refreshes, newest first. */
export async function listIngestionRuns(
  index: Index,
  businessUnitId: string,
  page: { readonly after: Position | null; readonly limit: number },
): Promise<{ items: IngestionRunView[]; nextCursor: string | null }> {
  let query = index
    .selectFrom("ingestion_runs")
    .select(["ingestion_run_id", "started_at", "record"])
    .where("business_unit_id", "=", businessUnitId);
  const { after } = page;
  if (after !== null) query = query.where(sql<SqlBool>`(started_at, ingestion_run_id) < (${after.at}, ${after.id})`);
  const found = await query
    .orderBy("started_at", "desc")
    .orderBy("ingestion_run_id", "desc")
    .limit(page.limit + 1)
    .execute();
  const rows = found.slice(0, page.limit).map((row) => parseRow(Row, row, "refresh"));
  const last = rows.at(-1);
  return {
    items: rows.map((row) => row.record),
    nextCursor:
      found.length > page.limit && last !== undefined
        ? toCursor({ at: last.started_at, id: last.ingestion_run_id })
        : null,
  };
}

/** One refresh of a Business Unit; null when there is none of that id. */
export async function findIngestionRun(
  index: Index,
  businessUnitId: string,
  ingestionRunId: string,
): Promise<IngestionRunView | null> {
  const row = await index
    .selectFrom("ingestion_runs")
    .select(["ingestion_run_id", "started_at", "record"])
    .where("ingestion_run_id", "=", ingestionRunId)
    .where("business_unit_id", "=", businessUnitId)
    .executeTakeFirst();
  return row === undefined ? null : parseRow(Row, row, "refresh").record;
}
