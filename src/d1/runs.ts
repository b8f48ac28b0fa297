/** The run index: one row per run, written by the run's outbox alone. */
import { sql } from "kysely";
import * as v from "valibot";
import type { IndexedRun } from "../core/intake/reconcile.ts";
import { RunStatusSchema, type RunSummary, RunSummarySchema } from "../core/wire.ts";
import type { RunFilterText } from "../core/wire-ops.ts";
import { parseRow } from "../lib/rows.ts";
import { type Position, toCursor } from "./cursor.ts";
import { runConditions, runOrder, runSource } from "./run-filter.ts";
import type { Index } from "./schema.ts";
import { ofUnits } from "./units-match.ts";

/**
 * Writes a run's row unless a newer version is there already. One that was `archived` is no longer visited by the sweep
 * until it writes its row from where it lives.
 */
export async function projectRun(index: Index, summary: RunSummary, archived = false): Promise<void> {
  const row = {
    run_id: summary.runId,
    task_gid: summary.taskGid,
    version: summary.version,
    status: summary.status,
    skill: summary.skill,
    business_unit_id: summary.businessUnitId,
    client_name: summary.clientName,
    title: summary.title,
    requester: summary.requester,
    summary: JSON.stringify(summary),
    wake_at: summary.wakeAt,
    cause_code: summary.cause?.code ?? null,
    waiting_kind: summary.waitingOn?.kind ?? null,
    parked: summary.parked,
    created_at: summary.createdAt,
    updated_at: summary.updatedAt,
  };
  const visitAt = archived ? null : sql<string>`coalesce(team_agent_runs.visit_at, '')`;
  await index
    .insertInto("team_agent_runs")
    .values({ ...row, visit_at: archived ? null : "" })
    .onConflict((conflict) =>
      conflict
        .column("run_id")
        .doUpdateSet({ ...row, visit_at: visitAt })
        .where("team_agent_runs.version", "<=", summary.version),
    )
    .execute();
}

const ListedRow = v.object({ run_id: v.string(), created_at: v.string(), summary: v.string() });

/** One page of runs that fit, newest first. */
export async function listRuns(
  index: Index,
  filter: RunFilterText,
  page: { readonly after: Position | null; readonly limit: number; readonly units?: "all" | readonly string[] },
): Promise<{ items: RunSummary[]; nextCursor: string | null }> {
  const { units = "all" } = page;
  const conditions = [...runConditions(filter, page.after), ...(units === "all" ? [] : [ofUnits(units)])];
  const where = conditions.length === 0 ? sql`` : sql`WHERE ${sql.join([...conditions], sql` AND `)}`;
  const { rows: found } = await sql`SELECT run_id, created_at, summary FROM ${runSource(filter)} ${where}
    ORDER BY ${runOrder(filter)} LIMIT ${page.limit + 1}`.execute(index);
  const rows = found.map((row) => parseRow(ListedRow, row, "run row"));
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => parseRow(RunSummarySchema, JSON.parse(row.summary), "run summary")),
    nextCursor:
      rows.length > page.limit && last !== undefined ? toCursor({ at: last.created_at, id: last.run_id }) : null,
  };
}

const IndexedRow = v.object({ task_gid: v.string(), status: RunStatusSchema, updated_at: v.string() });

/** Runs that have not ended and were not ignored: what the reconciler compares Asana with. */
export async function unfinishedRuns(index: Index): Promise<readonly IndexedRun[]> {
  const rows = await index
    .selectFrom("team_agent_runs")
    .select(["task_gid", "status", "updated_at"])
    .where("status", "in", [
      "observed",
      "assessing",
      "blocked",
      "needs_clarification",
      "ready",
      "running",
      "review_ready",
      "revision_requested",
      "revision_running",
    ])
    .execute();
  return rows.map((raw) => {
    const row = parseRow(IndexedRow, raw, "run row");
    return { taskGid: row.task_gid, status: row.status, updatedAt: row.updated_at };
  });
}

/** Blocked runs that are looked at in one pass. */
const BLOCKED_AT_ONCE = 1_000;
const PASS_MS = 5 * 60_000;
const CountRow = v.object({ n: v.number() });

/**
 * Tasks of blocked runs, as many as one pass looks at. Where there are more each pass takes the next part: some stay blocked
 * for good, and must not keep the others from being seen.
 */
export async function blockedTasks(index: Index, at: Date, most = BLOCKED_AT_ONCE): Promise<readonly string[]> {
  const blocked = index.selectFrom("team_agent_runs").where("status", "=", "blocked");
  const counted = await blocked.select(({ fn }) => fn.countAll().as("n")).executeTakeFirst();
  const parts = Math.max(1, Math.ceil(parseRow(CountRow, counted, "count").n / most));
  const rows = await blocked
    .select("task_gid")
    .orderBy("created_at", "desc")
    .orderBy("run_id", "desc")
    .limit(most)
    .offset((Math.floor(at.getTime() / PASS_MS) % parts) * most)
    .execute();
  return rows.map((row) => row.task_gid);
}

const MOST_AT_WORK = 1_000;
const TaskRow = v.object({ task_gid: v.string() });

/** Tasks whose runs are worked on, or about to be. */
export async function tasksAtWork(index: Index): Promise<readonly string[]> {
  const rows = await index
    .selectFrom("team_agent_runs")
    .select("task_gid")
    .where("status", "in", ["ready", "running", "revision_requested", "revision_running"])
    .limit(MOST_AT_WORK)
    .execute();
  return rows.map((row) => parseRow(TaskRow, row, "run row").task_gid);
}

/**
 * Which of the tasks need no new look: they have a run that was neither cancelled nor ignored. Such a one goes on when its
 * task is Jessie's, so it is not counted. D1 takes at most 100 bound parameters.
 */
export async function knownTasks(index: Index, taskGids: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (let from = 0; from < taskGids.length; from += 90) {
    const rows = await index
      .selectFrom("team_agent_runs")
      .select("task_gid")
      .where("task_gid", "in", taskGids.slice(from, from + 90))
      .where("status", "not in", ["cancelled", "ignored"])
      .execute();
    for (const row of rows) known.add(row.task_gid);
  }
  return known;
}
