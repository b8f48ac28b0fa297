/** Text search in lists. `LIKE` is no use: D1 refuses patterns above 50 bytes. */
import { type Expression, type SqlBool, sql } from "kysely";

/** Fewer characters than an index of pieces has in one: these are looked for in the newest rows alone. */
const PIECE = 3;

/** How many rows a text too short for the index is looked for in. */
export const NEWEST = 5_000;

/** The text when an index of pieces can look for it; null when there is none or it is too short. */
export function searchable(q: string | null | undefined): string | null {
  return q !== null && q !== undefined && [...q].length >= PIECE ? q : null;
}

/** Text as one phrase of the search language, in which nothing else has a meaning. */
export function phrase(q: string): string {
  return `"${q.replaceAll('"', '""')}"`;
}

/** True for rows in which one of the columns holds `q`, upper and lower case alike (ASCII). */
export function textMatch(columns: readonly string[], q: string): Expression<SqlBool> {
  const needle = q.toLowerCase();
  return sql<SqlBool>`(${sql.join(
    columns.map((column) => sql`instr(lower(${sql.ref(column)}), ${needle}) > 0`),
    sql` OR `,
  )})`;
}
