/** Holds: staff stop the work of a client, a skill, an upstream, or all of it, and let it go on. */
import * as v from "valibot";
import { HELD_UPSTREAMS, HOLD_SCOPES, type Hold } from "../core/run/holds.ts";
import { addHold, listHolds, removeHold, tasksAtWork } from "../d1/holds.ts";
import { log } from "../lib/log.ts";
import { staffOf } from "./auth.ts";
import { jsonBody } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";

/** Runs that are told at once; any others look by themselves before they begin an attempt. */
const MAX_TOLD = 500;
/** Runs told at a time. */
const SIDE_BY_SIDE = 20;

const HoldBody = v.pipe(
  v.object({
    scope: v.picklist(HOLD_SCOPES),
    value: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200)), ""),
    reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(300)),
  }),
  v.forward(
    v.check(({ scope, value }) => (scope === "all") === (value === ""), "Name what is held, and nothing for “all”."),
    ["value"],
  ),
  v.forward(
    v.check(
      ({ scope, value }) => scope !== "upstream" || HELD_UPSTREAMS.includes(value),
      `Expected one of ${HELD_UPSTREAMS.join(", ")}.`,
    ),
    ["value"],
  ),
);

export async function getHolds(_request: RouteRequest, deps: HttpDeps): Promise<Response> {
  return json({ items: await listHolds(deps.index), nextCursor: null });
}

/** Sets a hold. Runs at work stop at their next boundary; `told` says how many of them know already. */
export async function postHold(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, HoldBody);
  if (!body.ok) return body.response;
  const createdAt = deps.now().toISOString();
  const hold: Hold = { holdId: `hold_${crypto.randomUUID()}`, ...body.value, by: staffOf(request), createdAt };
  await addHold(deps.index, hold);
  return json({ ...hold, told: await tellRuns(deps) }, 201);
}

/** The row goes with the hold, so the log is where it stands who released it and why. */
const ReleaseBody = v.object({ reason: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(300)), "") });

/** Takes a hold off. What it held goes on at once. */
export async function deleteHold(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const body = await jsonBody(request, ReleaseBody);
  if (!body.ok) return body.response;
  const hold = await removeHold(deps.index, request.params.holdId ?? "");
  if (hold === null) return problem(404, "no_such_hold", "There is no such hold.");
  log.info("hold.released", { holdId: hold.holdId, by: staffOf(request), reason: body.value.reason });
  return json({ ...hold, told: await tellRuns(deps) });
}

/** Asks the runs at work to look at the holds. One that does not hear it looks by itself within a minute or so. */
async function tellRuns(deps: HttpDeps): Promise<number> {
  const tasks = await tasksAtWork(deps.index, MAX_TOLD);
  let told = 0;
  for (let from = 0; from < tasks.length; from += SIDE_BY_SIDE) {
    const group = tasks.slice(from, from + SIDE_BY_SIDE).map((taskGid) => deps.run(taskGid).holdsChanged());
    const answers = await Promise.allSettled(group);
    told += answers.filter((answer) => answer.status === "fulfilled").length;
  }
  return told;
}
