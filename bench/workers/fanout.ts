/** The race *fan-out*: a run everybody watches, and the floor beside it. Who asks holds the clock. */
import type { Answer, Grant } from "../../src/core/run/lease.ts";
import { theWorld } from "../../test/support/run-world.ts";
import { liveWorld, makeReady } from "./run.ts";

/**
 * `/fanout/<subject>/ready?task=` before the clock starts, `/fanout/<subject>/live?task=` for each watcher,
 * `/fanout/<subject>/events?task=&count=&from=` for so many events one after the other.
 */
export async function fanout(request: Request, url: URL, env: BenchEnv): Promise<Response> {
  const [, , subject, verb] = url.pathname.split("/");
  const task = url.searchParams.get("task") ?? "";
  if (verb === "live") return live(request, subject === "floor", task, env);
  const count = Number(url.searchParams.get("count"));
  const from = Number(url.searchParams.get("from"));
  if (verb === "ready" && subject === "run") return Response.json(await lend(task, env));
  for (let n = from; n < from + count; n += 1) {
    if (subject === "floor") await env.FLOOR_FANOUT.getByName(task).event(`Finished: step ${n}`);
    else await env.TEAM_AGENT_RUN.getByName(task).commitStep(1, `step.${n}`, `step ${n}`, Date.now(), "null");
  }
  return new Response("done");
}

function live(request: Request, floor: boolean, task: string, env: BenchEnv): Promise<Response> {
  const actor = floor ? env.FLOOR_FANOUT.getByName(task) : env.TEAM_AGENT_RUN.getByName(task);
  return actor.fetch(new Request("http://actor/live?frames=batch", request));
}

/** A run whose lease is taken, so that steps can be committed one by one. */
async function lend(task: string, env: BenchEnv): Promise<Answer<Grant>> {
  await makeReady(liveWorld(), env, [task]);
  const [message] = theWorld().executions.splice(0);
  return env.TEAM_AGENT_RUN.getByName(task).acquire(message?.attempt ?? 0);
}
