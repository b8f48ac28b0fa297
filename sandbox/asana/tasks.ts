/** Tasks: create, change, place in projects, delete. API and pages both come through here, so webhooks always fire. */
import { type CustomFieldInput, readCustomFields } from "./custom-fields.ts";
import { emit, reference, scopesOf } from "./events.ts";
import { type Placement, place, placeAt, unplace } from "./placement.ts";
import type { TaskRecord, UserRecord } from "./records.ts";
import { badRequest, found } from "./refusals.ts";
import { NOTES_TAGS, parseRichText, textOf, writeRichText } from "./rich-text.ts";
import { addSystemStory } from "./stories.ts";
import type { World } from "./world.ts";

/** Fields of a task that can be written; absent ones stay as they are. */
export interface TaskInput {
  readonly name?: string | undefined;
  readonly notes?: string | undefined;
  readonly html_notes?: string | undefined;
  readonly completed?: boolean | undefined;
  /** A gid, `me`, an e-mail address, or null for nobody. */
  readonly assignee?: string | null | undefined;
  readonly due_on?: string | null | undefined;
  readonly custom_fields?: CustomFieldInput | undefined;
}

/** A user by gid, `me` or e-mail address. */
export function userNamed(world: World, actor: UserRecord, name: string, field: string): UserRecord {
  if (name === "me") return actor;
  const byEmail = name.includes("@") ? world.users.all().find(({ email }) => email === name) : undefined;
  return byEmail ?? found(world.users.get(name), field, name);
}

/** Creates a task in the given places. */
export function createTask(
  world: World,
  actor: UserRecord,
  input: TaskInput,
  places: readonly Placement[],
): TaskRecord {
  const memberships = places.map((wanted) => placeAt(world, wanted));
  return world.change(() => {
    const now = world.now();
    const bare: TaskRecord = {
      gid: world.newGid(),
      name: "",
      notes: "",
      htmlNotes: null,
      completed: false,
      completedAt: null,
      completedBy: null,
      assignee: null,
      createdBy: actor.gid,
      createdAt: now,
      modifiedAt: now,
      dueOn: null,
      memberships,
      customFields: {},
      followers: [actor.gid],
    };
    const task = merged(world, actor, bare, input);
    world.tasks.put(task);
    for (const { project, section } of memberships) tellPlaced(world, actor, task, project, section);
    if (task.assignee !== null) tellAssigned(world, actor, task);
    return task;
  });
}

/** Changes what the input names and nothing else; the last writer wins. */
export function updateTask(world: World, actor: UserRecord, task: TaskRecord, input: TaskInput): TaskRecord {
  const next = merged(world, actor, task, input);
  return world.change(() => {
    const fields = changedFields(task, next);
    const newFields = Object.keys({ ...task.customFields, ...next.customFields }).filter(
      (gid) => task.customFields[gid] !== next.customFields[gid],
    );
    if (fields.length === 0 && newFields.length === 0) return task;
    const stored = { ...next, modifiedAt: world.now() };
    world.tasks.put(stored);
    for (const field of fields) tellChanged(world, actor, stored, field);
    for (const gid of newFields) tellCustomField(world, actor, stored, gid);
    if (fields.includes("assignee")) tellAssigned(world, actor, stored);
    if (fields.includes("completed")) tellCompleted(world, actor, stored);
    return stored;
  });
}

/** Deletes a task with everything on it. */
export function deleteTask(world: World, actor: UserRecord, task: TaskRecord): void {
  world.change(() => {
    world.tasks.remove(task.gid);
    for (const story of world.stories.group(task.gid)) world.stories.remove(story.gid);
    for (const attachment of world.attachments.group(task.gid)) {
      world.attachments.remove(attachment.gid);
      world.removeFile(attachment.gid);
    }
    emit(world, { user: actor.gid, action: "deleted", resource: reference.task(task.gid), scopes: scopesOf(task) });
  });
}

/** Puts a task into a project or moves it inside one. `modified_at` stays. */
export function addToProject(world: World, actor: UserRecord, task: TaskRecord, wanted: Placement): void {
  const old = task.memberships.find(({ project }) => project === wanted.project);
  const membership = placeAt(world, wanted);
  world.change(() => {
    const moved = place(task, membership);
    world.tasks.put(moved);
    if (old === undefined) return tellPlaced(world, actor, moved, membership.project, membership.section);
    if (old.section !== membership.section) tellMoved(world, actor, moved, old.section, membership.section);
  });
}

/** Takes a task out of a project. */
export function removeFromProject(world: World, actor: UserRecord, task: TaskRecord, project: string): void {
  if (!task.memberships.some((membership) => membership.project === project)) {
    throw badRequest("project: The task is not in this project");
  }
  world.change(() => {
    const left = unplace(task, project);
    const resource = reference.task(task.gid);
    world.tasks.put(left);
    emit(world, {
      user: actor.gid,
      action: "removed",
      resource,
      parent: reference.project(project),
      scopes: scopesOf(task),
    });
    const text = `${actor.name} removed from ${world.projects.get(project)?.name ?? project}`;
    addSystemStory(world, left, { subtype: "removed_from_project", text, createdBy: actor.gid, project });
  });
}

