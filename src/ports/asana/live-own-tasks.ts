/** Tasks of our own over HTTP. Facts: Asana REST 1.0 OpenAPI document. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { asanaClient } from "./client.ts";
import { ASANA_BASE_URL, type LiveAsanaOptions, ref } from "./live.ts";
import type { AsanaOwnTask, AsanaOwnTasksPort } from "./own-tasks.ts";
import { Gid, one, Ref } from "./reply.ts";

const FIELDS = "name,completed,completed_at,created_by,permalink_url";
const optionalText = v.optional(v.nullable(v.string()), null);
const OwnTaskSchema = v.object({
  gid: Gid,
  name: v.string(),
  completed: v.boolean(),
  completed_at: optionalText,
  created_by: v.optional(v.nullable(Ref), null),
  permalink_url: optionalText,
});

/** The port over HTTP. Holds no state. */
export function liveAsanaOwnTasks(options: LiveAsanaOptions): AsanaOwnTasksPort {
  const client = asanaClient({ ...options, baseUrl: options.baseUrl ?? ASANA_BASE_URL });
  return {
    async tasksOf(projectGid, since) {
      const query = { completed_since: since, opt_fields: FIELDS };
      const tasks = await client.list(`/projects/${ref(projectGid)}/tasks`, query, OwnTaskSchema);
      if (tasks === null) throw new PermanentError("asana_not_found", `There is no Asana project ${projectGid}.`);
      return tasks.map(toOwnTask);
    },
    async ownTask(gid) {
      const reply = await client.readOrNull(`/tasks/${ref(gid)}`, { opt_fields: FIELDS }, one(OwnTaskSchema));
      return reply === null ? null : toOwnTask(reply.data);
    },
    async createTask(projectGid, { name, notes }) {
      const body = { name, notes, projects: [ref(projectGid)] };
      return toOwnTask((await client.write("POST", "/tasks", FIELDS, body, one(OwnTaskSchema))).data);
    },
    async updateTask(gid, { notes }) {
      const reply = await client.writeOrNull("PUT", `/tasks/${ref(gid)}`, FIELDS, { notes }, one(OwnTaskSchema));
      return reply === null ? "gone" : "updated";
    },
  };
}

function toOwnTask(raw: v.InferOutput<typeof OwnTaskSchema>): AsanaOwnTask {
  return {
    gid: raw.gid,
    name: raw.name,
    completedAt: raw.completed ? raw.completed_at : null,
    createdByGid: raw.created_by?.gid ?? null,
    url: raw.permalink_url,
  };
}
