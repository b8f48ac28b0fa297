/** `evidence.json` from outside: checked in full before anything is computed from it. Unknown fields are ignored. */
import * as v from "valibot";
import type { Evidence } from "./types.ts";

const Day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/));
const Sha = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const Id = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_.:-]{1,130}$/));
const Texts = v.array(v.string());

const PeriodSchema = v.object({ start: Day, end: Day, label: v.string() });
const SourceSchema = v.picklist(["search_console", "ga4", "accuranker"]);
const PeriodKeySchema = v.picklist(["primary", "previous", "yearAgo"]);

const ConditionSchema = v.variant("op", [
  v.object({ at: v.string(), op: v.literal("eq"), value: v.union([v.string(), v.number(), v.null()]) }),
  v.object({ at: v.string(), op: v.literal("in"), values: Texts }),
  v.object({ at: v.string(), op: v.literal("contains_any"), values: Texts }),
  v.object({ at: v.string(), op: v.literal("contains_none"), values: Texts }),
  v.object({ at: v.string(), op: v.picklist(["gte", "lte", "lt", "gt"]), value: v.number() }),
  v.object({ at: v.string(), op: v.literal("in_group"), prefixes: Texts, group: v.pipe(v.number(), v.integer()) }),
]);

const SELECTION = {
  snapshots: Texts,
  rows: v.string(),
  where: v.array(ConditionSchema),
  capped: v.exactOptional(v.literal(true)),
};
const SelectionSchema = v.object(SELECTION);

const FormulaIdSchema = v.picklist([
  "delta_abs",
  "delta_pct",
  "delta_day_pct",
  "delta_rate_pct",
  "delta_pp",
  "ratio",
  "share",
  "one_minus_share",
  "difference",
  "sum",
  "per_day",
  "contribution",
  "midpoint_volume",
  "midpoint_rate",
  "z_counts",
  "z_rates",
  "wilson_low",
  "wilson_high",
]);

const AbsentStateSchema = v.picklist(["missing", "unavailable", "withheld", "not_defined"]);
const MovedSchema = v.picklist(["fell", "rose", "same", "entered", "left"]);

const DerivationSchema = v.variant("op", [
  v.object({ op: v.literal("pick"), snapshot: v.string(), pointer: v.string() }),
  v.object({ op: v.literal("sum"), field: v.string(), ...SELECTION }),
  v.object({ op: v.literal("count"), ...SELECTION }),
  v.object({ op: v.literal("count_distinct"), field: v.string(), ...SELECTION }),
  v.object({ op: v.literal("mean"), field: v.string(), ...SELECTION }),
  v.object({ op: v.literal("median"), field: v.string(), ...SELECTION }),
  v.object({ op: v.literal("lookup"), field: v.string(), ...SELECTION }),
  v.object({ op: v.literal("weighted_mean"), field: v.string(), weight: v.string(), ...SELECTION }),
  v.object({ op: v.literal("weekday_mean"), field: v.string(), day: v.string(), ...SELECTION }),
  v.object({ op: v.literal("dispersion"), field: v.string(), day: v.string(), last: v.number(), ...SELECTION }),
  v.object({
    op: v.literal("count_moved"),
    key: v.string(),
    field: v.string(),
    from: SelectionSchema,
    to: SelectionSchema,
    direction: MovedSchema,
  }),
  v.object({ op: v.literal("set_difference_count"), field: v.string(), of: SelectionSchema, minus: SelectionSchema }),
  v.object({
    op: v.literal("formula"),
    formula: FormulaIdSchema,
    inputs: v.array(Id),
    constants: v.exactOptional(v.array(v.number())),
  }),
  v.object({ op: v.literal("absent"), state: AbsentStateSchema, reason: v.string() }),
]);

const FactSchema = v.object({
  id: Id,
  metric: v.string(),
  label: v.string(),
  unit: v.picklist([
    "count",
    "decimal",
    "ratio",
    "percent",
    "position",
    "percent_change",
    "percentage_points",
    "currency",
    "z_score",
  ]),
  currency: v.nullable(v.string()),
  value: v.variant("state", [
    v.object({ state: v.picklist(["number", "zero", "partial", "capped"]), value: v.number() }),
    v.object({ state: AbsentStateSchema, value: v.null(), reason: v.string() }),
  ]),
  period: v.nullable(PeriodKeySchema),
  source: v.picklist(["search_console", "ga4", "accuranker", "google_ads", "meta", "hubspot", "harvest", "derived"]),
  derivation: DerivationSchema,
  caveats: Texts,
});

const EvidenceSchema = v.object({
  schemaVersion: v.literal(1),
  run: v.object({
    runId: v.string(),
    taskGid: v.string(),
    artifactId: v.string(),
    artifactVersion: v.number(),
    generatedAt: v.string(),
  }),
  skill: v.object({ id: v.string(), version: v.string(), promptSha256: Sha }),
  model: v.nullable(
    v.object({
      name: v.string(),
      calls: v.number(),
      rejected: v.array(v.object({ section: v.string(), reason: v.string() })),
    }),
  ),
  client: v.object({ businessUnitId: v.string(), name: v.string(), currency: v.string() }),
  periods: v.object({ primary: PeriodSchema, previous: PeriodSchema, yearAgo: PeriodSchema }),
  inputs: v.array(
    v.object({
      key: v.string(),
      sha256: Sha,
      bytes: v.number(),
      source: SourceSchema,
      fetchedAt: v.string(),
      request: v.object({ method: v.string(), path: v.string(), body: v.unknown() }),
      rowCount: v.number(),
    }),
  ),
  texts: v.array(
    v.object({
      id: Id,
      value: v.string(),
      snapshot: v.string(),
      pointer: v.string(),
      part: v.exactOptional(v.literal("path")),
    }),
  ),
  facts: v.array(FactSchema),
  findings: v.array(
    v.object({ id: v.string(), rule: v.string(), section: v.string(), factIds: v.array(Id), textIds: v.array(Id) }),
  ),
  narrative: v.array(
    v.object({ section: v.string(), by: v.picklist(["model", "rules"]), text: v.string(), factIds: v.array(Id) }),
  ),
  caveats: v.array(v.object({ id: v.string(), text: v.string() })),
  checks: v.array(v.object({ id: v.string(), passed: v.boolean(), detail: v.string(), factIds: v.array(Id) })),
  ledger: v.array(v.object({ id: v.string(), effect: v.string(), handling: v.string() })),
  rows: v.array(v.object({ source: v.string(), query: v.string(), rowCount: v.number(), capped: v.boolean() })),
  documents: v.array(v.object({ name: v.string(), sha256: Sha })),
});

/** The outcome of reading an evidence file: the evidence, or one line that says what is wrong with it. */
export type EvidenceReading =
  | { readonly ok: true; readonly evidence: Evidence }
  | { readonly ok: false; readonly problem: string };

/** Reads the text of an `evidence.json`. Never throws. */
export function readEvidence(text: string): EvidenceReading {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, problem: "it is not valid JSON" };
  }
  const parsed = v.safeParse(EvidenceSchema, json, { abortEarly: true });
  if (parsed.success) return { ok: true, evidence: parsed.output };
  const [issue] = parsed.issues;
  return { ok: false, problem: `${v.getDotPath(issue) ?? "the file"}: expected ${issue.expected ?? issue.type}` };
}
