/** Saved views of the register of reports: rows of one person each. */
import { sql } from "kysely";
import * as v from "valibot";
import type { SavedView } from "../core/wire-reports.ts";
import { parseRow } from "../lib/rows.ts";
import type { Index } from "./schema.ts";

/** As many as fit beside the list; more would be a list of their own. */
export const MOST_VIEWS = 50;

const Row = v.object({ view_id: v.string(), name: v.string(), query: v.string(), created_at: v.string() });

function toView(raw: unknown): SavedView {
  const { view_id: viewId, name, query, created_at: createdAt } = parseRow(Row, raw, "saved view");
  return { viewId, name, query, createdAt };
}

/** A person's views, by name. */
export async function listViews(index: Index, owner: string): Promise<readonly SavedView[]> {
  const rows = await index
    .selectFrom("saved_views")
    .selectAll()
    .where("owner", "=", owner)
    .orderBy("name")
    .limit(MOST_VIEWS)
    .execute();
  return rows.map(toView);
}

/** Saves a view; one of the same name, however spelt, takes the new query. Null: the person has as many as there may be. */
export async function saveView(index: Index, owner: string, view: SavedView): Promise<SavedView | null> {
  const { rows } = await sql`INSERT INTO saved_views (view_id, owner, name, query, created_at)
    SELECT ${view.viewId}, ${owner}, ${view.name}, ${view.query}, ${view.createdAt}
    WHERE (SELECT count(*) FROM saved_views WHERE owner = ${owner} AND name <> ${view.name}) < ${MOST_VIEWS}
    ON CONFLICT (owner, name) DO UPDATE SET name = excluded.name, query = excluded.query
    RETURNING view_id, name, query, created_at`.execute(index);
  const [row] = rows;
  return row === undefined ? null : toView(row);
}

/** Forgets a view of this person; false when they have none of that id. */
export async function removeView(index: Index, owner: string, viewId: string): Promise<boolean> {
  const row = await index
    .deleteFrom("saved_views")
    .where("owner", "=", owner)
    .where("view_id", "=", viewId)
    .returning("view_id")
    .executeTakeFirst();
  return row !== undefined;
}
