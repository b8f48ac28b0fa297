/** Tasks: read, list, search, write, place. */
import * as v from "valibot";
import type { SimRoute } from "../../kit/upstream.ts";
import { apiRoute, type Call, list, nothing, one, param, readData, unpaged } from "../api.ts";
import { type Placement, tasksOfProject, tasksOfSection } from "../placement.ts";
import type { TaskRecord } from "../records.ts";
import { badRequest, found } from "../refusals.ts";
import { addToProject, createTask, deleteTask, removeFromProject, updateTask, userNamed } from "../tasks.ts";
import { taskView } from "../views.ts";
import type { World } from "../world.ts";
import { checkWorkspace } from "./workspace.ts";

const Gid = v.pipe(v.string(), v.regex(/^\d{1,32}$/, "Not a recognized ID"));
const GidOrNull = v.optional(v.nullable(Gid));
const DateText = v.pipe(v.string(), v.isoDate("Not a date"));

const taskFields = {
  name: v.optional(v.string()),
  notes: v.optional(v.string()),
  html_notes: v.optional(v.string()),
  completed: v.optional(v.boolean()),
  assignee: v.optional(v.nullable(v.string())),
  due_on: v.optional(v.nullable(DateText)),
  custom_fields: v.optional(v.record(v.string(), v.unknown())),
};

const NewTask = v.object({
  ...taskFields,
  workspace: v.optional(Gid),
  projects: v.optional(v.array(Gid)),
  memberships: v.optional(v.array(v.object({ project: Gid, section: v.optional(Gid) }))),
});

const never = (reason: string) => v.optional(v.never(reason));
const TaskChange = v.object({
  ...taskFields,
  // Silence would look like a move that worked.
  projects: never("Cannot be changed here, use addProject and removeProject"),
  memberships: never("Cannot be changed here, use addProject and removeProject"),
});

const AddProject = v.object({
  project: Gid,
  section: v.optional(Gid),
  insert_after: GidOrNull,
  insert_before: GidOrNull,
});
const AddTask = v.object({ task: Gid, insert_after: GidOrNull, insert_before: GidOrNull });

/** Routes of tasks. */
export function taskRoutes(world: World): readonly SimRoute[] {
  return [
    apiRoute(world, "GET", "/tasks", (call) => tasks(call, listed(call))),
    apiRoute(world, "POST", "/tasks", create),
    apiRoute(world, "GET", "/tasks/:gid", (call) => one(call, taskView(call.viewer, task(call)))),
    apiRoute(world, "PUT", "/tasks/:gid", (call) => {
      const changed = updateTask(world, call.actor, task(call), readData(call, TaskChange));
      return one(call, taskView(call.viewer, changed));
    }),
    apiRoute(world, "DELETE", "/tasks/:gid", (call) => {
      deleteTask(world, call.actor, task(call));
      return nothing();
    }),
    apiRoute(world, "POST", "/tasks/:gid/addProject", (call) => {
      addToProject(world, call.actor, task(call), readData(call, AddProject));
      return nothing();
    }),
    apiRoute(world, "POST", "/tasks/:gid/removeProject", (call) => {
      removeFromProject(world, call.actor, task(call), readData(call, v.object({ project: Gid })).project);
      return nothing();
    }),
    apiRoute(world, "GET", "/projects/:gid/tasks", (call) => tasks(call, inProject(call, param(call, "gid")))),
    apiRoute(world, "GET", "/sections/:gid/tasks", (call) => tasks(call, inSection(call, param(call, "gid")))),
    apiRoute(world, "POST", "/sections/:gid/addTask", addToSection),
    apiRoute(world, "GET", "/workspaces/:gid/tasks/search", search),
  ];
}

function task(call: Call): TaskRecord {
  const gid = param(call, "gid");
  return found(call.world.tasks.get(gid), "task", gid);
}

