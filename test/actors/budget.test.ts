import { beforeEach, describe, expect, test } from "vitest";
import { BudgetExhaustedError } from "../../src/core/errors.ts";
import type { Amounts } from "../../src/core/run/budget.ts";
import { execute, type LeasingActor } from "../../src/runner/execute.ts";
import type { SkillContext, SkillResult } from "../../src/skills/skill.ts";
import { MAYA, SETTINGS } from "../support/run-cases.ts";
import { enterWorld, giveTask, packageOf, type RunWorld } from "../support/run-world.ts";
import {
  evict,
  freshTask,
  lineTo,
  ownComments,
  poke,
  type RunStub,
  runnerDepsOf,
  runOf,
  say,
  settle,
  takeExecution,
  work,
} from "./hands.ts";

let world: RunWorld;
let task: string;
let stub: RunStub;

beforeEach(async () => {
  world = enterWorld();
  world.budget = { ...SETTINGS.budget, upstreamCalls: 12 };
  task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
});

/** A report that asks Search Console `calls` times in each of its steps. */
function asking(calls: readonly number[]): (ctx: SkillContext) => Promise<SkillResult> {
  return async (ctx) => {
    for (const [index, times] of calls.entries()) {
      await ctx.step(`gather.${index}`, `Gather ${index}`, async () => {
        world.worked.push(`gather.${index}`);
        for (let call = 0; call < times; call += 1) await ctx.ports.searchConsole.permission("sc-domain:x");
        return times;
      });
    }
    return packageOf(ctx, "<p>");
  };
}

/** Other limits than those of every test here; the actor reads its settings when it wakes. */
async function allow(limits: Amounts): Promise<void> {
  world.budget = { ...SETTINGS.budget, ...limits };
  await evict(stub);
}

async function callsUsed(of: RunStub = stub) {
  const line = (await of.view())?.budget.find(({ kind }) => kind === "upstreamCalls");
  return line === undefined ? null : [line.used, line.reserved, line.limit];
}

describe("a run whose budget is used up in the middle", () => {
  beforeEach(async () => {
    world.perform = asking([7, 4, 6]);
    await work(world);
  });

  test("stops, keeps what it has, and asks once on its task", async () => {
    const view = await stub.view();
    expect(view).toMatchObject({ status: "running", lease: null, waitingOn: { kind: "budget", who: MAYA.name } });
    expect(view?.steps.map(({ key }) => key.split("/")[1])).toEqual(["start", "gather.0", "gather.1"]);
    expect(await callsUsed()).toEqual([12, 0, 12]);
    await poke(world, task);
    world.now += 86_400_000;
    await settle(world, stub);
    const [asked, ...more] = await ownComments(world, task, "budget-1");
    expect(asked).toContain("I have used 12 of 12 calls to the data sources");
    expect([more, world.executions]).toEqual([[], []]);
  });

  test("goes on from there when a person says so, and finishes without doing anything twice", async () => {
    await say(world, task, "Go on, please.");
    await work(world);
    expect(await stub.view()).toMatchObject({ status: "review_ready" });
    expect(world.worked).toEqual(["gather.0", "gather.1", "gather.2", "gather.2"]);
    expect(await callsUsed()).toEqual([18, 0, 24]);
  });

  test("goes on when staff raise the limit", async () => {
    expect(await stub.setBudget("tom@agency.example", "upstreamCalls", 12, "")).toMatchObject({ ok: true });
    expect(world.executions).toEqual([]);
    await stub.setBudget("tom@agency.example", "upstreamCalls", 40, "A large site");
    await settle(world, stub);
    await work(world);
    expect((await stub.view())?.status).toBe("review_ready");
    const log = (await stub.events(0, 1_000)) ?? [];
    expect(log.map(({ summary }) => summary)).toContain(
      "tom@agency.example set the limit to 40 calls to the data sources: A large site.",
    );
  });

  test("ends when a person says stop", async () => {
    await say(world, task, "stop");
    expect(await stub.view()).toMatchObject({ status: "cancelled", cause: { code: "stopped_at_budget" } });
    expect(world.executions).toEqual([]);
  });
});

