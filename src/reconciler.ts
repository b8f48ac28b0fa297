/** Every five minutes and at boot: what Asana shows against what the index knows. Finds what a lost event left behind. */
import { buildMessage, runMessage } from "./core/intake/candidates.ts";
import { type IndexedRun, type ListedTask, tasksToLookAt } from "./core/intake/reconcile.ts";
import type { PlatformBuildRunMessage, TaskEvent, TeamAgentRunMessage } from "./core/messages.ts";
import { log } from "./lib/log.ts";

export interface ReconcilerDeps {
  readonly jessieUserGid: string;
  readonly projects: { readonly intake: string; readonly platformBuild: string };
  openTasks(projectGid: string): Promise<readonly ListedTask[]>;
  unfinishedRuns(): Promise<readonly IndexedRun[]>;
  knownTasks(taskGids: readonly string[]): Promise<ReadonlySet<string>>;
  notedBuilds(taskGids: readonly string[]): Promise<ReadonlySet<string>>;
  enqueueRuns(messages: readonly TeamAgentRunMessage[]): Promise<void>;
  enqueueBuilds(messages: readonly PlatformBuildRunMessage[]): Promise<void>;
}

/** Compares and feeds the same intake as a webhook would. Answers how many tasks are looked at again. */
export async function reconcile(deps: ReconcilerDeps, at: Date): Promise<number> {
  const [listed, runs] = await Promise.all([listOf(deps, deps.projects.intake), deps.unfinishedRuns()]);
  const known = await deps.knownTasks(listed.map((task) => task.gid));
  const gids = tasksToLookAt(listed, runs, known, deps.jessieUserGid, at.getTime());
  const stamp = { correlationId: `reconcile:${at.toISOString()}`, receivedAt: at.toISOString() };
  if (gids.length > 0)
    await deps.enqueueRuns(gids.map((taskGid) => runMessage({ taskGid, events: [reconciled(taskGid, at)] }, stamp)));
  const builds = (await listOf(deps, deps.projects.platformBuild)).map((task) => task.gid);
  const noted = await deps.notedBuilds(builds);
  const missed = builds.filter((gid) => !noted.has(gid));
  if (missed.length > 0)
    await deps.enqueueBuilds(missed.map((gid) => buildMessage({ taskGid: gid, events: [reconciled(gid, at)] }, stamp)));
  log.info("reconciler.done", { listed: listed.length, unfinished: runs.length, looked: gids.length });
  return gids.length;
}

/** Open tasks of a project; none when the project is not configured. */
async function listOf(deps: ReconcilerDeps, projectGid: string): Promise<readonly ListedTask[]> {
  return projectGid === "" ? [] : deps.openTasks(projectGid);
}

/** An event of our own making; its time makes every pass a new one to the actor's memory of events. */
function reconciled(taskGid: string, at: Date): TaskEvent {
  return { action: "reconciled", resourceType: "task", resourceGid: taskGid, createdAt: at.toISOString() };
}
