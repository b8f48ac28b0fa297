/** D1 of a local system, made ready before the Workers start: an actor's alarm may fire the moment they do. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { convertV4MiniflareOptions } from "miniflare";
import { unstable_splitSqlQuery as splitSql } from "wrangler";
import { CONFIGS } from "./build.ts";
import type { LogFile } from "./log-file.ts";
import { ROOT } from "./paths.ts";
import { FileLog, SHARED, startMiniflare, workerOptions } from "./workers.ts";

/** The little of D1's client that is used here. */
interface Statement {
  bind(...values: unknown[]): Statement;
}
interface Database {
  prepare(sql: string): Statement & { all<T>(): Promise<{ results: T[] }> };
  batch(statements: Statement[]): Promise<unknown>;
}

/** A row to write: its table, the columns that identify it, and its values. */
export interface SeedRow {
  readonly table: string;
  readonly key: readonly string[];
  readonly values: Readonly<Record<string, string | number | null>>;
  /** The Business Unit it belongs to: once that has an actor, the actor's rows stay as they are. */
  readonly unit?: string;
}

/** What was done to the database. */
export interface Prepared {
  readonly migrations: readonly string[];
}

/** Files of `migrations/` in their order. Rejects on a name that has no number: its place would be a guess. */
async function migrationFiles(): Promise<readonly string[]> {
  const names = (await readdir(path.join(ROOT, "migrations"))).filter((name) => name.endsWith(".sql")).sort();
  const odd = names.find((name) => !/^\d{4}_[a-z0-9_]+\.sql$/.test(name));
  if (odd !== undefined) throw new Error(`migrations/${odd} should be named like 0001_what_it_does.sql.`);
  return names;
}

/**
 * Applies what is missing, each file and its bookkeeping in one batch (one transaction). The bookkeeping is wrangler's
 * (`d1_migrations`), so that `wrangler d1 migrations list` tells the truth about a local database too.
 */
async function migrate(database: Database): Promise<readonly string[]> {
  await database.batch([
    database.prepare(
      `CREATE TABLE IF NOT EXISTS d1_migrations (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
      )`,
    ),
  ]);
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const missing = (await migrationFiles()).filter((name) => !applied.has(name));
  for (const name of missing) {
    const statements = splitSql(await readFile(path.join(ROOT, "migrations", name), "utf8"));
    await database
      .batch([
        ...statements.map((sql) => database.prepare(sql)),
        database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
      ])
      .catch((error: unknown) => {
        throw new Error(`Migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`);
      });
  }
  return missing;
}

/** Writes a row that is not there. What staff changed since is theirs, and is never set back by a start. */
function insert(database: Database, { table, key, values, unit }: SeedRow): Statement {
  const columns = Object.keys(values);
  const bound = [...Object.values(values), unit ?? ""];
  return database
    .prepare(
      `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${columns.map((_, n) => `?${n + 1}`).join(", ")}
       WHERE NOT EXISTS (SELECT 1 FROM business_units WHERE business_unit_id = ?${bound.length} AND version > 0)
       ON CONFLICT (${key.join(", ")}) DO NOTHING`,
    )
    .bind(...bound);
}

/** Applies migrations and writes the seed rows into the database kept in `persist`. The Workers must not be running. */
export async function prepareDatabase(persist: string, rows: readonly SeedRow[], log: LogFile): Promise<Prepared> {
  const { d1Databases, compatibilityDate } = workerOptions(CONFIGS.controlPlane);
  const name = "database-setup";
  const { miniflare } = await startMiniflare(
    convertV4MiniflareOptions({
      workers: [
        {
          name,
          compatibilityDate,
          modules: [{ type: "ESModule", path: "setup.js", contents: "export default {};" }],
          d1Databases,
        },
      ],
      ...SHARED,
      resourcePersistencePath: persist,
      log: new FileLog(log),
    }),
  );
  try {
    const database: Database = await miniflare.getD1Database("PLATFORM_BUILD_DB", name);
    const migrations = await migrate(database);
    if (rows.length > 0) await database.batch(rows.map((row) => insert(database, row)));
    return { migrations };
  } finally {
    await miniflare.dispose();
  }
}
