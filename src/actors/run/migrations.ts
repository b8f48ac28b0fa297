/** Tables of a run's own SQLite. Append only; `docs/storage.md` names every column. */
import * as v from "valibot";
import { linkText } from "../../core/run/chain.ts";
import { sha256Now } from "../../lib/digest.ts";
import type { MigrationStep, SqlStorageLike } from "../../lib/migrate.ts";
import { ownJson, parseRow } from "../../lib/rows.ts";
import { HOME_TABLE } from "../home.ts";
import { MOVING, PARTS } from "./parts.ts";

const OldEvent = v.object({ seq: v.number(), at: v.number(), event: v.string() });
const OldState = v.object({ state: v.string() });

/**
 * Gives the events that are there their hashes. `chained_from` says where hashes begin that were taken when the event
 * happened: those before it prove nothing about the time before this migration.
 */
function chainOldEvents(sql: SqlStorageLike): void {
  const rows = sql.exec("SELECT seq, at, event FROM run_events ORDER BY seq").toArray();
  let previous: string | null = null;
  for (const row of rows) {
    const { seq, at, event } = parseRow(OldEvent, row, "event");
    const content = ownJson<{ runId?: string }>(event, "event");
    previous = sha256Now(linkText(previous ?? content.runId ?? "", seq, at, content));
    sql.exec("UPDATE run_events SET hash = ? WHERE seq = ?", previous, seq);
  }
  sql.exec("UPDATE run_state SET chained_from = ?", rows.length + 1);
}

/** Moves what grows out of the one row of the state. */
function splitOldState(sql: SqlStorageLike): void {
  const row = sql.exec("SELECT state FROM run_state WHERE id = 1").toArray()[0];
  if (row === undefined) return;
  const head = new Map(Object.entries(ownJson<object>(parseRow(OldState, row, "run state").state, "run state")));
  for (const part of PARTS) {
    const list: unknown = head.get(part);
    const entries = Array.isArray(list) ? list : Object.entries(list ?? {});
    entries.forEach((value, n) => {
      sql.exec("INSERT INTO run_parts (part, n, value) VALUES (?, ?, ?)", part, n, JSON.stringify(value));
    });
    head.delete(part);
  }
  sql.exec("UPDATE run_state SET state = ? WHERE id = 1", JSON.stringify(Object.fromEntries(head)));
}

/** Moves what changes with every step out of the row of the state. */
function splitOffMoving(sql: SqlStorageLike): void {
  const row = sql.exec("SELECT state FROM run_state WHERE id = 1").toArray()[0];
  if (row === undefined) return;
  const head = Object.entries(ownJson<object>(parseRow(OldState, row, "run state").state, "run state"));
  const moves = ([field]: readonly [string, unknown]) => MOVING.some((one) => one === field);
  const [moving, rest] = [head.filter(moves), head.filter((entry) => !moves(entry))];
  sql.exec("INSERT INTO run_now (id, state) VALUES (1, ?)", JSON.stringify(Object.fromEntries(moving)));
  sql.exec("UPDATE run_state SET state = ? WHERE id = 1", JSON.stringify(Object.fromEntries(rest)));
}

export const RUN_MIGRATIONS: readonly MigrationStep[] = [
  `CREATE TABLE run_state (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, state TEXT NOT NULL);
   CREATE TABLE run_events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, event TEXT NOT NULL);
   CREATE TABLE outbox (
     key TEXT PRIMARY KEY,
     effect TEXT NOT NULL,
     lane TEXT NOT NULL,
     generation INTEGER NOT NULL,
     attempts INTEGER NOT NULL,
     due_at INTEGER NOT NULL,
     parked INTEGER NOT NULL DEFAULT 0,
     last_error TEXT,
     enqueued_at INTEGER NOT NULL
   );
   CREATE INDEX outbox_due ON outbox (parked, due_at);
   CREATE TABLE journal (
     key TEXT PRIMARY KEY,
     round INTEGER NOT NULL,
     kind TEXT NOT NULL CHECK (kind IN ('step', 'effect')),
     status TEXT NOT NULL CHECK (status IN ('intended', 'done')),
     result TEXT,
     epoch INTEGER NOT NULL,
     attempt INTEGER NOT NULL,
     at INTEGER NOT NULL
   );
   CREATE TABLE inbox (fingerprint TEXT PRIMARY KEY, at INTEGER NOT NULL)`,
  (sql) => {
    sql.exec(`
      ALTER TABLE run_events ADD COLUMN hash TEXT NOT NULL DEFAULT '';
      ALTER TABLE run_state ADD COLUMN schema INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE run_state ADD COLUMN chained_from INTEGER NOT NULL DEFAULT 1;
      CREATE TABLE run_parts (part TEXT NOT NULL, n INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (part, n)) WITHOUT ROWID;
      CREATE TABLE run_archive (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        object_key TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        version INTEGER NOT NULL,
        archived_at INTEGER NOT NULL,
        imported INTEGER NOT NULL
      )`);
    chainOldEvents(sql);
    splitOldState(sql);
    // Only the archive may take the log out of here, and only after it wrote down where the log is now.
    sql.exec(`
      CREATE TRIGGER run_events_stay BEFORE UPDATE ON run_events
      BEGIN SELECT RAISE(ABORT, 'The log is append-only.'); END;
      CREATE TRIGGER run_events_kept BEFORE DELETE ON run_events
      WHEN NOT EXISTS (SELECT 1 FROM run_archive)
      BEGIN SELECT RAISE(ABORT, 'The log is append-only.'); END`);
  },
  (sql) => {
    sql.exec("CREATE TABLE run_now (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL)");
    splitOffMoving(sql);
    sql.exec("ALTER TABLE run_state DROP COLUMN version");
  },
  HOME_TABLE,
  // What is recorded lies beside the log's entry that says so. It is no part of the chain, and what a blocked run gathered
  // is forgotten, so only the entry itself may not be changed.
  `ALTER TABLE run_events ADD COLUMN work TEXT CHECK (work IN ('step', 'effect'));
   ALTER TABLE run_events ADD COLUMN round INTEGER;
   ALTER TABLE run_events ADD COLUMN epoch INTEGER;
   ALTER TABLE run_events ADD COLUMN attempt INTEGER;
   ALTER TABLE run_events ADD COLUMN result TEXT;
   DROP TRIGGER run_events_stay;
   CREATE TRIGGER run_events_stay BEFORE UPDATE OF seq, at, type, event, hash ON run_events
   BEGIN SELECT RAISE(ABORT, 'The log is append-only.'); END`,
];
