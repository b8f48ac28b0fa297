/**
 * State of all upstreams in one SQLite file. Write-ahead logging: what a call wrote is in the operating system's hands
 * when it returns, so killing this process loses nothing that was answered.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SimState } from "./upstream.ts";

/** The state of every upstream, by name. */
export interface StateFile {
  of(upstream: string): SimState;
  /** True when nothing of this upstream is stored yet, so that it may be seeded. */
  isNew(upstream: string): boolean;
  /** Remembers that the upstream has its demo world. */
  markSeeded(upstream: string): void;
  /** Forgets everything of every upstream. */
  clear(): void;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS state (upstream TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (upstream, key)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS seeded (upstream TEXT PRIMARY KEY) WITHOUT ROWID;
`;

/** Opens the state in a folder (made when missing); null keeps it in memory. */
export function openState(directory: string | null): StateFile {
  if (directory !== null) mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(directory === null ? ":memory:" : join(directory, "sandbox.sqlite"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;");
  database.exec(SCHEMA);
  const seeded = database.prepare("SELECT 1 FROM seeded WHERE upstream = ?");
  const mark = database.prepare("INSERT OR IGNORE INTO seeded (upstream) VALUES (?)");
  return {
    of: (upstream) => stateOf(database, upstream),
    isNew: (upstream) => seeded.get(upstream) === undefined,
    markSeeded: (upstream) => void mark.run(upstream),
    clear: () => database.exec("BEGIN; DELETE FROM state; DELETE FROM seeded; COMMIT;"),
    close: () => database.close(),
  };
}

function stateOf(database: DatabaseSync, upstream: string): SimState {
  const read = database.prepare("SELECT value FROM state WHERE upstream = ? AND key = ?");
  const write = database.prepare(
    "INSERT INTO state (upstream, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const remove = database.prepare("DELETE FROM state WHERE upstream = ? AND key = ?");
  const scan = database.prepare(
    "SELECT key, value FROM state WHERE upstream = ? AND substr(key, 1, length(?)) = ? ORDER BY key",
  );
  return {
    get: (key) => {
      const row = read.get(upstream, key);
      return row === undefined ? undefined : JSON.parse(String(row.value));
    },
    set: (key, value) => void write.run(upstream, key, JSON.stringify(value)),
    delete: (key) => void remove.run(upstream, key),
    list: (prefix) =>
      scan.all(upstream, prefix, prefix).map((row) => ({
        key: String(row.key),
        value: JSON.parse(String(row.value)),
      })),
    transaction: (work) => inTransaction(database, work),
  };
}

/** A transaction inside another joins it. */
function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work();
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
