/** Facts as they are asked for: each read is one range of an index, a page at a time. */
import { type RawBuilder, type SqlBool, sql } from "kysely";
import * as v from "valibot";
import type { DayRange } from "../core/business-unit/types.ts";
import { FactStateSchema, type FactView, type LineageView } from "../core/wire-data.ts";
import { parseRow } from "../lib/rows.ts";
import { FACT_COLUMNS, factView } from "./fact-row.ts";
import type { Index } from "./schema.ts";

/** Which facts of one Business Unit. */
export interface FactFilter {
  readonly businessUnitId: string;
  /** null: of all metrics, and then by period first, so that a grain is needed. */
  readonly metric: string | null;
  readonly grain: "day" | "month" | null;
  /** Facts whose own period lies within. */
  readonly period: DayRange | null;
  readonly dimension: string | null;
  readonly member: string | null;
  /** False: invented facts are left out, as for agents. */
  readonly fixtures: boolean;
  readonly limit: number;
}

/** One page; `after` is the last fact of the page before, as `findFact` gives it. */
export async function listFacts(
  index: Index,
  filter: FactFilter,
  after: FactView | null,
): Promise<{ readonly items: readonly FactView[]; readonly nextCursor: string | null }> {
  let query = index
    .selectFrom("current_client_facts")
    .select([...FACT_COLUMNS])
    .where("business_unit_id", "=", filter.businessUnitId);
  const equal = { metric: filter.metric, grain: filter.grain, dimension: filter.dimension, member: filter.member };
  for (const [column, value] of Object.entries(equal)) {
    if (value !== null) query = query.where(sql.ref(column), "=", value);
  }
  if (filter.period !== null) {
    query = query.where("period_start", ">=", filter.period.start).where("period_start", "<=", filter.period.end);
    query = query.where("period_end", "<=", filter.period.end);
  }
  if (!filter.fixtures) query = query.where("fixture", "=", 0);
  // The rest of the columns of the index that serves the question, in its order: no page is sorted.
  const order =
    filter.metric === null
      ? (["period_start", "metric", "dimension", "member"] as const)
      : (["grain", "dimension", "period_start", "member"] as const);
  if (after !== null) query = query.where(beyond(order, after));
  const rows = await order
    .reduce((q, column) => q.orderBy(column), query)
    .limit(filter.limit + 1)
    .execute();
  const items = rows.slice(0, filter.limit).map(factView);
  return { items, nextCursor: rows.length > filter.limit ? (items.at(-1)?.factId ?? null) : null };
}

type OrderColumn = "grain" | "period_start" | "metric" | "dimension" | "member";

function beyond(order: readonly OrderColumn[], after: FactView): RawBuilder<SqlBool> {
  const { grain, metric, dimension, member, period } = after;
  const last = { grain, metric, dimension, member, period_start: period.start };
  const columns = sql.join(order.map((column) => sql.ref(column)));
  return sql<SqlBool>`(${columns}) > (${sql.join(order.map((column) => last[column]))})`;
}

/** One fact; null when there is none. */
export async function findFact(index: Index, factId: string): Promise<FactView | null> {
  const row = await index
    .selectFrom("current_client_facts")
    .select([...FACT_COLUMNS])
    .where("fact_id", "=", factId)
    .executeTakeFirst();
  return row === undefined ? null : factView(row);
}

const OriginRow = v.object({ snapshotKey: v.string(), pointers: v.array(v.string()), more: v.number() });
const StoredRow = v.object({
  external_id: v.string(),
  transform: v.string(),
  lineage: v.pipe(v.string(), v.parseJson(), v.array(OriginRow)),
});
const VersionRow = v.object({
  version: v.number(),
  state: FactStateSchema,
  value: v.nullable(v.number()),
  ingestion_run_id: v.string(),
  recorded_at: v.string(),
  restated: v.nullable(v.number()),
});

export interface StoredLineage {
  readonly externalId: string;
  readonly transform: string;
  readonly origins: readonly v.InferOutput<typeof OriginRow>[];
  /** Newest first. */
  readonly versions: LineageView["versions"];
}

/** Versions that are shown of one fact. */
const MOST_VERSIONS = 100;

/** Where a fact and its versions come from; null when there is no such fact. */
export async function storedLineage(index: Index, factId: string): Promise<StoredLineage | null> {
  const [row, versions] = await Promise.all([
    index
      .selectFrom("current_client_facts")
      .select(["external_id", "transform", "lineage"])
      .where("fact_id", "=", factId)
      .executeTakeFirst(),
    index
      .selectFrom("client_fact_versions as version")
      .leftJoin("fact_restatements as restated", (join) =>
        join.onRef("restated.fact_id", "=", "version.fact_id").onRef("restated.version", "=", "version.version"),
      )
      .select([
        "version.version",
        "version.state",
        "version.value",
        "version.ingestion_run_id",
        "version.recorded_at",
        "restated.version as restated",
      ])
      .where("version.fact_id", "=", factId)
      .orderBy("version.version", "desc")
      .limit(MOST_VERSIONS)
      .execute(),
  ]);
  if (row === undefined) return null;
  const stored = parseRow(StoredRow, row, "fact");
  return {
    externalId: stored.external_id,
    transform: stored.transform,
    origins: stored.lineage,
    versions: versions.map((raw) => {
      const one = parseRow(VersionRow, raw, "version of a fact");
      return {
        version: one.version,
        state: one.state,
        value: one.value,
        ingestionRunId: one.ingestion_run_id,
        recordedAt: one.recorded_at,
        restates: one.restated !== null,
      };
    }),
  };
}

const SnapshotRow = v.object({
  snapshot_key: v.string(),
  sha256: v.string(),
  fetched_at: v.string(),
  query: v.string(),
});

export type RegisteredSnapshot = v.InferOutput<typeof SnapshotRow>;

/** Snapshots of the register by key. */
export async function findSnapshots(
  index: Index,
  keys: readonly string[],
): Promise<ReadonlyMap<string, RegisteredSnapshot>> {
  const rows = await index
    .selectFrom("raw_source_snapshots")
    .select(["snapshot_key", "sha256", "fetched_at", "query"])
    .where(sql<boolean>`snapshot_key IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`)
    .execute();
  return new Map(rows.map((raw) => [raw.snapshot_key, parseRow(SnapshotRow, raw, "snapshot")]));
}
