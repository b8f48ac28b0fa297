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
