/** Writes of a refresh: nothing is written any more once somebody else holds the lease. */
import { type CompiledQuery, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Index } from "./schema.ts";

/** The lease under which a refresh writes. */
export interface Fence {
  readonly businessUnitId: string;
  readonly epoch: number;
}

/** The condition that the lease of that epoch is the newest one; every statement of a refresh has it. */
export function fenceHolds(fence: Fence): RawBuilder<SqlBool> {
  return sql<SqlBool>`EXISTS (
    SELECT 1 FROM refresh_fences WHERE business_unit_id = ${fence.businessUnitId} AND epoch = ${fence.epoch})`;
}

/**
 * Some statements as one transaction, each with `fenceHolds`; null when the fence had moved on, and then none of them
 * wrote anything: the fence is read in the same transaction.
 */
export async function fenced(
  database: D1Database,
  index: Index,
  fence: Fence,
  queries: readonly CompiledQuery[],
): Promise<readonly D1Result<Record<string, unknown>>[] | null> {
  const look = sql`SELECT 1 AS held WHERE ${fenceHolds(fence)}`.compile(index);
  const [held, ...answers] = await database.batch<Record<string, unknown>>(
    [look, ...queries].map(({ sql: text, parameters }) => database.prepare(text).bind(...parameters)),
  );
  return (held?.results.length ?? 0) > 0 ? answers : null;
}
