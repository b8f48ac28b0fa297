/** What the sweep asks the index: runs that should have acted by themselves and did not. */
import { sql } from "kysely";
import * as v from "valibot";
import { parseRow } from "../lib/rows.ts";
import type { Index } from "./schema.ts";

/** A row, and where the page after it goes on. */
export interface SweptRow {
  readonly taskGid: string;
  readonly runId: string;
  readonly at: string;
}

const Row = v.object({ task_gid: v.string(), run_id: v.string(), at: v.string() });

/** Spelled as in the index of migration 0002, or SQLite would not see that the index fits. */
const OPEN = sql`status NOT IN ('accepted', 'cancelled', 'failed')`;

/** Runs that have not ended and whose wake time lies before `before`, longest forgotten first. */
export function overdueRuns(
  index: Index,
  before: string,
  after: SweptRow | null,
  limit: number,
): Promise<readonly SweptRow[]> {
  return rowsOf(
    index,
    sql`SELECT task_gid, run_id, wake_at AS at FROM team_agent_runs
      WHERE wake_at IS NOT NULL AND ${OPEN} AND wake_at < ${before}
      AND (wake_at, run_id) > (${after?.at ?? ""}, ${after?.runId ?? ""}) ORDER BY wake_at, run_id LIMIT ${limit}`,
  );
}

/** Runs that have not ended and have no wake time, which no run writes of itself, oldest change first. */
export function wakelessRuns(index: Index, after: SweptRow | null, limit: number): Promise<readonly SweptRow[]> {
  return rowsOf(
    index,
    sql`SELECT task_gid, run_id, updated_at AS at FROM team_agent_runs
      WHERE wake_at IS NULL AND ${OPEN}
      AND (updated_at, run_id) > (${after?.at ?? ""}, ${after?.runId ?? ""}) ORDER BY updated_at, run_id LIMIT ${limit}`,
  );
}

/** Runs that are held: whoever asks has them look at the holds, which no wake time of the index tells. Newest first. */
export function heldRuns(index: Index, after: SweptRow | null, limit: number): Promise<readonly SweptRow[]> {
  const older = after === null ? sql`` : sql`AND (created_at, run_id) < (${after.at}, ${after.runId})`;
  return rowsOf(
    index,
    sql`SELECT task_gid, run_id, created_at AS at FROM team_agent_runs
      WHERE waiting_kind = 'hold' ${older} ORDER BY created_at DESC, run_id DESC LIMIT ${limit}`,
  );
}

async function rowsOf(index: Index, query: ReturnType<typeof sql>): Promise<readonly SweptRow[]> {
  const { rows } = await query.execute(index);
  return rows.map((raw) => {
    const row = parseRow(Row, raw, "run row");
    return { taskGid: row.task_gid, runId: row.run_id, at: row.at };
  });
}
