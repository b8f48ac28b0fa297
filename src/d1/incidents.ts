/** Kinds of failure and their occurrences. The claim on a row makes one error task of many runs that fail at once. */
import { sql } from "kysely";
import * as v from "valibot";
import { INCIDENT_RUNS, type Incident, type Seen } from "../core/run/incident.ts";
import { parseRow } from "../lib/rows.ts";
import type { Index } from "./schema.ts";

const SeenRow = v.object({ count: v.number(), first_at: v.nullable(v.string()), last_at: v.nullable(v.string()) });

/** Writes down that a run failed so. Told again it changes nothing. */
export async function noteOccurrence(index: Index, incident: Incident): Promise<void> {
  const { fingerprint, cause, skill, upstream, runId, seq } = incident;
  await index
    .insertInto("incidents")
    .values({
      fingerprint,
      code: cause.code,
      skill,
      upstream,
      settled_at: "",
      task_gid: null,
      task_url: null,
      told: 0,
      claim: null,
      claimed_until: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await index
    .insertInto("incident_occurrences")
    .values({ run_id: runId, seq, fingerprint, at: new Date(incident.at).toISOString() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What is known of the error task of a kind of failure. */
export interface KnownTask {
  /** null while none is known. */
  readonly task: { readonly gid: string; readonly url: string | null } | null;
  /** When the last one was completed; empty: none ever was. */
  readonly settledAt: string;
  /** How many failures since then the task tells of. */
  readonly told: number;
}

export async function errorTaskOf(index: Index, fingerprint: string): Promise<KnownTask> {
  const row = await index
    .selectFrom("incidents")
    .select(["task_gid", "task_url", "settled_at", "told"])
    .where("fingerprint", "=", fingerprint)
    .executeTakeFirst();
  const gid = row?.task_gid ?? null;
  const task = gid === null ? null : { gid, url: row?.task_url ?? null };
  return { task, settledAt: row?.settled_at ?? "", told: row?.told ?? 0 };
}

/** What happened since the last task was completed. */
export async function seenOf(index: Index, fingerprint: string): Promise<Seen> {
  const since = index
    .selectFrom("incident_occurrences as o")
    .innerJoin("incidents as i", "i.fingerprint", "o.fingerprint")
    .where("o.fingerprint", "=", fingerprint)
    .whereRef("o.at", ">", "i.settled_at");
  const total = await since
    .select([sql<number>`count(*)`.as("count"), sql`min(o.at)`.as("first_at"), sql`max(o.at)`.as("last_at")])
    .executeTakeFirst();
  const runs = await since
    .select(["o.run_id", "o.at"])
    .orderBy("o.at", "desc")
    .orderBy("o.run_id")
    .orderBy("o.seq")
    .limit(INCIDENT_RUNS)
    .execute();
  const { count, first_at: firstAt, last_at: lastAt } = parseRow(SeenRow, total, "incident");
  return {
    count,
    firstAt: firstAt ?? "",
    lastAt: lastAt ?? "",
    runs: runs.map(({ run_id: runId, at }) => ({ runId, at })),
  };
}

/** Takes or renews the right to find, make or write the task, until `until`. False: somebody else has it. */
export async function claimIncident(
  index: Index,
  fingerprint: string,
  by: { readonly claim: string; readonly now: string; readonly until: string },
): Promise<boolean> {
  const claimed = await index
    .updateTable("incidents")
    .set({ claim: by.claim, claimed_until: by.until })
    .where("fingerprint", "=", fingerprint)
    .where((row) => row.or([row("claim", "is", null), row("claim", "=", by.claim), row("claimed_until", "<=", by.now)]))
    .returning("fingerprint")
    .execute();
  return claimed.length > 0;
}

/** The right is given back, with nothing done. */
export async function releaseIncident(index: Index, fingerprint: string, claim: string): Promise<void> {
  await index
    .updateTable("incidents")
    .set({ claim: null, claimed_until: null })
    .where("fingerprint", "=", fingerprint)
    .where("claim", "=", claim)
    .execute();
}

/** The task is known and tells of `told` failures. False: the right was lost meanwhile, and nothing is changed. */
export async function keepErrorTask(
  index: Index,
  fingerprint: string,
  claim: string,
  kept: { readonly task: NonNullable<KnownTask["task"]>; readonly told: number },
): Promise<boolean> {
  const { task, told } = kept;
  const rows = await index
    .updateTable("incidents")
    .set({ task_gid: task.gid, task_url: task.url, told, claim: null, claimed_until: null })
    .where("fingerprint", "=", fingerprint)
    .where("claim", "=", claim)
    .returning("fingerprint")
    .execute();
  return rows.length > 0;
}

/** Whatever the task told may have been overwritten by an older text: it has to be written again. */
export async function untell(index: Index, fingerprint: string): Promise<void> {
  await index.updateTable("incidents").set({ told: 0 }).where("fingerprint", "=", fingerprint).execute();
}

/** The task was completed at `settledAt`, or is gone (null): the next one may be opened. */
export async function dropErrorTask(
  index: Index,
  fingerprint: string,
  taskGid: string,
  settledAt: string | null,
): Promise<void> {
  await index
    .updateTable("incidents")
    .set({ task_gid: null, task_url: null, told: 0, ...(settledAt === null ? {} : { settled_at: settledAt }) })
    .where("fingerprint", "=", fingerprint)
    .where("task_gid", "=", taskGid)
    .execute();
}
