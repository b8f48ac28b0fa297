/**
 * Opens and updates error tasks: one per kind of failure, however many runs fail so at once and whichever answers are
 * lost. The row of the kind says who may look for the task and make it; everybody else waits until it is known.
 */
import { RetryableError } from "./core/errors.ts";
import { type Incident, incidentMark, incidentName, incidentNotes } from "./core/run/incident.ts";
import { claimIncident, dropErrorTask, errorTaskOf, keepErrorTask, noteOccurrence, seenOf } from "./d1/incidents.ts";
import type { Index } from "./d1/schema.ts";
import type { AsanaOwnTask, AsanaOwnTasksPort } from "./ports/asana/own-tasks.ts";

export interface ErrorDeskDeps {
  readonly index: Index;
  readonly tasks: AsanaOwnTasksPort;
  /** Empty: no error tasks. */
  readonly projectGid: string;
  readonly jessieUserGid: string;
  readonly webOrigin: string;
  now(): number;
}

/** Longer than the gateway and Asana together may keep a call, or a second task could be made behind its back. */
const CLAIM_MS = 120_000;
/** Known after the first look, opened before the second, replaced before the third. */
const MAX_LOOKS = 4;
/** Others may report the same while we write; whoever finds that rewrites what is newer. */
const MAX_REWRITES = 5;

/** The task in which the failure stands now; null when there is no project for error tasks, or it was settled before. */
export async function reportIncident(incident: Incident, deps: ErrorDeskDeps): Promise<AsanaOwnTask | null> {
  if (deps.projectGid === "") return null;
  const { index } = deps;
  const { fingerprint } = incident;
  await noteOccurrence(index, incident);
  for (let look = 1; look <= MAX_LOOKS; look += 1) {
    const { taskGid: gid, settledAt } = await errorTaskOf(index, fingerprint);
    // Told late: somebody settled it before, with a task that is known no more.
    if (Date.parse(settledAt) >= incident.at) return null;
    if (gid === null) {
      await openTask(incident, deps);
      continue;
    }
    const task = await deps.tasks.ownTask(gid);
    const completedAt = task === null || task.completedAt === null ? null : Date.parse(task.completedAt);
    // Somebody completed it after this failure: it was among what they settled.
    if (completedAt !== null && completedAt >= incident.at) return task;
    if (task !== null && completedAt === null && (await rewrite(task.gid, incident, deps))) return task;
    await dropErrorTask(index, fingerprint, gid, completedAt === null ? null : new Date(completedAt).toISOString());
  }
  throw new RetryableError("incident_moving", "The error task of this failure changes all the time; trying again.");
}

/** Find or create, by the one who has the claim. */
async function openTask(incident: Incident, deps: ErrorDeskDeps): Promise<void> {
  const { index, tasks, projectGid } = deps;
  const { fingerprint } = incident;
  const claim = `${incident.runId}:${incident.seq}`;
  await mustClaim(fingerprint, claim, deps);
  const seen = await seenOf(index, fingerprint);
  const listed = await tasks.tasksOf(projectGid, seen.firstAt);
  const mark = incidentMark(fingerprint);
  // Ours alone: anybody may name a task as we do.
  const found = listed.find((task) => task.createdByGid === deps.jessieUserGid && task.name.endsWith(mark));
  if (found !== undefined) return keepErrorTask(index, fingerprint, claim, found.gid);
  // The listing may have taken its time.
  await mustClaim(fingerprint, claim, deps);
  const notes = incidentNotes(incident, seen, deps.webOrigin);
  const created = await tasks.createTask(projectGid, { name: incidentName(incident), notes });
  await keepErrorTask(index, fingerprint, claim, created.gid);
}

async function mustClaim(fingerprint: string, claim: string, { index, now }: ErrorDeskDeps): Promise<void> {
  const at = now();
  const by = { claim, now: new Date(at).toISOString(), until: new Date(at + CLAIM_MS).toISOString() };
  if (await claimIncident(index, fingerprint, by)) return;
  throw new RetryableError("incident_being_opened", "Another run is opening the error task of this failure.", 2_000);
}

/** Brings the description up to date; false: the task is gone. */
async function rewrite(taskGid: string, incident: Incident, deps: ErrorDeskDeps): Promise<boolean> {
  for (let n = 1; n <= MAX_REWRITES; n += 1) {
    const seen = await seenOf(deps.index, incident.fingerprint);
    const notes = incidentNotes(incident, seen, deps.webOrigin);
    if ((await deps.tasks.updateTask(taskGid, { notes })) === "gone") return false;
    // A report that came in between may have been overwritten by this older one.
    if ((await seenOf(deps.index, incident.fingerprint)).count === seen.count) return true;
  }
  throw new RetryableError("incident_busy", "Many runs fail so right now; the error task is brought up to date later.");
}
