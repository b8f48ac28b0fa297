/** The race *steps*: the floor, a peer, the real runner with steps that may be repeated, and with one effect per step. */
import type { Answer, Grant } from "../../src/core/run/lease.ts";
import { execute, type RunnerDeps } from "../../src/runner/execute.ts";
import { Progress } from "../../src/runner/heartbeat.ts";
import { Journal } from "../../src/runner/journal.ts";
import { theWorld } from "../../test/support/run-world.ts";
import { floorSteps } from "./floor-steps.ts";
import { peerSteps } from "./peer-steps.ts";
import { liveWorld, makeReady, runnerOf } from "./run.ts";

export const STEPS = 20;
const RESULT = "x".repeat(1_000);

/** Attempts that were left at work when the clock stopped. */
const atWork: { readonly runId: string; readonly epoch: number }[] = [];

/** False while attempts wait at the end of their steps, so that ending the runs takes nothing from the clock. */
let mayEnd = true;
const LOOK_MS = 20;

const OVER = { code: "bench_over", detail: "The bench has seen enough." };

/**
 * `/steps/<verb>?first=<task gid>&runs=<count>`: `ready` before the clock starts, then one of the others, which answers
 * when every step of every run is durable, and `end` after the clock has stopped.
 */
export async function steps(url: URL, env: BenchEnv, ctx: ExecutionContext): Promise<Response> {
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
    case "/steps/peer-birth":
      await Promise.all(tasks.map((task) => env.PEER_STEPS.getByName(task).born()));
      break;
    case "/steps/peer":
      await peerSteps(env, tasks, STEPS, RESULT);
      break;
    case "/steps/repeatable":
      await repeatable(env, ctx);
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

/**
 * Every promised run through the real runner: twenty steps, the last of them one that may not be repeated, so that all
 * are durable when it returns. Then the skill has nothing to deliver, which ends the run after the clock has stopped.
 */
async function repeatable(env: BenchEnv, ctx: ExecutionContext): Promise<void> {
  const world = theWorld();
  const messages = world.executions.splice(0);
  const arrived = Promise.withResolvers<void>();
  let missing = messages.length;
  mayEnd = false;
  world.perform = async ({ step }) => {
    for (let n = 0; n < STEPS; n += 1)
      await step(`compute.step${n}`, `Step ${n}`, async () => RESULT, { repeatable: n < STEPS - 1 });
    missing -= 1;
    if (missing === 0) arrived.resolve();
    while (!mayEnd) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return { kind: "blocked", ...OVER };
  };
  const deps = runnerOf(world, env);
  const attempts = Promise.all(messages.map((message) => execute(message, deps)));
  ctx.waitUntil(attempts);
  await Promise.race([arrived.promise, attempts]);
  if (missing > 0) throw new Error(`${missing} of ${messages.length} runs did not get through their steps.`);
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
  mayEnd = true;
  await Promise.all(atWork.splice(0).map(({ runId, epoch }) => actor(runId).refuse(epoch, OVER)));
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
    progress: new Progress(deps.now),
    deadline: Date.now() + 60_000,
  });
}
