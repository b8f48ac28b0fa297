/** What the panel shows of a report's `evidence.json`. The file holds more; `core/evidence/schema.ts` has all of it. */
import * as v from "valibot";
import { FactStateSchema } from "./wire-data.ts";

const PeriodSchema = v.object({ start: v.string(), end: v.string(), label: v.string() });

export const EvidenceFactSchema = v.object({
  id: v.string(),
  label: v.string(),
  unit: v.string(),
  currency: v.nullable(v.string()),
  value: v.object({
    state: FactStateSchema,
    value: v.nullable(v.number()),
    reason: v.optional(v.string(), ""),
  }),
  period: v.nullable(v.picklist(["primary", "previous", "yearAgo"])),
  source: v.string(),
  caveats: v.array(v.string()),
});
export type EvidenceFact = v.InferOutput<typeof EvidenceFactSchema>;

export const EvidenceFileSchema = v.object({
  model: v.nullable(v.object({ name: v.string(), calls: v.number() })),
  periods: v.object({ primary: PeriodSchema, previous: PeriodSchema, yearAgo: PeriodSchema }),
  inputs: v.array(v.object({ source: v.string(), fetchedAt: v.string(), rowCount: v.number(), bytes: v.number() })),
  facts: v.array(EvidenceFactSchema),
  narrative: v.array(v.object({ factIds: v.array(v.string()) })),
  caveats: v.array(v.object({ id: v.string(), text: v.string() })),
  checks: v.array(v.object({ id: v.string(), passed: v.boolean(), detail: v.string() })),
});
export type EvidenceFile = v.InferOutput<typeof EvidenceFileSchema>;
