/** The real run actor with the outside of the actor tests, in the clock of the wall. */
import { fakeAccuranker } from "../../src/ports/accuranker/fake.ts";
import { fakeGa4 } from "../../src/ports/ga4/fake.ts";
import { fakeModel } from "../../src/ports/model/fake.ts";
import { fakeSearchConsole } from "../../src/ports/search-console/fake.ts";
import { fakeSnapshots } from "../../src/ports/snapshots/fake.ts";
import type { RunnerDeps } from "../../src/runner/execute.ts";
import { runMessageOf, taskEvent } from "../../test/support/run-cases.ts";
import { artifactsOf, enterWorld, giveTask, type RunWorld, resultsOf, skillOf } from "../../test/support/run-world.ts";

/** A new world whose time passes. */
export function liveWorld(): RunWorld {
  return Object.defineProperty(enterWorld(), "now", { get: () => Date.now() });
}

/** What a runner gets in this world. */
export function runnerOf(world: RunWorld, env: BenchEnv): RunnerDeps {
  return {
    actor: (runId) => env.TEAM_AGENT_RUN.getByName(runId.slice("tar_".length)),
    skills: [skillOf(world)],
    ports: {
      searchConsole: fakeSearchConsole(),
      ga4: fakeGa4(),
      accuranker: fakeAccuranker(),
      model: fakeModel(),
      snapshots: fakeSnapshots(),
    },
    prices: { model: "gpt-5.5", unknown: { input: 10, output: 60 } },
    asana: () => world.asana,
    results: resultsOf(world),
    artifacts: artifactsOf(world),
    now: () => world.now,
    every: (ms, work) => {
      const timer = setInterval(work, ms);
      return () => clearInterval(timer);
    },
  };
}

const READY_WITHIN_MS = 20_000;

/** "October 2026": the last whole month, which a report can be about. */
function lastMonth(): string {
  const now = new Date();
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  return first.toLocaleString("en", { month: "long", year: "numeric", timeZone: "UTC" });
}

/** Tells the runs of the tasks about them and waits until each has promised its work. */
export async function makeReady(world: RunWorld, env: BenchEnv, tasks: readonly string[]): Promise<void> {
  for (const task of tasks) {
    giveTask(world, task, { name: `SEO report for Plunkett, ${lastMonth()}` });
    const createdAt = new Date().toISOString();
    await env.TEAM_AGENT_RUN.getByName(task).deliver(runMessageOf(task, [taskEvent(task, { createdAt })]));
  }
  const patience = Date.now() + READY_WITHIN_MS;
  while (world.executions.length < tasks.length) {
    if (Date.now() > patience) throw new Error(`${world.executions.length} of ${tasks.length} runs became ready.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
