/** Tables of a run's own SQLite. Append only; `docs/storage.md` names every column. */
export const RUN_MIGRATIONS: readonly string[] = [
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
];
