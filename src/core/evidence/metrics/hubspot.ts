/** Metrics of HubSpot. Labels and definitions are printed in reports: plain words, no digits. */
import type { MetricRow } from "../metric.ts";

export const HUBSPOT: readonly MetricRow[] = [
  [
    "hubspot.contacts",
    "Contacts created",
    "count",
    "higher",
    "everywhere",
    "Contacts by the day they were created.",
    { stored: { day: ["whole"], month: ["whole", "channel"] } },
  ],
  [
    "hubspot.deals",
    "Deals created",
    "count",
    "higher",
    "everywhere",
    "Deals by the day they were created; by stage, as the stage was when the data was read.",
    { stored: { day: ["whole"], month: ["whole", "stage"] } },
  ],
  [
    "hubspot.deals_won",
    "Deals won",
    "count",
    "higher",
    "everywhere",
    "Deals that were won, by the day they were closed.",
    { stored: { day: ["whole"], month: ["whole"] } },
  ],
  [
    "hubspot.won_amount",
    "Amount won",
    "currency",
    "higher",
    "everywhere",
    "Amounts of the deals won, in the portal's own currency.",
    { stored: { day: ["whole"], month: ["whole"] } },
  ],
];
