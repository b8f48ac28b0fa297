/** Which tasks a client may see, and what is kept of them; the same for the live port and the fake. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import type { RawReply } from "../raw.ts";
import type { ClientTask, ClientTasksPage } from "./client-tasks.ts";
import { Gid, Ref } from "./reply.ts";

export const CLIENT_TASK_FIELDS = [
  "name",
  "due_on",
  "completed",
  "completed_at",
  "permalink_url",
  "memberships.project",
  "memberships.section.name",
  "custom_fields.name",
  "custom_fields.display_value",
].join(",");
export const CLIENT_PROJECT_FIELDS = "name,custom_field_settings.custom_field.name";

const text = v.optional(v.nullable(v.string()), null);
const Section = v.optional(v.nullable(v.object({ name: text })), null);

export const ClientTaskSchema = v.object({
  gid: Gid,
  name: v.string(),
  due_on: text,
  completed: v.boolean(),
  completed_at: text,
  permalink_url: text,
  memberships: v.optional(v.array(v.object({ project: v.nullable(Ref), section: Section })), []),
  custom_fields: v.optional(v.nullable(v.array(v.object({ name: text, display_value: text }))), null),
});
export type RawClientTask = v.InferOutput<typeof ClientTaskSchema>;

export const ClientProjectSchema = v.object({
  gid: Gid,
  name: v.string(),
  custom_field_settings: v.optional(v.array(v.object({ custom_field: v.object({ name: text }) })), []),
});

const SHOWN = new Set(["yes", "true"]);
const plain = (words: string | null) => (words ?? "").trim().toLowerCase();

/** True when a field goes by the name of the flag, however it is capitalised. */
export function isFlag(name: string | null, flag: string): boolean {
  return plain(flag) !== "" && plain(name) === plain(flag);
}

/** Private unless flagged: only a plain yes shows a task, and two fields of that name must agree. */
export function isVisible(task: RawClientTask, flag: string): boolean {
  const flags = (task.custom_fields ?? []).filter(({ name }) => isFlag(name, flag));
  return flags.length > 0 && flags.every(({ display_value }) => SHOWN.has(plain(display_value)));
}

/** What the port gives of a page: the flagged tasks alone, each in its place in this project alone. */
export function toPage(
  tasks: readonly RawClientTask[],
  asked: { readonly projectGid: string; readonly flag: string; readonly next: string | null },
  rawOf: (body: string) => RawReply,
): ClientTasksPage {
  const data = tasks
    .filter((task) => isVisible(task, asked.flag))
    .map(({ custom_fields: _, memberships, ...task }) => {
      const here = memberships.filter(({ project }) => project?.gid === asked.projectGid);
      return { ...task, memberships: here.map(({ section }) => ({ section })) };
    });
  const shown = data.map(
    (task): ClientTask => ({
      gid: task.gid,
      name: task.name,
      dueOn: task.due_on,
      completed: task.completed,
      completedAt: task.completed ? task.completed_at : null,
      section: task.memberships[0]?.section?.name ?? null,
      permalink: task.permalink_url,
    }),
  );
  return { tasks: shown, next: asked.next, raw: rawOf(JSON.stringify({ data })) };
}

export function noProject(projectGid: string): PermanentError {
  return new PermanentError("asana_not_found", `There is no Asana project ${projectGid}.`);
}
