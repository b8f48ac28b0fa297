import { runInDurableObject } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { processId } from "../../src/lib/process-id.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { freshTask, poke, type RunStub, settle, takeExecution, work } from "./hands.ts";

let world: RunWorld;
let stub: RunStub;

/** A run at work that has one step behind it; the attempt lives in `process`. */
async function atWork(process: string): Promise<number> {
  world = enterWorld();
  const task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
  const grant = await stub.acquire(takeExecution(world).attempt, process);
  if (!grant.ok) throw new Error("The lease is granted.");
  await stub.commitStep(grant.value.epoch, "k", "K", world.now, '{"inline":1}');
  await settle(world, stub);
  return grant.value.epoch;
}

/** The attempt ran in another process. */
function noted(sql: SqlStorage, at: number, process: string): void {
  sql.exec("UPDATE home SET epoch = ?, process = ?", at, process);
}

let epoch: number;
beforeEach(async () => {
  epoch = await atWork(processId());
});

const status = async () => (await stub.view())?.lease?.epoch ?? null;

test("an attempt that died with its process is not waited for: the next goes on at once, the old one can write nothing", async () => {
  await runInDurableObject(stub, (_, state) => noted(state.storage.sql, epoch, "one that is gone"));
  await stub.touch();
  await settle(world, stub);
  expect(world.executions).toHaveLength(1);
  expect(await stub.commitStep(epoch, "late", "Late", world.now, "null")).toMatchObject({
    ok: false,
    refusal: { code: "fenced" },
  });
  await work(world);
  expect((await stub.view())?.status).toBe("review_ready");
});

test("a message that was lost with the queue is sent again at once, and only then", async () => {
  world = enterWorld();
  const task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
  world.executions.length = 0;
  await stub.touch();
  await settle(world, stub);
  expect(world.executions).toEqual([]);
  await stub.touch(true);
  await settle(world, stub);
  expect(world.executions).toHaveLength(1);
  await work(world);
  expect((await stub.view())?.status).toBe("review_ready");
  await stub.touch(true);
  await settle(world, stub);
  expect(world.executions).toEqual([]);
});

test("a start whose queue lost everything sends nothing for an attempt that is at work, and nothing before its time", async () => {
  await stub.touch(true);
  await settle(world, stub);
  expect([await status(), world.executions]).toEqual([epoch, []]);
  const failure = { kind: "retryable", code: "down", message: "Down.", retryAfterMs: 60_000 } as const;
  await stub.fail(epoch, failure);
  await stub.touch(true);
  await settle(world, stub);
  expect(world.executions).toEqual([]);
  world.now += 120_000;
  await settle(world, stub);
  expect(world.executions).toHaveLength(1);
});

test("an attempt of this process goes on undisturbed", async () => {
  await stub.touch();
  expect(await status()).toBe(epoch);
});

test("an attempt somewhere else is waited for: whether it lives cannot be told from here", async () => {
  epoch = await atWork("another machine");
  await stub.touch();
  expect(await status()).toBe(epoch);
});

test("a home of an earlier lease says nothing about the present one", async () => {
  await runInDurableObject(stub, (_, state) => noted(state.storage.sql, epoch - 1, "gone"));
  await stub.touch();
  expect(await status()).toBe(epoch);
});
