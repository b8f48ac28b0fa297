/** Tasks a client may see: the newest refresh of Asana says all of them. */
import { type CompiledQuery, sql } from "kysely";
import type { VisibleTask } from "../core/curation/types.ts";
import type { PublicationHead } from "./fact-queries.ts";
import { fenceHolds } from "./fenced.ts";
import { jsonParts } from "./limits.ts";
import type { Index } from "./schema.ts";

/** Replaces the tasks as a set; null: the chunk says nothing about tasks. */
export function taskQueries(
  index: Index,
  head: Pick<PublicationHead, "businessUnitId" | "epoch" | "ingestionRunId">,
  tasks: readonly VisibleTask[] | null,
): readonly CompiledQuery[] {
  if (tasks === null) return [];
  const { businessUnitId, ingestionRunId } = head;
  const kept = [...jsonParts(tasks.map(({ taskGid }) => taskGid))].map(
    ({ json }) => sql` AND task_gid NOT IN (SELECT value FROM json_each(${json}))`,
  );
  const others = sql`DELETE FROM client_visible_tasks
    WHERE business_unit_id = ${businessUnitId} AND ${fenceHolds(head)}${sql.join(kept, sql``)}`;
  const writes = [...jsonParts(tasks)].map(
    ({ json }) => sql`INSERT INTO client_visible_tasks
        (business_unit_id, task_gid, name, section, due_on, completed_at, permalink, ingestion_run_id)
      SELECT ${businessUnitId}, part.value ->> 'taskGid', part.value ->> 'name', part.value ->> 'section',
        part.value ->> 'dueOn', part.value ->> 'completedAt', part.value ->> 'permalink', ${ingestionRunId}
      FROM json_each(${json}) AS part
      WHERE ${fenceHolds(head)}
      ON CONFLICT (business_unit_id, task_gid) DO UPDATE SET
        name = excluded.name, section = excluded.section, due_on = excluded.due_on,
        completed_at = excluded.completed_at, permalink = excluded.permalink,
        ingestion_run_id = excluded.ingestion_run_id`,
  );
  return [others, ...writes].map((query) => query.compile(index));
}
