/** Invented facts for demonstrations: flagged, never over a real fact, gone as soon as a real one of their metric comes. */
import { sql } from "kysely";
import type { FactDraft } from "../core/curation/types.ts";
import { METRICS } from "../core/evidence/catalogue.ts";
import { factIdOf } from "../core/facts/fact-id.ts";
import { inOneBatch } from "./edits.ts";
import { storedMetric, versionsOf } from "./fact-queries.ts";
import { jsonParts } from "./limits.ts";
import { openIndex } from "./schema.ts";

/** Who made them up; stands where a real fact has its curation and its refresh. */
const MAKER = "demo@1";

/** Replaces the invented facts of a Business Unit; metrics it has real facts of get none. Answers how many there are. */
export async function writeFixtures(
  database: D1Database,
  businessUnitId: string,
  recordedAt: string,
  facts: readonly FactDraft[],
): Promise<number> {
  const index = openIndex(database);
  const invented = sql`SELECT fact_id FROM current_client_facts WHERE business_unit_id = ${businessUnitId} AND fixture = 1`;
  const leave = [
    sql`DELETE FROM client_fact_versions WHERE fact_id IN (${invented})`,
    sql`DELETE FROM current_client_facts WHERE business_unit_id = ${businessUnitId} AND fixture = 1`,
  ];
  await inOneBatch(
    database,
    leave.map((query) => query.compile(index)),
  );
  const real = await realMetrics(database, businessUnitId);
  const rows = facts.filter(({ metric }) => !real.has(metric)).map((draft) => rowOf(businessUnitId, draft));
  for (const { json, items } of jsonParts(rows)) {
    const ids = JSON.stringify(items.map(({ factId }) => factId));
    const writes = [insertFacts(businessUnitId, recordedAt, json), versionsOf(ids, sql`now.fixture = 1`)];
    await inOneBatch(
      database,
      writes.map((query) => query.compile(index)),
    );
  }
  return rows.length;
}

/** Metrics of which there is a real fact, asked one by one: each is a single look into an index. */
async function realMetrics(database: D1Database, businessUnitId: string): Promise<ReadonlySet<string>> {
  const index = openIndex(database);
  const all = JSON.stringify([...METRICS.keys()]);
  const { rows } = await sql<{ metric: string }>`SELECT known.value AS metric FROM json_each(${all}) AS known
    WHERE EXISTS (SELECT 1 FROM current_client_facts
      WHERE business_unit_id = ${businessUnitId} AND metric = known.value AND fixture = 0)`.execute(index);
  return new Set(rows.map(({ metric }) => metric));
}

function rowOf(businessUnitId: string, draft: FactDraft) {
  const { period, timeZone, origins: _none, ...rest } = draft;
  const { source } = METRICS.get(draft.metric) ?? { source: "" };
  const { definition } = storedMetric(draft.metric);
  return { ...rest, factId: factIdOf(businessUnitId, draft), ...period, zone: timeZone, source, definition };
}

const insertFacts = (businessUnitId: string, recordedAt: string, rows: string) =>
  sql`INSERT INTO current_client_facts
      (fact_id, business_unit_id, metric, grain, period_start, period_end, dimension, member, state, value, reason, unit,
       currency, time_zone, source, external_id, maturity, definition, transform, version, ingestion_run_id, lineage,
       caveats, fixture, recorded_at)
    SELECT part.value ->> 'factId', ${businessUnitId}, part.value ->> 'metric', part.value ->> 'grain',
      part.value ->> 'start', part.value ->> 'end', part.value ->> 'dimension', part.value ->> 'member',
      part.value ->> 'state', part.value ->> 'value', part.value ->> 'reason', part.value ->> 'unit',
      part.value ->> 'currency', part.value ->> 'zone', part.value ->> 'source', ${MAKER}, part.value ->> 'maturity',
      part.value ->> 'definition', ${MAKER}, 1, ${MAKER}, '[]', '[]', 1, ${recordedAt}
    FROM json_each(${rows}) AS part
    WHERE TRUE ON CONFLICT DO NOTHING`;
