/**
 * Opens and updates error tasks: one per kind of failure, however many runs fail so at once and whichever answers are
 * lost. Every failure is a row first; whoever has the claim on the kind writes one text that tells of all rows there
 * are, and whoever comes after and finds itself told of has nothing left to do.
 */
import { RetryableError } from "./core/errors.ts";
import { type Incident, incidentMark, incidentName, incidentNotes } from "./core/run/incident.ts";
import {
  claimIncident,
  dropErrorTask,
  errorTaskOf,
  type KnownTask,
  keepErrorTask,
  noteOccurrence,
  releaseIncident,
  seenOf,
  untell,
} from "./d1/incidents.ts";
import type { Index } from "./d1/schema.ts";
import type { AsanaOwnTasksPort } from "./ports/asana/own-tasks.ts";

export interface ErrorDeskDeps {
  readonly index: Index;
  readonly tasks: AsanaOwnTasksPort;
  /** Empty: no error tasks. */
  readonly projectGid: string;
  readonly jessieUserGid: string;
  readonly webOrigin: string;
  now(): number;
}

type ErrorTask = NonNullable<KnownTask["task"]>;

/** Longer than the gateway and Asana together may keep a call, or a second task could be made behind its back. */
const CLAIM_MS = 120_000;
/** Known after the first look, opened before the second, replaced before the third. */
const MAX_LOOKS = 4;

/** The task in which the failure stands now; null when there is no project for error tasks, or it was settled before. */
export async function reportIncident(incident: Incident, deps: ErrorDeskDeps): Promise<ErrorTask | null> {
  if (deps.projectGid === "") return null;
  const { index } = deps;
  const { fingerprint } = incident;
  await noteOccurrence(index, incident);
  for (let look = 1; look <= MAX_LOOKS; look += 1) {
    const { task, settledAt, told } = await errorTaskOf(index, fingerprint);
    // Told late: somebody settled it before, with a task that is known no more.
    if (Date.parse(settledAt) >= incident.at) return null;
    // The rows only grow: as many told as there are is this one, too.
    if (task !== null && told >= (await seenOf(index, fingerprint)).count) return task;
    const written = await write(incident, deps);
    if (written !== null) return written;
  }
  throw new RetryableError("incident_moving", "The error task of this failure changes all the time; trying again.");
}

/** Finds, makes or rewrites the task, alone; null: what is known has changed, look again. */
async function write(incident: Incident, deps: ErrorDeskDeps): Promise<ErrorTask | null> {
  const { index } = deps;
  const { fingerprint } = incident;
  const claim = `${incident.runId}:${incident.seq}`;
  await mustClaim(fingerprint, claim, deps);
  const { task } = await errorTaskOf(index, fingerprint);
  // A creation may have happened although it failed, so its claim stands until it runs out.
  if (task === null) return openTask(incident, claim, deps);
  try {
    return await rewrite(task, incident, claim, deps);
  } finally {
    await releaseIncident(index, fingerprint, claim);
  }
}

/** Find or create, by the one who has the claim. */
async function openTask(incident: Incident, claim: string, deps: ErrorDeskDeps): Promise<ErrorTask | null> {
  const { index, tasks, projectGid } = deps;
  const { fingerprint } = incident;
  const before = await seenOf(index, fingerprint);
  const listed = await tasks.tasksOf(projectGid, before.firstAt);
  const mark = incidentMark(fingerprint);
  // Ours alone: anybody may name a task as we do.
  const found = listed.find((task) => task.createdByGid === deps.jessieUserGid && task.name.endsWith(mark));
  if (found !== undefined) {
    await keepErrorTask(index, fingerprint, claim, { task: found, told: 0 });
    return null;
  }
  // The listing may have taken its time.
  await mustClaim(fingerprint, claim, deps);
  const seen = await seenOf(index, fingerprint);
  const notes = incidentNotes(incident, seen, deps.webOrigin);
  const task = await tasks.createTask(projectGid, { name: incidentName(incident), notes });
  await keepErrorTask(index, fingerprint, claim, { task, told: seen.count });
  return { gid: task.gid, url: task.url };
}

async function mustClaim(fingerprint: string, claim: string, { index, now }: ErrorDeskDeps): Promise<void> {
  const at = now();
  const by = { claim, now: new Date(at).toISOString(), until: new Date(at + CLAIM_MS).toISOString() };
  if (await claimIncident(index, fingerprint, by)) return;
  throw new RetryableError("incident_being_written", "Another run is writing the error task of this failure.", 2_000);
}

/** Brings the description up to date; null when the task is gone or was completed before this failure. */
async function rewrite(
  known: ErrorTask,
  incident: Incident,
  claim: string,
  { index, tasks, webOrigin }: ErrorDeskDeps,
): Promise<ErrorTask | null> {
  const { fingerprint } = incident;
  const task = await tasks.ownTask(known.gid);
  const completedAt = task === null || task.completedAt === null ? null : Date.parse(task.completedAt);
  // Somebody completed it after this failure: it was among what they settled.
  if (task !== null && completedAt !== null && completedAt >= incident.at) return { gid: task.gid, url: task.url };
  const seen = await seenOf(index, fingerprint);
  const notes = incidentNotes(incident, seen, webOrigin);
  if (task === null || completedAt !== null || (await tasks.updateTask(task.gid, { notes })) === "gone") {
    await dropErrorTask(
      index,
      fingerprint,
      known.gid,
      completedAt === null ? null : new Date(completedAt).toISOString(),
    );
    return null;
  }
  if (await keepErrorTask(index, fingerprint, claim, { task, told: seen.count }))
    return { gid: task.gid, url: task.url };
  // This took so long that another wrote meanwhile: a newer text may lie under this older one.
  await untell(index, fingerprint);
  throw new RetryableError("incident_overtaken", "The error task of this failure was written twice; writing it again.");
}
