/** Which runs a list, a count or a bulk action is about. Every field but the free text is answered by an index. */
import { type Expression, type SqlBool, sql } from "kysely";
import type { RunFilterText } from "../core/wire-ops.ts";
import type { Position } from "./cursor.ts";
import { textMatch } from "./text-match.ts";

/** The conditions of a filter, for a query over `team_agent_runs`. */
export function runConditions(filter: RunFilterText, after: Position | null): readonly Expression<SqlBool>[] {
  const found: Expression<SqlBool>[] = [];
  const equal = (column: string, value: string | undefined): void => {
    if (value !== undefined) found.push(sql<SqlBool>`${sql.ref(column)} = ${value}`);
  };
  const alike = (column: string, value: string | undefined): void => {
    if (value !== undefined) found.push(sql<SqlBool>`${sql.ref(column)} = ${value} COLLATE NOCASE`);
  };
  equal("status", filter.status);
  equal("skill", filter.skill);
  equal("business_unit_id", filter.businessUnitId);
  equal("cause_code", filter.code);
  equal("waiting_kind", filter.waiting);
  alike("client_name", filter.client);
  alike("requester", filter.requester);
  if (filter.q !== undefined) found.push(textMatch(["title", "client_name", "requester"], filter.q));
  if (after !== null) found.push(sql<SqlBool>`(created_at, run_id) < (${after.at}, ${after.id})`);
  return found;
}
