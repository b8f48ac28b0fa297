/** Shapes of Asana's answers, as far as we read them, and their meaning in our words. */
import * as v from "valibot";
import type { AsanaAttachment, AsanaComment, AsanaTask, AsanaTaskStub, AsanaUser } from "./port.ts";

/** Fields asked for; a field that is not asked for is absent, and absent never means null. */
export const USER_FIELDS = "name,email";
export const TASK_FIELDS = [
  "name",
  "notes",
  "completed",
  "assignee",
  "created_by.name",
  "projects",
  "custom_fields.name",
  "custom_fields.display_value",
  "permalink_url",
  "modified_at",
].join(",");
export const STORY_FIELDS = "resource_subtype,text,html_text,created_at,created_by.name,created_by.resource_type";
export const ATTACHMENT_FIELDS = "name,size";
export const STUB_FIELDS = "assignee,modified_at,completed";

export const Gid = v.pipe(v.string(), v.regex(/^\d{1,32}$/));
export const Ref = v.object({ gid: Gid });
const NamedRef = v.object({ gid: Gid, name: v.optional(v.nullable(v.string()), null) });
/** Who wrote a story: a user, or something that is none, such as an app. */
const Author = v.object({ ...NamedRef.entries, resource_type: v.optional(v.nullable(v.string()), null) });

export const UserSchema = v.object({
  gid: Gid,
  name: v.string(),
  email: v.optional(v.nullable(v.string()), null),
});

export const TaskSchema = v.object({
  gid: Gid,
  name: v.string(),
  notes: v.optional(v.nullable(v.string()), null),
  completed: v.boolean(),
  assignee: v.nullable(Ref),
  created_by: v.optional(v.nullable(NamedRef), null),
  projects: v.array(Ref),
  custom_fields: v.optional(
    v.nullable(v.array(v.object({ name: v.string(), display_value: v.optional(v.nullable(v.string()), null) }))),
    null,
  ),
  permalink_url: v.optional(v.nullable(v.string()), null),
  modified_at: v.string(),
});

/** A story of any kind: system stories have no `html_text` and may have no author. */
export const StorySchema = v.object({
  gid: Gid,
  resource_subtype: v.optional(v.nullable(v.string()), null),
  text: v.optional(v.nullable(v.string()), null),
  html_text: v.optional(v.nullable(v.string()), null),
  created_at: v.string(),
  created_by: v.optional(v.nullable(Author), null),
});

export const AttachmentSchema = v.object({
  gid: Gid,
  name: v.string(),
  size: v.optional(v.nullable(v.number()), null),
});

export const DownloadSchema = v.object({ gid: Gid, download_url: v.optional(v.nullable(v.string()), null) });

export const StubSchema = v.object({
  gid: Gid,
  assignee: v.nullable(Ref),
  modified_at: v.string(),
  completed: v.optional(v.boolean(), false),
});

/** `{data: …}` around one record. */
export const one = <T extends v.GenericSchema>(item: T) => v.object({ data: item });

/** `{data: […], next_page}` around a page; `next_page` is null or absent on the last one. */
export const page = <T extends v.GenericSchema>(item: T) =>
  v.object({
    data: v.array(item),
    next_page: v.optional(v.nullable(v.object({ offset: v.string() })), null),
  });

const ErrorsSchema = v.object({ errors: v.array(v.object({ message: v.string() })) });

/** Asana's own words out of `{errors: [{message}]}`. */
export function explainAsana(body: unknown): string | null {
  const parsed = v.safeParse(ErrorsSchema, body);
  return parsed.success ? (parsed.output.errors[0]?.message ?? null) : null;
}

export function toUser(raw: v.InferOutput<typeof UserSchema>): AsanaUser {
  return { gid: raw.gid, name: raw.name, email: raw.email };
}

export function toTask(raw: v.InferOutput<typeof TaskSchema>): AsanaTask {
  return {
    gid: raw.gid,
    name: raw.name,
    notes: raw.notes ?? "",
    completed: raw.completed,
    assigneeGid: raw.assignee?.gid ?? null,
    createdBy: raw.created_by === null ? null : { gid: raw.created_by.gid, name: raw.created_by.name ?? "" },
    projectGids: raw.projects.map((project) => project.gid),
    customFields: (raw.custom_fields ?? []).map((field) => ({ name: field.name, displayValue: field.display_value })),
    permalinkUrl: raw.permalink_url,
    modifiedAt: raw.modified_at,
  };
}

/** A comment, or null for a story of any other subtype. What an app or a bot wrote has no author: it is nobody's word. */
export function toComment(raw: v.InferOutput<typeof StorySchema>): AsanaComment | null {
  if (raw.resource_subtype !== "comment_added") return null;
  return {
    gid: raw.gid,
    text: raw.text ?? "",
    htmlText: raw.html_text ?? "",
    authorGid: (raw.created_by?.resource_type ?? "user") === "user" ? (raw.created_by?.gid ?? null) : null,
    authorName: raw.created_by?.name ?? "",
    createdAt: raw.created_at,
  };
}

export function toAttachment(raw: v.InferOutput<typeof AttachmentSchema>): AsanaAttachment {
  return { gid: raw.gid, name: raw.name, size: raw.size };
}

export function toStub(raw: v.InferOutput<typeof StubSchema>): AsanaTaskStub {
  return { gid: raw.gid, assigneeGid: raw.assignee?.gid ?? null, modifiedAt: raw.modified_at };
}
