/** What a test does to a run and its surroundings. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { TeamAgentExecutionMessage } from "../../src/core/messages.ts";
import { fakeAccuranker } from "../../src/ports/accuranker/fake.ts";
import { fakeGa4 } from "../../src/ports/ga4/fake.ts";
import { fakeModel } from "../../src/ports/model/fake.ts";
import { fakeSearchConsole } from "../../src/ports/search-console/fake.ts";
import { fakeSnapshots } from "../../src/ports/snapshots/fake.ts";
import { execute, type LeasingActor, type RunnerDeps } from "../../src/runner/execute.ts";
import { MAYA, runMessageOf, taskEvent } from "../support/run-cases.ts";
import { artifactsOf, type RunWorld, resultsOf, skillOf } from "../support/run-world.ts";

let lastTask = 70_000;

/** A task gid nobody used before, and with it a fresh run. */
export function freshTask(): string {
  lastTask += 1;
  return String(lastTask);
}

export type RunStub = ReturnType<typeof runOf>;

/** The actor of a task. */
export function runOf(taskGid: string) {
  return env.TEAM_AGENT_RUN.getByName(taskGid);
}

/** When the actor will wake; null: never. */
export function alarmOf(stub: RunStub): Promise<number | null> {
  return runInDurableObject(stub, (_, state) => state.storage.getAlarm());
}

/** Runs the alarm while it is due by the world's clock. Answers how often it ran. */
export async function settle(world: RunWorld, stub: RunStub): Promise<number> {
  for (let runs = 0; runs < 50; runs += 1) {
    const at = await alarmOf(stub);
    if (at === null || at > world.now) return runs;
    await runDurableObjectAlarm(stub);
  }
  throw new Error("The actor does not come to rest.");
}

let lastEvent = 0;

/** Something happened on the task; the actor acts until it rests. */
export async function poke(world: RunWorld, taskGid: string): Promise<RunStub> {
  const stub = runOf(taskGid);
  lastEvent += 1;
  const createdAt = new Date(world.now + lastEvent).toISOString();
  await stub.deliver(runMessageOf(taskGid, [taskEvent(taskGid, { createdAt })]));
  await settle(world, stub);
  return stub;
}

/** Maya writes a comment, Asana reports it, and the actor acts until it rests. */
export async function say(world: RunWorld, taskGid: string, text: string): Promise<RunStub> {
  world.now += 60_000;
  world.asana.commentAs(MAYA, taskGid, text);
  return poke(world, taskGid);
}

/** What the runner gets; `actor` may wrap the stub, to break the line between the two. */
export function runnerDepsOf(
  world: RunWorld,
  actor: (runId: string) => LeasingActor = (runId) => runOf(runId.slice("tar_".length)),
): RunnerDeps {
  return {
    actor,
    skills: [skillOf(world)],
    ports: {
      searchConsole: fakeSearchConsole(),
      ga4: fakeGa4(),
      accuranker: fakeAccuranker(),
      model: fakeModel(),
      snapshots: fakeSnapshots(),
    },
    asana: () => world.asana,
    prices: { model: "gpt-5.5", unknown: { input: 10, output: 60 } },
    results: resultsOf(world),
    artifacts: artifactsOf(world),
    now: () => world.now,
    every: (ms, work) => {
      const timer = setInterval(work, ms);
      return () => clearInterval(timer);
    },
  };
}

/** The line between a runner and its actor; `around` sees every call and may break, delay or precede it. */
export function lineTo(
  stub: RunStub,
  around: <T>(name: keyof LeasingActor, call: () => Promise<T>) => Promise<T>,
): LeasingActor {
  return {
    acquire: (attempt) => around("acquire", async () => stub.acquire(attempt)),
    beginStep: (...args) => around("beginStep", async () => stub.beginStep(...args)),
    commitStep: (...args) => around("commitStep", async () => stub.commitStep(...args)),
    intendEffect: (...args) => around("intendEffect", async () => stub.intendEffect(...args)),
    commitEffect: (...args) => around("commitEffect", async () => stub.commitEffect(...args)),
    advance: (...args) => around("advance", async () => stub.advance(...args)),
    holds: (...args) => around("holds", async () => stub.holds(...args)),
    heartbeat: (...args) => around("heartbeat", async () => stub.heartbeat(...args)),
    finish: (...args) => around("finish", async () => stub.finish(...args)),
    decline: (...args) => around("decline", async () => stub.decline(...args)),
    refuse: (...args) => around("refuse", async () => stub.refuse(...args)),
    continueLater: (...args) => around("continueLater", async () => stub.continueLater(...args)),
    fail: (...args) => around("fail", async () => stub.fail(...args)),
    reserve: (...args) => around("reserve", async () => stub.reserve(...args)),
    settle: (...args) => around("settle", async () => stub.settle(...args)),
    exhausted: (...args) => around("exhausted", async () => stub.exhausted(...args)),
  };
}

/** Takes the next execution message off the queue. */
export function takeExecution(world: RunWorld): TeamAgentExecutionMessage {
  const message = world.executions.shift();
  if (message === undefined) throw new Error("The execution queue is empty.");
  return message;
}

/** Carries out the next execution message; then the actor acts until it rests. */
export async function work(world: RunWorld): Promise<void> {
  const message = takeExecution(world);
  await execute(message, runnerDepsOf(world));
  await settle(world, runOf(message.runId.slice("tar_".length)));
}

/** Throws the actor out of memory. It is spoken to first: one that is not in memory cannot be evicted. */
export async function evict(stub: RunStub): Promise<void> {
  await stub.view();
  await evictDurableObject(stub);
}

/** The board knows of nobody: actors of other test files may still be there, whose clients are not. */
export function emptyRosters(): Promise<void> {
  return runInDurableObject(env.RUN_BOARD.getByName("board"), (_, { storage }) => {
    for (const roster of ["roster", "unit_roster"]) storage.sql.exec(`DELETE FROM ${roster}`);
  });
}

/** Comments of Jessie on the task that carry the mark of a purpose. */
export async function ownComments(world: RunWorld, taskGid: string, key: string): Promise<readonly string[]> {
  const comments = (await world.asana.comments(taskGid)) ?? [];
  return comments.filter((one) => one.text.includes(`[jessie:${taskGid}:${key}]`)).map((one) => one.text);
}
