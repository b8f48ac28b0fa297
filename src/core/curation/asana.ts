/** Asana: the tasks of the client's project that their owner shows to the client. The port lets no other through. */
import * as v from "valibot";
import { reachesNow } from "./chunk.ts";
import { order } from "./member.ts";
import { bodyOf } from "./read.ts";
import type { CuratedChunk, CuratedSnapshot, Curation, CurationContext, VisibleTask } from "./types.ts";

const Word = v.optional(v.nullable(v.string()), null);
const BodySchema = v.object({
  data: v.optional(
    v.array(
      v.object({
        gid: v.string(),
        name: v.optional(v.string(), ""),
        due_on: Word,
        completed: v.optional(v.boolean(), false),
        completed_at: Word,
        permalink_url: Word,
        memberships: v.optional(
          v.array(v.object({ section: v.optional(v.nullable(v.object({ name: Word })), null) })),
          [],
        ),
      }),
    ),
    [],
  ),
});
type Task = v.InferOutput<typeof BodySchema>["data"][number];

/** Longest text of a task that is kept. */
const TEXT_LENGTH = 300;

export interface TasksCarried {
  readonly context: CurationContext;
  readonly rows: number;
  /** null: not asked. */
  readonly tasks: readonly VisibleTask[] | null;
}

function take(carried: TasksCarried, snapshot: CuratedSnapshot): TasksCarried {
  if (snapshot.document.query !== "tasks") return carried;
  const { data } = bodyOf(BodySchema, snapshot);
  const tasks = [...(carried.tasks ?? []), ...data.map(readTask)].sort(
    (a, b) => order(a.taskGid, b.taskGid) || order(JSON.stringify(a), JSON.stringify(b)),
  );
  // A task may turn up on two pages when one before it was unflagged in between.
  const once = tasks.filter(({ taskGid }, index) => tasks[index - 1]?.taskGid !== taskGid);
  return { ...carried, rows: carried.rows + data.length, tasks: once };
}

function readTask({ gid, name, due_on, completed, completed_at, permalink_url, memberships }: Task): VisibleTask {
  const section = memberships[0]?.section?.name ?? null;
  return {
    taskGid: gid,
    name: bounded(name),
    section: section === null ? null : bounded(section),
    dueOn: due_on,
    completedAt: completed ? completed_at : null,
    // A link is shown to a client: only one that leads to Asana.
    permalink: permalink_url?.startsWith("https://app.asana.com/") === true ? permalink_url : null,
  };
}

function bounded(text: string): string {
  return text.slice(0, TEXT_LENGTH).toWellFormed();
}

/** Tasks as they are now belong to the newest chunk: an older one must not bring back what is no longer flagged. */
function finish({ context, rows, tasks }: TasksCarried): CuratedChunk {
  return { facts: [], checks: [], tasks: reachesNow(context) ? tasks : null, rows };
}

/** The fold of Asana. */
export const ASANA_CURATION: Curation<TasksCarried> = {
  source: "asana",
  transform: "asana.1",
  start: (context) => ({ context, rows: 0, tasks: null }),
  take,
  finish,
};
