/** Where a task stands in a project. */
import type { Membership, TaskRecord } from "./records.ts";
import { badRequest, found } from "./refusals.ts";
import type { World } from "./world.ts";

/** A wanted place. Without a section: the project's first one. Without a neighbour: the top. */
export interface Placement {
  readonly project: string;
  readonly section?: string | undefined;
  /** A task to stand behind; null is the top. */
  readonly insert_after?: string | null | undefined;
  /** A task to stand before; null is the bottom. */
  readonly insert_before?: string | null | undefined;
}

/** Asana's limit. */
const MAX_PROJECTS = 20;

/** Tasks of a section from top to bottom. */
export function tasksOfSection(world: World, section: string): readonly TaskRecord[] {
  return world.tasks
    .all()
    .map((task) => ({ task, rank: task.memberships.find((membership) => membership.section === section)?.rank }))
    .filter((placed): placed is { task: TaskRecord; rank: number } => placed.rank !== undefined)
    .sort((left, right) => left.rank - right.rank)
    .map(({ task }) => task);
}

/** Tasks of a project, section by section. */
export function tasksOfProject(world: World, project: string): readonly TaskRecord[] {
  return (world.projects.get(project)?.sections ?? []).flatMap((section) => tasksOfSection(world, section));
}

/** Works out the membership a placement asks for; refuses unknown or contradictory ones. */
export function placeAt(world: World, wanted: Placement): Membership {
  const project = found(world.projects.get(wanted.project), "project", wanted.project);
  const gid = wanted.section ?? project.sections[0] ?? "";
  const section = found(world.sections.get(gid), "section", gid);
  if (section.project !== project.gid) throw badRequest("section: The section is not in the given project");
  const { insert_after: after, insert_before: before } = wanted;
  if (after !== undefined && before !== undefined) {
    throw badRequest("insert_before: Specify only one of insert_before and insert_after");
  }
  const ranks = tasksOfSection(world, gid).map((task) => ({ gid: task.gid, rank: rankIn(task, gid) }));
  return { project: project.gid, section: gid, rank: rankFor(ranks, after, before) };
}

function rankIn(task: TaskRecord, section: string): number {
  return task.memberships.find((membership) => membership.section === section)?.rank ?? 0;
}

function rankFor(
  ranks: readonly { gid: string; rank: number }[],
  after: string | null | undefined,
  before: string | null | undefined,
): number {
  const top = (ranks[0]?.rank ?? 0) - 1;
  const bottom = (ranks.at(-1)?.rank ?? 0) + 1;
  if (before === null) return bottom;
  const neighbour = after ?? before;
  if (neighbour === undefined || neighbour === null) return top;
  const at = ranks.findIndex(({ gid }) => gid === neighbour);
  const here = ranks[at]?.rank;
  if (here === undefined)
    throw badRequest(`${after ? "insert_after" : "insert_before"}: The task is not in this section`);
  const beside = ranks[after ? at + 1 : at - 1]?.rank ?? (after ? here + 2 : here - 2);
  return (here + beside) / 2;
}

/** The task at its new place; a task has one place per project. */
export function place(task: TaskRecord, membership: Membership): TaskRecord {
  const others = task.memberships.filter(({ project }) => project !== membership.project);
  if (others.length >= MAX_PROJECTS) throw badRequest(`project: A task can be in at most ${MAX_PROJECTS} projects`);
  return { ...task, memberships: [...others, membership] };
}

/** The task without its place in a project. */
export function unplace(task: TaskRecord, project: string): TaskRecord {
  return { ...task, memberships: task.memberships.filter((membership) => membership.project !== project) };
}
