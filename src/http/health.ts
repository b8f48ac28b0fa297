/** `GET /health`: is the system able to work? Names what is missing, never a value. */
import { sql } from "kysely";
import type { HttpDeps, RouteRequest } from "./context.ts";

export async function health(_request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const missing = await deps.missingSettings();
  const checks = {
    database: await works(() => sql`SELECT 1 FROM team_agent_runs LIMIT 1`.execute(deps.index)),
    webhookSecret: (await deps.webhookSecrets()).length > 0 ? "ok" : "missing",
    internalToken: (await deps.internalTokens()).length > 0 ? "ok" : "missing",
    settings: missing.length === 0 ? "ok" : `missing: ${missing.join(", ")}`,
  };
  const healthy = Object.values(checks).every((check) => check === "ok");
  const body = { status: healthy ? "ok" : "degraded", version: deps.version, checks };
  return new Response(JSON.stringify(body), {
    status: healthy ? 200 : 503,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}

async function works(check: () => Promise<unknown>): Promise<"ok" | "failing"> {
  try {
    await check();
    return "ok";
  } catch {
    return "failing";
  }
}
