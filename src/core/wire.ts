/**
 * What crosses HTTP between the control plane and the staff web interface: with its neighbours `wire-*.ts` all that `web/` may import.
 * Times are ISO 8601 UTC. Unknown fields are ignored, so either side may be deployed first.
 */
import * as v from "valibot";
import { ArtifactSchema } from "./wire-artifact.ts";

export const RunStatusSchema = v.picklist([
  "observed",
  "assessing",
  "ignored",
  "blocked",
  "needs_clarification",
  "ready",
  "running",
  "review_ready",
  "revision_requested",
  "revision_running",
  "accepted",
  "cancelled",
  "failed",
]);
export type RunStatus = v.InferOutput<typeof RunStatusSchema>;

/** What a run waits on: who or what moves it next. */
export const WaitingOnSchema = v.object({
  kind: v.picklist(["person", "retry", "task_change", "queue", "worker", "asana", "hold", "pause", "budget", "quiet"]),
  /** A person's name or an upstream; null when it is nobody in particular. */
  who: v.nullable(v.string()),
  /** Plain words: "Maya has to say which month the report is about". */
  detail: v.string(),
  since: v.string(),
  /** When the system acts by itself, null when it waits for a person without limit. */
  until: v.nullable(v.string()),
});
export type WaitingOn = v.InferOutput<typeof WaitingOnSchema>;

/** One row of the run list and of the board. */
export const RunSummarySchema = v.object({
  runId: v.string(),
  taskGid: v.string(),
  /** Grows with every event of the run; an older one never replaces a newer one. */
  version: v.number(),
  status: RunStatusSchema,
  title: v.string(),
  skill: v.nullable(v.string()),
  clientName: v.nullable(v.string()),
  businessUnitId: v.nullable(v.string()),
  requester: v.nullable(v.string()),
  /** null only after the end. Rows written before this field was there have none. */
  waitingOn: v.optional(v.nullable(WaitingOnSchema), null),
  /** When the run acts by itself next, whatever else happens. */
  wakeAt: v.optional(v.nullable(v.string()), null),
  /** Promises to the outside that ran out of tries. */
  parked: v.optional(v.number(), 0),
  /** The oldest of them in plain words, with what it failed of. */
  parkedDetail: v.optional(v.nullable(v.string()), null),
  /** Another system's run, here to be looked at: nothing moves it, and the files of its reports are not here. */
  copy: v.optional(v.boolean(), false),
  /** Why a run ended, was ignored or is blocked: a code and plain words. */
  cause: v.nullable(v.object({ code: v.string(), detail: v.string() })),
  /** Steps done of the current round, for the progress bar; label of the step at work. */
  progress: v.nullable(v.object({ done: v.number(), total: v.nullable(v.number()), label: v.nullable(v.string()) })),
  taskUrl: v.nullable(v.string()),
  createdAt: v.string(),
  updatedAt: v.string(),
});
export type RunSummary = v.InferOutput<typeof RunSummarySchema>;

export const RunStepSchema = v.object({
  key: v.string(),
  label: v.string(),
  /** 0 for the initial report, n for feedback round n. */
  round: v.number(),
  status: v.picklist(["running", "done", "failed"]),
  startedAt: v.string(),
  endedAt: v.nullable(v.string()),
  attempt: v.number(),
});
export type RunStep = v.InferOutput<typeof RunStepSchema>;

export const RoundSchema = v.object({
  roundId: v.string(),
  n: v.number(),
  openedAt: v.string(),
  closedAt: v.nullable(v.string()),
  author: v.string(),
  comment: v.string(),
  kind: v.nullable(v.picklist(["acceptance", "revision", "discussion", "scope_change", "no_op", "unclear"])),
  decidedBy: v.nullable(v.picklist(["rules", "model"])),
  items: v.array(
    v.object({
      id: v.string(),
      text: v.string(),
      outcome: v.nullable(v.picklist(["done", "declined"])),
      reason: v.nullable(v.string()),
    }),
  ),
  reply: v.nullable(v.string()),
});
export type Round = v.InferOutput<typeof RoundSchema>;

/** What was understood, as the Delegation Confirmation says it. */
export const BriefViewSchema = v.object({
  skill: v.string(),
  skillTitle: v.string(),
  clientName: v.string(),
  businessUnitName: v.string(),
  period: v.object({ start: v.string(), end: v.string(), label: v.string() }),
  comparison: v.string(),
  sources: v.array(v.object({ kind: v.string(), externalId: v.string() })),
  deliverables: v.array(v.string()),
});
export type BriefView = v.InferOutput<typeof BriefViewSchema>;

/** One thing a run may spend. `reserved` is set aside for what is under way; both count against the limit. */
export const BudgetLineSchema = v.object({
  kind: v.picklist(["modelTokens", "modelMicroUsd", "upstreamCalls", "wallMs", "crawlPages"]),
  used: v.number(),
  reserved: v.number(),
  limit: v.number(),
  unit: v.picklist(["tokens", "micro_usd", "calls", "ms", "pages"]),
});
export type BudgetLine = v.InferOutput<typeof BudgetLineSchema>;

