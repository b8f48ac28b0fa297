/** Which reports a list is about. Every field is answered by an index, the free text too. */
import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Position } from "./cursor.ts";
import { NEWEST, phrase, searchable, textMatch } from "./text-match.ts";
import { ofUnits } from "./units-match.ts";

export interface ArtifactFilter {
  readonly businessUnitId: string | null;
  readonly skill: string | null;
  readonly lifecycle: string | null;
  readonly taskGid: string | null;
  /** Whether a report may be used again, as `core/reuse.ts` says it. */
  readonly reusable: boolean | null;
  /** A month, YYYY-MM, the report says something about. */
  readonly month: string | null;
  readonly q: string | null;
  readonly after: Position | null;
  readonly limit: number;
  /** Of these Business Units alone. */
  readonly units: "all" | readonly string[];
}

/** Where the rows of a filter come from: a search begins with its hits, newest first, and reads no other row. */
export function artifactSource({ q }: ArtifactFilter): RawBuilder<unknown> {
  return searchable(q) === null
    ? sql`report_artifacts`
    : sql`report_artifacts_text AS hit CROSS JOIN report_artifacts ON report_artifacts.age_key = hit.rowid`;
}

/** Newest first, without sorting: hits lie in the order of their age. */
export function artifactOrder({ q }: ArtifactFilter): RawBuilder<unknown> {
  return searchable(q) === null
    ? sql`report_artifacts.created_at DESC, report_artifacts.artifact_id DESC`
    : sql`hit.rowid DESC`;
}

/** A position as the place of its row among the hits; the same expression as in the table. */
function ageKey({ at, id }: Position): RawBuilder<unknown> {
  return sql`((CAST(round(unixepoch(${at}, 'subsec') * 1000) AS INTEGER) << 21)
    | ((CAST(substr(${id}, 5) AS INTEGER) & 32767) << 6)
    | (CAST(substr(${id}, instr(${id}, '_v') + 2) AS INTEGER) & 63))`;
}

function textConditions({ q }: ArtifactFilter): readonly Expression<SqlBool>[] {
  if (q === null) return [];
  const text = searchable(q);
  if (text !== null) return [sql<SqlBool>`report_artifacts_text MATCH ${phrase(text)}`];
  const newest = sql<SqlBool>`report_artifacts.created_at >= coalesce((
    SELECT created_at FROM report_artifacts ORDER BY created_at DESC, artifact_id DESC LIMIT 1 OFFSET ${NEWEST}
  ), '')`;
  return [newest, textMatch(["report_artifacts.client_name", "report_artifacts.artifact_id"], q)];
}

/** When a final value that a report rests on was last restated; NULL: never. */
const restatedAt = sql<string | null>`(SELECT max(changed.recorded_at) FROM restatement_marks AS mark
  JOIN fact_restatements AS changed ON changed.fact_id = mark.fact_id AND changed.version = mark.version
  WHERE mark.used_by = 'report_artifact' AND mark.used_id = report_artifacts.artifact_id)`;

/** Whether invented facts stand among those of a report's client and time. */
const fixture = sql<number>`EXISTS (SELECT 1 FROM current_client_facts AS invented
  WHERE invented.fixture = 1 AND invented.business_unit_id = report_artifacts.business_unit_id
    AND invented.period_start <= report_artifacts.period_end AND invented.period_end >= report_artifacts.period_start)`;

/** What a row does not hold itself and its reuse hangs on. */
export const standing = sql`${restatedAt} AS restated_at, ${fixture} AS fixture`;

/** The same as `core/reuse.ts` says of one report. A word on reuse outweighs the restatements of before it. */
const REUSABLE = sql<SqlBool>`(report_artifacts.lifecycle = 'accepted'
  AND coalesce(report_artifacts.appraisal ->> '$.reuse.reusable', 1) = 1
  AND coalesce(${restatedAt}, '') <= coalesce(report_artifacts.appraisal ->> '$.reuse.at', '')
  AND NOT ${fixture})`;

function inMonth(month: string): Expression<SqlBool> {
  return sql<SqlBool>`(report_artifacts.period_start <= ${`${month}-31`} AND report_artifacts.period_end >= ${`${month}-01`})`;
}

/** The conditions of a filter, for a query over `artifactSource`. */
export function artifactConditions(filter: ArtifactFilter): readonly Expression<SqlBool>[] {
  const found: Expression<SqlBool>[] = [];
  const equal = (column: string, value: string | null): void => {
    if (value !== null) found.push(sql<SqlBool>`${sql.ref(`report_artifacts.${column}`)} = ${value}`);
  };
  equal("business_unit_id", filter.businessUnitId);
  equal("skill", filter.skill);
  equal("lifecycle", filter.lifecycle);
  equal("task_gid", filter.taskGid);
  if (filter.month !== null) found.push(inMonth(filter.month));
  if (filter.reusable !== null) found.push(filter.reusable ? REUSABLE : sql<SqlBool>`NOT ${REUSABLE}`);
  if (filter.units !== "all") found.push(ofUnits(filter.units));
  found.push(...textConditions(filter));
  const { after } = filter;
  if (after === null) return found;
  const older =
    searchable(filter.q) === null
      ? sql<SqlBool>`(report_artifacts.created_at, report_artifacts.artifact_id) < (${after.at}, ${after.id})`
      : sql<SqlBool>`hit.rowid < ${ageKey(after)}`;
  return [...found, older];
}
