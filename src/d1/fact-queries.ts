/** The statements that publish one part of a chunk, in the order in which they must run: all of them in one transaction. */
import { type CompiledQuery, type RawBuilder, type SqlBool, sql } from "kysely";
import type { FactDraft } from "../core/curation/types.ts";
import { definitionOf, METRICS } from "../core/evidence/catalogue.ts";
import type { Unit } from "../core/evidence/types.ts";
import { fenceHolds } from "./fenced.ts";
import type { JsonPart } from "./limits.ts";
import type { Index } from "./schema.ts";

/** A fact on its way into the store; its keys are read by name in the statements below. */
export interface FactRow extends Omit<FactDraft, "period" | "timeZone" | "origins" | "dimension"> {
  readonly factId: string;
  readonly dimension: string;
  readonly start: string;
  readonly end: string;
  readonly zone: string;
  readonly definition: string;
  /** `Origin`s. */
  readonly lineage: readonly unknown[];
}

export type FactPart = JsonPart<FactRow>;

/** What holds for all rows of a publication. */
export interface PublicationHead {
  readonly businessUnitId: string;
  readonly epoch: number;
  readonly ingestionRunId: string;
  readonly recordedAt: string;
  readonly source: string;
  readonly externalId: string;
  readonly transform: string;
}

/** The catalogue does not change while a program runs, and a definition is a digest: made once. */
const DEFINED: ReadonlyMap<string, { readonly unit: Unit; readonly definition: string }> = new Map(
  [...METRICS].map(([id, metric]) => [id, { unit: metric.unit, definition: definitionOf(metric) }]),
);

/** Unit and version of the definition of a metric. Error: RangeError for one the catalogue does not know: a bug. */
export function storedMetric(metric: string): { readonly unit: Unit; readonly definition: string } {
  const found = DEFINED.get(metric);
  if (found === undefined) throw new RangeError(`metric ${metric} is not in the catalogue`);
  return found;
}

/** What makes a new version: another value or other words about it. A new transform or maturity alone does not. */
const CHANGED = sql<SqlBool>`(
  (now.state, now.value, now.reason, now.unit, now.currency, now.time_zone, now.external_id, now.definition, now.caveats)
  IS NOT (excluded.state, excluded.value, excluded.reason, excluded.unit, excluded.currency, excluded.time_zone,
    excluded.external_id, excluded.definition, excluded.caveats))`;

/** The statements for a part. Restatements first: they need the values that are about to be replaced. */
export function partQueries(index: Index, head: PublicationHead, part: FactPart): readonly CompiledQuery[] {
  const ids = JSON.stringify(part.items.map(({ factId }) => factId));
  const metrics = JSON.stringify([...new Set(part.items.map(({ metric }) => metric))]);
  return [
    ...fixturesLeave(head, metrics),
    restatements(head, part.json),
    artifactMarks(head, ids),
    accessMarks(head, ids),
    current(head, part.json),
    versionsOf(ids, fenceHolds(head)),
  ].map((query) => query.compile(index));
}

/** The first real fact of a metric drives out all invented ones of it. */
function fixturesLeave(head: PublicationHead, metrics: string): readonly RawBuilder<unknown>[] {
  const invented = sql`fixture = 1 AND business_unit_id = ${head.businessUnitId}
    AND metric IN (SELECT value FROM json_each(${metrics})) AND ${fenceHolds(head)}`;
  return [
    sql`DELETE FROM client_fact_versions
      WHERE fact_id IN (SELECT fact_id FROM current_client_facts WHERE ${invented})`,
    sql`DELETE FROM current_client_facts WHERE ${invented}`,
  ];
}

/** A value that was called final and is another one now. */
function restatements(head: PublicationHead, rows: string): RawBuilder<unknown> {
  return sql`INSERT INTO fact_restatements
      (fact_id, version, business_unit_id, metric, period_start, period_end, before_state, before_value, after_state,
       after_value, ingestion_run_id, recorded_at)
    SELECT old.fact_id, old.version + 1, old.business_unit_id, old.metric, old.period_start, old.period_end, old.state,
      old.value, part.value ->> 'state', part.value ->> 'value', ${head.ingestionRunId}, ${head.recordedAt}
    FROM json_each(${rows}) AS part
    CROSS JOIN current_client_facts AS old ON old.fact_id = part.value ->> 'factId'
    WHERE old.maturity = 'final' AND (
      old.state IS NOT part.value ->> 'state' OR old.value IS NOT part.value ->> 'value'
      OR old.unit IS NOT part.value ->> 'unit' OR old.currency IS NOT part.value ->> 'currency')
      AND ${fenceHolds(head)}
    ON CONFLICT DO NOTHING`;
}

/** Restatements of this part, before the facts themselves are written. */
const FRESH = (ids: string) => sql`json_each(${ids}) AS part
    CROSS JOIN current_client_facts AS old ON old.fact_id = part.value
    CROSS JOIN fact_restatements AS fresh ON fresh.fact_id = old.fact_id AND fresh.version = old.version + 1`;

