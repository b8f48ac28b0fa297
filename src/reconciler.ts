/**
 * Every five minutes, project by project: what Asana's event stream tells that no webhook told, into the same intake. Where
 * the token is lost, at boot and twice a day, everything is compared: the stream may lose events as webhooks do.
 */
import { failureRecord } from "./core/errors.ts";
import { buildMessage, type Candidate, candidatesOf, runMessage } from "./core/intake/candidates.ts";
import { type IndexedRun, isComparisonDue, type ListedTask, tasksToLookAt } from "./core/intake/reconcile.ts";
import type { PlatformBuildRunMessage, TaskEvent, TeamAgentRunMessage } from "./core/messages.ts";
import type { StreamPosition } from "./d1/event-streams.ts";
import { log } from "./lib/log.ts";
import type { AsanaEventPage } from "./ports/asana/port.ts";

export interface ReconcilerDeps {
  readonly jessieUserGid: string;
  readonly projects: { readonly intake: string; readonly platformBuild: string };
  events(projectGid: string, sync: string | null): Promise<AsanaEventPage>;
  position(projectGid: string): Promise<StreamPosition>;
  moveStream(projectGid: string, moved: { sync: string; at: string; compared: boolean }): Promise<void>;
  noteProblem(projectGid: string, problem: string): Promise<void>;
  openTasks(projectGid: string): Promise<readonly ListedTask[]>;
  unfinishedRuns(): Promise<readonly IndexedRun[]>;
  /** Gids of the tasks whose runs are blocked: what they lack is mended outside of Asana, so no event tells of it. */
  blockedTasks(): Promise<readonly string[]>;
  knownTasks(taskGids: readonly string[]): Promise<ReadonlySet<string>>;
  notedBuilds(taskGids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Durable when it returns. */
  enqueueRuns(messages: readonly TeamAgentRunMessage[]): Promise<void>;
  enqueueBuilds(messages: readonly PlatformBuildRunMessage[]): Promise<void>;
}

/** Pages of one pass; a project that has more goes on in the next. */
const MAX_PAGES = 50;

/** One project as the reconciler goes through it. */
interface Project {
  readonly gid: string;
  /** Sends candidates to the queue of this project; answers how many. */
  send(candidates: readonly Candidate[]): Promise<number>;
  /** Tasks that a comparison of everything shows. */
  missed(): Promise<readonly string[]>;
}

/**
 * Goes through every project; one that fails does not stop the other. Answers how many tasks are looked at again.
 * @param compare true: compare everything, whatever the stream says
 */
export async function reconcile(deps: ReconcilerDeps, at: Date, compare: boolean): Promise<number> {
  let looked = 0;
  for (const project of projectsOf(deps, at)) {
    if (project.gid === "") continue;
    try {
      looked += await follow(deps, project, at, compare);
    } catch (thrown) {
      const { code, message } = failureRecord(thrown);
      log.warn("reconciler.project_failed", { projectGid: project.gid, code });
      await deps.noteProblem(project.gid, `${code}: ${message}`.slice(0, 300));
    }
  }
  return looked;
}

async function follow(deps: ReconcilerDeps, project: Project, at: Date, compare: boolean): Promise<number> {
  const position = await deps.position(project.gid);
  const stream = await readStream(deps, project, position.sync, at);
  let looked = stream.looked;
  const compared = compare || stream.lost || isComparisonDue(position.comparedAt, at.getTime());
  if (compared) {
    // The token is older than this look, so whatever happens meanwhile is told by the stream.
    const missed = await project.missed();
    looked += await project.send(missed.map((taskGid) => ({ taskGid, events: [reconciled(taskGid, at)] })));
    await deps.moveStream(project.gid, { sync: stream.sync, at: at.toISOString(), compared });
  }
  log.info("reconciler.done", { projectGid: project.gid, events: stream.events, looked, compared });
  return looked;
}

interface Read {
  /** The token to go on from. */
  readonly sync: string;
  /** True: what lies before the token is not known. */
  readonly lost: boolean;
  readonly events: number;
  readonly looked: number;
}

/** Feeds the intake page by page. The token moves only after the queue took a page; reading one again does no harm. */
async function readStream(deps: ReconcilerDeps, project: Project, from: string | null, at: Date): Promise<Read> {
  let [events, looked] = [0, 0];
  let page = await deps.events(project.gid, from);
  for (let n = 1; page.kind === "page"; n += 1) {
    events += page.events.length;
    looked += await project.send(candidatesOf(page.events, deps.jessieUserGid));
    await deps.moveStream(project.gid, { sync: page.sync, at: at.toISOString(), compared: false });
    if (!page.hasMore || n === MAX_PAGES) return { sync: page.sync, lost: false, events, looked };
    page = await deps.events(project.gid, page.sync);
  }
  return { sync: page.sync, lost: true, events, looked };
}

function projectsOf(deps: ReconcilerDeps, at: Date): readonly Project[] {
  const { intake, platformBuild } = deps.projects;
  const stamp = { correlationId: `reconcile:${at.toISOString()}`, receivedAt: at.toISOString() };
  return [
    {
      gid: intake,
      send: async (found) => {
        if (found.length > 0) await deps.enqueueRuns(found.map((one) => runMessage(one, stamp)));
        return found.length;
      },
      missed: async () => {
        const [listed, runs] = await Promise.all([deps.openTasks(intake), deps.unfinishedRuns()]);
        const known = await deps.knownTasks(listed.map((task) => task.gid));
        return tasksToLookAt(listed, runs, known, deps.jessieUserGid, at.getTime());
      },
    },
    {
      gid: platformBuild,
      send: async (found) => {
        if (found.length > 0) await deps.enqueueBuilds(found.map((one) => buildMessage(one, stamp)));
        return found.length;
      },
      missed: async () => {
        const listed = (await deps.openTasks(platformBuild)).map((task) => task.gid);
        const noted = await deps.notedBuilds(listed);
        return listed.filter((gid) => !noted.has(gid));
      },
    },
  ];
}

/** Looks again at the runs that wait for something no event of Asana tells. Answers how many. */
export async function lookAtBlocked(deps: ReconcilerDeps, at: Date): Promise<number> {
  const gids = await deps.blockedTasks();
  const stamp = { correlationId: `reconcile:${at.toISOString()}`, receivedAt: at.toISOString() };
  const messages = gids.map((taskGid) => runMessage({ taskGid, events: [reconciled(taskGid, at)] }, stamp));
  if (messages.length > 0) await deps.enqueueRuns(messages);
  return messages.length;
}

/** An event of our own making; its time makes every pass a new one to the actor's memory of events. */
function reconciled(taskGid: string, at: Date): TaskEvent {
  return { action: "reconciled", resourceType: "task", resourceGid: taskGid, createdAt: at.toISOString() };
}
