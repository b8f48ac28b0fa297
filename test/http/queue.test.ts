import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { RetryableError } from "../../src/core/errors.ts";
import type { PlatformBuildRunMessage, TeamAgentRunMessage } from "../../src/core/messages.ts";
import { noteBuild } from "../../src/d1/builds.ts";
import { buryMessage, listDeadLetters } from "../../src/d1/dead-letters.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { consume, type QueueDeps, type QueuedMessage } from "../../src/queue.ts";
import { freshTask, poke, runnerDepsOf, runOf } from "../actors/hands.ts";
import { NOW, runMessageOf, taskEvent } from "../support/run-cases.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";

const index = openIndex(env.PLATFORM_BUILD_DB);
let world: RunWorld;
let delivered: TeamAgentRunMessage[];
let failure: Error | null;

beforeEach(() => {
  world = enterWorld();
  delivered = [];
  failure = null;
});

const deps: QueueDeps = {
  deliver: async (message) => {
    if (failure !== null) throw failure;
    delivered.push(message);
  },
  runner: () => runnerDepsOf(world),
  refresh: async (message) => void world.refreshes.push(message),
  noteBuild: (message) => noteBuild(index, { taskGid: message.taskGid, title: "Build it", at: message.receivedAt }),
  bury: async (letter) => {
    if (failure !== null) throw failure;
    await buryMessage(index, letter);
  },
  now: () => new Date(NOW),
};

let lastMessage = 0;

interface Tried extends QueuedMessage {
  readonly outcome: string[];
}

function queued(body: unknown, attempts = 1): Tried {
  const outcome: string[] = [];
  lastMessage += 1;
  return {
    id: `m${lastMessage}`,
    body,
    attempts,
    outcome,
    ack: () => void outcome.push("ack"),
    retry: (options) => void outcome.push(`retry ${options?.delaySeconds}`),
  };
}

const letterOf = async (id: string) =>
  (await listDeadLetters(index, null, 500)).items.find((one) => one.deadLetterId === id);

describe("a message that does not parse", () => {
  test.each<[string, unknown]>([
    ["no message at all", "hello"],
    ["null", null],
    ["an unknown type", { type: "other" }],
    ["a newer schema", { ...runMessageOf("1", [taskEvent("1")]), schemaVersion: 2 }],
    ["a bad gid", { ...runMessageOf("1", []), taskGid: "1/../2" }],
    [
      "an execution of no run",
      {
        type: "team-agent-execution",
        schemaVersion: 1,
        idempotencyKey: "k",
        correlationId: "c",
        runId: "x",
        attempt: 1,
        kind: "initial",
        enqueuedAt: "",
      },
    ],
    ["a body that is not JSON", 10n],
  ])("is buried with its reason and never tried again: %s", async (_what, body) => {
    const message = queued(body);
    await consume("team-agent", [message], deps);
    expect(message.outcome).toEqual(["ack"]);
    expect(await letterOf(message.id)).toMatchObject({
      queue: "team-agent",
      reason: expect.stringContaining("does not parse"),
    });
    expect(delivered).toEqual([]);
  });
});

describe("a message that fails", () => {
  test("is tried again, later each time, and holds up no other", async () => {
    failure = new RetryableError("down", "Down.");
    const first = queued(runMessageOf("1", [taskEvent("1")]));
    const third = queued(runMessageOf("1", [taskEvent("1")]), 3);
    const last = queued(runMessageOf("1", [taskEvent("1")]), 5);
    const build = queued({ ...runMessageOf("31", []), type: "platform-build-run" } satisfies PlatformBuildRunMessage);
    await consume("team-agent", [first, third, last, build], deps);
    expect([first, third, last, build].map((one) => one.outcome)).toEqual([
      ["retry 1"],
      ["retry 30"],
      ["retry 300"],
      ["ack"],
    ]);
  });

  test("for the last time is buried with what it failed of, and put no message back by itself", async () => {
    const failing = { ...deps, deliver: () => Promise.reject(new RetryableError("actor_down", "The actor is down.")) };
    const message = queued(runMessageOf("1", [taskEvent("1")]), 6);
    await consume("team-agent", [message], failing);
    expect(message.outcome).toEqual(["ack"]);
    expect(await letterOf(message.id)).toMatchObject({
      queue: "team-agent",
      reason: "ran out of retries: actor_down: The actor is down.",
    });
  });

  test("for the last time while the database is down goes to the queue's own dead letters", async () => {
    failure = new Error("Everything is down.");
    const message = queued(runMessageOf("1", [taskEvent("1")]), 6);
    await consume("team-agent", [message], deps);
    expect(message.outcome).toEqual(["retry undefined"]);
  });

  test("out of retries is buried once, under the queue it came from", async () => {
    const message = queued(runMessageOf("1", [taskEvent("1")]));
    await consume("team-agent-dlq", [message], deps);
    await consume("team-agent-dlq", [message], deps);
    expect(await letterOf(message.id)).toMatchObject({ queue: "team-agent", reason: "ran out of retries" });
  });

  test("to be buried while the database is down stays in the queue", async () => {
    failure = new Error("D1 is down.");
    const dead = queued("x");
    const broken = queued("x");
    await consume("team-agent-dlq", [dead], deps);
    await consume("team-agent", [broken], deps);
    expect([dead.outcome, broken.outcome]).toEqual([["retry 60"], ["retry 1"]]);
  });
});

test("an execution message is carried out", async () => {
  const task = freshTask();
  giveTask(world, task);
  await poke(world, task);
  const message = queued(world.executions.shift());
  await consume("executions", [message], deps);
  expect(message.outcome).toEqual(["ack"]);
  expect((await runOf(task).view())?.status).toBe("review_ready");
});

test("a build request is noted once, with its newest title", async () => {
  const message = queued({ ...runMessageOf("32", []), type: "platform-build-run" });
  await consume("builds", [message, message], deps);
  const rows = await env.PLATFORM_BUILD_DB.prepare(
    "SELECT run_id, title FROM platform_build_runs WHERE task_gid = '32'",
  ).all();
  expect(rows.results).toEqual([{ run_id: "pbr_32", title: "Build it" }]);
});
