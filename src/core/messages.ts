/** Messages on the queues, `schemaVersion` 1. Whatever does not parse goes to the dead letters, never into a retry loop. */
import * as v from "valibot";

const Gid = v.pipe(v.string(), v.regex(/^\d{1,32}$/));

/** One thing Asana reported about a task or its comments. */
export const TaskEventSchema = v.object({
  action: v.pipe(v.string(), v.maxLength(40)),
  resourceType: v.pipe(v.string(), v.maxLength(40)),
  resourceGid: Gid,
  parentGid: v.optional(Gid),
  field: v.optional(v.pipe(v.string(), v.maxLength(80))),
  userGid: v.optional(Gid),
  createdAt: v.pipe(v.string(), v.maxLength(40)),
});
export type TaskEvent = v.InferOutput<typeof TaskEventSchema>;

const taskMessage = <const T extends string>(type: T) =>
  v.object({
    type: v.literal(type),
    schemaVersion: v.literal(1),
    idempotencyKey: v.pipe(v.string(), v.minLength(1), v.maxLength(120)),
    correlationId: v.pipe(v.string(), v.maxLength(120)),
    taskGid: Gid,
    events: v.array(TaskEventSchema),
    receivedAt: v.string(),
  });

export const TeamAgentRunMessageSchema = taskMessage("team-agent-run");
export type TeamAgentRunMessage = v.InferOutput<typeof TeamAgentRunMessageSchema>;

export const PlatformBuildRunMessageSchema = taskMessage("platform-build-run");
export type PlatformBuildRunMessage = v.InferOutput<typeof PlatformBuildRunMessageSchema>;

export const TeamAgentExecutionMessageSchema = v.object({
  type: v.literal("team-agent-execution"),
  schemaVersion: v.literal(1),
  idempotencyKey: v.pipe(v.string(), v.minLength(1), v.maxLength(120)),
  correlationId: v.pipe(v.string(), v.maxLength(120)),
  runId: v.pipe(v.string(), v.regex(/^tar_\d{1,32}$/)),
  attempt: v.pipe(v.number(), v.integer(), v.minValue(1)),
  kind: v.picklist(["initial", "revision"]),
  feedbackRoundId: v.optional(v.string()),
  enqueuedAt: v.string(),
});
export type TeamAgentExecutionMessage = v.InferOutput<typeof TeamAgentExecutionMessageSchema>;

/** Work on a refresh of a Business Unit that its actor promised. */
export const BusinessUnitRefreshMessageSchema = v.object({
  type: v.literal("business-unit-refresh"),
  schemaVersion: v.literal(1),
  idempotencyKey: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  correlationId: v.pipe(v.string(), v.maxLength(200)),
  businessUnitId: v.pipe(v.string(), v.regex(/^bu_[a-z0-9_-]{1,80}$/)),
  ingestionRunId: v.pipe(v.string(), v.regex(/^ing_bu_[a-z0-9_-]{1,80}_\d{1,9}$/)),
  attempt: v.pipe(v.number(), v.integer(), v.minValue(1)),
  enqueuedAt: v.string(),
});
export type BusinessUnitRefreshMessage = v.InferOutput<typeof BusinessUnitRefreshMessageSchema>;

/** What surrounds the texts of an event and of a message as JSON: names, quotes, commas, the short fixed values. */
const AROUND_EVENT = 110;
const AROUND_MESSAGE = 140;
/** A character takes at most so many bytes (`\u0000`); digits take one. */
const BYTES_OF_CHARACTER = 6;

/** Bytes a message takes as JSON, or more: writing it out to count them costs as much as reading the delivery. */
export function mostBytes(message: TeamAgentRunMessage | PlatformBuildRunMessage): number {
  const { idempotencyKey, correlationId, taskGid, receivedAt, events } = message;
  let characters = idempotencyKey.length + correlationId.length + receivedAt.length;
  let digits = taskGid.length;
  for (const { action, resourceType, resourceGid, parentGid, field, userGid, createdAt } of events) {
    characters += action.length + resourceType.length + (field?.length ?? 0) + createdAt.length;
    digits += resourceGid.length + (parentGid?.length ?? 0) + (userGid?.length ?? 0);
  }
  return AROUND_MESSAGE + events.length * AROUND_EVENT + characters * BYTES_OF_CHARACTER + digits;
}

/** Any message of ours. */
export const QueueMessageSchema = v.variant("type", [
  TeamAgentRunMessageSchema,
  TeamAgentExecutionMessageSchema,
  BusinessUnitRefreshMessageSchema,
  PlatformBuildRunMessageSchema,
]);
export type QueueMessage = v.InferOutput<typeof QueueMessageSchema>;
