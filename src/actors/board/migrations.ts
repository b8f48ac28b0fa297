/** Tables of the run board's own SQLite. Append only; `docs/storage.md` names every column. */
import type { MigrationStep } from "../../lib/migrate.ts";

export const BOARD_MIGRATIONS: readonly MigrationStep[] = [
  `CREATE TABLE board_runs (
     run_id TEXT PRIMARY KEY,
     seq INTEGER NOT NULL UNIQUE,
     version INTEGER NOT NULL,
     over INTEGER NOT NULL,
     summary TEXT NOT NULL
   );
   CREATE INDEX board_over ON board_runs (over, seq)`,
  // Actors cannot be listed: this is how they are found again when the index is lost. Run ids are `tar_` and the gid.
  `CREATE TABLE roster (task_gid TEXT PRIMARY KEY) WITHOUT ROWID;
   INSERT INTO roster (task_gid) SELECT substr(run_id, 5) FROM board_runs`,
  // A Business Unit leaves no other trace before its first refresh.
  "CREATE TABLE unit_roster (business_unit_id TEXT PRIMARY KEY) WITHOUT ROWID",
];
