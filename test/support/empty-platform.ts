/** Before each file of actor tests: nothing any file before it stored, and the tables of a new deployment. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";

await reset();
await applyD1Migrations(env.PLATFORM_BUILD_DB, env.TEST_MIGRATIONS);
