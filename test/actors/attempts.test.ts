import { beforeEach, describe, expect, test } from "vitest";
import { ConfigError, PermanentError, RetryableError } from "../../src/core/errors.ts";
import { execute, STEPS_BEGIN_WITHIN_MS } from "../../src/runner/execute.ts";
import type { SkillContext } from "../../src/skills/skill.ts";
import { SETTINGS } from "../support/run-cases.ts";
import { enterWorld, giveTask, packageOf, type RunWorld, reportSteps } from "../support/run-world.ts";
import { freshTask, lineTo, poke, type RunStub, runnerDepsOf, settle, takeExecution, work } from "./hands.ts";

let world: RunWorld;
let task: string;
let stub: RunStub;

beforeEach(async () => {
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
});

/** Lets time pass until the run asks for another attempt, and carries that out. */
async function recover(): Promise<void> {
  for (let times = 0; times < 10 && world.executions.length === 0; times += 1) {
    world.now += SETTINGS.leaseMs;
    await settle(world, stub);
  }
  if (world.executions.length > 0) await work(world);
}

const names = () => [...world.asana.files.values()].map((file) => file.name);
const status = async () => (await stub.view())?.status;

describe("a runner that lost its lease", () => {
  test("stops before it touches the outside again", async () => {
    const reached: string[] = [];
    world.perform = async (ctx) => {
      await ctx.step("gather.all", "Gather", async () => 1);
      world.now += SETTINGS.leaseMs;
      await settle(world, stub);
      reached.push("before");
      await ctx.step("compute.late", "Late", async () => 2);
      reached.push("after");
      return packageOf(ctx, "<p>");
    };
    await execute(takeExecution(world), runnerDepsOf(world));
    expect(reached).toEqual(["before"]);
    expect(names()).toEqual([]);
    expect((await stub.view())?.attempts[0]?.outcome).toBe("lapsed");
  });

  test("attaches nothing when it is lost between the last step and the attachment", async () => {
    const line = lineTo(stub, async (name, call) => {
      if (name === "intendEffect") await stub.cancel("Tom", "");
      return call();
    });
    await execute(
      takeExecution(world),
      runnerDepsOf(world, () => line),
    );
    expect(names()).toEqual([]);
  });

  test("attaches nothing after a cancel", async () => {
    world.perform = async (ctx) => {
      const result = await reportSteps(ctx, world.worked);
      await stub.cancel("Tom", "");
      return result;
    };
    await work(world);
    expect(names()).toEqual([]);
    expect(await status()).toBe("cancelled");
  });
});

describe("how an attempt ends", () => {
  const failing = (error: Error) => async () => {
    throw error;
  };

  test("out of time: it goes on at once from its steps", async () => {
    world = enterWorld({ leaseMs: 2 * STEPS_BEGIN_WITHIN_MS });
    task = freshTask();
    giveTask(world, task);
    stub = await poke(world, task);
    world.perform = async (ctx: SkillContext) => {
      await ctx.step("compute.first", "First", async () => {
        world.worked.push("first");
        world.now += STEPS_BEGIN_WITHIN_MS;
      });
      await ctx.step("compute.second", "Second", async () => void world.worked.push("second"));
      return packageOf(ctx, "<p>");
    };
    await work(world);
    expect(await stub.view()).toMatchObject({ status: "running", attempts: [{ outcome: "continued" }] });
    expect(world.worked).toEqual(["first"]);
    await work(world);
    expect(world.worked).toEqual(["first", "second"]);
    expect(await status()).toBe("review_ready");
  });

  test("retryable: it waits and tries again, and says so", async () => {
    world.perform = failing(new RetryableError("ga4_down", "GA4 is down.", 45_000));
    await work(world);
    const view = await stub.view();
    expect(view?.waitingOn).toMatchObject({ kind: "retry", detail: "Trying again: GA4 is down." });
    expect(Date.parse(view?.waitingOn?.until ?? "")).toBe(world.now + 45_000);
  });

  test("permanent: the run fails with the reason", async () => {
    world.perform = failing(new PermanentError("bad_site", "The site is not verified."));
    await work(world);
    expect(await stub.view()).toMatchObject({ status: "failed", cause: { code: "bad_site" } });
  });

  test("a setting: the run is blocked with the finding", async () => {
    world.perform = failing(new ConfigError("ga4_forbidden", "No access."));
    await work(world);
    expect(await stub.view()).toMatchObject({ status: "blocked", findings: [{ code: "ga4_forbidden" }] });
  });

  test("a bug: it is tried again a bounded number of times, then the run fails", async () => {
    world.perform = failing(new TypeError("undefined is not a function"));
    await work(world);
    for (let times = 0; times < 10; times += 1) await recover();
    const view = await stub.view();
    expect(view?.status).toBe("failed");
    // The first got as far as its first step; five after it got nowhere.
    expect(view?.attempts).toHaveLength(6);
  });

  test("refused by the skill: the run is blocked with its words", async () => {
    world.perform = async () => ({ kind: "blocked", code: "no_rows", detail: "Search Console has no rows." });
    await work(world);
    expect(await stub.view()).toMatchObject({ status: "blocked", cause: { code: "no_rows" } });
  });

  test("with a skill this version does not have: blocked by name", async () => {
    const deps = runnerDepsOf(world);
    await execute(takeExecution(world), { ...deps, skills: [] });
    expect(await stub.view()).toMatchObject({ status: "blocked", cause: { code: "skill_unknown" } });
  });

  test("without a report in its package: failed by name", async () => {
    world.perform = async (ctx) => ({ ...packageOf(ctx, ""), files: [] });
    await work(world);
    expect(await stub.view()).toMatchObject({ status: "failed", cause: { code: "package_without_report" } });
  });
});

test("a message nobody wants any more is let go", async () => {
  const message = takeExecution(world);
  await execute(message, runnerDepsOf(world));
  const before = await stub.inspect();
  await execute(message, runnerDepsOf(world));
  expect(await stub.inspect()).toBe(before);
});
