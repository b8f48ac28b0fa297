/** One report with all that belongs to it: the versions and rounds of its run, its task, and what was restated since. */
import * as v from "valibot";
import { LifecycleSchema } from "../core/wire-artifact.ts";
import type { ReportDetail, ReportRestatement, ReportVersion } from "../core/wire-reports.ts";
import { parseRow } from "../lib/rows.ts";
import { findArtifact } from "./artifacts.ts";
import type { Index } from "./schema.ts";

/** Versions and rounds that are shown; a run has a handful. */
const MOST = 100;

/** The report; null when there is none. */
export async function findReport(index: Index, artifactId: string): Promise<ReportDetail | null> {
  const report = await findArtifact(index, artifactId);
  if (report === null) return null;
  const [task, versions, rounds, restatements] = await Promise.all([
    taskOf(index, report.runId),
    versionsOf(index, report),
    roundsOf(index, report),
    report.restatedAt === null ? [] : restatementsOf(index, artifactId),
  ]);
  return { ...report, ...task, versions: [...versions], rounds, restatements: [...restatements] };
}

const TaskRow = v.object({
  title: v.string(),
  summary: v.pipe(v.string(), v.parseJson(), v.looseObject({ taskUrl: v.optional(v.nullable(v.string()), null) })),
});

async function taskOf(index: Index, runId: string): Promise<Pick<ReportDetail, "taskTitle" | "taskUrl">> {
  const row = await index
    .selectFrom("team_agent_runs")
    .select(["title", "summary"])
    .where("run_id", "=", runId)
    .executeTakeFirst();
  if (row === undefined) return { taskTitle: null, taskUrl: null };
  const { title, summary } = parseRow(TaskRow, row, "run row");
  return { taskTitle: title, taskUrl: summary.taskUrl };
}

const VersionRow = v.object({
  artifact_id: v.string(),
  version: v.number(),
  lifecycle: LifecycleSchema,
  supersedes: v.nullable(v.string()),
  created_at: v.string(),
  accepted_at: v.nullable(v.string()),
  accepted_by: v.nullable(v.string()),
});

/** What belongs together for readers: an edit of the task may make the next version one of another client. */
type Kin = Pick<ReportDetail, "runId" | "taskGid" | "businessUnitId">;

async function versionsOf(index: Index, { taskGid, businessUnitId }: Kin): Promise<readonly ReportVersion[]> {
  const rows = await index
    .selectFrom("report_artifacts")
    .select(["artifact_id", "version", "lifecycle", "supersedes", "created_at", "accepted_at", "accepted_by"])
    .where("task_gid", "=", taskGid)
    .where("business_unit_id", "=", businessUnitId)
    .orderBy("created_at", "desc")
    .orderBy("artifact_id", "desc")
    .limit(MOST)
    .execute();
  return rows.toReversed().map((raw) => {
    const row = parseRow(VersionRow, raw, "artifact row");
    return {
      artifactId: row.artifact_id,
      version: row.version,
      lifecycle: row.lifecycle,
      supersedes: row.supersedes,
      createdAt: row.created_at,
      acceptedAt: row.accepted_at,
      acceptedBy: row.accepted_by,
    };
  });
}

const Millis = v.nullable(v.number());
const StoredRound = v.object({
  roundId: v.string(),
  n: v.number(),
  artifactId: v.string(),
  openedAt: v.number(),
  closedAt: Millis,
  authorName: v.string(),
  comment: v.string(),
  kind: v.nullable(v.picklist(["acceptance", "revision", "discussion", "scope_change", "no_op", "unclear"])),
  decidedBy: v.nullable(v.picklist(["rules", "model"])),
  items: v.array(v.object({ id: v.string(), text: v.string() })),
  answers: v.array(v.object({ itemId: v.string(), outcome: v.picklist(["done", "declined"]), reason: v.string() })),
  reply: v.nullable(v.string()),
});
const RoundRow = v.object({ round: v.pipe(v.string(), v.parseJson(), StoredRound) });

async function roundsOf(index: Index, { runId, businessUnitId }: Kin): Promise<ReportDetail["rounds"]> {
  const rows = await index
    .selectFrom("report_revision_rounds as said")
    .innerJoin("report_artifacts as version", "version.artifact_id", "said.artifact_id")
    .select("said.round")
    .where("said.run_id", "=", runId)
    .where("version.business_unit_id", "=", businessUnitId)
    .orderBy("said.n")
    .limit(MOST)
    .execute();
  return rows.map((raw) => {
    const { authorName: author, openedAt, closedAt, answers, items, ...rest } = parseRow(RoundRow, raw, "round").round;
    return {
      ...rest,
      author,
      openedAt: new Date(openedAt).toISOString(),
      closedAt: closedAt === null ? null : new Date(closedAt).toISOString(),
      items: items.map(({ id, text }) => {
        const answer = answers.find(({ itemId }) => itemId === id);
        return { id, text, outcome: answer?.outcome ?? null, reason: answer?.reason ?? null };
      }),
    };
  });
}

const RestatementRow = v.object({
  fact_id: v.string(),
  metric: v.string(),
  period_start: v.string(),
  period_end: v.string(),
  recorded_at: v.string(),
});

/** The newest come first where there are more than are shown. */
const MOST_RESTATED = 20;

async function restatementsOf(index: Index, artifactId: string): Promise<readonly ReportRestatement[]> {
  const rows = await index
    .selectFrom("restatement_marks as mark")
    .innerJoin("fact_restatements as changed", (join) =>
      join.onRef("changed.fact_id", "=", "mark.fact_id").onRef("changed.version", "=", "mark.version"),
    )
    .select(["changed.fact_id", "changed.metric", "changed.period_start", "changed.period_end", "changed.recorded_at"])
    .where("mark.used_by", "=", "report_artifact")
    .where("mark.used_id", "=", artifactId)
    .orderBy("changed.recorded_at", "desc")
    .orderBy("changed.fact_id")
    .limit(MOST_RESTATED)
    .execute();
  return rows.map((raw) => {
    const row = parseRow(RestatementRow, raw, "restatement");
    const { fact_id: factId, metric, period_start: periodStart, period_end: periodEnd, recorded_at: recordedAt } = row;
    return { factId, metric, periodStart, periodEnd, recordedAt };
  });
}