describe("what is set aside", () => {
  const CALLS: Amounts = { upstreamCalls: 10 };
  const ask = { amounts: { upstreamCalls: 1 }, upTo: CALLS, settlement: null };

  async function begin(): Promise<number> {
    const grant = await stub.acquire(takeExecution(world).attempt);
    if (!grant.ok) throw new Error(grant.refusal.detail);
    return grant.value.epoch;
  }

  test("outlives an eviction, and can be settled after it", async () => {
    const epoch = await begin();
    const answer = await stub.reserve("lease", epoch, ask);
    expect(answer).toEqual({ ok: true, value: { reservation: 1, amounts: CALLS } });
    await evict(stub);
    expect(await callsUsed()).toEqual([0, 10, 12]);
    await stub.settle("lease", epoch, { reservation: 1, actual: { upstreamCalls: 3 } });
    await evict(stub);
    expect(await callsUsed()).toEqual([3, 0, 12]);
  });

  test("by a runner that died counts as used in full", async () => {
    const epoch = await begin();
    await stub.reserve("lease", epoch, ask);
    await evict(stub);
    world.now += SETTINGS.leaseMs;
    await settle(world, stub);
    expect(await callsUsed()).toEqual([10, 0, 12]);
    expect(await stub.settle("lease", epoch, { reservation: 1, actual: {} })).toMatchObject({ ok: false });
    expect(await stub.reserve("lease", epoch, ask)).toMatchObject({ refusal: { code: "fenced" } });
  });

  test("is asked for ten calls at a time, not for each", async () => {
    await allow({});
    world.perform = asking([25]);
    let asked = 0;
    const line = lineTo(stub, (name, call) => {
      asked += name === "reserve" ? 1 : 0;
      return call();
    });
    await execute(
      takeExecution(world),
      runnerDepsOf(world, () => line),
    );
    expect(asked).toBe(3);
    expect(await callsUsed()).toEqual([25, 0, 200]);
  });
});

test("pages of a website are counted and limited like calls", async () => {
  await allow({ crawlPages: 3 });
  world.perform = async (ctx) => {
    for (let page = 0; page < 5; page += 1) await ctx.page(async () => page);
    return packageOf(ctx, "<p>");
  };
  await work(world);
  expect((await stub.view())?.waitingOn?.detail).toContain("3 of 3 pages of the website are used");
});

describe("two runs that share one budget", () => {
  /** The runner of `child` believes that its run is a part of the first one. */
  async function workAsPart(child: RunStub): Promise<void> {
    const line = lineTo(child, async (name, call) => {
      const answer = await call();
      if (name !== "acquire" || typeof answer !== "object" || answer === null || !("value" in answer)) return answer;
      Object.assign(Object(answer.value), { budgetRunId: `tar_${task}` });
      return answer;
    });
    const actor = (runId: string): LeasingActor => (runId === `tar_${task}` ? runOf(task) : line);
    await execute(takeExecution(world), runnerDepsOf(world, actor));
  }

  test("draw on the same sum, and the one that comes too late waits", async () => {
    world.perform = asking([7]);
    await work(world);
    const other = freshTask();
    giveTask(world, other);
    const child = await poke(world, other);
    await workAsPart(child);
    await settle(world, child);
    expect(await callsUsed()).toEqual([12, 0, 12]);
    expect(await callsUsed(child)).toEqual([0, 0, 12]);
    const detail = (await child.view())?.waitingOn?.detail;
    expect(detail).toContain(`The budget of tar_${task} for calls to the data sources is used up`);
    await stub.setBudget("Tom", "upstreamCalls", 30, "");
    await say(world, other, "go on");
    await workAsPart(child);
    await settle(world, child);
    expect((await child.view())?.status).toBe("review_ready");
    expect(await callsUsed()).toEqual([19, 0, 30]);
  });
});

describe("a model call of the actor itself", () => {
  test("is set aside before and settled after", async () => {
    await work(world);
    world.reading = { kind: "no_op", confidence: 1, items: [] };
    let granted: Amounts = {};
    world.think = async (purse) => {
      const { reservation, amounts } = await purse.reserve({
        amounts: { modelTokens: 900 },
        upTo: {},
        settlement: null,
      });
      granted = amounts;
      await purse.settle({ reservation, actual: { modelTokens: 120 } });
    };
    await say(world, task, "The brand split is wrong.");
    expect(granted).toEqual({ modelTokens: 900 });
    expect((await stub.view())?.budget[0]).toMatchObject({ used: 120, reserved: 0 });
  });

  test("is refused when the tokens are used up", async () => {
    await work(world);
    let refused: unknown = null;
    world.think = (purse) =>
      purse.reserve({ amounts: { modelTokens: 1e9 }, upTo: {}, settlement: null }).then(
        () => undefined,
        (thrown) => {
          refused = thrown;
        },
      );
    await say(world, task, "The brand split is wrong.");
    expect(refused).toBeInstanceOf(BudgetExhaustedError);
    expect((await stub.view())?.status).toBe("review_ready");
  });
});
