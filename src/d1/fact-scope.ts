/** What a chunk answers for: facts of its periods that it no longer produces, and those it changed. */
import { type CompiledQuery, sql } from "kysely";
import * as v from "valibot";
import type { DayRange, SourceName } from "../core/business-unit/types.ts";
import type { FactDraft } from "../core/curation/types.ts";
import { METRICS } from "../core/evidence/catalogue.ts";
import { FactStateSchema } from "../core/wire-data.ts";
import { parseRow } from "../lib/rows.ts";
import { type FactRow, storedMetric } from "./fact-queries.ts";
import { D1_LIMITS, jsonParts } from "./limits.ts";
import type { Index } from "./schema.ts";

interface Scope {
  readonly businessUnitId: string;
  readonly source: SourceName;
  readonly range: DayRange;
}

/** How many facts of the chunk have their newest version from this refresh. */
export function changedQuery(index: Index, scope: Scope & { readonly ingestionRunId: string }): CompiledQuery {
  return index
    .selectFrom("current_client_facts")
    .select((all) => all.fn.countAll<number>().as("changed"))
    .where("business_unit_id", "=", scope.businessUnitId)
    .where("grain", "in", ["day", "month"])
    .where("period_start", ">=", scope.range.start)
    .where("period_start", "<=", scope.range.end)
    .where("source", "=", scope.source)
    .where("ingestion_run_id", "=", scope.ingestionRunId)
    .compile();
}

const Row = v.object({
  fact_id: v.string(),
  metric: v.string(),
  grain: v.picklist(["day", "month"]),
  period_start: v.string(),
  period_end: v.string(),
  dimension: v.string(),
  member: v.string(),
  state: FactStateSchema,
  reason: v.nullable(v.string()),
  currency: v.nullable(v.string()),
  time_zone: v.string(),
  maturity: v.picklist(["final", "filling"]),
  lineage: v.pipe(v.string(), v.parseJson(), v.array(v.unknown())),
  caveats: v.pipe(v.string(), v.parseJson(), v.array(v.string())),
});

const NO_LONGER = "The source no longer gives this value for the period.";

/** Parts of names one statement can carry, beside its other parameters: some ten thousand names each. */
const MOST_NAMES = D1_LIMITS.parameters - 20;

/**
 * Facts of the chunk's scope that it did not produce, as they shall be from now on. The scope is the source's metrics in
 * the days of the range and, where the chunk produced any fact of a month, in that month: a chunk of some days says nothing
 * about a month.
 */
export async function goneFacts(
  index: Index,
  scope: Scope,
  seen: readonly string[],
  maturity: ReadonlyMap<string, FactDraft["maturity"]>,
): Promise<readonly FactRow[]> {
  if (seen.length === 0) return [];
  const names = [...jsonParts(seen)];
  if (names.length > MOST_NAMES) throw new RangeError(`A chunk of ${seen.length} facts is more than D1 compares.`);
  const months = [...maturity.keys()].flatMap((key) => (key.startsWith("month ") ? [key.slice("month ".length)] : []));
  const metrics = [...METRICS.values()].flatMap(({ id, source }) => (source === scope.source ? [id] : []));
  const unseen = names.map(({ json }) => sql`fact_id NOT IN (SELECT value FROM json_each(${json}))`);
  const { rows } = await sql`SELECT fact_id, metric, grain, period_start, period_end, dimension, member, state, reason,
      currency, time_zone, maturity, lineage, caveats
    FROM current_client_facts
    WHERE business_unit_id = ${scope.businessUnitId} AND grain IN ('day', 'month')
      AND period_start BETWEEN ${scope.range.start} AND ${scope.range.end}
      AND (grain = 'day' OR period_start IN (SELECT value FROM json_each(${JSON.stringify(months)})))
      AND metric IN (SELECT value FROM json_each(${JSON.stringify(metrics)}))
      AND source = ${scope.source} AND fixture = 0 AND (state <> 'missing' OR maturity = 'filling')
      AND ${sql.join(unseen, sql` AND `)}
    ORDER BY grain, period_start, metric, dimension, member`.execute(index);
  return rows.flatMap((raw) => {
    const row = parseRow(Row, raw, "fact");
    const before = row.maturity;
    const after = maturity.get(`${row.grain} ${row.period_start}`) ?? before;
    // It is missing already, for a reason of its own.
    if (row.state === "missing" && before === after) return [];
    return [missing(row, after)];
  });
}

function missing(row: v.InferOutput<typeof Row>, maturity: FactRow["maturity"]): FactRow {
  const { unit, definition } = storedMetric(row.metric);
  const already = row.state === "missing";
  return {
    factId: row.fact_id,
    metric: row.metric,
    grain: row.grain,
    start: row.period_start,
    end: row.period_end,
    dimension: row.dimension,
    member: row.member,
    state: "missing",
    value: null,
    reason: already ? row.reason : NO_LONGER,
    unit,
    currency: row.currency,
    zone: row.time_zone,
    maturity,
    definition,
    lineage: already ? row.lineage : [],
    caveats: already ? row.caveats : [],
  };
}
