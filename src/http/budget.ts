/** The budget of a run: staff set a limit, with a reason that goes into its log. */
import * as v from "valibot";
import { taskGidOf } from "../core/ids.ts";
import { BUDGET_KINDS } from "../core/run/budget.ts";
import { staffOf } from "./auth.ts";
import { jsonBody, ReasonSchema } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";

const BudgetBody = v.object({
  kind: v.picklist(BUDGET_KINDS),
  /** In the unit of the kind: tokens, millionths of a dollar, calls, milliseconds, pages. */
  limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  reason: ReasonSchema,
});

export async function setRunBudget(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const taskGid = taskGidOf(request.params.runId ?? "");
  if (taskGid === null) return problem(404, "no_such_run", "There is no such run.");
  const body = await jsonBody(request, BudgetBody);
  if (!body.ok) return body.response;
  const { kind, limit, reason } = body.value;
  const answer = await deps.run(taskGid).setBudget(staffOf(request), kind, limit, reason);
  if (answer.ok) return json({ status: "accepted" }, 202);
  if (answer.refusal.code === "no_such_run") return problem(404, "no_such_run", "There is no such run.");
  return problem(409, answer.refusal.code, answer.refusal.detail);
}
