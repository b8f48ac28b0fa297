/** Schema of an actor's SQLite: an append-only list of steps, each applied once and remembered. */

/** The part of an actor's SQL storage that is needed here. */
export interface SqlStorageLike {
  exec(query: string, ...bindings: unknown[]): { toArray(): Record<string, unknown>[] };
}

/** SQL, or what SQL alone cannot do with the rows that are there. */
export type MigrationStep = string | ((sql: SqlStorageLike) => void);

/**
 * Applies the steps that are missing. `PRAGMA user_version` is refused to actors, so a table remembers.
 * A database that is ahead of the code throws: an older version must not write into a newer schema.
 */
export function migrate(sql: SqlStorageLike, steps: readonly MigrationStep[]): void {
  sql.exec("CREATE TABLE IF NOT EXISTS migration (n INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)");
  const row = sql.exec("SELECT coalesce(max(n), 0) AS n FROM migration").toArray()[0];
  const done = typeof row?.n === "number" ? row.n : 0;
  if (done > steps.length) throw new Error(`The stored schema is at step ${done}, this version knows ${steps.length}.`);
  steps.slice(done).forEach((step, index) => {
    if (typeof step === "string") sql.exec(step);
    else step(sql);
    sql.exec("INSERT INTO migration (n, applied_at) VALUES (?, ?)", done + index + 1, Date.now());
  });
}

/** True when the schema was ever applied; reading this writes nothing. */
export function isMigrated(sql: SqlStorageLike): boolean {
  return sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'migration'").toArray().length > 0;
}
