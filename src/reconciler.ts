/**
 * Every five minutes, project by project: what Asana's event stream tells that no webhook told, and what a listing of the
 * project shows that the index does not, into the same intake. Where the token is lost, at boot and twice a day, whatever
 * waits looks again: the stream may lose events as webhooks do, and no listing shows a comment.
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
  blockedTasks(at: Date): Promise<readonly string[]>;
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
  /** Sends candidates to the queue of this project. */
  send(candidates: readonly Candidate[]): Promise<void>;
  /** Tasks that a comparison shows; `everything`: also those that may wait for a lost event. */
  missed(everything: boolean): Promise<readonly string[]>;
}

/**
 * Goes through every project; one that fails does not stop the other. Answers how many tasks are looked at again.
 * @param everything true: whatever waits looks again, whatever the stream says
 */
export async function reconcile(deps: ReconcilerDeps, at: Date, everything: boolean): Promise<number> {
  let looked = 0;
  for (const project of projectsOf(deps, at)) {
    if (project.gid === "") continue;
    try {
      looked += await follow(deps, project, at, everything);
    } catch (thrown) {
      const { code, message } = failureRecord(thrown);
      log.warn("reconciler.project_failed", { projectGid: project.gid, code });
      await deps.noteProblem(project.gid, `${code}: ${message}`.slice(0, 300));
    }
  }
  return looked;
}

async function follow(deps: ReconcilerDeps, project: Project, at: Date, asked: boolean): Promise<number> {
  const position = await deps.position(project.gid);
  const stream = await readStream(deps, project, position.sync, at).catch(async (thrown: unknown) => {
    // Webhooks and stream come from the same place and fail together: that is when a listing is needed most.
    await sendMissed(project, await project.missed(false), at);
    throw thrown;
  });
  const everything = asked || stream.lost || isComparisonDue(position.comparedAt, at.getTime());
  // The token is older than this look, so whatever happens meanwhile is told by the stream.
  const missed = (await project.missed(everything)).filter((taskGid) => !stream.looked.has(taskGid));
  await sendMissed(project, missed, at);
  if (everything) await deps.moveStream(project.gid, { sync: stream.sync, at: at.toISOString(), compared: true });
  const looked = stream.looked.size + missed.length;
  log.info("reconciler.done", { projectGid: project.gid, events: stream.events, looked, everything });
  return looked;
}

function sendMissed(project: Project, missed: readonly string[], at: Date): Promise<void> {
  return project.send(missed.map((taskGid) => ({ taskGid, events: [reconciled(taskGid, at)] })));
}

interface Read {
  /** The token to go on from. */
  readonly sync: string;
  /** True: what lies before the token is not known. */
  readonly lost: boolean;
  readonly events: number;
  /** Tasks it told of. */
  readonly looked: ReadonlySet<string>;
}

/** Feeds the intake page by page. The token moves only after the queue took a page; reading one again does no harm. */
async function readStream(deps: ReconcilerDeps, project: Project, from: string | null, at: Date): Promise<Read> {
  let events = 0;
  const looked = new Set<string>();
  let page = await deps.events(project.gid, from);
  for (let n = 1; page.kind === "page"; n += 1) {
    events += page.events.length;
    const found = candidatesOf(page.events, deps.jessieUserGid);
    await project.send(found);
    for (const { taskGid } of found) looked.add(taskGid);
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
      },
      missed: async (everything) => {
        const [listed, runs] = await Promise.all([deps.openTasks(intake), deps.unfinishedRuns()]);
        const known = await deps.knownTasks(listed.map((task) => task.gid));
        return tasksToLookAt(listed, runs, known, deps.jessieUserGid, at.getTime(), everything);
      },
    },
    {
      gid: platformBuild,
      send: async (found) => {
        if (found.length > 0) await deps.enqueueBuilds(found.map((one) => buildMessage(one, stamp)));
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
  const gids = await deps.blockedTasks(at);
  const stamp = { correlationId: `reconcile:${at.toISOString()}`, receivedAt: at.toISOString() };
  const messages = gids.map((taskGid) => runMessage({ taskGid, events: [reconciled(taskGid, at)] }, stamp));
  if (messages.length > 0) await deps.enqueueRuns(messages);
  return messages.length;
}

/** An event of our own making; its time makes every pass a new one to the actor's memory of events. */
function reconciled(taskGid: string, at: Date): TaskEvent {
  return { action: "reconciled", resourceType: "task", resourceGid: taskGid, createdAt: at.toISOString() };
}
