/** Tables of the gateway's own SQLite. Append only; `docs/storage.md` names every column. */
import type { MigrationStep } from "../../lib/migrate.ts";

export const GATEWAY_MIGRATIONS: readonly MigrationStep[] = [
  `CREATE TABLE gateway (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     paused_until INTEGER NOT NULL,
     low_until INTEGER NOT NULL
   )`,
];
