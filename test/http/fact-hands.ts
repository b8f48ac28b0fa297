/** Facts as a curation gives them, and the store they end in. */
import { env } from "cloudflare:workers";
import type { FactDraft } from "../../src/core/curation/types.ts";
import type { Publication } from "../../src/d1/facts-write.ts";
import { openIndex } from "../../src/d1/schema.ts";

export const database = env.PLATFORM_BUILD_DB;
export const index = openIndex(database);
export const UNIT = "bu_plunkett";
export const OCTOBER = { start: "2026-10-01", end: "2026-10-31" };

export function draft(changes: Partial<FactDraft> = {}): FactDraft {
  const value = changes.value === undefined ? 12 : changes.value;
  return {
    metric: "gsc.clicks",
    grain: "day",
    period: { start: "2026-10-05", end: "2026-10-05" },
    dimension: "whole",
    member: "",
    state: value === null ? "missing" : value === 0 ? "zero" : "number",
    value,
    reason: null,
    unit: "count",
    currency: null,
    timeZone: "America/Los_Angeles",
    maturity: "final",
    origins: [
      {
        snapshotKey: `snapshots/${UNIT}/search_console/${"a".repeat(64)}.json.gz`,
        pointers: ["/body/rows/0/clicks"],
        more: 0,
      },
    ],
    caveats: [],
    ...changes,
  };
}

export const inMonth = (changes: Partial<FactDraft> = {}) => draft({ grain: "month", period: OCTOBER, ...changes });

export function publication(facts: readonly FactDraft[], changes: Partial<Publication> = {}): Publication {
  return {
    businessUnitId: UNIT,
    epoch: 1,
    ingestionRunId: "ing_1",
    recordedAt: "2026-11-10T06:00:00.000Z",
    source: "search_console",
    externalId: "sc-domain:plunkett.example",
    transform: "search_console@1",
    range: OCTOBER,
    chunk: { facts, checks: [], tasks: null, rows: facts.length },
    ...changes,
  };
}

export const LATER = { ingestionRunId: "ing_2", recordedAt: "2026-11-11T06:00:00.000Z" };

export async function fence(epoch: number, unit = UNIT): Promise<void> {
  await database
    .prepare(
      "INSERT INTO refresh_fences VALUES (?, ?) ON CONFLICT (business_unit_id) DO UPDATE SET epoch = excluded.epoch",
    )
    .bind(unit, epoch)
    .run();
}

/** Everything a publication writes, of one unit. */
export async function stored(unit = UNIT) {
  const all = async (query: string) => (await database.prepare(query).bind(unit).all()).results;
  const ids = "(SELECT fact_id FROM current_client_facts WHERE business_unit_id = ?)";
  return {
    facts: await all("SELECT * FROM current_client_facts WHERE business_unit_id = ? ORDER BY fact_id"),
    versions: await all(`SELECT * FROM client_fact_versions WHERE fact_id IN ${ids} ORDER BY fact_id, version`),
    restatements: await all("SELECT * FROM fact_restatements WHERE business_unit_id = ? ORDER BY fact_id, version"),
    marks: await all(`SELECT * FROM restatement_marks WHERE fact_id IN ${ids} ORDER BY used_by, used_id, fact_id`),
    tasks: await all("SELECT * FROM client_visible_tasks WHERE business_unit_id = ? ORDER BY task_gid"),
  };
}

/** A database whose batches after the first `n` never happen, as when the process dies. */
export function dyingAfter(
  n: number,
  meanwhile: () => Promise<void> = () => Promise.reject(new Error("killed")),
): D1Database {
  let left = n;
  const batch: D1Database["batch"] = async (statements) => {
    if (left === 0) await meanwhile();
    left -= 1;
    return database.batch(statements);
  };
  return Object.assign(Object.create(database), {
    batch,
    prepare: (query: string) => database.prepare(query),
  });
}

/** An empty store, and the lease of epoch 1. */
export async function emptyStore(): Promise<void> {
  await database.batch(
    [
      "current_client_facts",
      "client_fact_versions",
      "fact_restatements",
      "restatement_marks",
      "client_visible_tasks",
      "raw_source_snapshots",
      "agent_data_access_logs",
      "report_channel_provenance",
      "report_artifacts",
    ].map((table) => database.prepare(`DELETE FROM ${table}`)),
  );
  await fence(1);
}
