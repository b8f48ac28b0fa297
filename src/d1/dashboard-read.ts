/** The facts a dashboard shows: each read is one range of an index. */
import { sql } from "kysely";
import * as v from "valibot";
import type { BoardPeriods } from "../core/dashboard/types.ts";
import type { DayRange } from "../core/facts/period-words.ts";
import type { DashboardView } from "../core/wire-dashboard.ts";
import type { FactView } from "../core/wire-data.ts";
import { parseRow } from "../lib/rows.ts";
import { FACT_COLUMNS, factView } from "./fact-row.ts";
import type { Index } from "./schema.ts";

/** Parts with few members; of the others only the biggest are read. */
const SHORT = ["whole", "channel", "campaign", "project", "brand", "device", "stage", "rank_range"];

/** A long list: ordered by its first metric, at most so many members. */
export interface LongList {
  readonly dimension: string;
  readonly lead: string;
  readonly metrics: readonly string[];
  readonly smallestFirst: boolean;
  readonly limit: number;
}

const monthly = (index: Index, businessUnitId: string, starts: readonly string[]) =>
  index
    .selectFrom("current_client_facts")
    .select([...FACT_COLUMNS])
    .where("business_unit_id", "=", businessUnitId)
    .where("grain", "=", "month")
    .where("period_start", "in", starts);

/** Facts of the months of a dashboard: all of the short lists, the biggest of the long ones. */
export async function monthFacts(
  index: Index,
  businessUnitId: string,
  periods: BoardPeriods,
  long: readonly LongList[],
): Promise<readonly FactView[]> {
  const starts = [periods.period.start, periods.previous.start, periods.yearOverYear.start];
  const short = monthly(index, businessUnitId, starts).where("dimension", "in", SHORT).execute();
  const lists = long.map(async (list) => {
    const lead = await monthly(index, businessUnitId, [periods.period.start])
      .where("metric", "=", list.lead)
      .where("dimension", "=", list.dimension)
      .where("value", "is not", null)
      .orderBy("value", list.smallestFirst ? "asc" : "desc")
      .orderBy("member")
      .limit(list.limit)
      .execute();
    const members = JSON.stringify(lead.map((row) => row.member));
    return monthly(index, businessUnitId, starts)
      .where("metric", "in", list.metrics)
      .where("dimension", "=", list.dimension)
      .where(sql<boolean>`member IN (SELECT value FROM json_each(${members}))`)
      .execute();
  });
  const rows = [await short, ...(await Promise.all(lists))].flat();
  return rows.map(factView);
}

/** Monthly wholes of some metrics. */
export async function monthWholes(
  index: Index,
  businessUnitId: string,
  metrics: readonly string[],
  starts: readonly string[],
): Promise<readonly FactView[]> {
  const rows = await monthly(index, businessUnitId, starts)
    .where("metric", "in", metrics)
    .where("dimension", "=", "whole")
    .execute();
  return rows.map(factView);
}

/**
 * Of the monthly wholes of some Business Units those that a sibling measured from the very same asset: in a total the sibling
 * with the smallest id counts them. The same on every page of the overview, whatever stands on it.
 */
export async function countedBySiblings(
  index: Index,
  asked: {
    readonly page: readonly string[];
    readonly visible: "all" | readonly string[];
    readonly metrics: readonly string[];
    readonly start: string;
  },
): Promise<ReadonlySet<string>> {
  const seen = asked.visible === "all" ? null : JSON.stringify(asked.visible);
  const { rows } = await sql`SELECT DISTINCT own.fact_id FROM json_each(${JSON.stringify(asked.page)}) AS page
    JOIN business_units AS unit ON unit.business_unit_id = page.value
    JOIN business_units AS sibling ON sibling.client_id = unit.client_id AND sibling.archived_at IS NULL
      AND sibling.business_unit_id < unit.business_unit_id
    JOIN json_each(${JSON.stringify(asked.metrics)}) AS metric
    JOIN current_client_facts AS own ON own.business_unit_id = unit.business_unit_id AND own.metric = metric.value
      AND own.grain = 'month' AND own.dimension = 'whole' AND own.period_start = ${asked.start}
    JOIN current_client_facts AS twin ON twin.business_unit_id = sibling.business_unit_id AND twin.metric = own.metric
      AND twin.grain = own.grain AND twin.dimension = own.dimension AND twin.period_start = own.period_start
    WHERE twin.external_id = own.external_id AND twin.source = own.source
      AND twin.state IN ('number', 'zero') AND twin.fixture = 0
      AND (${seen} IS NULL OR sibling.business_unit_id IN (SELECT value FROM json_each(${seen})))`.execute(index);
  return new Set(rows.map((raw) => parseRow(CountedRow, raw, "fact").fact_id));
}

