/** What crosses HTTP for operators, beside `wire.ts`: the overview, holds, bulk actions, the inside of an actor. */
import * as v from "valibot";
import { RunStatusSchema, RunSummarySchema } from "./wire.ts";

/** Something that keeps runs from going on at their next boundary until it is released. */
export const HoldSchema = v.object({
  holdId: v.string(),
  scope: v.picklist(["all", "client", "skill", "upstream"]),
  /** Which client, skill or upstream; empty for `all`. */
  value: v.string(),
  reason: v.string(),
  by: v.string(),
  createdAt: v.string(),
});
export type Hold = v.InferOutput<typeof HoldSchema>;

/** A message nobody could use. */
export const DeadLetterSchema = v.object({
  deadLetterId: v.string(),
  queue: v.string(),
  reason: v.string(),
  /** The message as text, bounded. */
  body: v.string(),
  receivedAt: v.string(),
  /** When it was sent again; null when it was not. */
  replayedAt: v.optional(v.nullable(v.string()), null),
  replayedBy: v.optional(v.nullable(v.string()), null),
  replayReason: v.optional(v.nullable(v.string()), null),
});
export type DeadLetter = v.InferOutput<typeof DeadLetterSchema>;

/** How many, counted up to a bound: `more` says that there are more than `count`. */
const counted = {
  count: v.number(),
  more: v.boolean(),
};

const RunsFoundSchema = v.object({ ...counted, items: v.array(RunSummarySchema) });
export type RunsFound = v.InferOutput<typeof RunsFoundSchema>;

/** `GET /internal/ops`: what needs an operator, each with its count and first items. */
export const OpsOverviewSchema = v.object({
  at: v.string(),
  /** Runs that have not ended, by state. */
  states: v.array(v.object({ status: RunStatusSchema, ...counted })),
  /** What runs that have not ended wait on, by kind. */
  waits: v.array(v.object({ kind: v.string(), ...counted })),
  /** Runs that failed, by UTC day and cause, oldest day first. */
  failures: v.array(v.object({ day: v.string(), code: v.string(), count: v.number() })),
  /** First day that `failures`, `failed` and `quarantined` look back to. */
  since: v.string(),
  stuck: RunsFoundSchema,
  parked: RunsFoundSchema,
  failed: RunsFoundSchema,
  quarantined: RunsFoundSchema,
  deadLetters: v.object({ ...counted, items: v.array(DeadLetterSchema) }),
  holds: v.array(HoldSchema),
  /** Projects with a webhook through which Asana reports, and those whose newest one does not work. */
  webhooks: v.object({ all: v.number(), unhealthy: v.number() }),
});
export type OpsOverview = v.InferOutput<typeof OpsOverviewSchema>;

/** What ops can ask of a run; each lands in its event log with who and why. */
export const RunActionSchema = v.picklist([
  "cancel",
  "kill",
  "pause",
  "resume",
  "retry",
  "requeue",
  "release-lease",
  "fire-timers",
  "flush-outbox",
  "reproject",
]);
export type RunAction = v.InferOutput<typeof RunActionSchema>;

const text = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200));

/** Which runs: all of what is named has to hold. */
export const RunFilterSchema = v.object({
  status: v.optional(RunStatusSchema),
  skill: v.optional(text),
  businessUnitId: v.optional(text),
  client: v.optional(text),
  requester: v.optional(text),
  /** Cause code, such as `quarantined`. */
  code: v.optional(text),
  /** Kind of what is waited on, such as `retry`. */
  waiting: v.optional(text),
  /** Those with an effect that could not be sent, whatever they wait on. */
  parked: v.optional(v.literal("yes")),
  /** Words in title, client or requester. */
  q: v.optional(text),
});
export type RunFilterText = v.InferOutput<typeof RunFilterSchema>;

/** Body of `POST /internal/ops/bulk`. */
export const BulkRequestSchema = v.object({
  action: RunActionSchema,
  filter: RunFilterSchema,
  reason: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(300)), ""),
  dryRun: v.boolean(),
  /** The count that the dry run answered. */
  expected: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** `nextCursor` of the page before. */
  cursor: v.optional(v.nullable(v.string()), null),
});

/** What a dry run answers. */
export const BulkPreviewSchema = v.object({
  ...counted,
  states: v.array(v.object({ status: RunStatusSchema, count: v.number() })),
  items: v.array(RunSummarySchema),
});
export type BulkPreview = v.InferOutput<typeof BulkPreviewSchema>;

/** What one page of a bulk action did, run by run. */
export const BulkPageSchema = v.object({
  results: v.array(v.object({ runId: v.string(), title: v.string(), done: v.boolean(), detail: v.string() })),
  nextCursor: v.nullable(v.string()),
});
export type BulkPage = v.InferOutput<typeof BulkPageSchema>;

const optionalTime = v.nullable(v.string());

/** A webhook we asked Asana for. `lastFailureContent` is untrusted: render as text. */
export const WebhookViewSchema = v.object({
  registrationId: v.string(),
  projectGid: v.string(),
  webhookGid: v.nullable(v.string()),
  target: v.string(),
  state: v.picklist(["requested", "confirmed", "active", "lost", "failed"]),
  /** `healthy` or `failing` while it is active, else its state. */
  health: v.picklist(["healthy", "failing", "requested", "confirmed", "lost", "failed"]),
  problem: v.nullable(v.string()),
  requestedAt: v.string(),
  checkedAt: optionalTime,
  lastSuccessAt: optionalTime,
  lastFailureAt: optionalTime,
  lastFailureContent: v.nullable(v.string()),
  retryCount: v.number(),
  /** When Asana deletes it unless a delivery succeeds before. */
  deletionAt: optionalTime,
  /** Newest signed delivery, to the minute. */
  lastDeliveryAt: optionalTime,
});
export type WebhookView = v.InferOutput<typeof WebhookViewSchema>;

/** Where the reconciler is in a project's event stream. */
export const EventStreamViewSchema = v.object({
  projectGid: v.string(),
  syncedAt: optionalTime,
  comparedAt: optionalTime,
  problem: v.nullable(v.string()),
});
export type EventStreamView = v.InferOutput<typeof EventStreamViewSchema>;

/** `GET /internal/webhooks`. */
export const WebhookHealthSchema = v.object({
  items: v.array(WebhookViewSchema),
  streams: v.array(EventStreamViewSchema),
});
export type WebhookHealth = v.InferOutput<typeof WebhookHealthSchema>;

/** What a check of one project came to. */
export const WebhookCheckSchema = v.object({
  projectGid: v.string(),
  outcome: v.picklist(["works", "created", "missing", "none", "failed"]),
  detail: v.string(),
});
export type WebhookCheck = v.InferOutput<typeof WebhookCheckSchema>;
