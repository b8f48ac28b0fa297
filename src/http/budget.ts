/** The budget of a run: staff set a limit, with a reason that goes into its log. */
import * as v from "valibot";
import { taskGidOf } from "../core/ids.ts";
import { BUDGET_KINDS } from "../core/run/budget.ts";
import { parseJson } from "../lib/json.ts";
import { staffOf } from "./auth.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";

const BudgetBody = v.object({
  kind: v.picklist(BUDGET_KINDS),
  /** In the unit of the kind: tokens, millionths of a dollar, calls, milliseconds, pages. */
  limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(300)),
});

export async function setRunBudget(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const taskGid = taskGidOf(request.params.runId ?? "");
  if (taskGid === null) return problem(404, "no_such_run", "There is no such run.");
  const read = parseJson(await request.text());
  const body = read.ok ? v.safeParse(BudgetBody, read.value) : null;
  if (body === null || !body.success) {
    const issues = body?.issues.map((issue) => ({ path: v.getDotPath(issue) ?? "", message: issue.message })) ?? [];
    const sample = '{"kind": "upstreamCalls", "limit": 800, "reason": "a large site"}';
    return problem(400, "bad_body", `Send JSON such as ${sample}.`, { issues });
  }
  const { kind, limit, reason } = body.output;
  const answer = await deps.run(taskGid).setBudget(staffOf(request), kind, limit, reason);
  if (answer.ok) return json({ status: "accepted" }, 202);
  if (answer.refusal.code === "no_such_run") return problem(404, "no_such_run", "There is no such run.");
  return problem(409, answer.refusal.code, answer.refusal.detail);
}
