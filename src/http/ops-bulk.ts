/**
 * `POST /internal/ops/bulk`: one action on every run of a filter. A dry run says how many that is; the real one works
 * page by page, refuses when the number is no longer what was seen, and reports run by run.
 */
import * as v from "valibot";
import { taskGidOf } from "../core/ids.ts";
import type { RunSummary } from "../core/wire.ts";
import { type BulkPage, type BulkPreview, BulkRequestSchema, type RunFilterText } from "../core/wire-ops.ts";
import { fromCursor } from "../d1/cursor.ts";
import { countFiltered } from "../d1/ops.ts";
import { listRuns } from "../d1/runs.ts";
import { parseJson } from "../lib/json.ts";
import { staffOf } from "./auth.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";
import { type Ask, askOf } from "./run-actions.ts";

type Order = v.InferOutput<typeof BulkRequestSchema>;

/** Counted up to here; an action on more than this needs a narrower filter. */
const MOST = 5_000;
const FIRST_ITEMS = 10;
/** Each run is a call to its actor; a page has to end long before a browser gives up. */
const PAGE = 20;
/**
 * Runs come and go while a person reads: this share of what was seen is no reason to refuse. Of few, not one more than
 * somebody agreed to.
 */
const TOLERANCE = 0.1;

export async function bulk(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const read = parseJson(await request.text());
  const body = read.ok ? v.safeParse(BulkRequestSchema, read.value) : null;
  if (body === null || !body.success) {
    const issues = body?.issues.map((one) => ({ path: v.getDotPath(one) ?? "", message: one.message })) ?? [];
    return problem(400, "bad_body", "Send {action, filter, reason, dryRun}.", { issues });
  }
  const order = body.output;
  if (Object.keys(order.filter).length === 0)
    return problem(400, "no_filter", "A bulk action needs a filter; it never means every run there is.");
  if (order.dryRun) return json(await preview(deps, order.filter));
  return carryOut(order, askOf(order.action), staffOf(request), deps);
}

async function preview(deps: HttpDeps, filter: RunFilterText): Promise<BulkPreview> {
  const [counted, first] = await Promise.all([
    countFiltered(deps.index, filter, MOST),
    listRuns(deps.index, filter, { after: null, limit: FIRST_ITEMS }),
  ]);
  return { ...counted, states: [...counted.states], items: first.items };
}

async function carryOut(order: Order, ask: Ask, by: string, deps: HttpDeps): Promise<Response> {
  if (order.reason === "")
    return problem(400, "no_reason", "A bulk action needs a reason; it goes into the log of every run.");
  const refusal = order.cursor === null ? await countRefusal(order, deps) : null;
  if (refusal !== null) return refusal;
  const after = order.cursor === null ? null : fromCursor(order.cursor);
  if (order.cursor !== null && after === null) return problem(400, "bad_cursor", "The cursor is not one of ours.");
  const page = await listRuns(deps.index, order.filter, { after, limit: PAGE });
  const results = await Promise.all(page.items.map((run) => act(run, ask, by, order.reason, deps)));
  return json({ results, nextCursor: page.nextCursor } satisfies BulkPage);
}

/** Refuses when the filter holds other runs than the ones a person agreed to. */
async function countRefusal(order: Order, deps: HttpDeps): Promise<Response | null> {
  const { count, more } = await countFiltered(deps.index, order.filter, MOST);
  if (more) return problem(409, "too_many", `More than ${MOST} runs fit. Narrow the filter.`);
  if (order.expected === undefined)
    return problem(400, "no_count", "Send as `expected` the count that the dry run answered.");
  const difference = Math.abs(count - order.expected);
  if (difference <= order.expected * TOLERANCE) return null;
  return problem(409, "count_changed", `${count} runs fit now, not ${order.expected}. Look again before you go on.`);
}

async function act(run: RunSummary, ask: Ask, by: string, reason: string, deps: HttpDeps) {
  const said = { runId: run.runId, title: run.title };
  const taskGid = taskGidOf(run.runId);
  if (taskGid === null) return { ...said, done: false, detail: "The index names a run that cannot exist." };
  try {
    const answer = await ask(deps.run(taskGid), by, reason);
    return answer.ok ? { ...said, done: true, detail: "" } : { ...said, done: false, detail: answer.refusal.detail };
  } catch {
    // One actor that fails must not keep the others from being asked.
    return { ...said, done: false, detail: "The run did not answer. Ask again." };
  }
}
