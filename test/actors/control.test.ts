import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { HOLD_LOOK_MS } from "../../src/core/run/look.ts";
import { addHold, removeHold } from "../../src/d1/holds.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { execute } from "../../src/runner/execute.ts";
import { JESSIE, SETTINGS } from "../support/run-cases.ts";
import { HOLD } from "../support/run-machine.ts";
import { enterWorld, giveTask, packageOf, type RunWorld, reportSteps } from "../support/run-world.ts";
import {
  alarmOf,
  evict,
  freshTask,
  lineTo,
  ownComments,
  poke,
  type RunStub,
  runnerDepsOf,
  runOf,
  settle,
  takeExecution,
  work,
} from "./hands.ts";

let world: RunWorld;
let task: string;
let stub: RunStub;
const index = openIndex(env.PLATFORM_BUILD_DB);

beforeEach(async () => {
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
});

const names = () => [...world.asana.files.values()].map((file) => file.name);
const shown = async () => {
  const view = await stub.view();
  if (view === null) throw new Error("The run exists.");
  return view;
};

/** A skill during whose second step something happens. */
function during(happens: () => Promise<unknown>) {
  return async (ctx: Parameters<RunWorld["perform"]>[0]) => {
    await ctx.step("gather.search", "Gather", async () => void world.worked.push("gather.search"));
    await ctx.step("gather.traffic", "Gather more", async () => {
      world.worked.push("gather.traffic");
      await happens();
    });
    return reportSteps(ctx, world.worked);
  };
}

describe("a run that is cancelled at work", () => {
  test("keeps the step at work, does no other, and says once on the task why it stopped", async () => {
    world.perform = during(async () => stub.cancel("Tom", "x".repeat(999)));
    await work(world);
    const view = await shown();
    expect([view.status, view.cause?.code]).toEqual(["cancelled", "cancelled_by_staff"]);
    expect(view.cause?.detail).toBe(`Stopped by Tom: ${"x".repeat(300)}.`);
    expect(view.steps.map(({ label }) => label)).toEqual(["Begin", "Gather", "Gather more"]);
    expect([world.worked, names()]).toEqual([["gather.search", "gather.traffic"], []]);
    expect(await ownComments(world, task, "stopped-1")).toHaveLength(1);
  });

  test("attaches nothing when the word comes right before the attachment, and intends nothing either", async () => {
    const line = lineTo(stub, async (name, call) => {
      if (name === "intendEffect") await stub.cancel("Tom", "");
      return call();
    });
    await execute(
      takeExecution(world),
      runnerDepsOf(world, () => line),
    );
    expect([names(), (await shown()).status]).toEqual([[], "cancelled"]);
    expect(await stub.inspect()).not.toContain('"status":"intended"');
  });

  test("is told of when it was stopped before anybody worked, and can be told only once", async () => {
    expect(await stub.cancel("Tom", "")).toEqual({ ok: true, value: null });
    expect(await stub.cancel("Tom", "")).toMatchObject({ ok: false, refusal: { code: "wrong_state" } });
    expect(await stub.kill("Tom", "")).toMatchObject({ ok: false, refusal: { code: "wrong_state" } });
  });
});

test("a kill fences the worker in the middle of its step", async () => {
  world.perform = during(async () => stub.kill("Tom", "wrong client"));
  await work(world);
  const view = await shown();
  expect(view.cause).toEqual({ code: "killed_by_staff", detail: "Killed by Tom: wrong client." });
  expect(view.steps.map(({ label }) => label)).toEqual(["Begin", "Gather"]);
});

describe("a task that leaves Jessie", () => {
  test("stops the work at it with one comment, and goes on when it comes back", async () => {
    world.perform = during(async () => {
      world.asana.putTask({ gid: task, assigneeGid: null });
      await poke(world, task);
    });
    await work(world);
    expect((await shown()).cause?.code).toBe("not_assigned");
    expect(await ownComments(world, task, "stopped-1")).toHaveLength(1);
    world.asana.putTask({ gid: task, assigneeGid: JESSIE.gid });
    world.perform = (ctx) => reportSteps(ctx, world.worked);
    await poke(world, task);
    await work(world);
    expect([(await shown()).status, world.worked]).toEqual([
      "review_ready",
      ["gather.search", "gather.traffic", "narrate"],
    ]);
  });

  test("by being deleted ends the run without an effect that can never be carried out", async () => {
    world.asana.removeTask(task);
    await poke(world, task);
    expect(await shown()).toMatchObject({ status: "cancelled", cause: { code: "task_deleted" }, parked: 0 });
  });

  test("and is deleted right after takes no comment, and nothing hangs on that", async () => {
    world.asana.faults.fail("comments", new Error("down"), { times: 3 });
    await stub.cancel("Tom", "");
    world.asana.removeTask(task);
    world.asana.faults.clear();
    await settle(world, stub);
    expect((await stub.inspect()) ?? "").not.toContain("stopped-1");
  });
});

