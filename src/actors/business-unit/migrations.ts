/** Tables of a Business Unit's own SQLite. Append only; `docs/storage.md` names every column. */
import type { MigrationStep } from "../../lib/migrate.ts";
import { HOME_TABLE } from "../home.ts";

export const UNIT_MIGRATIONS: readonly MigrationStep[] = [
  `CREATE TABLE unit_state (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     version INTEGER NOT NULL,
     state TEXT NOT NULL,
     schema INTEGER NOT NULL
   );
   CREATE TABLE unit_events (
     seq INTEGER PRIMARY KEY,
     at INTEGER NOT NULL,
     type TEXT NOT NULL,
     event TEXT NOT NULL,
     hash TEXT NOT NULL
   );
   CREATE INDEX unit_events_by_type ON unit_events (type, seq);
   CREATE TRIGGER unit_events_stay BEFORE UPDATE ON unit_events
   BEGIN SELECT RAISE(ABORT, 'The log is append-only.'); END;
   CREATE TRIGGER unit_events_kept BEFORE DELETE ON unit_events
   BEGIN SELECT RAISE(ABORT, 'The log is append-only.'); END;
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
     ingestion_run_id TEXT NOT NULL,
     kind TEXT NOT NULL CHECK (kind IN ('step', 'effect')),
     status TEXT NOT NULL CHECK (status IN ('intended', 'done')),
     result TEXT,
     epoch INTEGER NOT NULL,
     attempt INTEGER NOT NULL,
     at INTEGER NOT NULL
   );
   CREATE TABLE refreshes (
     n INTEGER PRIMARY KEY,
     ingestion_run_id TEXT NOT NULL UNIQUE,
     record TEXT NOT NULL,
     shown INTEGER NOT NULL
   );
   CREATE INDEX refreshes_to_show ON refreshes (shown, n);
   CREATE TABLE edits_shown (id INTEGER PRIMARY KEY CHECK (id = 1), up_to INTEGER NOT NULL);
   INSERT INTO edits_shown (id, up_to) VALUES (1, 0)`,
  HOME_TABLE,
];
