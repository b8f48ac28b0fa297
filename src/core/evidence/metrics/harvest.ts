/** Metrics of Harvest. Labels and definitions are printed in reports: plain words, no digits. */
import type { MetricRow } from "../metric.ts";

export const HARVEST: readonly MetricRow[] = [
  [
    "harvest.hours",
    "Hours worked",
    "decimal",
    "neither",
    "everywhere",
    "Hours that were tracked for the client.",
    { stored: { month: ["whole", "project"] } },
  ],
  [
    "harvest.billable_hours",
    "Billable hours",
    "decimal",
    "neither",
    "everywhere",
    "Tracked hours that are billable.",
    { stored: { month: ["whole", "project"] } },
  ],
];
