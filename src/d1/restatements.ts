/** Final values that changed nevertheless, newest first, each with what had used the old one. */
import { type SqlBool, sql } from "kysely";
import * as v from "valibot";
import { METRICS } from "../core/evidence/catalogue.ts";
import { FactStateSchema, type RestatementView } from "../core/wire-data.ts";
import { parseRow } from "../lib/rows.ts";
import { type Position, toCursor } from "./cursor.ts";
import type { Index } from "./schema.ts";

const Row = v.object({
  fact_id: v.string(),
  version: v.number(),
  metric: v.string(),
  period_start: v.string(),
  period_end: v.string(),
  before_state: FactStateSchema,
  before_value: v.nullable(v.number()),
  after_state: FactStateSchema,
  after_value: v.nullable(v.number()),
  before_currency: v.nullable(v.string()),
  after_currency: v.nullable(v.string()),
  unit: v.nullable(v.string()),
  ingestion_run_id: v.string(),
  recorded_at: v.string(),
  used_by: v.pipe(
    v.string(),
    v.parseJson(),
    v.array(v.object({ kind: v.picklist(["report_artifact", "access"]), id: v.string() })),
  ),
});

/** One page of the restatements of a Business Unit. */
export async function listRestatements(
  index: Index,
  businessUnitId: string,
  page: { readonly after: Position | null; readonly limit: number },
): Promise<{ readonly items: readonly RestatementView[]; readonly nextCursor: string | null }> {
  // Unit and money are those of the versions themselves: what the fact is in today says nothing about then.
  const { rows } = await sql`SELECT restated.fact_id, restated.version, restated.metric, restated.period_start,
      restated.period_end, restated.before_state, restated.before_value, restated.after_state, restated.after_value,
      old.currency AS before_currency, new.currency AS after_currency, new.unit, restated.ingestion_run_id,
      restated.recorded_at, (
        SELECT json_group_array(json_object('kind', mark.used_by, 'id', mark.used_id)) FROM restatement_marks AS mark
        WHERE mark.fact_id = restated.fact_id AND mark.version = restated.version
      ) AS used_by
    FROM fact_restatements AS restated
    LEFT JOIN client_fact_versions AS new ON new.fact_id = restated.fact_id AND new.version = restated.version
    LEFT JOIN client_fact_versions AS old ON old.fact_id = restated.fact_id AND old.version = restated.version - 1
    WHERE restated.business_unit_id = ${businessUnitId} AND ${beyond(page.after)}
    ORDER BY restated.recorded_at DESC, restated.fact_id, restated.version
    LIMIT ${page.limit + 1}`.execute(index);
  const found = rows.slice(0, page.limit).map((raw) => view(parseRow(Row, raw, "restatement")));
  const last = found.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  return {
    items: found,
    nextCursor: more ? toCursor({ at: last.recordedAt, id: `${last.factId}:${last.version}` }) : null,
  };
}

function beyond(after: Position | null) {
  if (after === null) return sql<SqlBool>`TRUE`;
  const [factId = "", version = "0"] = after.id.split(":");
  return sql<SqlBool>`restated.recorded_at <= ${after.at} AND (restated.recorded_at < ${after.at}
    OR (restated.fact_id, restated.version) > (${factId}, ${Number(version)}))`;
}

function view(row: v.InferOutput<typeof Row>): RestatementView {
  return {
    factId: row.fact_id,
    version: row.version,
    metric: row.metric,
    period: { start: row.period_start, end: row.period_end },
    unit: row.unit ?? METRICS.get(row.metric)?.unit ?? "decimal",
    before: { state: row.before_state, value: row.before_value, currency: row.before_currency },
    after: { state: row.after_state, value: row.after_value, currency: row.after_currency },
    ingestionRunId: row.ingestion_run_id,
    recordedAt: row.recorded_at,
    usedBy: row.used_by,
  };
}
