/** What crosses HTTP about reports: the register, one report whole, and a person's saved views of the register. */
import * as v from "valibot";
import { RoundSchema } from "./wire.ts";
import { AppraisalActSchema, ArtifactSchema, LifecycleSchema } from "./wire-artifact.ts";

/** Whether a report may be used again as it is, and why. */
export const ReuseSchema = v.object({
  reusable: v.boolean(),
  code: v.picklist([
    "accepted",
    "marked_reusable",
    "in_review",
    "superseded",
    "dismissed",
    "marked_not_reusable",
    "restated",
    "fixture",
  ]),
  reason: v.string(),
});
export type Reuse = v.InferOutput<typeof ReuseSchema>;

/** One row of `GET /report-artifacts`. */
export const ReportSchema = v.object({
  ...ArtifactSchema.entries,
  clientName: v.string(),
  businessUnitId: v.string(),
  /** Id of the skill that made it. */
  skill: v.string(),
  /** First and last day the report is about, YYYY-MM-DD. */
  periodStart: v.string(),
  periodEnd: v.string(),
  /** When a final value it rests on was last restated; null: never. */
  restatedAt: v.nullable(v.string()),
  /** Invented facts stand among those of its client and time. */
  fixture: v.boolean(),
  reuse: ReuseSchema,
});
export type Report = v.InferOutput<typeof ReportSchema>;

/** One version of the same task's report, for the chain of versions. */
export const ReportVersionSchema = v.object({
  artifactId: v.string(),
  version: v.number(),
  lifecycle: LifecycleSchema,
  supersedes: v.nullable(v.string()),
  createdAt: v.string(),
  acceptedAt: v.nullable(v.string()),
  acceptedBy: v.nullable(v.string()),
});
export type ReportVersion = v.InferOutput<typeof ReportVersionSchema>;

/** A value that was final when the report was made and changed nevertheless. */
export const ReportRestatementSchema = v.object({
  factId: v.string(),
  metric: v.string(),
  periodStart: v.string(),
  periodEnd: v.string(),
  recordedAt: v.string(),
});
export type ReportRestatement = v.InferOutput<typeof ReportRestatementSchema>;

/** `GET /report-artifacts/:id`: a report with all that belongs to it. */
export const ReportDetailSchema = v.object({
  ...ReportSchema.entries,
  /** Title and address of the task it was asked for on. */
  taskTitle: v.nullable(v.string()),
  taskUrl: v.nullable(v.string()),
  /** Every version of the run that is about the same client, oldest first, this one among them. */
  versions: v.array(ReportVersionSchema),
  /** Feedback rounds on these versions, oldest first, each with the version it was about. */
  rounds: v.array(v.object({ ...RoundSchema.entries, artifactId: v.string() })),
  /** Newest first, a bounded number. */
  restatements: v.array(ReportRestatementSchema),
});
export type ReportDetail = v.InferOutput<typeof ReportDetailSchema>;

/** Body of `PATCH /report-artifacts/:id`. */
export const AppraiseBodySchema = v.object({
  act: AppraisalActSchema,
  reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(300)),
  /** `registryVersion` of the report as it was seen. */
  version: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type AppraiseBody = v.InferOutput<typeof AppraiseBodySchema>;

/** What a person called a way to see the register; `query` is that of the page's address. */
export const SavedViewSchema = v.object({
  viewId: v.string(),
  name: v.string(),
  query: v.string(),
  createdAt: v.string(),
});
export type SavedView = v.InferOutput<typeof SavedViewSchema>;

/** Body of `POST /me/saved-views`. */
export const SavedViewBodySchema = v.object({
  name: v.pipe(v.string(), v.trim(), v.normalize("NFC"), v.minLength(1), v.maxLength(60)),
  query: v.pipe(v.string(), v.maxLength(600)),
});
