/** What crosses HTTP about all clients at once. Times are ISO 8601 UTC, days `YYYY-MM-DD`. */
import * as v from "valibot";
import { FigureSchema, FreshnessSchema, MovementSchema, PeriodSchema, TargetedSchema } from "./wire-dashboard.ts";
import { FindingSchema } from "./wire-registry.ts";

/** All clients at a glance. */
export const OverviewSchema = v.object({
  preparedAt: v.string(),
  period: PeriodSchema,
  /** Sums over the Business Units that have the figure; money by currency. `without`: those that have none of it. */
  totals: v.array(
    v.object({
      metric: v.string(),
      label: v.string(),
      unit: v.string(),
      currency: v.nullable(v.string()),
      value: v.number(),
      of: v.number(),
      without: v.number(),
      /** The zones their days are counted in: with several the sum is of days that do not begin together. */
      timeZones: v.array(v.string()),
    }),
  ),
  units: v.array(
    v.object({
      businessUnitId: v.string(),
      slug: v.string(),
      name: v.string(),
      clientName: v.string(),
      status: v.picklist(["setup_needed", "dashboard_needed", "ready"]),
      openRuns: v.number(),
      waitingForPeople: v.number(),
      /** What the Business Unit lacks: how much of it blocks, and the first of it. */
      findings: v.object({ blocking: v.number(), warnings: v.number(), first: v.nullable(FindingSchema) }),
      /** True while a refresh is queued or at work. */
      refreshing: v.boolean(),
      /** Its sources, as the dashboard tells of them. */
      freshness: v.array(FreshnessSchema),
      /** Targets of the period. */
      targets: v.array(TargetedSchema),
      figures: v.array(
        v.object({
          metric: v.string(),
          label: v.string(),
          unit: v.string(),
          better: v.picklist(["higher", "lower", "neither"]),
          currency: v.nullable(v.string()),
          figure: FigureSchema,
          movement: MovementSchema,
          /** Final days, the newest last; null: not measured that day. Empty for metrics nobody watches by day. */
          sparkline: v.array(v.nullable(v.number())),
        }),
      ),
      anomalies: v.array(
        v.object({
          metric: v.string(),
          label: v.string(),
          unit: v.string(),
          day: v.string(),
          factId: v.string(),
          value: v.number(),
          /** Median of the same weekdays before. */
          usual: v.number(),
        }),
      ),
      fixture: v.boolean(),
    }),
  ),
});
export type OverviewView = v.InferOutput<typeof OverviewSchema>;
