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

/** Any message of ours. */
export const QueueMessageSchema = v.variant("type", [
  TeamAgentRunMessageSchema,
  TeamAgentExecutionMessageSchema,
  PlatformBuildRunMessageSchema,
]);
export type QueueMessage = v.InferOutput<typeof QueueMessageSchema>;
