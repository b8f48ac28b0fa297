/** Plays a person in Asana, over the API: for scripts and tests. Not a client of the product. */
import * as v from "valibot";
import { CUSTOM_FIELDS, PROJECTS, USERS } from "../seed.ts";

export interface NewTask {
  readonly name: string;
  readonly notes?: string;
  /** Name of an option of the field Client, e.g. `Plunkett`. */
  readonly client?: string;
  /** Name of an option of the field Skill. */
  readonly skill?: string;
  readonly period?: string;
  /** Default: Jessie; null for nobody. */
  readonly assignee?: string | null;
  /** Default: Jessie Intake. */
  readonly project?: string;
}

const StorySchema = v.object({
  gid: v.string(),
  resource_subtype: v.string(),
  text: v.string(),
  html_text: v.string(),
  created_at: v.string(),
  is_edited: v.boolean(),
  created_by: v.nullable(v.object({ gid: v.string(), name: v.string() })),
});
/** A story as the player reads it. */
export type PlayedStory = v.InferOutput<typeof StorySchema>;

const AttachmentSchema = v.object({
  gid: v.string(),
  name: v.string(),
  size: v.nullable(v.number()),
  download_url: v.nullable(v.string()),
});
/** An attachment as the player reads it. */
export type PlayedAttachment = v.InferOutput<typeof AttachmentSchema>;

const TaskSchema = v.object({ gid: v.string(), name: v.string(), notes: v.string(), permalink_url: v.string() });
/** A task of a project as the player reads it. */
export type PlayedTask = v.InferOutput<typeof TaskSchema>;

const GidSchema = v.object({ gid: v.string() });
const PageSchema = <T extends v.GenericSchema>(item: T) =>
  v.object({ data: v.array(item), next_page: v.nullable(v.object({ offset: v.string() })) });

/** A person in Asana. Every verb throws with Asana's own words when it is refused. */
export interface AsanaPlayer {
  createTask(task: NewTask): Promise<{ readonly gid: string }>;
  update(taskGid: string, fields: Readonly<Record<string, unknown>>): Promise<void>;
  /** null unassigns. */
  assign(taskGid: string, userGid: string | null): Promise<void>;
  complete(taskGid: string): Promise<void>;
  comment(taskGid: string, text: string): Promise<{ readonly gid: string }>;
  /** All stories, system ones included. */
  stories(taskGid: string): Promise<readonly PlayedStory[]>;
  /** Comments of people and of Jessie. */
  comments(taskGid: string): Promise<readonly PlayedStory[]>;
  attachments(taskGid: string): Promise<readonly PlayedAttachment[]>;
  /** Everything in a project, completed tasks too. */
  tasks(project: string): Promise<readonly PlayedTask[]>;
  download(attachmentGid: string): Promise<Uint8Array>;
  deleteTask(taskGid: string): Promise<void>;
  /** Hooks a project (default: Jessie Intake) to a target; the target must answer the handshake. */
  hook(target: string, project?: string): Promise<{ readonly gid: string }>;
}

/** Plays whoever the token belongs to. `baseUrl` is `ASANA_BASE_URL`. */
export function playAsana(baseUrl: string, pat: string): AsanaPlayer {
  const call = async (method: string, path: string, data?: unknown): Promise<unknown> => {
    const answer = await fetch(baseUrl.replace(/\/$/, "") + path, {
      method,
      headers: {
        Authorization: `Bearer ${pat}`,
        ...(data === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(data === undefined ? {} : { body: JSON.stringify({ data }) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  const pages = async <T>(path: string, item: v.GenericSchema<unknown, T>): Promise<readonly T[]> => {
    const items: T[] = [];
    for (let offset = ""; ; ) {
      const page = v.parse(PageSchema(item), await call("GET", `${path}&limit=100${offset}`));
      items.push(...page.data);
      if (page.next_page === null) return items;
      offset = `&offset=${encodeURIComponent(page.next_page.offset)}`;
    }
  };
  const gidOf = (body: unknown) => v.parse(v.object({ data: GidSchema }), body).data;
  const update = async (gid: string, fields: Readonly<Record<string, unknown>>) =>
    void (await call("PUT", `/tasks/${gid}`, fields));
  const stories = (gid: string) =>
    pages(
      `/tasks/${gid}/stories?opt_fields=resource_subtype,text,html_text,created_at,is_edited,created_by.name`,
      StorySchema,
    );
  return {
    createTask: async (task) => gidOf(await call("POST", "/tasks", newTaskBody(task))),
    update,
    assign: (gid, assignee) => update(gid, { assignee }),
    complete: (gid) => update(gid, { completed: true }),
    comment: async (gid, text) => gidOf(await call("POST", `/tasks/${gid}/stories`, { text })),
    stories,
    comments: async (gid) => (await stories(gid)).filter((story) => story.resource_subtype === "comment_added"),
    attachments: (gid) => pages(`/attachments?parent=${gid}&opt_fields=name,size,download_url`, AttachmentSchema),
    tasks: (project) => pages(`/projects/${project}/tasks?opt_fields=name,notes,permalink_url`, TaskSchema),
    download: async (gid) => {
      const fresh = v.parse(v.object({ data: AttachmentSchema }), await call("GET", `/attachments/${gid}`)).data;
      if (fresh.download_url === null) throw new Error(`attachment ${gid} has no download address`);
      const answer = await fetch(fresh.download_url);
      if (!answer.ok) throw new Error(`download of ${gid} answered ${answer.status}`);
      return new Uint8Array(await answer.arrayBuffer());
    },
    deleteTask: async (gid) => void (await call("DELETE", `/tasks/${gid}`)),
    hook: async (target, project = PROJECTS.intake.gid) =>
      gidOf(await call("POST", "/webhooks", { resource: project, target })),
  };
}

/** The body of `POST /tasks`; names of options become their gids. */
export function newTaskBody(task: NewTask): Record<string, unknown> {
  const { client, skill, period } = CUSTOM_FIELDS;
  const fields: Record<string, string> = {};
  if (task.client !== undefined) fields[client.gid] = optionGid(client, task.client);
  if (task.skill !== undefined) fields[skill.gid] = optionGid(skill, task.skill);
  if (task.period !== undefined) fields[period.gid] = task.period;
  return {
    name: task.name,
    notes: task.notes ?? "",
    projects: [task.project ?? PROJECTS.intake.gid],
    assignee: task.assignee === undefined ? USERS.jessie.gid : task.assignee,
    ...(Object.keys(fields).length === 0 ? {} : { custom_fields: fields }),
  };
}

function optionGid(field: { name: string; options: readonly { gid: string; name: string }[] }, name: string): string {
  const option = field.options.find((candidate) => candidate.name === name);
  if (option === undefined) throw new Error(`the field ${field.name} has no option ${name}`);
  return option.gid;
}
