/** Which tasks a comparison of Asana with the index has to look at again: events get lost, and so do messages of a killed queue. */
import type { RunStatus } from "../wire.ts";

/** A task of the intake project as Asana lists it. */
export interface ListedTask {
  readonly gid: string;
  readonly assigneeGid: string | null;
}

/** A run as the index has it. */
export interface IndexedRun {
  readonly taskGid: string;
  readonly status: RunStatus;
  readonly updatedAt: string;
}

/**
 * What no listing shows, as a lost comment, is looked for this often although the stream was followed: Asana's streams lose
 * events as its webhooks do, and recommend it themselves.
 */
const COMPARE_EVERY_MS = 12 * 3_600_000;

/** True when every run that waits has to look again. */
export function isComparisonDue(comparedAt: string | null, now: number): boolean {
  return comparedAt === null || now - Date.parse(comparedAt) >= COMPARE_EVERY_MS;
}

/** Waiting on people or on the task: an unnoticed comment or change would leave these waiting for ever. */
const WAITS: ReadonlySet<RunStatus> = new Set<RunStatus>([
  "observed",
  "assessing",
  "blocked",
  "needs_clarification",
  "review_ready",
]);
const WORKS: ReadonlySet<RunStatus> = new Set<RunStatus>([
  "ready",
  "running",
  "revision_requested",
  "revision_running",
]);
/** A working run that wrote nothing for this long is looked at; its actor re-arms itself when it is spoken to. */
const SILENT_MS = 10 * 60_000;

/**
 * Gids of the tasks whose actors should look again: those of Jessie's without a run, those of runs that are Jessie's no more,
 * and with `everything` whatever may wait for an event that got lost.
 * @param listed every open task of the project
 * @param runs every run of the index that has not ended and was not ignored
 * @param known the listed tasks that have a run which needs no look because the task is Jessie's
 */
export function tasksToLookAt(
  listed: readonly ListedTask[],
  runs: readonly IndexedRun[],
  known: ReadonlySet<string>,
  jessieUserGid: string,
  now: number,
  everything: boolean,
): readonly string[] {
  const jessies = new Set(listed.filter((task) => task.assigneeGid === jessieUserGid).map((task) => task.gid));
  const look = new Set([...jessies].filter((gid) => !known.has(gid)));
  for (const run of runs) {
    const silent = WORKS.has(run.status) && now - Date.parse(run.updatedAt) > SILENT_MS;
    const lost = everything && (WAITS.has(run.status) || silent);
    if (lost || !jessies.has(run.taskGid)) look.add(run.taskGid);
  }
  return [...look].toSorted();
}
