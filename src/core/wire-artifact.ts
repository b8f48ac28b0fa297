/** What crosses HTTP about one version of a report as its run made it: files, where its data is from, what people said. */
import * as v from "valibot";

export const ArtifactFileSchema = v.object({
  fileId: v.string(),
  name: v.string(),
  mediaType: v.string(),
  role: v.picklist(["report", "evidence", "table"]),
  bytes: v.number(),
  sha256: v.string(),
});
export type ArtifactFile = v.InferOutput<typeof ArtifactFileSchema>;

export const LifecycleSchema = v.picklist(["in_review", "accepted", "superseded", "dismissed"]);

export const ProvenanceSchema = v.object({
  channel: v.string(),
  status: v.picklist(["used", "empty", "unavailable", "not_configured"]),
  detail: v.string(),
  externalId: v.nullable(v.string()),
  periodStart: v.string(),
  periodEnd: v.string(),
  fetchedAt: v.nullable(v.string()),
  rowCount: v.number(),
});
export type Provenance = v.InferOutput<typeof ProvenanceSchema>;

/** What people can do to a report outside its review. */
export const AppraisalActSchema = v.picklist(["dismiss", "reinstate", "mark_reusable", "mark_not_reusable", "unmark"]);
export type AppraisalAct = v.InferOutput<typeof AppraisalActSchema>;

const Word = { by: v.string(), reason: v.string(), at: v.string() };

/** What people decided about a report outside its review. */
export const AppraisalSchema = v.object({
  dismissed: v.nullable(v.object(Word)),
  /** Somebody's word on whether it may be used again; null: the rules alone say. */
  reuse: v.nullable(v.object({ ...Word, reusable: v.boolean() })),
});
export type AppraisalView = v.InferOutput<typeof AppraisalSchema>;

export const ArtifactSchema = v.object({
  artifactId: v.string(),
  runId: v.string(),
  taskGid: v.string(),
  version: v.number(),
  lifecycle: LifecycleSchema,
  /** SHA-256 of the HTML report: what an acceptance is bound to. */
  sha256: v.string(),
  supersedes: v.nullable(v.string()),
  narrator: v.picklist(["model", "mixed", "rules"]),
  answer: v.array(v.string()),
  files: v.array(ArtifactFileSchema),
  provenance: v.array(ProvenanceSchema),
  createdAt: v.string(),
  acceptedAt: v.nullable(v.string()),
  acceptedBy: v.nullable(v.string()),
  /** Grows with every change of the run's reports and rounds: what a change of the report is based on. */
  registryVersion: v.optional(v.number(), 0),
  /** What people decided about it outside its review; null: nothing. */
  appraisal: v.optional(v.nullable(AppraisalSchema), null),
});
export type Artifact = v.InferOutput<typeof ArtifactSchema>;

/** One row of `GET /report-artifacts`; a reply may carry more of the artifact than this. */
export const ReportListItemSchema = v.object({
  artifactId: v.string(),
  runId: v.string(),
  version: v.number(),
  lifecycle: LifecycleSchema,
  clientName: v.string(),
  /** Id of the skill that made it. */
  skill: v.string(),
  /** First and last day the report is about, YYYY-MM-DD. */
  periodStart: v.string(),
  periodEnd: v.string(),
  files: v.array(ArtifactFileSchema),
  createdAt: v.string(),
  acceptedAt: v.nullable(v.string()),
  acceptedBy: v.nullable(v.string()),
});
export type ReportListItem = v.InferOutput<typeof ReportListItemSchema>;
