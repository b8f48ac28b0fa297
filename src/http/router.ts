/** The routes of the control plane. One line each; what they do is in the file of their group. */
import { Router } from "itty-router";
import { ARCHIVE_DAMAGED, failureRecord } from "../core/errors.ts";
import { log } from "../lib/log.ts";
import { lists, onArtifact, onFact, onRun, onUnit, onUnitAsked, requires } from "./access.ts";
import { actOnActor, getJournalResult, importRun, inspectActor, reproject } from "./actors.ts";
import { answerRun } from "./answer.ts";
import { appraiseArtifact, getArtifact, getArtifactFile, listArtifactsRoute } from "./artifacts.ts";
import { requireToken } from "./auth.ts";
import { setRunBudget } from "./budget.ts";
import { addClientRoute, changeClientRoute, getClientRoute, listClientsRoute, restoreClientRoute } from "./clients.ts";
import type { HttpDeps, RouteArgs, RouteRequest } from "./context.ts";
import { getDashboardRoute, listDashboardsRoute, overviewRoute } from "./dashboards.ts";
import { deadLetters, replayDeadLetter } from "./dead-letters.ts";
import {
  deleteGrantRoute,
  listAccessesRoute,
  listFactsRoute,
  listGrantsRoute,
  listMetricsRoute,
  listRestatementsRoute,
  putGrantRoute,
} from "./facts.ts";
import { seedFixturesRoute } from "./fixtures.ts";
import { health } from "./health.ts";
import { deleteHold, getHolds, postHold } from "./holds.ts";
import { getSnapshot } from "./internal.ts";
import { getLineageRoute } from "./lineage.ts";
import { getMe } from "./me.ts";
import { opsOverview } from "./ops.ts";
import { bulk } from "./ops-bulk.ts";
import { problem } from "./problem.ts";
import { cancelRefreshRoute, getRefreshRoute, listRefreshesRoute, refreshRoute } from "./refreshes.ts";
import { exportRun, getRun, getRunEvents, listRunsRoute, liveBoard, liveRun, restartRun, runAction } from "./runs.ts";
import { listViewsRoute, removeViewRoute, saveViewRoute } from "./saved-views.ts";
import { addUserRoute, changeUserRoute, listUsersRoute, removeUserRoute, restoreUserRoute } from "./staff.ts";
import {
  deleteRoleRoute,
  deleteSourceRoute,
  historyOf,
  putContextRoute,
  putRoleRoute,
  putScheduleRoute,
  putSettingRoute,
  putSourceRoute,
  restoreRoute,
  surfaceRoute,
  testSourceRoute,
} from "./unit-config.ts";
import { liveUnit } from "./unit-live.ts";
import { addUnitRoute, changeUnitRoute, getUnitRoute, listUnitsRoute, readinessRoute } from "./units.ts";
import { getVersionChanges } from "./versions.ts";
import { checkWebhooksRoute, webhookHealth } from "./webhook-health.ts";
import { asanaWebhook } from "./webhooks.ts";

