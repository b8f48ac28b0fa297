import { runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import type { TaskEvent } from "../../src/core/messages.ts";
import { ARCHIVE_AFTER_MS } from "../../src/core/run/queries.ts";
import { runMessageOf, taskEvent } from "../support/run-cases.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { alarmOf, freshTask, ownComments, poke, runOf, say, settle, work } from "./hands.ts";

let world: RunWorld;
let task: string;

beforeEach(() => {
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
});

/** A fixed shuffle, so that a failure can be repeated. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const copy = [...items];
  let state = seed;
  for (let last = copy.length - 1; last > 0; last -= 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = state % (last + 1);
    const [a, b] = [copy[last], copy[other]];
    if (a !== undefined && b !== undefined) [copy[last], copy[other]] = [b, a];
  }
  return copy;
}

test("the same events 50 times at once, split and shuffled, are one run, one status comment, one execution", async () => {
  const events: readonly TaskEvent[] = [
    taskEvent(task),
    taskEvent(task, { field: "notes" }),
    taskEvent(task, { action: "added", field: "projects" }),
    taskEvent(task, { resourceType: "story", resourceGid: "91", parentGid: task, action: "added" }),
  ];
  const stub = runOf(task);
  const deliveries = Array.from({ length: 50 }, (_, n) => {
    const all = shuffled(events, n + 1);
    return n % 3 === 0 ? [all.slice(0, 2), all.slice(2)] : [all];
  }).flat();
  const answers = await Promise.all(deliveries.map((part) => stub.deliver(runMessageOf(task, part))));
  await settle(world, stub);
  expect(answers.filter((answer) => answer === "new").length).toBeLessThanOrEqual(events.length);
  expect(await ownComments(world, task, "status")).toHaveLength(1);
  expect(world.executions).toHaveLength(1);
  const log = await stub.events(0, 1_000);
  expect(log?.filter((event) => event.type === "run.observed")).toHaveLength(1);
  expect(log?.map((event) => event.seq)).toEqual(log?.map((_, index) => index + 1));
});

test("a repeated delivery changes nothing, also long after", async () => {
  const stub = runOf(task);
  const message = runMessageOf(task, [taskEvent(task)]);
  expect(await stub.deliver(message)).toBe("new");
  await settle(world, stub);
  await work(world);
  const before = await stub.view();
  expect(await stub.deliver(message)).toBe("known");
  expect(await settle(world, stub)).toBe(0);
  expect(await stub.view()).toEqual(before);
});

test("a message with one new event among known ones is acted on", async () => {
  const stub = runOf(task);
  await stub.deliver(runMessageOf(task, [taskEvent(task)]));
  const more = [taskEvent(task), taskEvent(task, { field: "notes" })];
  expect(await stub.deliver(runMessageOf(task, more))).toBe("new");
  const log = await stub.events(0, 100);
  expect(log?.at(-1)?.summary).toBe("Asana reported: notes changed.");
});

test("the reconciler's look leaves no line in the log", async () => {
  const stub = await poke(world, task);
  const before = await stub.events(0, 100);
  await stub.deliver(runMessageOf(task, [taskEvent(task, { action: "reconciled" })]));
  await settle(world, stub);
  expect(await stub.events(0, 100)).toEqual(before);
});

describe("a task that is not Jessie's", () => {
  test("is ignored without a comment and wakes up when it becomes hers", async () => {
    giveTask(world, task, { assigneeGid: "12" });
    const stub = await poke(world, task);
    expect((await stub.view())?.status).toBe("ignored");
    expect(await world.asana.comments(task)).toEqual([]);
    giveTask(world, task);
    await poke(world, task);
    expect((await stub.view())?.status).toBe("ready");
  });

  test("that was given back while a question was open is ignored, its comment says so, and it can come again", async () => {
    giveTask(world, task, { name: "SEO report for Plunkett" });
    const stub = await poke(world, task);
    expect((await stub.view())?.status).toBe("needs_clarification");
    giveTask(world, task, { name: "SEO report for Plunkett", assigneeGid: "12" });
    await poke(world, task);
    expect((await stub.view())?.status).toBe("ignored");
    expect((await ownComments(world, task, "status"))[0]).toContain("Not for me");
    giveTask(world, task);
    await poke(world, task);
    expect((await stub.view())?.status).toBe("ready");
    expect(await ownComments(world, task, "status")).toHaveLength(1);
  });

  test("that was given back while a worker was promised goes on when it comes again", async () => {
    await poke(world, task);
    giveTask(world, task, { assigneeGid: null });
    expect(await (await poke(world, task)).view()).toMatchObject({ status: "cancelled" });
    giveTask(world, task);
    expect(await (await poke(world, task)).view()).toMatchObject({ status: "ready" });
  });

  test("that was deleted is let go without a comment", async () => {
    const stub = await poke(world, task);
    world.asana.removeTask(task);
    await poke(world, task);
    const view = await stub.view();
    expect(view?.cause?.code).toBe("task_deleted");
    expect(world.asana.faults.calls.filter((call) => call.method === "postComment")).toHaveLength(1);
    expect(await alarmOf(stub)).toBe(Date.parse(view?.updatedAt ?? "") + ARCHIVE_AFTER_MS);
  });
});

test("a question is answered by a comment and the same run goes on", async () => {
  giveTask(world, task, { name: "SEO report for Plunkett" });
  const stub = await poke(world, task);
  expect(await ownComments(world, task, "question-1")).toHaveLength(1);
  await say(world, task, "October 2040");
  expect((await stub.view())?.brief?.period.label).toBe("October 2040");
  await work(world);
  expect((await stub.view())?.status).toBe("review_ready");
});

test("names nobody reported create no run and no storage, whatever is asked of them", async () => {
  const stub = runOf(freshTask());
  expect(await stub.view()).toBeNull();
  expect(await stub.events(0, 10)).toBeNull();
  expect(await stub.inspect()).toBeNull();
  for (const answer of [
    await stub.cancel("Tom", ""),
    await stub.retry("Tom"),
    await stub.acquire(1),
    await stub.heartbeat(1),
    await stub.continueLater(1),
    await stub.refuse(1, { code: "x", detail: "x" }),
  ])
    expect(answer).toMatchObject({ ok: false, refusal: { code: "no_such_run" } });
  expect((await stub.fetch("http://run/live", { headers: { upgrade: "websocket" } })).status).toBe(404);
  expect(await alarmOf(stub)).toBeNull();
  const tables = await tablesOf(stub);
  expect(tables).toEqual([]);
});

async function tablesOf(stub: ReturnType<typeof runOf>): Promise<readonly unknown[]> {
  return runInDurableObject(stub, (_, state) =>
    state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
  );
}
