import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

await applyD1Migrations(env.PLATFORM_BUILD_DB, env.TEST_MIGRATIONS);
