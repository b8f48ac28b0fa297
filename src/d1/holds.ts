/** Holds: rows that say what may not be worked on for now. */
import * as v from "valibot";
import { HOLD_SCOPES, type Hold, type HoldTarget, holdOn } from "../core/run/holds.ts";
import { parseRow } from "../lib/rows.ts";
import { SharedWrites } from "../lib/shared-writes.ts";
import type { Index } from "./schema.ts";

const HoldRow = v.object({
  hold_id: v.string(),
  scope: v.picklist(HOLD_SCOPES),
  value: v.string(),
  reason: v.string(),
  created_by: v.string(),
  created_at: v.string(),
});

function toHold(raw: unknown): Hold {
  const row = parseRow(HoldRow, raw, "hold");
  const { hold_id: holdId, scope, value, reason, created_by: by, created_at: createdAt } = row;
  return { holdId, scope, value, reason, by, createdAt };
}

/** Every hold, newest first. There are few: people set and release them by hand. */
export async function listHolds(index: Index): Promise<readonly Hold[]> {
  const rows = await index.selectFrom("holds").selectAll().orderBy("created_at", "desc").orderBy("hold_id").execute();
  return rows.map(toHold);
}

export async function addHold(index: Index, hold: Hold): Promise<void> {
  const { holdId: hold_id, scope, value, reason, by: created_by, createdAt: created_at } = hold;
  await index.insertInto("holds").values({ hold_id, scope, value, reason, created_by, created_at }).execute();
}

/** Takes a hold off; null when there was none. */
export async function removeHold(index: Index, holdId: string): Promise<Hold | null> {
  const row = await index.deleteFrom("holds").where("hold_id", "=", holdId).returningAll().executeTakeFirst();
  return row === undefined ? null : toHold(row);
}

/** Somebody who waits for the holds as they are now. */
interface Asker {
  tell(holds: readonly Hold[]): void;
}

/** After this long who asked reads for itself: the reader may be gone. */
const READ_PATIENCE_MS = 2_000;
const askers = new WeakMap<Index, SharedWrites<Asker>>();

/**
 * The holds, in a read that began after this was called. Who asks while a read is under way shares the next one: a
 * crowd of attempts that begin together costs two reads, and none of them is told of an earlier time than its own.
 */
async function holdsNow(index: Index): Promise<readonly Hold[]> {
  const shared = askers.get(index) ?? sharedRead(index);
  let found: readonly Hold[] = [];
  // An actor with I/O under way stays, so nothing has to be kept alive.
  await shared.add([{ tell: (holds) => (found = holds) }], () => undefined);
  return found;
}

function sharedRead(index: Index): SharedWrites<Asker> {
  const read = async (waiting: readonly Asker[]): Promise<void> => {
    const holds = await listHolds(index);
    for (const asker of waiting) asker.tell(holds);
  };
  const most = Number.MAX_SAFE_INTEGER;
  const shared = new SharedWrites<Asker>({
    write: read,
    sizeOf: () => 0,
    maxItems: most,
    maxBytes: most,
    patienceMs: READ_PATIENCE_MS,
  });
  askers.set(index, shared);
  return shared;
}

/** The hold that catches this work; null when none does. */
export async function holdOnWork(index: Index, target: HoldTarget): Promise<Hold | null> {
  const holds = await holdsNow(index);
  if (holds.length === 0) return null;
  const unit = await index
    .selectFrom("business_units")
    .select("client_id")
    .where("business_unit_id", "=", target.businessUnitId)
    .executeTakeFirst();
  return holdOn(holds, target, unit?.client_id ?? null);
}

/** Statuses in which a run works or is about to. */
const WORKING = ["ready", "running", "revision_requested", "revision_running"];

/** Tasks whose runs work or are about to, so that they learn of a change of the holds at once. */
export async function tasksAtWork(index: Index, limit: number): Promise<readonly string[]> {
  const rows = await index
    .selectFrom("team_agent_runs")
    .select("task_gid")
    .where("status", "in", WORKING)
    .orderBy("created_at", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => row.task_gid);
}