export const router = Router<RouteRequest, RouteArgs>()
  .get("/health", health)
  // Everything below needs the token, unknown paths included: a stranger learns nothing about what exists.
  .all("*", requireToken)
  .get("/me", getMe)
  .get("/me/saved-views", listViewsRoute)
  .post("/me/saved-views", saveViewRoute)
  .delete("/me/saved-views/:viewId", removeViewRoute)
  .get("/team-agent-runs", lists("runs.read"), listRunsRoute)
  .get("/team-agent-runs/live", lists("runs.read"), liveBoard)
  .get("/team-agent-runs/:runId", onRun("runs.read"), getRun)
  .get("/team-agent-runs/:runId/events", onRun("runs.read"), getRunEvents)
  .get("/team-agent-runs/:runId/export", onRun("runs.export"), exportRun)
  .get("/team-agent-runs/:runId/live", onRun("runs.read"), liveRun)
  .post("/team-agent-runs/:runId/cancel", onRun("runs.steer"), runAction("cancel"))
  .post("/team-agent-runs/:runId/kill", onRun("runs.kill"), runAction("kill"))
  .post("/team-agent-runs/:runId/pause", onRun("runs.steer"), runAction("pause"))
  .post("/team-agent-runs/:runId/resume", onRun("runs.steer"), runAction("resume"))
  .post("/team-agent-runs/:runId/retry", onRun("runs.steer"), runAction("retry"))
  .post("/team-agent-runs/:runId/restart", onRun("runs.steer"), restartRun)
  .post("/team-agent-runs/:runId/answer", onRun("runs.steer"), answerRun)
  .post("/team-agent-runs/:runId/budget", onRun("runs.budget"), setRunBudget)
  .get("/report-artifacts", lists("artifacts.read"), listArtifactsRoute)
  .get("/report-artifacts/:artifactId", onArtifact("artifacts.read"), getArtifact)
  .patch("/report-artifacts/:artifactId", onArtifact("artifacts.lifecycle"), appraiseArtifact)
  .get("/report-artifacts/:artifactId/changes", onArtifact("artifacts.read"), getVersionChanges)
  .get("/report-artifacts/:artifactId/files/:fileId", onArtifact("artifacts.read"), getArtifactFile)
  .get("/client-data-plane/dashboards", lists("data.read"), listDashboardsRoute)
  .get("/client-data-plane/dashboards/:slug", lists("data.read"), getDashboardRoute)
  .get("/client-data-plane/overview", lists("data.read"), overviewRoute)
  .get("/client-data-plane/facts", onUnitAsked("data.read"), listFactsRoute)
  .get("/client-data-plane/facts/:factId/lineage", onFact("data.read"), getLineageRoute)
  .post("/client-data-plane/fixtures/seed", requires("data.fixtures"), seedFixturesRoute)
  .get("/client-data-plane/metrics", lists("data.read"), listMetricsRoute)
  .get("/client-data-plane/restatements", onUnitAsked("data.read"), listRestatementsRoute)
  .get("/client-data-plane/access-logs", requires("data.log"), listAccessesRoute)
  .get("/admin-registry/clients", lists("units.read"), listClientsRoute)
  .post("/admin-registry/clients", requires("clients.write"), addClientRoute)
  .get("/admin-registry/clients/:clientId", lists("units.read"), getClientRoute)
  .patch("/admin-registry/clients/:clientId", requires("clients.write"), changeClientRoute)
  .get("/admin-registry/clients/:clientId/edit-history", requires("clients.write"), historyOf("client", "clientId"))
  .post("/admin-registry/clients/:clientId/edit-history/:editId/restore", requires("clients.write"), restoreClientRoute)
  .get("/admin-registry/business-units", lists("units.read"), listUnitsRoute)
  .post("/admin-registry/business-units", requires("units.create"), addUnitRoute)
  .get("/admin-registry/business-units/:id", onUnit("units.read"), getUnitRoute)
  .patch("/admin-registry/business-units/:id", onUnit("units.write"), changeUnitRoute)
  .put("/admin-registry/business-units/:id/sources/:kind", onUnit("units.write"), putSourceRoute)
  .delete("/admin-registry/business-units/:id/sources/:kind", onUnit("units.write"), deleteSourceRoute)
  .post("/admin-registry/business-units/:id/sources/:kind/test", onUnit("sources.test"), testSourceRoute)
  .put("/admin-registry/business-units/:id/context", onUnit("units.write"), putContextRoute)
  .put("/admin-registry/business-units/:id/users/:userId", onUnit("units.write"), putRoleRoute)
  .delete("/admin-registry/business-units/:id/users/:userId", onUnit("units.write"), deleteRoleRoute)
  .put("/admin-registry/business-units/:id/settings/:kind", onUnit("units.write"), putSettingRoute)
  .put("/admin-registry/business-units/:id/schedule", onUnit("units.write"), putScheduleRoute)
  .get("/admin-registry/business-units/:id/grants", onUnit("units.read"), listGrantsRoute)
  .put("/admin-registry/business-units/:id/grants/:agent", onUnit("units.write"), putGrantRoute)
  .delete("/admin-registry/business-units/:id/grants/:agent", onUnit("units.write"), deleteGrantRoute)
  .get("/admin-registry/business-units/:id/readiness", onUnit("units.read"), readinessRoute)
  .post("/admin-registry/business-units/:id/dashboard-surface", onUnit("units.write"), surfaceRoute)
  .post("/admin-registry/business-units/:id/refresh-data", onUnit("data.refresh"), refreshRoute)
  .post("/admin-registry/business-units/:id/refresh-data/cancel", onUnit("data.refresh"), cancelRefreshRoute)
  .get("/admin-registry/business-units/:id/ingestion-runs", onUnit("units.read"), listRefreshesRoute)
  .get("/admin-registry/business-units/:id/ingestion-runs/:ingestionRunId", onUnit("units.read"), getRefreshRoute)
  .get("/admin-registry/business-units/:id/edit-history", onUnit("units.read"), historyOf("business_unit", "id"))
  .post("/admin-registry/business-units/:id/edit-history/:editId/restore", onUnit("units.write"), restoreRoute)
  .get("/business-units/:id/live", onUnit("units.read"), liveUnit)
  .get("/admin-registry/users/:userId/edit-history", requires("users.write"), historyOf("user", "userId"))
  .post("/admin-registry/users/:userId/edit-history/:editId/restore", requires("users.write"), restoreUserRoute)
  .get("/admin-registry/users", lists("users.read"), listUsersRoute)
  .post("/admin-registry/users", requires("users.write"), addUserRoute)
  .patch("/admin-registry/users/:userId", requires("users.write"), changeUserRoute)
  .delete("/admin-registry/users/:userId", requires("users.write"), removeUserRoute)
  .all("/internal/*", requires("internal"))
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

/** Deliveries go past the table: looking a route up costs as much as checking a signature. They need no token. */
const DELIVERY = /^\/webhooks\/asana\/*$/;

/** Answers a request. A bug becomes a plain 500 with a reference, its text stays in the log. */
export async function handleRequest(request: Request, deps: HttpDeps): Promise<Response> {
  try {
    const address = new URL(request.url);
    if (request.method === "POST" && DELIVERY.test(address.pathname)) return await asanaWebhook(request, address, deps);
    const response: unknown = await router.fetch(request, deps);
    return response instanceof Response ? response : problem(404, "no_such_route", "There is nothing at this address.");
  } catch (thrown) {
    return broken(request, thrown);
  }
}

function broken(request: Request, thrown: unknown): Response {
  const instance = crypto.randomUUID();
  log.error("http.failed", {
    reference: instance,
    method: request.method,
    path: new URL(request.url).pathname,
    error: thrown instanceof Error ? `${thrown.name}: ${thrown.message}`.slice(0, 300) : "unknown",
  });
  const { code, message } = failureRecord(thrown);
  // Not ours to mend in code, and whoever can has to know which object it is.
  if (code === ARCHIVE_DAMAGED)
    return problem(500, code, `${message} Whoever runs Agency OS can put it back.`, { instance });
  return problem(500, "internal_error", "Something broke here; the log has more under this reference.", { instance });
}
