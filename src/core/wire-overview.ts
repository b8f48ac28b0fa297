/** What crosses HTTP about all clients at once. Times are ISO 8601 UTC, days `YYYY-MM-DD`. */
import * as v from "valibot";
import { FigureSchema, MovementSchema, PeriodSchema } from "./wire-data.ts";

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
      freshness: v.array(v.object({ source: v.string(), coveredTo: v.string(), refreshedAt: v.string() })),
      targets: v.array(
        v.object({ metric: v.string(), rating: v.picklist(["on_track", "behind", "ahead", "unknown"]) }),
      ),
      figures: v.array(
        v.object({
          metric: v.string(),
          label: v.string(),
          unit: v.string(),
          better: v.picklist(["higher", "lower", "neither"]),
          currency: v.nullable(v.string()),
          figure: FigureSchema,
          movement: MovementSchema,
        }),
      ),
      anomalies: v.array(
        v.object({
          metric: v.string(),
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