/** One question a run asks now. */
export const AskSchema = v.object({
  /** Goes back with the answer: one to a question that is not open any more is refused. */
  id: v.string(),
  kind: v.picklist(["question", "budget", "change", "review", "rounds", "blocked"]),
  /** Plain words; untrusted text may be inside. */
  text: v.string(),
  /** Words that answer it as they stand. */
  choices: v.array(v.string()),
  /** False where nothing but one of the choices answers it. */
  free: v.boolean(),
});
export type Ask = v.InferOutput<typeof AskSchema>;

/** Characters an answer from the panel may have. */
export const MOST_ANSWERED = 4_000;

/** Body of `POST /team-agent-runs/:runId/answer`. Without `to` it answers whichever open question its words fit. */
export const AnswerBodySchema = v.object({
  text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MOST_ANSWERED)),
  to: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(60))), null),
});

/** One run, whole, from its actor. */
export const RunDetailSchema = v.object({
  ...RunSummarySchema.entries,
  brief: v.nullable(BriefViewSchema),
  question: v.nullable(v.string()),
  findings: v.array(v.object({ code: v.string(), what: v.string(), fix: v.string() })),
  lease: v.nullable(v.object({ epoch: v.number(), attempt: v.number(), expiresAt: v.string() })),
  attempts: v.array(
    v.object({
      n: v.number(),
      kind: v.picklist(["initial", "revision"]),
      startedAt: v.string(),
      endedAt: v.nullable(v.string()),
      outcome: v.nullable(v.string()),
      detail: v.nullable(v.string()),
    }),
  ),
  steps: v.array(RunStepSchema),
  rounds: v.array(RoundSchema),
  artifacts: v.array(ArtifactSchema),
  /** Address of the error task that tells of the last failure; null when there is none. */
  errorTaskUrl: v.optional(v.nullable(v.string()), null),
  /** Empty before the first work, and from a version that has none. */
  budget: v.optional(v.array(BudgetLineSchema), []),
  /** What it asks of people now, the most pressing first. */
  asks: v.optional(v.array(AskSchema), []),
  /** Answers from the panel that were not read yet. */
  unread: v.optional(v.array(v.object({ author: v.string(), text: v.string(), at: v.string() })), []),
});
export type RunDetail = v.InferOutput<typeof RunDetailSchema>;

/** One entry of a run's append-only log. `seq` is dense, from 1. */
export const RunEventViewSchema = v.object({
  seq: v.number(),
  at: v.string(),
  /** e.g. `run.observed`, `step.done`, `feedback.opened`. */
  type: v.string(),
  /** Plain words for the timeline. Untrusted text may be inside: render as text. */
  summary: v.string(),
});
export type RunEventView = v.InferOutput<typeof RunEventViewSchema>;

/** Frames of `GET /team-agent-runs/:runId/live`. */
export const RunFrameSchema = v.variant("type", [
  v.object({ type: v.literal("snapshot"), run: RunDetailSchema, events: v.array(RunEventViewSchema), seq: v.number() }),
  v.object({ type: v.literal("resume"), run: RunDetailSchema, events: v.array(RunEventViewSchema), seq: v.number() }),
  v.object({ type: v.literal("event"), event: RunEventViewSchema }),
  v.object({ type: v.literal("run"), run: RunDetailSchema }),
]);
export type RunFrame = v.InferOutput<typeof RunFrameSchema>;

/** Frames of `GET /team-agent-runs/live`. `seq` is the board's own counter; resume works as on a run. */
export const BoardFrameSchema = v.variant("type", [
  v.object({ type: v.literal("snapshot"), runs: v.array(RunSummarySchema), seq: v.number() }),
  v.object({ type: v.literal("resume"), runs: v.array(RunSummarySchema), seq: v.number() }),
  v.object({ type: v.literal("run"), run: RunSummarySchema, seq: v.number() }),
]);
export type BoardFrame = v.InferOutput<typeof BoardFrameSchema>;

/** A page of a list. */
export const pageOf = <T extends v.GenericSchema>(item: T) =>
  v.object({ items: v.array(item), nextCursor: v.nullable(v.string()) });

/** One field that somebody else changed since the writer looked. */
export const DifferenceSchema = v.object({
  field: v.string(),
  yours: v.unknown(),
  current: v.unknown(),
  /** What it was when the writer looked, where the server still knows. */
  base: v.optional(v.unknown()),
});
export type FieldDifference = v.InferOutput<typeof DifferenceSchema>;

/** RFC 9457 problem. */
export const ProblemSchema = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  instance: v.optional(v.string()),
  code: v.string(),
  issues: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
  /** Of a stale write: what was written against what is there now, field by field. */
  difference: v.optional(v.array(DifferenceSchema)),
  /** Of a stale write: the version that is there now. */
  version: v.optional(v.number()),
  /** Of a refresh that is under way already. */
  ingestionRunId: v.optional(v.string()),
});
export type Problem = v.InferOutput<typeof ProblemSchema>;
