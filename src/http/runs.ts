/** Team Agent Runs: list, one, its log, its live socket, and what staff tell it. */
import * as v from "valibot";
import { BOARD_UNITS_HEADER } from "../actors/address.ts";
import { taskGidOf } from "../core/ids.ts";
import { PHASES } from "../core/run/restart.ts";
import { RunStatusSchema } from "../core/wire.ts";
import { RunFilterSchema } from "../core/wire-ops.ts";
import { listRuns } from "../d1/runs.ts";
import { visibleUnits } from "./access.ts";
import { staffOf } from "./auth.ts";
import { jsonBody } from "./body.ts";
import type { HttpDeps, RouteRequest, RunDoor } from "./context.ts";
import { json, problem } from "./problem.ts";
import { cursorParam, numberParam, PAGE_SIZE, textParam } from "./query.ts";
import { closedSocket, requireUpgrade, socketRequest } from "./sockets.ts";

const MAX_EVENTS = 1_000;
/** Characters of ids of Business Units: a socket keeps them while the board sleeps, and may keep 2,048 bytes. */
const MOST_NAMES = 1_500;
const Reason = v.optional(v.pipe(v.string(), v.maxLength(300)), "");
const RestartBody = v.object({ from: v.picklist(PHASES), reason: Reason });
const ActionBody = v.object({ reason: Reason });

const FILTERS = ["status", "skill", "businessUnitId", "client", "requester", "code", "waiting", "parked", "q"] as const;

export async function listRunsRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const url = new URL(request.url);
  const after = cursorParam(url);
  if (!after.ok) return after.response;
  const given = FILTERS.map((name) => [name, textParam(url, name)] as const).filter(([, value]) => value !== null);
  const filter = v.safeParse(RunFilterSchema, Object.fromEntries(given));
  if (!filter.success) {
    const issues = filter.issues.map((issue) => {
      const path = v.getDotPath(issue) ?? "";
      return path === "status"
        ? { path, message: `Expected one of ${RunStatusSchema.options.join(", ")}.` }
        : { path, message: issue.message.slice(0, 300) };
    });
    return problem(400, "bad_query", "There are no runs by such a filter.", { issues });
  }
  const units = await visibleUnits(request, deps, "runs.read");
  return json(await listRuns(deps.index, filter.output, { after: after.value, limit: PAGE_SIZE, units }));
}

function doorOf(request: RouteRequest, deps: HttpDeps): RunDoor | null {
  const taskGid = taskGidOf(request.params.runId ?? "");
  return taskGid === null ? null : deps.run(taskGid);
}

const noSuchRun = (): Response => problem(404, "no_such_run", "There is no such run.");

export async function getRun(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const run = await doorOf(request, deps)?.view();
  return run === null || run === undefined ? noSuchRun() : json(run);
}

export async function getRunEvents(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const since = numberParam(new URL(request.url), "since", 0);
  if (!since.ok) return since.response;
  const events = await doorOf(request, deps)?.events(since.value, MAX_EVENTS + 1);
  if (events === null || events === undefined) return noSuchRun();
  const page = events.slice(0, MAX_EVENTS);
  const last = page.at(-1);
  return json({ items: page, nextCursor: events.length > MAX_EVENTS && last !== undefined ? String(last.seq) : null });
}

/** The whole run as one file; `npm run verify` checks it, `npm run import` shows it elsewhere. */
export async function exportRun(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const bundle = await doorOf(request, deps)?.exported();
  if (bundle === null || bundle === undefined) return noSuchRun();
  return new Response(await deps.redacted(bundle), {
    headers: {
      "content-type": "application/json",
      "content-disposition": `attachment; filename="${request.params.runId ?? "run"}.json"`,
      "cache-control": "no-store",
    },
  });
}

/** WebSocket of one run. A client that asks for a run that is not there is told so in a close code it can read. */
export async function liveRun(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const refusal = requireUpgrade(request);
  if (refusal !== null) return refusal;
  const door = doorOf(request, deps);
  if (door === null || (await door.view()) === null) return closedSocket(4404, "no such run");
  return door.fetch(socketRequest(request));
}

/** WebSocket of the board: everybody hears of the runs they may see. */
export async function liveBoard(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const refusal = requireUpgrade(request);
  if (refusal !== null) return refusal;
  const units = await visibleUnits(request, deps, "runs.read");
  if (units === "all") return deps.board().fetch(socketRequest(request));
  const names = units.join(",");
  if (names.length > MOST_NAMES) return closedSocket(4403, "too many Business Units: a role on the agency helps");
  return deps.board().fetch(socketRequest(request, { [BOARD_UNITS_HEADER]: names }));
}

/** A route that tells a run one thing, with a reason that goes into its log. */
export function runAction(
  action: "cancel" | "kill" | "pause" | "resume" | "retry",
): (request: RouteRequest, deps: HttpDeps) => Promise<Response> {
  return async (request, deps) => {
    const door = doorOf(request, deps);
    if (door === null) return noSuchRun();
    const body = await jsonBody(request, ActionBody);
    return body.ok ? accepted(await door[action](staffOf(request), body.value.reason)) : body.response;
  };
}

export async function restartRun(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const door = doorOf(request, deps);
  if (door === null) return noSuchRun();
  const body = await jsonBody(request, RestartBody);
  if (!body.ok) return body.response;
  return accepted(await door.restart(body.value.from, staffOf(request), body.value.reason));
}

function accepted(answer: Awaited<ReturnType<RunDoor["retry"]>>): Response {
  if (answer.ok) return json({ status: "accepted" }, 202);
  if (answer.refusal.code === "no_such_run") return noSuchRun();
  return problem(409, answer.refusal.code, answer.refusal.detail);
}
