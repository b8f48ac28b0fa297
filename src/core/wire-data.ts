/** What crosses HTTP about the Client Data Plane: facts and where they come from. Times are ISO 8601 UTC, days `YYYY-MM-DD`. */
import * as v from "valibot";

export const FactStateSchema = v.picklist([
  "number",
  "zero",
  "missing",
  "unavailable",
  "withheld",
  "partial",
  "capped",
  "not_defined",
]);

/** A fact as agents and staff read it. */
export const FactSchema = v.object({
  factId: v.string(),
  businessUnitId: v.string(),
  metric: v.string(),
  grain: v.picklist(["day", "month"]),
  period: v.object({ start: v.string(), end: v.string() }),
  dimension: v.string(),
  member: v.string(),
  state: FactStateSchema,
  value: v.nullable(v.number()),
  reason: v.nullable(v.string()),
  unit: v.string(),
  currency: v.nullable(v.string()),
  timeZone: v.string(),
  source: v.string(),
  maturity: v.picklist(["final", "filling"]),
  version: v.number(),
  caveats: v.array(v.string()),
  /** Invented for a demonstration; never for a client. */
  fixture: v.boolean(),
  recordedAt: v.string(),
});
export type FactView = v.InferOutput<typeof FactSchema>;

/** Where a fact comes from, down to the bytes. */
export const LineageSchema = v.object({
  fact: FactSchema,
  /** Whose figure it is; null: the Business Unit has no actor any more. */
  unit: v.nullable(v.object({ slug: v.string(), name: v.string() })),
  definition: v.object({
    metric: v.string(),
    label: v.string(),
    definition: v.string(),
    formula: v.nullable(v.string()),
    /** Days after which the source calls a value final; null for a metric the catalogue does not know any more. */
    maturityDays: v.nullable(v.number()),
  }),
  /** The fact's caveats in words; an id that nobody knows any more is its own text. */
  notes: v.array(v.object({ id: v.string(), text: v.string() })),
  asset: v.object({ source: v.string(), externalId: v.string() }),
  transform: v.string(),
  versions: v.array(
    v.object({
      version: v.number(),
      state: FactStateSchema,
      value: v.nullable(v.number()),
      ingestionRunId: v.string(),
      recordedAt: v.string(),
      restates: v.boolean(),
    }),
  ),
  origins: v.array(
    v.object({
      snapshotKey: v.string(),
      sha256: v.string(),
      fetchedAt: v.string(),
      query: v.string(),
      request: v.object({ method: v.string(), path: v.string(), body: v.unknown() }),
      /**
       * The cells, each with its bytes [start, end) of the uncompressed snapshot, its text there, and a little of what
       * stands before and after it.
       */
      cells: v.array(
        v.object({
          pointer: v.string(),
          byteRange: v.tuple([v.number(), v.number()]),
          text: v.string(),
          before: v.string(),
          after: v.string(),
        }),
      ),
      /** Cells that are not named one by one. */
      more: v.number(),
      /** Why its cells cannot be shown; null: they are. */
      problem: v.nullable(v.string()),
    }),
  ),
});
export type LineageView = v.InferOutput<typeof LineageSchema>;

/** A metric of the catalogue. */
export const MetricSchema = v.object({
  id: v.string(),
  label: v.string(),
  definition: v.string(),
  /** Short hash: another one, another meaning of the number. */
  definitionVersion: v.string(),
  formula: v.nullable(v.string()),
  unit: v.string(),
  /** What of it may be added up. */
  adds: v.picklist(["everywhere", "periods", "members", "never"]),
  better: v.picklist(["higher", "lower", "neither"]),
  source: v.string(),
  maturityDays: v.number(),
  /** As which facts it is stored; null: reports alone compute it. */
  stored: v.nullable(v.object({ day: v.array(v.string()), month: v.array(v.string()) })),
});
export type MetricView = v.InferOutput<typeof MetricSchema>;

/** Each side with its own currency: a source that changed it restates all its money. */
const Value = v.object({ state: FactStateSchema, value: v.nullable(v.number()), currency: v.nullable(v.string()) });

/** A value that was called final and changed nevertheless, and what had used it. */
export const RestatementSchema = v.object({
  factId: v.string(),
  version: v.number(),
  metric: v.string(),
  unit: v.string(),
  period: v.object({ start: v.string(), end: v.string() }),
  before: Value,
  after: Value,
  ingestionRunId: v.string(),
  recordedAt: v.string(),
  usedBy: v.array(v.object({ kind: v.picklist(["report_artifact", "access"]), id: v.string() })),
});
export type RestatementView = v.InferOutput<typeof RestatementSchema>;

export const ReaderKindSchema = v.picklist(["staff", "agent", "service"]);

/** A read of facts: metadata alone. */
export const AccessSchema = v.object({
  logId: v.string(),
  at: v.string(),
  readerKind: ReaderKindSchema,
  reader: v.string(),
  purpose: v.string(),
  businessUnitId: v.string(),
  what: v.string(),
  metric: v.nullable(v.string()),
  period: v.nullable(v.object({ start: v.string(), end: v.string() })),
  factCount: v.number(),
  outcome: v.string(),
});
export type AccessView = v.InferOutput<typeof AccessSchema>;

/** What an agent may read of a Business Unit, and for which purpose. */
export const GrantSchema = v.object({
  businessUnitId: v.string(),
  agent: v.string(),
  purpose: v.string(),
  grantedBy: v.string(),
  grantedAt: v.string(),
});
export type GrantView = v.InferOutput<typeof GrantSchema>;
