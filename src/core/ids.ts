/** Identifiers. Every id that must survive a replay is derived from what it names, never drawn at random. */

/** Asana gids are decimal strings; anything else is refused before it names an actor. */
const GID = /^\d{1,32}$/;
const RUN_ID = /^tar_(\d{1,32})$/;

/** True for a well-formed Asana gid. */
export function isGid(value: string): boolean {
  return GID.test(value);
}

/** The run of a task: one run per Asana task, so the id follows from the task. */
export function runIdOf(taskGid: string): string {
  return `tar_${taskGid}`;
}

/** The task a run id belongs to; null when the text is no run id. */
export function taskGidOf(runId: string): string | null {
  return RUN_ID.exec(runId)?.[1] ?? null;
}

/** Artifact of a run: version 1 is the first report, each revision adds one. */
export function artifactIdOf(taskGid: string, version: number): string {
  return `art_${taskGid}_v${version}`;
}

/** Feedback round `n` (from 1) of a run. */
export function roundIdOf(taskGid: string, n: number): string {
  return `rnd_${taskGid}_${n}`;
}
