/** Tasks of our own in memory, with the rules of the real ones that callers depend on. */
import { PermanentError } from "../../core/errors.ts";
import { isGid } from "../../core/ids.ts";
import { type FaultScript, faultScript } from "../fault-script.ts";
import type { AsanaOwnTask, AsanaOwnTasksPort } from "./own-tasks.ts";

export interface FakeOwnTasksScript {
  readonly meGid: string;
  readonly projectGids: readonly string[];
  readonly now: () => Date;
}

interface StoredTask extends AsanaOwnTask {
  readonly projectGid: string;
  readonly notes: string;
}

/** The port, and the hands of everybody else in Asana. */
export interface FakeAsanaOwnTasks extends AsanaOwnTasksPort {
  readonly faults: FaultScript<keyof AsanaOwnTasksPort>;
  /** A task as a person makes it. */
  putTask(task: { readonly projectGid: string; readonly name: string; readonly createdByGid: string }): AsanaOwnTask;
  complete(gid: string): void;
  remove(gid: string): void;
  /** Everything as it lies there, oldest first, without a call. */
  all(): readonly StoredTask[];
}

/** A fake whose projects are empty. */
export function fakeAsanaOwnTasks(script: FakeOwnTasksScript): FakeAsanaOwnTasks {
  const faults = faultScript<keyof AsanaOwnTasksPort>();
  const tasks = new Map<string, StoredTask>();
  let lastGid = 800_000;
  const mustExist = (projectGid: string): void => {
    if (!script.projectGids.includes(ref(projectGid)))
      throw new PermanentError("asana_not_found", `There is no Asana project ${projectGid}.`);
  };
  const put = (task: Pick<StoredTask, "projectGid" | "name" | "createdByGid" | "notes">): AsanaOwnTask => {
    lastGid += 1;
    const gid = String(lastGid);
    const stored = { ...task, gid, completedAt: null, url: `https://app.asana.com/0/0/${gid}` };
    tasks.set(gid, stored);
    return toOwnTask(stored);
  };
  return {
    faults,
    putTask: (task) => put({ ...task, notes: "" }),
    complete: (gid) => change(tasks, gid, { completedAt: script.now().toISOString() }),
    remove: (gid) => void tasks.delete(gid),
    all: () => [...tasks.values()],
    tasksOf: (projectGid, since) =>
      faults.run("tasksOf", [projectGid, since], () => {
        mustExist(projectGid);
        const listed = [...tasks.values()].filter((task) => task.projectGid === projectGid);
        return listed.filter(({ completedAt }) => completedAt === null || completedAt >= since).map(toOwnTask);
      }),
    ownTask: (gid) =>
      faults.run("ownTask", [gid], () => {
        const found = tasks.get(ref(gid));
        return found === undefined ? null : toOwnTask(found);
      }),
    createTask: (projectGid, task) =>
      faults.run("createTask", [projectGid, task], () => {
        mustExist(projectGid);
        return put({ ...task, projectGid, createdByGid: script.meGid });
      }),
    updateTask: (gid, { notes }) =>
      faults.run("updateTask", [gid, notes], () => {
        if (!tasks.has(ref(gid))) return "gone";
        change(tasks, gid, { notes });
        return "updated";
      }),
  };
}

function change(tasks: Map<string, StoredTask>, gid: string, to: Partial<StoredTask>): void {
  const found = tasks.get(gid);
  if (found !== undefined) tasks.set(gid, { ...found, ...to });
}

function toOwnTask({ gid, name, completedAt, createdByGid, url }: StoredTask): AsanaOwnTask {
  return { gid, name, completedAt, createdByGid, url };
}

function ref(gid: string): string {
  if (!isGid(gid)) throw new PermanentError("asana_bad_gid", "An Asana gid must be digits.");
  return gid;
}
