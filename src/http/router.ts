/** The routes of the control plane. One line each; what they do is in the file of their group. */
import { Router } from "itty-router";
import { log } from "../lib/log.ts";
import { actOnActor, getJournalResult, importRun, inspectActor, reproject } from "./actors.ts";
import { getArtifact, getArtifactFile, listArtifactsRoute } from "./artifacts.ts";
import { requireOps, requireToken } from "./auth.ts";
import { setRunBudget } from "./budget.ts";
import type { HttpDeps, RouteArgs, RouteRequest } from "./context.ts";
import { deadLetters, replayDeadLetter } from "./dead-letters.ts";
import { health } from "./health.ts";
import { deleteHold, getHolds, postHold } from "./holds.ts";
import { getSnapshot } from "./internal.ts";
import { opsOverview } from "./ops.ts";
import { bulk } from "./ops-bulk.ts";
import { problem } from "./problem.ts";
import { exportRun, getRun, getRunEvents, listRunsRoute, liveBoard, liveRun, restartRun, runAction } from "./runs.ts";
import { checkWebhooksRoute, webhookHealth } from "./webhook-health.ts";
import { asanaWebhook } from "./webhooks.ts";

const router = Router<RouteRequest, RouteArgs>()
  .get("/health", health)
  .post("/webhooks/asana", asanaWebhook)
  // Everything below needs the token, unknown paths included: a stranger learns nothing about what exists.
  .all("*", requireToken)
  .get("/team-agent-runs", listRunsRoute)
  .get("/team-agent-runs/live", liveBoard)
  .get("/team-agent-runs/:runId", getRun)
  .get("/team-agent-runs/:runId/events", getRunEvents)
  .get("/team-agent-runs/:runId/export", exportRun)
  .get("/team-agent-runs/:runId/live", liveRun)
  .post("/team-agent-runs/:runId/cancel", runAction("cancel"))
  .post("/team-agent-runs/:runId/kill", runAction("kill"))
  .post("/team-agent-runs/:runId/pause", runAction("pause"))
  .post("/team-agent-runs/:runId/resume", runAction("resume"))
  .post("/team-agent-runs/:runId/retry", runAction("retry"))
  .post("/team-agent-runs/:runId/restart", restartRun)
  .post("/team-agent-runs/:runId/budget", setRunBudget)
  .get("/report-artifacts", listArtifactsRoute)
  .get("/report-artifacts/:artifactId", getArtifact)
  .get("/report-artifacts/:artifactId/files/:fileId", getArtifactFile)
  .all("/internal/*", requireOps)
  .get("/internal/ops", opsOverview)
  .post("/internal/ops/bulk", bulk)
  .get("/internal/actors/:kind/:name", inspectActor)
  .post("/internal/actors/:kind/:name/:action", actOnActor)
  .post("/internal/imports", importRun)
  .post("/internal/reproject", reproject)
  .get("/internal/journal/*", getJournalResult)
  .get("/internal/dead-letters", deadLetters)
  .post("/internal/dead-letters/:deadLetterId/replay", replayDeadLetter)
  .get("/internal/webhooks", webhookHealth)
  .post("/internal/webhooks/check", checkWebhooksRoute)
  .get("/internal/holds", getHolds)
  .post("/internal/holds", postHold)
  .delete("/internal/holds/:holdId", deleteHold)
  .get("/internal/snapshots/*", getSnapshot)
  .all("*", () => problem(404, "no_such_route", "There is nothing at this address."));

/** Answers a request. A bug becomes a plain 500 with a reference, its text stays in the log. */
export async function handleRequest(request: Request, deps: HttpDeps): Promise<Response> {
  try {
    const response: unknown = await router.fetch(request, deps);
    return response instanceof Response ? response : problem(404, "no_such_route", "There is nothing at this address.");
  } catch (thrown) {
    const reference = crypto.randomUUID();
    log.error("http.failed", {
      reference,
      method: request.method,
      path: new URL(request.url).pathname,
      error: thrown instanceof Error ? `${thrown.name}: ${thrown.message}`.slice(0, 300) : "unknown",
    });
    return problem(500, "internal_error", "Something broke here; the log has more under this reference.", {
      instance: reference,
    });
  }
}
