/** What crosses HTTP about dashboards: prepared figures. Times are ISO 8601 UTC, days `YYYY-MM-DD`. */
import * as v from "valibot";
import { FactStateSchema } from "./wire-data.ts";
import { FindingSchema } from "./wire-registry.ts";

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
  /** A month that is not complete is compared by so many first days of both months; null: whole with whole. */
  days: v.nullable(v.number()),
  /** Of months that differ in length: how the amount a day moved, as a share. */
  perDay: v.nullable(v.number()),
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

/** What is measured, and how it is told. */
const Measured = {
  metric: v.string(),
  label: v.string(),
  unit: v.string(),
  currency: v.nullable(v.string()),
  better: Better,
  source: v.string(),
};

export const TileSchema = v.object({
  ...Measured,
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
  ...Measured,
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
