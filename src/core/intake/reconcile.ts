/** Which tasks a comparison of everything has to look at again: events get lost, and so do messages of a killed queue. */
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
 * Everything is compared this often although the stream was followed: Asana's streams lose events as its webhooks do, and
 * recommend it themselves.
 */
const COMPARE_EVERY_MS = 12 * 3_600_000;

/** True when everything has to be compared again. */
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
 * Gids of the tasks whose actors should look again.
 * @param runs every run of the index that has not ended
 * @param known the listed tasks that have a run at all, ended or not
 */
export function tasksToLookAt(
  listed: readonly ListedTask[],
  runs: readonly IndexedRun[],
  known: ReadonlySet<string>,
  jessieUserGid: string,
  now: number,
): readonly string[] {
  const byTask = new Map(runs.map((run) => [run.taskGid, run]));
  const look = new Set<string>();
  for (const task of listed) {
    const run = byTask.get(task.gid);
    const jessies = task.assigneeGid === jessieUserGid;
    if (jessies && (run?.status === "ignored" || !known.has(task.gid))) look.add(task.gid);
  }
  for (const run of runs) {
    if (WAITS.has(run.status)) look.add(run.taskGid);
    else if (WORKS.has(run.status) && now - Date.parse(run.updatedAt) > SILENT_MS) look.add(run.taskGid);
  }
  return [...look].toSorted();
}
