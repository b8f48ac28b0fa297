/** What needs an operator, read from the index. Every count is bounded, so that its cost does not grow with the table. */
import { type Expression, type SqlBool, sql } from "kysely";
import * as v from "valibot";
import { RunStatusSchema, type RunSummary, RunSummarySchema } from "../core/wire.ts";
import { type Hold, HoldSchema, type OpsOverview, type RunFilterText, type RunsFound } from "../core/wire-ops.ts";
import { parseRow } from "../lib/rows.ts";
import { runConditions, runSource } from "./run-filter.ts";
import type { Index } from "./schema.ts";

/** Nobody reads a longer number; beyond it the answer is "more than". */
const MOST = 1_000;
const MOST_IN_STATE = 10_000;
/** Failures looked at for the chart. */
const MOST_FAILURES = 5_000;
const FIRST_ITEMS = 10;

/** A run whose wake time is this long past was forgotten by its alarm. */
const LATE_MS = 10 * 60_000;
/** A run at work that logged nothing for this long stands still, whatever its wake time says. */
const SILENT_MS = 2 * 60 * 60_000;

const MOVING = ["observed", "assessing", "ready", "running", "revision_requested", "revision_running"] as const;
/** These may last: a person decides, or the wait has an end of its own, which the wake time watches. */
const PATIENT = ["person", "hold", "pause", "budget", "retry", "quiet"] as const;
const ENDED: ReadonlySet<string> = new Set(["accepted", "cancelled", "failed", "ignored"]);
const WAITS = [
  "person",
  "retry",
  "task_change",
  "queue",
  "worker",
  "asana",
  "hold",
  "pause",
  "budget",
  "quiet",
] as const;

const Summary = v.object({ summary: v.string() });
const Named = v.object({ name: v.string(), n: v.number() });
const StuckRow = v.object({ run_id: v.string(), since: v.string() });
const FailureRow = v.object({ day: v.string(), code: v.nullable(v.string()), n: v.number() });
const CountRow = v.object({ n: v.number() });

const iso = (at: number): string => new Date(at).toISOString();

function bounded(n: number, most: number): { count: number; more: boolean } {
  return { count: Math.min(n, most), more: n > most };
}

/** How many rows have each of the values, in one statement: one search of the index per value. */
async function countsOf(index: Index, column: "status" | "waiting_kind", values: readonly string[]) {
  const query = sql`SELECT wanted.value AS name, (SELECT count(*) FROM (
      SELECT 1 FROM team_agent_runs WHERE ${sql.ref(column)} = wanted.value LIMIT ${MOST_IN_STATE + 1}
    )) AS n FROM json_each(${JSON.stringify(values)}) AS wanted`;
  const { rows } = await query.execute(index);
  return rows.map((row) => parseRow(Named, row, "count")).filter((row) => row.n > 0);
}

/** Runs that have not ended, by state. */
export async function statesOf(index: Index): Promise<OpsOverview["states"]> {
  const open = RunStatusSchema.options.filter((status) => !ENDED.has(status));
  const counts = await countsOf(index, "status", open);
  return counts.map(({ name, n }) => ({ status: v.parse(RunStatusSchema, name), ...bounded(n, MOST_IN_STATE) }));
}

/** What the runs that have not ended wait on, by kind. */
export async function waitsOf(index: Index): Promise<OpsOverview["waits"]> {
  const kinds = WAITS.filter((kind) => kind !== "task_change");
  const counts = await countsOf(index, "waiting_kind", kinds);
  return counts.map(({ name, n }) => ({ kind: name, ...bounded(n, MOST_IN_STATE) }));
}

/** Runs that failed since `since`, by UTC day and cause, oldest day first. */
export async function failuresSince(index: Index, since: string): Promise<OpsOverview["failures"]> {
  const { rows } = await sql`SELECT substr(updated_at, 1, 10) AS day, cause_code AS code, count(*) AS n FROM (
      SELECT updated_at, cause_code FROM team_agent_runs WHERE status = 'failed' AND updated_at >= ${since}
      ORDER BY updated_at DESC LIMIT ${MOST_FAILURES}
    ) GROUP BY day, code ORDER BY day, code`.execute(index);
  return rows
    .map((row) => parseRow(FailureRow, row, "failures"))
    .map(({ day, code, n }) => ({ day, code: code ?? "unknown", count: n }));
}

async function summariesOf(index: Index, runIds: readonly string[]): Promise<readonly RunSummary[]> {
  if (runIds.length === 0) return [];
  const rows = await index.selectFrom("team_agent_runs").select("summary").where("run_id", "in", runIds).execute();
  const found = new Map(rows.map((row) => summaryRow(row)).map((run) => [run.runId, run]));
  return runIds.flatMap((runId) => found.get(runId) ?? []);
}

