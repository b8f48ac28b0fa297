/** Who read which facts, and for what: metadata of reads alone, no value is ever written here. */
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
export async function logAccess(index: Index, access: Access): Promise<void> {
  await index
    .insertInto("agent_data_access_logs")
    .values({
      log_id: `access_${crypto.randomUUID()}`,
      at: access.at,
      reader_kind: access.readerKind,
      reader: access.reader.slice(0, 120),
      purpose: access.purpose.slice(0, 120),
      business_unit_id: access.businessUnitId,
      what: access.what,
      metric: access.metric,
      period_start: access.periodStart,
      period_end: access.periodEnd,
      fact_count: access.factCount,
      outcome: access.outcome,
    })
    .execute();
}