function merged(world: World, actor: UserRecord, task: TaskRecord, input: TaskInput): TaskRecord {
  const { name, notes, html_notes: html, completed, assignee, due_on: dueOn, custom_fields: fields } = input;
  if (notes !== undefined && html !== undefined) throw badRequest("html_notes: Cannot be set together with notes");
  const tree = html === undefined ? null : parseRichText(html, "html_notes", NOTES_TAGS);
  const person = assignee === undefined || assignee === null ? null : userNamed(world, actor, assignee, "assignee").gid;
  const isCompleting = completed !== undefined && completed !== task.completed;
  return {
    ...task,
    ...(name === undefined ? {} : { name }),
    ...(notes === undefined ? {} : { notes, htmlNotes: null }),
    ...(tree === null ? {} : { notes: textOf(tree), htmlNotes: writeRichText(tree) }),
    ...(assignee === undefined ? {} : { assignee: person }),
    ...(dueOn === undefined ? {} : { dueOn }),
    ...(isCompleting
      ? { completed, completedAt: completed ? world.now() : null, completedBy: completed ? actor.gid : null }
      : {}),
    ...(fields === undefined ? {} : { customFields: readCustomFields(world, task, fields) }),
  };
}

/** Names as events give them. Completing counts as two changes. */
function changedFields(before: TaskRecord, after: TaskRecord): string[] {
  const pairs: readonly (readonly [string, keyof TaskRecord])[] = [
    ["name", "name"],
    ["notes", "notes"],
    ["assignee", "assignee"],
    ["due_on", "dueOn"],
    ["completed", "completed"],
    ["completed_at", "completedAt"],
  ];
  return pairs.filter(([, field]) => before[field] !== after[field]).map(([name]) => name);
}

function tellChanged(world: World, actor: UserRecord, task: TaskRecord, field: string): void {
  const person = task.assignee === null ? null : reference.user(task.assignee);
  emit(world, {
    user: actor.gid,
    action: "changed",
    resource: reference.task(task.gid),
    // Only values that are objects travel with the event; for all others the task has to be read.
    change: { field, action: "changed", ...(field === "assignee" ? { new_value: person } : {}) },
    scopes: scopesOf(task),
  });
}

function tellCustomField(world: World, actor: UserRecord, task: TaskRecord, gid: string): void {
  const field = world.customFields.get(gid);
  const value = task.customFields[gid];
  const option = value === undefined ? null : { gid: value, resource_type: "enum_option" };
  emit(world, {
    user: actor.gid,
    action: "changed",
    resource: reference.task(task.gid),
    change: {
      field: "custom_fields",
      action: "changed",
      new_value: {
        gid,
        resource_type: "custom_field",
        resource_subtype: field?.type ?? "text",
        ...(field?.type === "enum" ? { enum_value: option } : {}),
      },
    },
    scopes: scopesOf(task),
  });
}

function tellAssigned(world: World, actor: UserRecord, task: TaskRecord): void {
  const { assignee } = task;
  if (assignee === null) {
    addSystemStory(world, task, { subtype: "unassigned", text: `${actor.name} unassigned`, createdBy: actor.gid });
    return;
  }
  const text = `${actor.name} assigned to ${world.users.get(assignee)?.name ?? assignee}`;
  addSystemStory(world, task, { subtype: "assigned", text, createdBy: actor.gid, assignee });
}

function tellCompleted(world: World, actor: UserRecord, task: TaskRecord): void {
  const subtype = task.completed ? "marked_complete" : "marked_incomplete";
  const text = `${actor.name} ${task.completed ? "completed this task" : "marked this task incomplete"}`;
  addSystemStory(world, task, { subtype, text, createdBy: actor.gid });
}

function tellPlaced(world: World, actor: UserRecord, task: TaskRecord, project: string, section: string): void {
  const base = {
    user: actor.gid,
    action: "added" as const,
    resource: reference.task(task.gid),
    scopes: scopesOf(task),
  };
  emit(world, { ...base, parent: reference.project(project) });
  emit(world, { ...base, parent: reference.section(section) });
  const text = `${actor.name} added to ${world.projects.get(project)?.name ?? project}`;
  addSystemStory(world, task, { subtype: "added_to_project", text, createdBy: actor.gid, project });
}

function tellMoved(world: World, actor: UserRecord, task: TaskRecord, from: string, to: string): void {
  const base = { user: actor.gid, resource: reference.task(task.gid), scopes: scopesOf(task) };
  emit(world, { ...base, action: "removed", parent: reference.section(from) });
  emit(world, { ...base, action: "added", parent: reference.section(to) });
  const name = world.sections.get(to)?.name ?? to;
  const text = `${actor.name} moved this task to ${name}`;
  addSystemStory(world, task, { subtype: "section_changed", text, createdBy: actor.gid });
}
