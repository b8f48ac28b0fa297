/** Where we are in each project's event stream. */
import type { EventStreamView } from "../core/wire-ops.ts";
import type { Index } from "./schema.ts";

/** How far a project's events were taken. */
export interface StreamPosition {
  readonly sync: string | null;
  readonly comparedAt: string | null;
}

/** The position in a project's stream; nothing known when it was never read. */
export async function streamPosition(index: Index, projectGid: string): Promise<StreamPosition> {
  const row = await index
    .selectFrom("asana_event_streams")
    .select(["sync", "compared_at"])
    .where("project_gid", "=", projectGid)
    .executeTakeFirst();
  return { sync: row?.sync ?? null, comparedAt: row?.compared_at ?? null };
}

/** Moves on. Only after the queue took the messages of everything before. */
export async function moveStream(
  index: Index,
  projectGid: string,
  moved: { readonly sync: string; readonly at: string; readonly compared: boolean },
): Promise<void> {
  const change = { sync: moved.sync, synced_at: moved.at, problem: null };
  const compared = moved.compared ? { compared_at: moved.at } : {};
  await index
    .insertInto("asana_event_streams")
    .values({ project_gid: projectGid, compared_at: null, ...change, ...compared })
    .onConflict((conflict) => conflict.column("project_gid").doUpdateSet({ ...change, ...compared }))
    .execute();
}

/** Notes why a pass failed; the position stays. */
export async function noteStreamProblem(index: Index, projectGid: string, problem: string): Promise<void> {
  await index
    .insertInto("asana_event_streams")
    .values({ project_gid: projectGid, sync: null, synced_at: null, compared_at: null, problem })
    .onConflict((conflict) => conflict.column("project_gid").doUpdateSet({ problem }))
    .execute();
}

/** Every stream for ops. The token stays here. */
export async function listStreams(index: Index): Promise<readonly EventStreamView[]> {
  const rows = await index.selectFrom("asana_event_streams").selectAll().orderBy("project_gid").execute();
  return rows.map((row) => ({
    projectGid: row.project_gid,
    syncedAt: row.synced_at,
    comparedAt: row.compared_at,
    problem: row.problem,
  }));
}
