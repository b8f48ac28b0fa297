/** Staff answer in the panel what a run asks of them on its task. */
import { may, type Person } from "../core/access/matrix.ts";
import { taskGidOf } from "../core/ids.ts";
import type { Speaker } from "../core/run/commands.ts";
import { AnswerBodySchema } from "../core/wire.ts";
import { staffNameOf, unitOfRun } from "../d1/access.ts";
import { personOf } from "./access.ts";
import { jsonBody } from "./body.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { json, problem } from "./problem.ts";

const noSuchRun = (): Response => problem(404, "no_such_run", "There is no such run.");

export async function answerRun(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const runId = request.params.runId ?? "";
  const taskGid = taskGidOf(runId);
  if (taskGid === null) return noSuchRun();
  const speaker = await speakerOf(await personOf(request, deps), runId, deps);
  if (speaker === null)
    return problem(403, "nobody_speaks", "An answer is a person's word; a program speaks for nobody.");
  const body = await jsonBody(request, AnswerBodySchema);
  if (!body.ok) return body.response;
  const answer = await deps.run(taskGid).answer(body.value.text, body.value.to, speaker);
  if (answer.ok) return json({ status: "accepted" }, 202);
  if (answer.refusal.code === "no_such_run") return noSuchRun();
  return problem(409, answer.refusal.code, answer.refusal.detail);
}

/**
 * Whose word it is. Somebody with an Asana user is the same person here and there; somebody without one is known by
 * their place in the staff list, and may steer all the same: the guard has looked up that they may.
 */
async function speakerOf(person: Person, runId: string, deps: HttpDeps): Promise<Speaker | null> {
  if (person.kind === "service" || person.email === "") return null;
  const [known, unitId] = await Promise.all([staffNameOf(deps.index, person.email), unitOfRun(deps.index, runId)]);
  return {
    authorGid: known?.asanaUserGid ?? `staff:${known?.userId ?? person.email}`,
    authorName: (known?.name ?? person.email).slice(0, 120),
    lead: may(person, "runs.budget", unitId),
  };
}
