/** Text search in lists. `LIKE` is no use: D1 refuses patterns above 50 bytes. */
import { type Expression, type SqlBool, sql } from "kysely";

/** True for rows in which one of the columns holds `q`, upper and lower case alike (ASCII). */
export function textMatch(columns: readonly string[], q: string): Expression<SqlBool> {
  const needle = q.toLowerCase();
  return sql<SqlBool>`(${sql.join(
    columns.map((column) => sql`instr(lower(${sql.ref(column)}), ${needle}) > 0`),
    sql` OR `,
  )})`;
}
