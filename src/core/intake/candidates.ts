/**
 * Asana events to one candidate per task. A message means "look at this task again": it carries the events so that
 * repeats are recognised, but nothing depends on getting all of them, or in order, or in one piece.
 */
import type { PlatformBuildRunMessage, TaskEvent, TeamAgentRunMessage } from "../messages.ts";
import type { AsanaEvent } from "./asana-events.ts";

/** Events kept per message: more would outgrow a queue message, and a look at the task finds everything anyway. */
export const MAX_EVENTS = 100;
const GID = /^\d{1,32}$/;

export interface Candidate {
  readonly taskGid: string;
  readonly events: readonly TaskEvent[];
}

/**
 * Identity of one event. Asana sends no event id, so it is what the event says: two that say the same are the same.
 */
export function fingerprint(event: TaskEvent): string {
  return [
    event.resourceType,
    event.resourceGid,
    event.action,
    event.field ?? "",
    event.createdAt,
    event.userGid ?? "",
  ].join("|");
}

/**
 * Task events and comment stories, grouped by task. The result depends on the set of events alone: order and
 * repetition change nothing. Jessie's own comments are left out, or she would wake herself with every word.
 */
export function candidatesOf(events: readonly AsanaEvent[], jessieUserGid: string): readonly Candidate[] {
  const byTask = new Map<string, Map<string, TaskEvent>>();
  for (const event of events) {
    const read = taskEventOf(event, jessieUserGid);
    if (read === null) continue;
    const known = byTask.get(read.taskGid) ?? new Map<string, TaskEvent>();
    known.set(fingerprint(read.event), read.event);
    byTask.set(read.taskGid, known);
  }
  return [...byTask.entries()]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([taskGid, known]) => ({ taskGid, events: ordered(known).slice(-MAX_EVENTS) }));
}

function taskEventOf(event: AsanaEvent, jessieUserGid: string): { taskGid: string; event: TaskEvent } | null {
  const { resource, parent, user } = event;
  const isTask = resource.resource_type === "task";
  const isComment =
    resource.resource_type === "story" &&
    // Asana does not promise to say which kind of story it is. One too many costs a look, one too few a person's word.
    (resource.resource_subtype ?? "comment_added") === "comment_added" &&
    parent?.resource_type === "task";
  const taskGid = isTask ? resource.gid : isComment ? parent.gid : null;
  if (taskGid === null || !GID.test(taskGid) || !GID.test(resource.gid)) return null;
  if (isComment && user?.gid === jessieUserGid) return null;
  const field = event.change?.field ?? undefined;
  return {
    taskGid,
    event: {
      action: event.action.slice(0, 40),
      resourceType: isTask ? "task" : "story",
      resourceGid: resource.gid,
      ...(isComment ? { parentGid: taskGid } : {}),
      ...(field === undefined ? {} : { field: field.slice(0, 80) }),
      ...(user && GID.test(user.gid) ? { userGid: user.gid } : {}),
      createdAt: event.created_at.slice(0, 40),
    },
  };
}

/** By time, then by fingerprint, which is the key here. */
function ordered(events: ReadonlyMap<string, TaskEvent>): readonly TaskEvent[] {
  return [...events]
    .sort(([a, one], [b, other]) => compare(one.createdAt, other.createdAt) || compare(a, b))
    .map(([, event]) => event);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export type IntakeKind = TeamAgentRunMessage["type"] | PlatformBuildRunMessage["type"];

/**
 * The key of a message: the task and the kind, and nothing that a permutation, repetition or split of the same events
 * could change. What is new in a message is decided event by event, by the actor that remembers fingerprints.
 */
export function idempotencyKey(kind: IntakeKind, taskGid: string): string {
  return `${kind}:${taskGid}`;
}

/** Which queues a delivery concerns: a webhook that names its project concerns that one, any other concerns both. */
export function kindsOf(
  projectGid: string | null,
  projects: { readonly intake: string; readonly platformBuild: string },
): readonly IntakeKind[] {
  if (projectGid === projects.intake) return ["team-agent-run"];
  if (projectGid === projects.platformBuild) return ["platform-build-run"];
  return ["team-agent-run", "platform-build-run"];
}

export interface MessageStamp {
  readonly correlationId: string;
  readonly receivedAt: string;
}

/** The message of a candidate for the run actors. */
export function runMessage(candidate: Candidate, stamp: MessageStamp): TeamAgentRunMessage {
  const { taskGid, events } = candidate;
  return {
    type: "team-agent-run",
    schemaVersion: 1,
    idempotencyKey: idempotencyKey("team-agent-run", taskGid),
    ...stamp,
    taskGid,
    events: [...events],
  };
}

/** The message of a candidate for Platform Build. */
export function buildMessage(candidate: Candidate, stamp: MessageStamp): PlatformBuildRunMessage {
  const { taskGid, events } = candidate;
  return {
    type: "platform-build-run",
    schemaVersion: 1,
    idempotencyKey: idempotencyKey("platform-build-run", taskGid),
    ...stamp,
    taskGid,
    events: [...events],
  };
}

/** Plain words about a candidate's events, for the log: "assignee changed, comment added". */
export function wordsOf(events: readonly TaskEvent[]): string {
  const words = events.map((event) => {
    if (event.resourceType === "story") return "comment added";
    return event.field === undefined ? `task ${event.action}` : `${event.field.replaceAll("_", " ")} ${event.action}`;
  });
  return [...new Set(words)].slice(0, 6).join(", ") || "something changed";
}
