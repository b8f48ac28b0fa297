/**
 * Where an attempt with a lease runs, when that is where its actor was, too. An attempt that shared a process with the
 * actor died with it: the next one may go on at once, without waiting for the lease (ADR 020).
 */
import * as v from "valibot";
import type { SqlStorageLike } from "../lib/migrate.ts";
import { processId } from "../lib/process-id.ts";
import { parseRow } from "../lib/rows.ts";

/** A table and no key of the storage's own: the first key makes a table, and that in the commit of every first lease. */
export const HOME_TABLE =
  "CREATE TABLE home (id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL, process TEXT NOT NULL)";

const HomeRow = v.object({ process: v.string() });

/** Notes that the attempt of that epoch runs in this process. To be called in the commit of the grant. */
export function noteHome(sql: SqlStorageLike, epoch: number, process: string): void {
  if (process === processId())
    sql.exec("INSERT OR REPLACE INTO home (id, epoch, process) VALUES (1, ?, ?)", epoch, process);
}

/** True when the attempt of that epoch ran in a process that is no more, as far as its actor can tell. */
export function homeIsGone(sql: SqlStorageLike, epoch: number): boolean {
  const row = sql.exec("SELECT process FROM home WHERE epoch = ?", epoch).toArray()[0];
  return row !== undefined && parseRow(HomeRow, row, "home").process !== processId();
}