/** Reports of the unit that looked at the source for days the restated value is about. */
function artifactMarks(head: PublicationHead, ids: string): RawBuilder<unknown> {
  return sql`INSERT INTO restatement_marks (fact_id, version, used_by, used_id)
    SELECT fresh.fact_id, fresh.version, 'report_artifact', artifact.artifact_id
    FROM ${FRESH(ids)}
    CROSS JOIN report_artifacts AS artifact ON artifact.business_unit_id = fresh.business_unit_id
    CROSS JOIN report_channel_provenance AS channel
      ON channel.artifact_id = artifact.artifact_id AND channel.channel = ${head.source}
    WHERE ((channel.period_start <= fresh.period_end AND channel.period_end >= fresh.period_start)
      OR (artifact.period_start <= fresh.period_end AND artifact.period_end >= fresh.period_start))
      AND ${fenceHolds(head)}
    ON CONFLICT DO NOTHING`;
}

/**
 * Of each agent and purpose the newest read of the value that is replaced: one that asks every hour is told once.
 */
function accessMarks(head: PublicationHead, ids: string): RawBuilder<unknown> {
  return sql`INSERT INTO restatement_marks (fact_id, version, used_by, used_id)
    SELECT fact_id, version, 'access', log_id FROM (
      SELECT fresh.fact_id, fresh.version, seen.log_id, max(seen.at || ' ' || seen.log_id)
      FROM ${FRESH(ids)}
      CROSS JOIN agent_data_access_logs AS seen
        ON seen.business_unit_id = fresh.business_unit_id AND seen.at >= old.recorded_at
      WHERE seen.reader_kind = 'agent' AND seen.outcome = 'answered'
        AND (seen.metric IS NULL OR seen.metric = fresh.metric)
        AND (seen.period_start IS NULL OR seen.period_start <= fresh.period_end)
        AND (seen.period_end IS NULL OR seen.period_end >= fresh.period_start)
      GROUP BY fresh.fact_id, fresh.version, seen.reader, seen.purpose
    ) WHERE ${fenceHolds(head)}
    ON CONFLICT DO NOTHING`;
}

/** The newest version of each fact. A maturity that changed alone is noted on the row as it is. */
function current(head: PublicationHead, rows: string): RawBuilder<unknown> {
  return sql`INSERT INTO current_client_facts AS now
      (fact_id, business_unit_id, metric, grain, period_start, period_end, dimension, member, state, value, reason, unit,
       currency, time_zone, source, external_id, maturity, definition, transform, version, ingestion_run_id, lineage,
       caveats, recorded_at)
    SELECT part.value ->> 'factId', ${head.businessUnitId}, part.value ->> 'metric', part.value ->> 'grain',
      part.value ->> 'start', part.value ->> 'end', part.value ->> 'dimension', part.value ->> 'member',
      part.value ->> 'state', part.value ->> 'value', part.value ->> 'reason', part.value ->> 'unit',
      part.value ->> 'currency', part.value ->> 'zone', ${head.source}, ${head.externalId},
      part.value ->> 'maturity', part.value ->> 'definition', ${head.transform}, 1, ${head.ingestionRunId},
      part.value -> 'lineage', part.value -> 'caveats', ${head.recordedAt}
    FROM json_each(${rows}) AS part
    WHERE ${fenceHolds(head)}
    ON CONFLICT (fact_id) DO UPDATE SET
      version = now.version + ${CHANGED},
      transform = iif(${CHANGED}, excluded.transform, now.transform),
      ingestion_run_id = iif(${CHANGED}, excluded.ingestion_run_id, now.ingestion_run_id),
      lineage = iif(${CHANGED}, excluded.lineage, now.lineage),
      recorded_at = iif(${CHANGED}, excluded.recorded_at, now.recorded_at),
      state = excluded.state, value = excluded.value, reason = excluded.reason, unit = excluded.unit,
      currency = excluded.currency, time_zone = excluded.time_zone, source = excluded.source,
      external_id = excluded.external_id, definition = excluded.definition, caveats = excluded.caveats,
      maturity = excluded.maturity
    WHERE ${CHANGED} OR now.maturity IS NOT excluded.maturity`;
}

/** Versions of facts, as they are now, that are not there yet. */
export function versionsOf(ids: string, condition: RawBuilder<SqlBool>): RawBuilder<unknown> {
  return sql`INSERT INTO client_fact_versions
      (fact_id, version, state, value, reason, unit, currency, time_zone, external_id, maturity, definition, transform,
       ingestion_run_id, lineage, caveats, recorded_at)
    SELECT now.fact_id, now.version, now.state, now.value, now.reason, now.unit, now.currency, now.time_zone,
      now.external_id, now.maturity, now.definition, now.transform, now.ingestion_run_id, now.lineage, now.caveats,
      now.recorded_at
    FROM json_each(${ids}) AS part
    CROSS JOIN current_client_facts AS now ON now.fact_id = part.value
    WHERE ${condition}
    ON CONFLICT DO NOTHING`;
}
