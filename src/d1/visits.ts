/** When the sweep comes by which actor: its own note beside the rows of runs and Business Units, and no copy of anything. */
import { type RawBuilder, sql } from "kysely";
import * as v from "valibot";
import type { RunSummary } from "../core/wire.ts";
import { RunStatusSchema } from "../core/wire.ts";
import { parseRow } from "../lib/rows.ts";
import type { SweptRow } from "./overdue.ts";
import type { Index } from "./schema.ts";

/** A run that is to be visited since `at`, and what says how soon again. */
export interface RunToVisit extends SweptRow {
  readonly status: RunSummary["status"];
  readonly updatedAt: string;
}

export interface UnitToVisit {
  readonly businessUnitId: string;
  readonly at: string;
}

/** When an actor is visited next; null: not until it writes its row again. */
export interface NextVisit {
  readonly id: string;
  readonly at: string | null;
}

const RunRow = v.object({
  task_gid: v.string(),
  run_id: v.string(),
  at: v.string(),
  // A word of another version, after a deployment was taken back, may not keep the sweep from everybody else: that run counts
  // as one at work and is visited soon.
  status: v.fallback(RunStatusSchema, "running"),
  updated_at: v.string(),
});

/** Runs whose visit is due at `by`, longest waiting first, whatever their rows say of them. */
export async function runsToVisit(
  index: Index,
  by: string,
  after: SweptRow | null,
  limit: number,
): Promise<readonly RunToVisit[]> {
  const { rows } = await sql`SELECT task_gid, run_id, visit_at AS at, status, updated_at FROM team_agent_runs
    WHERE visit_at IS NOT NULL AND visit_at <= ${by} AND (visit_at, run_id) > (${after?.at ?? ""}, ${after?.runId ?? ""})
    ORDER BY visit_at, run_id LIMIT ${limit}`.execute(index);
  return rows.map((raw) => {
    const row = parseRow(RunRow, raw, "run row");
    return { taskGid: row.task_gid, runId: row.run_id, at: row.at, status: row.status, updatedAt: row.updated_at };
  });
}

const UnitRow = v.object({ business_unit_id: v.string(), at: v.string() });

/** The same of Business Units. */
export async function unitsToVisit(
  index: Index,
  by: string,
  after: UnitToVisit | null,
  limit: number,
): Promise<readonly UnitToVisit[]> {
  const { rows } = await sql`SELECT business_unit_id, visit_at AS at FROM business_units
    WHERE visit_at <= ${by} AND (visit_at, business_unit_id) > (${after?.at ?? ""}, ${after?.businessUnitId ?? ""})
    ORDER BY visit_at, business_unit_id LIMIT ${limit}`.execute(index);
  return rows.map((raw) => {
    const row = parseRow(UnitRow, raw, "Business Unit");
    return { businessUnitId: row.business_unit_id, at: row.at };
  });
}

/** Notes when runs are visited next; one statement for a page of them. */
export async function noteRunVisits(index: Index, visits: readonly NextVisit[]): Promise<void> {
  await noteVisits(sql`UPDATE team_agent_runs`, visits, sql`run_id`).execute(index);
}

/** The same of Business Units, which are always visited again. */
export async function noteUnitVisits(index: Index, visits: readonly NextVisit[]): Promise<void> {
  const again = visits.filter(({ at }) => at !== null);
  await noteVisits(sql`UPDATE business_units`, again, sql`business_unit_id`).execute(index);
}

function noteVisits(update: RawBuilder<unknown>, visits: readonly NextVisit[], id: RawBuilder<unknown>) {
  return sql`${update} SET visit_at = json_each.value ->> 'at'
    FROM json_each(${JSON.stringify(visits)}) WHERE ${id} = json_each.value ->> 'id'`;
}
