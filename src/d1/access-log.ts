/** Who read which facts, and for what: metadata of reads alone, no value is ever written here. */
import { sql } from "kysely";
import * as v from "valibot";
import { type AccessView, ReaderKindSchema } from "../core/wire-data.ts";
import { parseRow } from "../lib/rows.ts";
import { type Position, toCursor } from "./cursor.ts";
import { jsonParts } from "./limits.ts";
import type { Index } from "./schema.ts";

/** One read of facts, or one that was refused. */
export interface Access {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly readerKind: "staff" | "agent" | "service";
  /** An e-mail address or the name of an agent or program. */
  readonly reader: string;
  readonly purpose: string;
  readonly businessUnitId: string;
  /** What was read: `facts`, `lineage`, `dashboard`, `overview`. */
  readonly what: string;
  /** null: not about one metric. */
  readonly metric: string | null;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
  readonly factCount: number;
  /** `answered`, or the code of the refusal. */
  readonly outcome: string;
}

/** Notes a read. Awaited before the answer goes out: no read without its line. */
export function logAccess(index: Index, access: Access): Promise<void> {
  return logAccesses(index, [access]);
}

/** Notes what one answer read of several Business Units. */
export async function logAccesses(index: Index, accesses: readonly Access[]): Promise<void> {
  const lines = accesses.map((access) => ({
    ...access,
    logId: `access_${crypto.randomUUID()}`,
    reader: access.reader.slice(0, 120),
    purpose: access.purpose.slice(0, 120),
  }));
  for (const { json } of jsonParts(lines)) {
    await sql`INSERT INTO agent_data_access_logs
        (log_id, at, reader_kind, reader, purpose, business_unit_id, what, metric, period_start, period_end, fact_count,
         outcome)
      SELECT line.value ->> 'logId', line.value ->> 'at', line.value ->> 'readerKind', line.value ->> 'reader',
        line.value ->> 'purpose', line.value ->> 'businessUnitId', line.value ->> 'what', line.value ->> 'metric',
        line.value ->> 'periodStart', line.value ->> 'periodEnd', line.value ->> 'factCount', line.value ->> 'outcome'
      FROM json_each(${json}) AS line`.execute(index);
  }
}

/** Lines forgotten at a time: a delete holds up everybody else's writes. */
const FORGOTTEN_AT_ONCE = 5_000;

/**
 * Forgets reads from before a time, the oldest first; those that a restatement names as having used the old value stay.
 * @returns how many went; as many as went at once, and there may be more
 */
export async function forgetAccesses(index: Index, before: string, limit = FORGOTTEN_AT_ONCE): Promise<number> {
  const gone = await sql`DELETE FROM agent_data_access_logs WHERE log_id IN (
      SELECT line.log_id FROM agent_data_access_logs AS line WHERE line.at < ${before} AND NOT EXISTS (
        SELECT 1 FROM restatement_marks AS mark WHERE mark.used_by = 'access' AND mark.used_id = line.log_id)
      ORDER BY line.at, line.log_id LIMIT ${limit})`.execute(index);
  return Number(gone.numAffectedRows ?? 0);
}

const Row = v.object({
  log_id: v.string(),
  at: v.string(),
  reader_kind: ReaderKindSchema,
  reader: v.string(),
  purpose: v.string(),
  business_unit_id: v.string(),
  what: v.string(),
  metric: v.nullable(v.string()),
  period_start: v.nullable(v.string()),
  period_end: v.nullable(v.string()),
  fact_count: v.number(),
  outcome: v.string(),
});

/** One page of reads, newest first; of one Business Unit, or of all. */
export async function listAccesses(
  index: Index,
  businessUnitId: string | null,
  page: { readonly after: Position | null; readonly limit: number },
): Promise<{ readonly items: readonly AccessView[]; readonly nextCursor: string | null }> {
  let query = index.selectFrom("agent_data_access_logs").selectAll();
  if (businessUnitId !== null) query = query.where("business_unit_id", "=", businessUnitId);
  const { after } = page;
  if (after !== null) {
    query = query
      .where("at", "<=", after.at)
      .where((where) => where.or([where("at", "<", after.at), where("log_id", "<", after.id)]));
  }
  const rows = await query
    .orderBy("at", "desc")
    .orderBy("log_id", "desc")
    .limit(page.limit + 1)
    .execute();
  const items = rows.slice(0, page.limit).map((raw) => view(parseRow(Row, raw, "line of the access log")));
  const last = items.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  return { items, nextCursor: more ? toCursor({ at: last.at, id: last.logId }) : null };
}

function view(row: v.InferOutput<typeof Row>): AccessView {
  return {
    logId: row.log_id,
    at: row.at,
    readerKind: row.reader_kind,
    reader: row.reader,
    purpose: row.purpose,
    businessUnitId: row.business_unit_id,
    what: row.what,
    metric: row.metric,
    period:
      row.period_start === null || row.period_end === null ? null : { start: row.period_start, end: row.period_end },
    factCount: row.fact_count,
    outcome: row.outcome,
  };
}