function summaryRow(row: unknown): RunSummary {
  return parseRow(RunSummarySchema, JSON.parse(parseRow(Summary, row, "run row").summary), "run summary");
}

/**
 * Runs nobody moves any more: the wake time is long past, or they are at work and logged nothing for long. The longest
 * forgotten first. Waits on people are no standstill.
 */
export async function stuckRuns(index: Index, now: number): Promise<RunsFound> {
  const late = sql`SELECT run_id, wake_at AS since FROM team_agent_runs
    WHERE wake_at IS NOT NULL AND wake_at < ${iso(now - LATE_MS)} ORDER BY wake_at LIMIT ${MOST + 1}`;
  const silent = sql`SELECT run_id, updated_at AS since FROM team_agent_runs
    WHERE status IN (${sql.join(MOVING)}) AND updated_at < ${iso(now - SILENT_MS)}
    AND coalesce(waiting_kind, '') NOT IN (${sql.join(PATIENT)}) LIMIT ${MOST + 1}`;
  const since = new Map<string, string>();
  for (const query of [late, silent]) {
    const { rows } = await query.execute(index);
    for (const raw of rows) {
      const row = parseRow(StuckRow, raw, "stuck run");
      const known = since.get(row.run_id);
      if (known === undefined || row.since < known) since.set(row.run_id, row.since);
    }
  }
  const oldest = [...since].sort(([, a], [, b]) => (a < b ? -1 : 1)).slice(0, FIRST_ITEMS);
  const items = await summariesOf(
    index,
    oldest.map(([runId]) => runId),
  );
  return { ...bounded(since.size, MOST), items: [...items] };
}

async function found(
  index: Index,
  where: readonly Expression<SqlBool>[],
  order: "created_at" | "updated_at",
): Promise<RunsFound> {
  const condition = sql.join([...where], sql` AND `);
  const { rows } = await sql`SELECT count(*) AS n FROM (
      SELECT 1 FROM team_agent_runs WHERE ${condition} LIMIT ${MOST + 1}
    )`.execute(index);
  const n = parseRow(CountRow, rows[0], "count").n;
  if (n === 0) return { count: 0, more: false, items: [] };
  const first = await sql`SELECT summary FROM team_agent_runs WHERE ${condition}
    ORDER BY ${sql.ref(order)} DESC LIMIT ${FIRST_ITEMS}`.execute(index);
  return { ...bounded(n, MOST), items: first.rows.map(summaryRow) };
}

/** Runs with promises to the outside that ran out of tries. */
export function parkedRuns(index: Index): Promise<RunsFound> {
  return found(index, [sql<SqlBool>`parked > 0`], "created_at");
}

/** Runs that failed since `since`, those in quarantine left out. */
export function failedRuns(index: Index, since: string): Promise<RunsFound> {
  const where = [sql<SqlBool>`status = 'failed'`, sql<SqlBool>`updated_at >= ${since}`];
  return found(index, [...where, sql<SqlBool>`cause_code IS NOT 'quarantined'`], "updated_at");
}

/** Runs that were taken out of work because they ended their workers again and again. */
export function quarantinedRuns(index: Index, since: string): Promise<RunsFound> {
  const where = [sql<SqlBool>`status = 'failed'`, sql<SqlBool>`updated_at >= ${since}`];
  return found(index, [...where, sql<SqlBool>`cause_code = 'quarantined'`], "updated_at");
}

const FilteredRow = v.object({ status: RunStatusSchema, n: v.number() });

/** How many runs a filter holds, by state, counted up to `most`. */
export async function countFiltered(index: Index, filter: RunFilterText, most: number) {
  const condition = sql.join([...runConditions(filter, null)], sql` AND `);
  const { rows } = await sql`SELECT status, count(*) AS n FROM (
      SELECT status FROM ${runSource(filter)} WHERE ${condition} LIMIT ${most + 1}
    ) GROUP BY status ORDER BY n DESC`.execute(index);
  const states = rows.map((row) => parseRow(FilteredRow, row, "count")).map(({ status, n }) => ({ status, count: n }));
  const all = states.reduce((sum, one) => sum + one.count, 0);
  return { ...bounded(all, most), states };
}

const MOST_HOLDS = 200;

/** Holds in force, newest first. */
export async function holdsInForce(index: Index): Promise<readonly Hold[]> {
  const rows = await index.selectFrom("holds").selectAll().orderBy("created_at", "desc").limit(MOST_HOLDS).execute();
  return rows.map(({ hold_id, scope, value, reason, created_by, created_at }) =>
    parseRow(HoldSchema, { holdId: hold_id, scope, value, reason, by: created_by, createdAt: created_at }, "hold"),
  );
}
