/** The register of raw snapshots of refreshes: what was asked, when, and how much came. The bytes are in R2. */
import { sql } from "kysely";
import type { DayRange, SourceName } from "../core/business-unit/types.ts";
import { type Fence, fenced, fenceHolds } from "./fenced.ts";
import { jsonParts } from "./limits.ts";
import { openIndex } from "./schema.ts";

/** A stored snapshot of a refresh. */
export interface SnapshotRecord {
  readonly key: string;
  readonly source: SourceName;
  readonly externalId: string;
  readonly query: string;
  readonly page: number;
  readonly range: DayRange;
  /** Of the uncompressed bytes. */
  readonly sha256: string;
  readonly bytes: number;
  /** As stored, compressed. */
  readonly storedBytes: number;
  readonly rowCount: number;
  readonly capped: boolean;
  /** ISO 8601. */
  readonly fetchedAt: string;
}

/**
 * Registers snapshots; to be done before facts that name them are published. Bytes that were fetched before keep the row
 * of the first time. False: the fence had moved on, the caller stops.
 */
export async function registerSnapshots(
  database: D1Database,
  refresh: Fence & { readonly ingestionRunId: string },
  snapshots: readonly SnapshotRecord[],
): Promise<boolean> {
  const index = openIndex(database);
  for (const { json } of jsonParts(snapshots)) {
    const insert = sql`INSERT INTO raw_source_snapshots
        (snapshot_key, business_unit_id, source, external_id, query, page, range_start, range_end, sha256, bytes,
         stored_bytes, row_count, capped, fetched_at, ingestion_run_id)
      SELECT part.value ->> 'key', ${refresh.businessUnitId}, part.value ->> 'source', part.value ->> 'externalId',
        part.value ->> 'query', part.value ->> 'page', part.value ->> '$.range.start', part.value ->> '$.range.end',
        part.value ->> 'sha256', part.value ->> 'bytes', part.value ->> 'storedBytes', part.value ->> 'rowCount',
        part.value ->> 'capped', part.value ->> 'fetchedAt', ${refresh.ingestionRunId}
      FROM json_each(${json}) AS part
      WHERE ${fenceHolds(refresh)}
      ON CONFLICT DO NOTHING`;
    if ((await fenced(database, index, refresh, [insert.compile(index)])) === null) return false;
  }
  return true;
}
