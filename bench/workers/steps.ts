/** The race *steps*: the floor, the real runner with steps that may be repeated, and with one effect per step. */
import type { Answer, Grant } from "../../src/core/run/lease.ts";
import { execute, type RunnerDeps } from "../../src/runner/execute.ts";
import { Journal } from "../../src/runner/journal.ts";
import { theWorld } from "../../test/support/run-world.ts";
import { floorSteps } from "./floor-steps.ts";
import { liveWorld, makeReady, runnerOf } from "./run.ts";

export const STEPS = 20;
const RESULT = "x".repeat(1_000);

/** Attempts that were left at work when the clock stopped. */
const atWork: { readonly runId: string; readonly epoch: number }[] = [];

/** `/steps/<verb>?first=<task gid>&runs=<count>`: `ready` before the clock starts, then one of the others. */
export async function steps(url: URL, env: BenchEnv): Promise<Response> {
  const first = Number(url.searchParams.get("first"));
  const tasks = Array.from({ length: Number(url.searchParams.get("runs")) }, (_, n) => String(first + n));
  switch (url.pathname) {
    case "/steps/ready":
      await makeReady(liveWorld(), env, tasks);
      break;
    case "/steps/birth":
      await Promise.all(tasks.map((task) => env.FLOOR_STEPS.getByName(task).commit(RESULT)));
      break;
    case "/steps/floor":
      await floorSteps(env, tasks, STEPS, RESULT);
      break;
    case "/steps/repeatable":
      await repeatable(env);
      break;
    case "/steps/effects":
      await effects(env);
      break;
    case "/steps/end":
      await endAll(env);
      break;
  }
  return new Response("done");
}

/** Every promised run through the real runner: twenty steps, then the skill has nothing to deliver. */
async function repeatable(env: BenchEnv): Promise<void> {
  const world = theWorld();
  world.perform = async (ctx) => {
    for (let n = 0; n < STEPS; n += 1)
      await ctx.step(`compute.step${n}`, `Step ${n}`, async () => RESULT, { repeatable: true });
    return { kind: "blocked", code: "bench_over", detail: "The bench has seen enough." };
  };
  const deps = runnerOf(world, env);
  await Promise.all(world.executions.splice(0).map((message) => execute(message, deps)));
}

/** Every promised run: twenty effects, each found or performed under its journalled intent. */
async function effects(env: BenchEnv): Promise<void> {
  const world = theWorld();
  const deps = runnerOf(world, env);
  await Promise.all(
    world.executions.splice(0).map(async ({ runId, attempt }) => {
      const actor = deps.actor(runId);
      const grant = await actor.acquire(attempt);
      if (grant.ok) atWork.push({ runId, epoch: grant.value.epoch });
      const journal = journalOf(grant, runId, deps);
      for (let n = 0; n < STEPS; n += 1) {
        await journal.effect(
          `effect.${n}`,
          `Effect ${n}`,
          async () => null,
          async () => RESULT,
        );
      }
      await journal.settle();
    }),
  );
}

/** An attempt that is only left lapses after half a minute, and its run goes on in the middle of a later round. */
async function endAll(env: BenchEnv): Promise<void> {
  const { actor } = runnerOf(theWorld(), env);
  const over = { code: "bench_over", detail: "The bench has seen enough." };
  await Promise.all(atWork.splice(0).map(({ runId, epoch }) => actor(runId).refuse(epoch, over)));
}

function journalOf(grant: Answer<Grant>, runId: string, deps: RunnerDeps): Journal {
  if (!grant.ok) throw new Error("A promised run lends its lease.");
  const { epoch, journal } = grant.value;
  return new Journal({
    actor: deps.actor(runId),
    results: deps.results,
    runId,
    epoch,
    scope: () => "bench",
    entries: journal,
    now: deps.now,
    every: deps.every,
    deadline: Date.now() + 60_000,
  });
}
