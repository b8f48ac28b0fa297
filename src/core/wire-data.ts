/** What crosses HTTP about the Client Data Plane: facts, lineage, dashboards. Times are ISO 8601 UTC, days `YYYY-MM-DD`. */
import * as v from "valibot";
import { FindingSchema } from "./wire-registry.ts";

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

const Value = v.object({ state: FactStateSchema, value: v.nullable(v.number()) });

/** A value that was called final and changed nevertheless, and what had used it. */
export const RestatementSchema = v.object({
  factId: v.string(),
  version: v.number(),
  metric: v.string(),
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

/** A figure of a dashboard; `factId` null only where there is none. */
export const FigureSchema = v.object({
  factId: v.nullable(v.string()),
  state: FactStateSchema,
  value: v.nullable(v.number()),
  reason: v.nullable(v.string()),
});
export type Figure = v.InferOutput<typeof FigureSchema>;

/** Against another period; `relative` null with the reason why none is stated. */
export const MovementSchema = v.object({
  against: v.picklist(["previous", "year_over_year"]),
  figure: FigureSchema,
  absolute: v.nullable(v.number()),
  relative: v.nullable(v.number()),
  /** For rates, in percentage points. */
  points: v.nullable(v.number()),
  note: v.nullable(v.string()),
});

export type MovementView = v.InferOutput<typeof MovementSchema>;

const Better = v.picklist(["higher", "lower", "neither"]);
const Rating = v.picklist(["on_track", "behind", "ahead", "unknown"]);

/** Inclusive days. */
export const PeriodSchema = v.object({ start: v.string(), end: v.string() });

/** What was wished for a month. `rating` says where it stands; where less is better, `ahead` is below the target. */
export const TargetSchema = v.object({
  value: v.number(),
  /** Share of the target reached, and where it should stand by now. */
  reached: v.nullable(v.number()),
  expected: v.nullable(v.number()),
  rating: Rating,
});
export type TargetView = v.InferOutput<typeof TargetSchema>;

/** A metric with its target of a month. */
export const TargetedSchema = v.object({
  metric: v.string(),
  label: v.string(),
  unit: v.string(),
  currency: v.nullable(v.string()),
  better: Better,
  figure: FigureSchema,
  target: TargetSchema,
});

/** How a source stands. */
export const FreshnessSchema = v.object({
  source: v.string(),
  externalId: v.nullable(v.string()),
  status: v.picklist(["fresh", "stale", "failed", "held_back", "never", "not_configured"]),
  coveredTo: v.nullable(v.string()),
  refreshedAt: v.nullable(v.string()),
  detail: v.string(),
});

export const TileSchema = v.object({
  metric: v.string(),
  label: v.string(),
  unit: v.string(),
  currency: v.nullable(v.string()),
  better: Better,
  source: v.string(),
  figure: FigureSchema,
  movements: v.array(MovementSchema),
  sparkline: v.array(v.object({ day: v.string(), value: v.nullable(v.number()) })),
  target: v.nullable(TargetSchema),
  maturity: v.picklist(["final", "filling"]),
  caveats: v.array(v.string()),
});
export type TileView = v.InferOutput<typeof TileSchema>;

/** A day of a line that another one is held against; null: that day was not measured. */
const Compared = v.nullable(v.object({ day: v.string(), factId: v.string(), value: v.number() }));

/** Daily values of one metric over the period. */
export const TrendSchema = v.object({
  metric: v.string(),
  label: v.string(),
  unit: v.string(),
  currency: v.nullable(v.string()),
  better: Better,
  source: v.string(),
  timeZone: v.string(),
  points: v.array(
    v.object({
      day: v.string(),
      factId: v.nullable(v.string()),
      state: FactStateSchema,
      value: v.nullable(v.number()),
      reason: v.nullable(v.string()),
      /** The source may still change the value. */
      filling: v.boolean(),
      /** 28 and 364 days before, so that weekdays match. */
      fourWeeksBefore: Compared,
      yearBefore: Compared,
    }),
  ),
  annotations: v.array(v.object({ n: v.number(), from: v.string(), to: v.string(), text: v.string() })),
});
export type TrendView = v.InferOutput<typeof TrendSchema>;

/** Parts of a whole, the biggest first. */
export const TableSchema = v.object({
  id: v.string(),
  label: v.string(),
  dimension: v.string(),
  source: v.string(),
  note: v.nullable(v.string()),
  columns: v.array(
    v.object({
      metric: v.string(),
      label: v.string(),
      unit: v.string(),
      /** Null too where its rows are in several. */
      currency: v.nullable(v.string()),
      better: Better,
    }),
  ),
  rows: v.array(
    v.object({ member: v.string(), cells: v.array(FigureSchema), movements: v.array(v.nullable(MovementSchema)) }),
  ),
});
export type TableView = v.InferOutput<typeof TableSchema>;

/** A prepared feed, from stored facts alone. */
export const DashboardSchema = v.object({
  slug: v.string(),
  businessUnitId: v.string(),
  name: v.string(),
  clientName: v.string(),
  preparedAt: v.string(),
  period: PeriodSchema,
  comparisons: v.object({ previous: PeriodSchema, yearOverYear: PeriodSchema }),
  /** The months that can be asked for, written `2026-10`: from the first with a figure to the running one. */
  months: v.object({ first: v.string(), last: v.string() }),
  scorecard: v.array(TileSchema),
  /** Every target of the month, with or without a tile. */
  targets: v.array(TargetedSchema),
  trends: v.array(TrendSchema),
  tables: v.array(TableSchema),
  pacing: v.array(
    v.object({
      label: v.string(),
      currency: v.string(),
      budget: v.number(),
      spent: FigureSchema,
      expected: v.nullable(v.number()),
      projection: v.nullable(v.number()),
      ratio: v.nullable(v.number()),
      rating: Rating,
    }),
  ),
  tasks: v.array(
    v.object({
      taskGid: v.string(),
      name: v.string(),
      section: v.nullable(v.string()),
      dueOn: v.nullable(v.string()),
      completedAt: v.nullable(v.string()),
      permalink: v.nullable(v.string()),
    }),
  ),
  freshness: v.array(FreshnessSchema),
  notes: v.array(v.object({ id: v.string(), text: v.string() })),
  /** True when any figure is invented for a demonstration. */
  fixture: v.boolean(),
});
export type DashboardView = v.InferOutput<typeof DashboardSchema>;

/** One row of the list of dashboards. */
export const DashboardListItemSchema = v.object({
  businessUnitId: v.string(),
  slug: v.string(),
  name: v.string(),
  clientName: v.string(),
  status: v.picklist(["setup_needed", "dashboard_needed", "ready"]),
  label: v.picklist(["Setup needed", "Dashboard needed", "Ready"]),
  /** What it lacks: the first finding, and how many there are. */
  finding: v.nullable(FindingSchema),
  findings: v.number(),
  /** Set when the dashboard can be opened. */
  surfaceId: v.nullable(v.string()),
  refreshedAt: v.nullable(v.string()),
});
export type DashboardListItem = v.InferOutput<typeof DashboardListItemSchema>;
