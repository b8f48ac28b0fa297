/** `GET /health`: is the system able to work? Names what is missing, never a value. */
import { sql } from "kysely";
import { hasActiveWebhook } from "../d1/webhooks.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";

export async function health(_request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const missing = await deps.missingSettings();
  const checks = {
    database: await works(() => sql`SELECT 1 FROM team_agent_runs LIMIT 1`.execute(deps.index)),
    webhookSecret: await webhookCheck(deps),
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

/** Deliveries can be checked: with a configured secret, or with the own one of a webhook we made. */
async function webhookCheck(deps: HttpDeps): Promise<"ok" | "missing"> {
  if ((await deps.webhookSecrets()).length > 0) return "ok";
  return (await hasActiveWebhook(deps.index).catch(() => false)) ? "ok" : "missing";
}

async function works(check: () => Promise<unknown>): Promise<"ok" | "failing"> {
  try {
    await check();
    return "ok";
  } catch {
    return "failing";
  }
}
