/** What crosses HTTP about the Admin Registry: staff, clients, Business Units, readiness, refreshes. Times are ISO 8601 UTC. */
import * as v from "valibot";

export const RoleSchema = v.picklist(["viewer", "consultant", "approver", "admin", "ops"]);
export const AssetKindSchema = v.picklist([
  "search_console_site",
  "ga4_property",
  "accuranker_domain",
  "google_ads_customer",
  "meta_ad_account",
  "hubspot_account",
  "harvest_client",
  "asana_project",
  "website",
]);

/** A member of staff. `role` counts on every Business Unit; null: only where one was given. */
export const StaffUserSchema = v.object({
  userId: v.string(),
  name: v.string(),
  email: v.string(),
  asanaUserGid: v.nullable(v.string()),
  role: v.nullable(RoleSchema),
  version: v.number(),
  archivedAt: v.nullable(v.string()),
  createdAt: v.string(),
});
export type StaffUser = v.InferOutput<typeof StaffUserSchema>;

/** A client: one or more Business Units. */
export const ClientSchema = v.object({
  clientId: v.string(),
  name: v.string(),
  /** Never changes. */
  slug: v.string(),
  version: v.number(),
  archivedAt: v.nullable(v.string()),
  createdAt: v.string(),
});
export type ClientView = v.InferOutput<typeof ClientSchema>;

/** One thing a Business Unit lacks. */
export const FindingSchema = v.object({
  code: v.string(),
  severity: v.picklist(["blocks", "warns"]),
  /** What is missing. */
  what: v.string(),
  /** Why it matters. */
  why: v.string(),
  /** Who can fix it. */
  who: v.string(),
  /** The field it is about, e.g. `sources.ga4_property`; the interface jumps to it. */
  field: v.string(),
});
export type Finding = v.InferOutput<typeof FindingSchema>;

/** Derived at every read from current records, never stored. */
export const ReadinessSchema = v.object({
  status: v.picklist(["setup_needed", "dashboard_needed", "ready"]),
  label: v.picklist(["Setup needed", "Dashboard needed", "Ready"]),
  findings: v.array(FindingSchema),
});
export type Readiness = v.InferOutput<typeof ReadinessSchema>;

const Tested = v.object({ ok: v.boolean(), at: v.string(), code: v.string(), detail: v.string() });

export const BusinessUnitSchema = v.object({
  businessUnitId: v.string(),
  clientId: v.string(),
  clientName: v.string(),
  slug: v.string(),
  name: v.string(),
  timeZone: v.string(),
  currency: v.string(),
  archivedAt: v.nullable(v.string()),
  /** Send it back with a write: a field that changed since then is a conflict. */
  version: v.number(),
  sources: v.array(
    v.object({
      kind: AssetKindSchema,
      externalId: v.string(),
      label: v.nullable(v.string()),
      tested: v.nullable(Tested),
    }),
  ),
  context: v.nullable(v.object({ boxFolderId: v.string(), boxFolderName: v.nullable(v.string()) })),
  users: v.array(v.object({ userId: v.string(), name: v.string(), email: v.string(), role: RoleSchema })),
  settings: v.array(
    v.object({
      kind: v.picklist(["targets", "budgets", "brand_terms", "page_groups"]),
      effectiveFrom: v.string(),
      value: v.unknown(),
      version: v.number(),
    }),
  ),
  /** When the daily refresh begins, in the hour of its own time zone. */
  schedule: v.object({ hour: v.number(), enabled: v.boolean() }),
  surface: v.nullable(v.object({ surfaceId: v.string(), state: v.picklist(["active", "inactive"]) })),
  refresh: v.nullable(v.object({ ingestionRunId: v.string(), status: v.string() })),
  nextRefreshAt: v.nullable(v.string()),
  readiness: ReadinessSchema,
  createdAt: v.string(),
});
export type BusinessUnitView = v.InferOutput<typeof BusinessUnitSchema>;

export const SourceProgressSchema = v.object({
  source: v.string(),
  status: v.picklist(["waiting", "running", "done", "failed", "postponed", "held_back"]),
  cause: v.nullable(v.object({ code: v.string(), detail: v.string() })),
  nextTryAt: v.nullable(v.string()),
  chunksDone: v.number(),
  chunksTotal: v.number(),
  rows: v.number(),
  facts: v.number(),
  changed: v.number(),
});

/** One refresh of a Business Unit. */
export const IngestionRunSchema = v.object({
  ingestionRunId: v.string(),
  businessUnitId: v.string(),
  kind: v.picklist(["manual", "scheduled", "catch_up", "backfill"]),
  status: v.picklist(["queued", "running", "done", "partial", "failed", "cancelled"]),
  requestedBy: v.string(),
  reason: v.string(),
  range: v.object({ start: v.string(), end: v.string() }),
  attempt: v.number(),
  sources: v.array(SourceProgressSchema),
  /** Why it ended as it did, or why it is tried again. */
  cause: v.nullable(v.object({ code: v.string(), detail: v.string() })),
  requestedAt: v.string(),
  finishedAt: v.nullable(v.string()),
  /** Plain words for what it waits on; null when it is over. */
  waitingOn: v.nullable(v.object({ detail: v.string(), until: v.nullable(v.string()) })),
});
export type IngestionRunView = v.InferOutput<typeof IngestionRunSchema>;

/** One entry of the log of a Business Unit. */
export const UnitEventSchema = v.object({ seq: v.number(), at: v.string(), type: v.string(), summary: v.string() });
export type UnitEventView = v.InferOutput<typeof UnitEventSchema>;

/** Frames of `GET /business-units/:id/live`. */
export const UnitFrameSchema = v.variant("type", [
  v.object({
    type: v.picklist(["snapshot", "resume"]),
    refresh: v.nullable(IngestionRunSchema),
    events: v.array(UnitEventSchema),
    seq: v.number(),
  }),
  v.object({ type: v.literal("event"), event: UnitEventSchema }),
  v.object({ type: v.literal("refresh"), refresh: v.nullable(IngestionRunSchema) }),
]);
export type UnitFrame = v.InferOutput<typeof UnitFrameSchema>;

/** One field of one edit. */
export const EditSchema = v.object({
  editId: v.string(),
  field: v.string(),
  version: v.number(),
  at: v.string(),
  by: v.string(),
  reason: v.string(),
  before: v.unknown(),
  after: v.unknown(),
  /** The edit it restores. */
  restores: v.nullable(v.string()),
});
export type EditView = v.InferOutput<typeof EditSchema>;
