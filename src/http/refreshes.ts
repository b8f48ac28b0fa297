/** Refreshes of a Business Unit: ask for one, stop it, look at them. */
import * as v from "valibot";
import { isDay } from "../core/facts/days.ts";
import { findIngestionRun, listIngestionRuns } from "../d1/ingestion-runs.ts";
import { staffOf } from "./auth.ts";
import { jsonBody } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { Reason } from "./edit-body.ts";
import { json, problem } from "./problem.ts";
import { cursorParam, PAGE_SIZE } from "./query.ts";
import { refused } from "./unit-view.ts";

const Day = v.pipe(v.string(), v.check(isDay, "Expected a day such as 2026-10-31."));
const RefreshBody = v.object({
  reason: Reason,
  range: v.optional(
    v.nullable(
      v.pipe(
        v.object({ start: Day, end: Day }),
        v.check(({ start, end }) => start <= end, "The range ends before it starts."),
      ),
    ),
    null,
  ),
});

/** Begins a refresh. One at a time: a second request is told which one is at work, and joins it by watching that. */
export async function refreshRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, RefreshBody);
  if (!body.ok) return body.response;
  const by = staffOf(request);
  const answer = await deps.unit(request.params.id ?? "").requestRefresh({ by, ...body.value });
  if (!answer.ok) return refused(answer.refusal, request.params.id);
  return json({ ingestionRunId: answer.value.ingestionRunId, refresh: answer.value }, 202);
}

export async function cancelRefreshRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, v.object({ reason: Reason }));
  if (!body.ok) return body.response;
  const answer = await deps.unit(request.params.id ?? "").cancelRefresh(staffOf(request), body.value.reason);
  return answer.ok ? json(answer.value, 202) : refused(answer.refusal);
}

export async function listRefreshesRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const after = cursorParam(new URL(request.url));
  if (!after.ok) return after.response;
  const page = { after: after.value, limit: PAGE_SIZE };
  return json(await listIngestionRuns(deps.index, request.params.id ?? "", page));
}

/** One refresh: the actor knows the newest as they are now, the index all. */
export async function getRefreshRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const { id = "", ingestionRunId = "" } = request.params;
  const found =
    (await deps.unit(id).ingestionRun(ingestionRunId)) ?? (await findIngestionRun(deps.index, id, ingestionRunId));
  return found === null ? problem(404, "no_such_refresh", "There is no such refresh.") : json(found);
}