const CountedRow = v.object({ fact_id: v.string() });

/** First day of the first month with a fact; null when there is none. */
export async function firstMonth(index: Index, businessUnitId: string): Promise<string | null> {
  const row = await index
    .selectFrom("current_client_facts")
    .select("period_start")
    .where("business_unit_id", "=", businessUnitId)
    .where("grain", "=", "month")
    .orderBy("period_start")
    .limit(1)
    .executeTakeFirst();
  return row?.period_start ?? null;
}

/** Daily wholes of some metrics over some ranges. */
export async function dayFacts(
  index: Index,
  businessUnitId: string,
  metrics: readonly string[],
  ranges: readonly DayRange[],
): Promise<readonly FactView[]> {
  const found = await Promise.all(
    ranges.map(({ start, end }) =>
      index
        .selectFrom("current_client_facts")
        .select([...FACT_COLUMNS])
        .where("business_unit_id", "=", businessUnitId)
        .where("metric", "in", metrics)
        .where("grain", "=", "day")
        .where("dimension", "=", "whole")
        .where("period_start", ">=", start)
        .where("period_start", "<=", end)
        .execute(),
    ),
  );
  return found.flat().map(factView);
}

const TaskRow = v.object({
  task_gid: v.string(),
  name: v.string(),
  section: v.nullable(v.string()),
  due_on: v.nullable(v.string()),
  completed_at: v.nullable(v.string()),
  permalink: v.nullable(v.string()),
});

/** Tasks flagged as visible, open ones first. */
export async function visibleTasks(index: Index, businessUnitId: string): Promise<DashboardView["tasks"]> {
  const rows = await index
    .selectFrom("client_visible_tasks")
    .select(["task_gid", "name", "section", "due_on", "completed_at", "permalink"])
    .where("business_unit_id", "=", businessUnitId)
    .orderBy("task_gid")
    .limit(200)
    .execute();
  const tasks = rows.map((raw) => {
    const row = parseRow(TaskRow, raw, "task");
    const { task_gid: taskGid, due_on: dueOn, completed_at: completedAt, ...rest } = row;
    return { taskGid, name: rest.name, section: rest.section, dueOn, completedAt, permalink: rest.permalink };
  });
  const rank = (task: (typeof tasks)[number]) => `${task.completedAt === null ? 0 : 1}${task.dueOn ?? "9999"}`;
  return tasks.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

const OpenRow = v.object({ business_unit_id: v.string(), open: v.number(), people: v.number() });
const OPEN = [
  "observed",
  "assessing",
  "blocked",
  "needs_clarification",
  "ready",
  "running",
  "review_ready",
  "revision_requested",
  "revision_running",
];

/** Runs that have not ended, by Business Unit, and how many of them wait for a person. */
export async function openRuns(
  index: Index,
  businessUnitIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly open: number; readonly people: number }>> {
  const { rows } =
    await sql`SELECT business_unit_id, count(*) AS open, count(*) FILTER (WHERE waiting_kind = 'person') AS people
    FROM team_agent_runs
    WHERE business_unit_id IN (SELECT value FROM json_each(${JSON.stringify(businessUnitIds)}))
      AND status IN (SELECT value FROM json_each(${JSON.stringify(OPEN)}))
    GROUP BY business_unit_id`.execute(index);
  return new Map(
    rows.map((raw) => {
      const row = parseRow(OpenRow, raw, "count of runs");
      return [row.business_unit_id, { open: row.open, people: row.people }];
    }),
  );
}

/** The Business Unit of a slug; null when there is none. */
export async function unitOfSlug(index: Index, slug: string): Promise<string | null> {
  const row = await index
    .selectFrom("business_units")
    .select("business_unit_id")
    .where("slug", "=", slug)
    .executeTakeFirst();
  return row?.business_unit_id ?? null;
}
