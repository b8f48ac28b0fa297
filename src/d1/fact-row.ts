/** Rows of current facts as the interface reads them. */
import * as v from "valibot";
import { ledgerTouching } from "../core/facts/ledger.ts";
import { FactStateSchema, type FactView } from "../core/wire-data.ts";
import { parseRow } from "../lib/rows.ts";

const Row = v.object({
  fact_id: v.string(),
  business_unit_id: v.string(),
  metric: v.string(),
  grain: v.picklist(["day", "month"]),
  period_start: v.string(),
  period_end: v.string(),
  dimension: v.string(),
  member: v.string(),
  state: FactStateSchema,
  value: v.nullable(v.number()),
  reason: v.nullable(v.string()),
  unit: v.string(),
  currency: v.nullable(v.string()),
  time_zone: v.string(),
  source: v.string(),
  maturity: v.picklist(["final", "filling"]),
  version: v.number(),
  caveats: v.pipe(v.string(), v.parseJson(), v.array(v.string())),
  fixture: v.number(),
  recorded_at: v.string(),
});

/** What `factView` reads of a row. */
export const FACT_COLUMNS = [
  "fact_id",
  "business_unit_id",
  "metric",
  "grain",
  "period_start",
  "period_end",
  "dimension",
  "member",
  "state",
  "value",
  "reason",
  "unit",
  "currency",
  "time_zone",
  "source",
  "maturity",
  "version",
  "caveats",
  "fixture",
  "recorded_at",
] as const;

/** A row as a fact. A measurement break that became known after the fact was stored holds for it all the same. */
export function factView(raw: unknown): FactView {
  const row = parseRow(Row, raw, "fact");
  const period = { start: row.period_start, end: row.period_end };
  const broken = ledgerTouching([period], { metric: row.metric }).map(({ id }) => id);
  return {
    factId: row.fact_id,
    businessUnitId: row.business_unit_id,
    metric: row.metric,
    grain: row.grain,
    period,
    dimension: row.dimension,
    member: row.member,
    state: row.state,
    value: row.value,
    reason: row.reason,
    unit: row.unit,
    currency: row.currency,
    timeZone: row.time_zone,
    source: row.source,
    maturity: row.maturity,
    version: row.version,
    caveats: [...new Set([...row.caveats, ...broken])].sort(),
    fixture: row.fixture === 1,
    recordedAt: row.recorded_at,
  };
}
