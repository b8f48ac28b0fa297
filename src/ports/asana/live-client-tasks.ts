/** Tasks a client may see, over HTTP. Facts: Asana REST 1.0 OpenAPI document. */
import type { RawReply } from "../raw.ts";
import { asanaClient } from "./client.ts";
import type { AsanaClientTasksPort } from "./client-tasks.ts";
import {
  CLIENT_PROJECT_FIELDS,
  CLIENT_TASK_FIELDS,
  ClientProjectSchema,
  ClientTaskSchema,
  isFlag,
  noProject,
  toPage,
} from "./client-tasks-reply.ts";
import { ASANA_BASE_URL, type LiveAsanaOptions, ref } from "./live.ts";
import { one, page } from "./reply.ts";

export interface LiveClientTasksOptions extends LiveAsanaOptions {
  /** Name of the custom field that shows a task to the client. */
  readonly flag: string;
}

/** The port over HTTP. Holds no state. */
export function liveAsanaClientTasks(options: LiveClientTasksOptions): AsanaClientTasksPort {
  const client = asanaClient({ ...options, baseUrl: options.baseUrl ?? ASANA_BASE_URL });
  const rawOf = (path: string, query: Readonly<Record<string, string>>, body: string): RawReply => ({
    body,
    request: { method: "GET", path, body: query },
    fetchedAt: options.now().toISOString(),
  });
  return {
    async clientProject(projectGid) {
      const path = `/projects/${ref(projectGid)}`;
      const query = { opt_fields: CLIENT_PROJECT_FIELDS };
      const reply = await client.readOrNull(path, query, one(ClientProjectSchema));
      if (reply === null) throw noProject(projectGid);
      const { gid, name, custom_field_settings } = reply.data;
      const hasField = custom_field_settings.some(({ custom_field }) => isFlag(custom_field.name, options.flag));
      return { gid, name, hasField, raw: rawOf(path, query, JSON.stringify(reply)) };
    },
    async visibleTasks(projectGid, since, next = null) {
      const path = `/projects/${ref(projectGid)}/tasks`;
      const place = next === null ? {} : { offset: next };
      const query = { limit: "100", completed_since: since, opt_fields: CLIENT_TASK_FIELDS, ...place };
      const reply = await client.readOrNull(path, query, page(ClientTaskSchema));
      if (reply === null) throw noProject(projectGid);
      const asked = { projectGid, flag: options.flag, next: reply.next_page?.offset ?? null };
      return toPage(reply.data, asked, (body) => rawOf(path, query, body));
    },
  };
}