describe("a paused run", () => {
  test("ends its attempt after the step at work and goes on from there when it is resumed", async () => {
    world.perform = during(async () => stub.pause("Tom", "The client called"));
    await work(world);
    expect(await shown()).toMatchObject({ status: "running", lease: null, waitingOn: { kind: "pause", who: "Tom" } });
    world.now += 5 * 3_600_000;
    await settle(world, stub);
    expect(world.executions).toHaveLength(0);
    await evict(stub);
    world.perform = (ctx) => reportSteps(ctx, world.worked);
    expect(await stub.resume("Maya", "")).toMatchObject({ ok: true });
    await settle(world, stub);
    await work(world);
    expect((await shown()).attempts.map(({ outcome }) => outcome)).toEqual(["paused", "finished"]);
    expect(world.worked).toEqual(["gather.search", "gather.traffic", "narrate"]);
  });

  test("is not worked on by a message that was on its way", async () => {
    await stub.pause("Tom", "");
    const message = takeExecution(world);
    expect(await stub.acquire(message.attempt)).toMatchObject({ ok: false, refusal: { code: "withheld" } });
    expect(await stub.pause("Maya", "")).toMatchObject({ ok: false, refusal: { code: "wrong_state" } });
  });
});

describe("a hold", () => {
  const hold = { ...HOLD, holdId: "hold_actors", scope: "skill", value: "seo-reporting" } as const;
  beforeEach(() => addHold(index, hold));
  const release = () => removeHold(index, hold.holdId);

  test("keeps a new run from being worked on, says who and why, and lets it go on by itself", async () => {
    const other = freshTask();
    giveTask(world, other);
    world.executions.length = 0;
    const late = await poke(world, other);
    expect(world.executions).toHaveLength(0);
    expect((await late.view())?.waitingOn).toMatchObject({
      kind: "hold",
      who: "ops@agency.example",
      detail: "ops@agency.example holds all work of the skill SEO reporting: GA4 answers nonsense.",
    });
    world.now += HOLD_LOOK_MS;
    await settle(world, late);
    expect(world.executions).toHaveLength(0);
    await release();
    world.now += HOLD_LOOK_MS;
    await settle(world, late);
    expect(world.executions).toHaveLength(1);
  });

  test("that is new is found by the worker that wants to begin", async () => {
    expect(await stub.acquire(takeExecution(world).attempt)).toMatchObject({
      ok: false,
      refusal: { code: "withheld" },
    });
    await release();
    await stub.holdsChanged();
    await settle(world, stub);
    expect(await stub.acquire(takeExecution(world).attempt)).toMatchObject({ ok: true });
  });

  test("stops a worker at its next boundary, and the release lets it go on at once", async () => {
    await release();
    world.perform = during(async () => {
      await addHold(index, hold);
      await stub.holdsChanged();
      await settle(world, stub);
    });
    await work(world);
    expect((await shown()).attempts.at(-1)?.outcome).toBe("held");
    await release();
    await stub.holdsChanged();
    await settle(world, stub);
    world.perform = async (ctx) => packageOf(ctx, "<p>");
    await work(world);
    expect((await shown()).status).toBe("review_ready");
  });

  test("says nothing to a run that nobody works on", async () => {
    await release();
    await work(world);
    await stub.holdsChanged();
    await settle(world, stub);
    expect((await shown()).waitingOn?.kind).toBe("person");
  });
});

describe("the platform's alarm", () => {
  const lose = () => runInDurableObject(stub, (_, state) => state.storage.deleteAlarm());

  test("that got lost is set again when the actor is woken", async () => {
    const due = await alarmOf(stub);
    await lose();
    await evict(stub);
    await stub.view();
    expect([due === null, await alarmOf(stub)]).toEqual([false, due]);
  });

  test("that is too late is set to the earliest timer", async () => {
    const due = await alarmOf(stub);
    await runInDurableObject(stub, (_, state) => state.storage.setAlarm(world.now + 9e9));
    await evict(stub);
    await stub.view();
    expect(await alarmOf(stub)).toBe(due);
  });

  test("is set again by a poke, which also puts the index right", async () => {
    await env.PLATFORM_BUILD_DB.prepare("DELETE FROM team_agent_runs WHERE task_gid = ?").bind(task).run();
    await lose();
    expect(await stub.poke()).toBe("poked");
    await settle(world, stub);
    expect(await alarmOf(stub)).not.toBeNull();
    const row = await env.PLATFORM_BUILD_DB.prepare("SELECT wake_at FROM team_agent_runs WHERE task_gid = ?")
      .bind(task)
      .first();
    expect(row?.wake_at).toBe((await shown()).wakeAt);
  });

  test("is not set for a name nobody reported", async () => {
    const nobody = runOf(freshTask());
    expect(await nobody.poke()).toBe("nobody");
    expect([await nobody.view(), await alarmOf(nobody)]).toEqual([null, null]);
  });
});

test("a run that waits for a person looks at its task by itself", async () => {
  await work(world);
  world.asana.putTask({ gid: task, completed: true });
  for (let hours = 0; hours < 3; hours += 1) {
    world.now += 3_600_000;
    await settle(world, stub);
  }
  expect((await shown()).cause?.code).toBe("task_completed");
  expect(SETTINGS.leaseMs).toBeLessThan(3_600_000);
});
