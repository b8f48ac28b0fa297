/** Which runs a list, a count or a bulk action is about. Every field is answered by an index, the free text too. */
import { type Expression, type RawBuilder, type SqlBool, sql } from "kysely";
import type { RunFilterText } from "../core/wire-ops.ts";
import type { Position } from "./cursor.ts";
import { NEWEST, phrase, searchable, textMatch } from "./text-match.ts";

const searched = ({ q }: RunFilterText): string | null => searchable(q);

/** Where the rows of a filter come from: a search begins with its hits, newest first, and reads no other row. */
export function runSource(filter: RunFilterText): RawBuilder<unknown> {
  return searched(filter) === null
    ? sql`team_agent_runs`
    : sql`team_agent_runs_text AS hit CROSS JOIN team_agent_runs ON team_agent_runs.age_key = hit.rowid`;
}

/** Newest first, without sorting: hits lie in the order of their age. */
export function runOrder(filter: RunFilterText): RawBuilder<unknown> {
  return searched(filter) === null ? sql`created_at DESC, run_id DESC` : sql`hit.rowid DESC`;
}

/** A position as the place of its row among the hits; the same expression as in the table. */
function ageKey({ at, id }: Position): RawBuilder<unknown> {
  return sql`((CAST(round(unixepoch(${at}, 'subsec') * 1000) AS INTEGER) << 21) | (CAST(substr(${id}, 5) AS INTEGER) & 2097151))`;
}

function textConditions(filter: RunFilterText): readonly Expression<SqlBool>[] {
  if (filter.q === undefined) return [];
  const q = searched(filter);
  if (q !== null) return [sql<SqlBool>`team_agent_runs_text MATCH ${phrase(q)}`];
  const newest = sql<SqlBool>`created_at >= coalesce((
    SELECT created_at FROM team_agent_runs ORDER BY created_at DESC, run_id DESC LIMIT 1 OFFSET ${NEWEST}
  ), '')`;
  return [newest, textMatch(["title", "client_name", "requester"], filter.q)];
}

/** The conditions of a filter, for a query over `runSource`. */
export function runConditions(filter: RunFilterText, after: Position | null): readonly Expression<SqlBool>[] {
  const found: Expression<SqlBool>[] = [];
  const equal = (column: string, value: string | undefined): void => {
    if (value !== undefined) found.push(sql<SqlBool>`${sql.ref(`team_agent_runs.${column}`)} = ${value}`);
  };
  const alike = (column: string, value: string | undefined): void => {
    if (value !== undefined)
      found.push(sql<SqlBool>`${sql.ref(`team_agent_runs.${column}`)} = ${value} COLLATE NOCASE`);
  };
  equal("status", filter.status);
  equal("skill", filter.skill);
  equal("business_unit_id", filter.businessUnitId);
  equal("cause_code", filter.code);
  equal("waiting_kind", filter.waiting);
  // Spelled as in the index of migration 0002, or SQLite would not see that the index fits.
  if (filter.parked !== undefined) found.push(sql<SqlBool>`team_agent_runs.parked > 0`);
  alike("client_name", filter.client);
  alike("requester", filter.requester);
  found.push(...textConditions(filter));
  if (after === null) return found;
  const older =
    searched(filter) === null
      ? sql<SqlBool>`(created_at, run_id) < (${after.at}, ${after.id})`
      : sql<SqlBool>`hit.rowid < ${ageKey(after)}`;
  return [...found, older];
}