function create(call: Call) {
  const { workspace, projects = [], memberships = [], ...input } = readData(call, NewTask);
  checkWorkspace(workspace ?? null);
  const places = new Map<string, Placement>();
  for (const project of projects) places.set(project, { project });
  for (const membership of memberships) places.set(membership.project, membership);
  if (places.size === 0 && workspace === undefined) {
    throw badRequest("You should specify one of workspace, parent or projects");
  }
  const created = createTask(call.world, call.actor, input, [...places.values()]);
  return one(call, taskView(call.viewer, created), 201);
}

function addToSection(call: Call) {
  const gid = param(call, "gid");
  const section = found(call.world.sections.get(gid), "section", gid);
  const { task: wanted, ...neighbours } = readData(call, AddTask);
  const moved = found(call.world.tasks.get(wanted), "task", wanted);
  addToProject(call.world, call.actor, moved, { project: section.project, section: gid, ...neighbours });
  return nothing();
}

/** Exactly one way to say which tasks. */
function listed(call: Call): readonly TaskRecord[] {
  const { query, world } = call;
  const [project, section, assignee, workspace] = ["project", "section", "assignee", "workspace"].map((name) =>
    query.get(name),
  );
  const ways = [project, section, assignee ?? workspace].filter((value) => value != null);
  if (ways.length !== 1 || (assignee == null) !== (workspace == null)) {
    throw badRequest("You should specify one of project, section or assignee with workspace");
  }
  if (project != null) return inProject(call, project);
  if (section != null) return inSection(call, section);
  checkWorkspace(workspace ?? null);
  const person = userNamed(world, call.actor, assignee ?? "", "assignee").gid;
  return world.tasks.all().filter((record) => record.assignee === person);
}

function inProject(call: Call, gid: string): readonly TaskRecord[] {
  return tasksOfProject(call.world, found(call.world.projects.get(gid), "project", gid).gid);
}

function inSection(call: Call, gid: string): readonly TaskRecord[] {
  return tasksOfSection(call.world, found(call.world.sections.get(gid), "section", gid).gid);
}

/** Applies `completed_since` (incomplete tasks always stay) and `modified_since`. */
function tasks(call: Call, records: readonly TaskRecord[]) {
  const completedSince = instant(call, "completed_since", true);
  const modifiedSince = instant(call, "modified_since", false);
  const shown = records.filter((record) => {
    if (modifiedSince !== null && Date.parse(record.modifiedAt) < modifiedSince) return false;
    return completedSince === null || record.completedAt === null || Date.parse(record.completedAt) >= completedSince;
  });
  return list(call, shown, (record) => taskView(call.viewer, record));
}

/** A time of the query in milliseconds; the keyword `now` is later than anything that was completed. */
function instant(call: Call, name: string, takesNow: boolean): number | null {
  const text = call.query.get(name);
  if (text === null) return null;
  if (takesNow && text === "now") return Number.POSITIVE_INFINITY;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw badRequest(`${name}: Not a date-time: ${text.slice(0, 40)}`);
  return time;
}

const SEARCH_LIMIT = 100;

/** Not paged: at most 100 tasks, newest first. */
function search(call: Call) {
  const { query, world } = call;
  const gid = param(call, "gid");
  checkWorkspace(gid);
  const any = (name: string) => query.get(name)?.split(",") ?? null;
  const [projects, sections, people] = [any("projects.any"), any("sections.any"), any("assignee.any")];
  const completed = query.get("completed");
  const text = query.get("text")?.toLowerCase() ?? "";
  const hits = world.tasks.all().filter((record) => {
    // Projects and sections together are an OR.
    const isPlaced = record.memberships.some((m) => projects?.includes(m.project) || sections?.includes(m.section));
    if ((projects !== null || sections !== null) && !isPlaced) return false;
    const isTheirs =
      people === null || people.some((name) => userNamed(world, call.actor, name, "assignee").gid === record.assignee);
    if (!isTheirs || (completed !== null && String(record.completed) !== completed)) return false;
    return `${record.name}\n${record.notes}`.toLowerCase().includes(text);
  });
  const sorted = hits.sort((left, right) => right.createdAt.localeCompare(left.createdAt)).slice(0, SEARCH_LIMIT);
  return unpaged(call, sorted, (record) => taskView(call.viewer, record));
}
