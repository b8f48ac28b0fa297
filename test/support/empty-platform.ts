/** Before each file of actor tests: nothing any file before it stored, and the tables of a new deployment. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";

/** Tables of the file before. One reset may leave a database that somebody was just asking; the next one does not. */
async function left(): Promise<number> {
  const tables = "SELECT count(*) AS n FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'";
  return (await env.PLATFORM_BUILD_DB.prepare(tables).first<number>("n")) ?? 0;
}

const MOST = 10;
await reset();
for (let n = 1; (await left()) > 0; n += 1) {
  if (n === MOST) throw new Error("The platform of the file before could not be emptied.");
  await reset();
}
await applyD1Migrations(env.PLATFORM_BUILD_DB, env.TEST_MIGRATIONS);
