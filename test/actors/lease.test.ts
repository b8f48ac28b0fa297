import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { RetryableError } from "../../src/core/errors.ts";
import { START_WITHIN_MS } from "../../src/core/run/evolve-execution.ts";
import type { Grant } from "../../src/core/run/lease.ts";
import { projectRun } from "../../src/d1/runs.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { artifactOf, SETTINGS } from "../support/run-cases.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { alarmOf, freshTask, poke, type RunStub, runOf, settle, takeExecution, work } from "./hands.ts";

let world: RunWorld;
let task: string;
let stub: RunStub;

beforeEach(async () => {
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
});

async function lease(): Promise<Grant> {
  const grant = await stub.acquire(takeExecution(world).attempt);
  if (!grant.ok) throw new Error(`The lease was refused: ${grant.refusal.detail}`);
  return grant.value;
}

describe("a lease that ran out", () => {
  test("is taken back, and nothing of the old epoch is written any more", async () => {
    const old = await lease();
    await stub.commitStep(old.epoch, "kept", "Kept", world.now, '{"inline":1}');
    world.now += SETTINGS.leaseMs;
    await settle(world, stub);
    const before = await stub.inspect();
    const { epoch } = old;
    for (const answer of [
      await stub.heartbeat(epoch),
      await stub.beginStep(epoch, "late", "Late"),
      await stub.commitStep(epoch, "late", "Late", world.now, '{"inline":2}'),
      await stub.intendEffect(epoch, "late", "Late"),
      await stub.commitEffect(epoch, "late", "Late", world.now, '{"inline":3}'),
      await stub.finish(epoch, artifactOf(1), []),
      await stub.refuse(epoch, { code: "x", detail: "x" }),
      await stub.continueLater(epoch),
      await stub.fail(epoch, { kind: "permanent", code: "x", message: "x", retryAfterMs: null }),
    ])
      expect(answer).toMatchObject({ ok: false, refusal: { code: "fenced" } });
    expect(await stub.inspect()).toBe(before);
    expect((await stub.view())?.attempts[0]).toMatchObject({ outcome: "lapsed" });
  });

  test("is followed by a new attempt that gets the journal", async () => {
    const old = await lease();
    await stub.commitStep(old.epoch, "kept", "Kept", world.now, '{"inline":1}');
    await stub.intendEffect(old.epoch, "attach", "Attach");
    world.now += SETTINGS.leaseMs;
    await settle(world, stub);
    const next = await lease();
    expect([next.epoch, next.journal]).toEqual([
      2,
      [
        { key: "attach", status: "intended", result: null },
        { key: "kept", status: "done", result: '{"inline":1}' },
      ],
    ]);
  });

  test("is held by nobody: not by its old epoch, nor by one that was never granted", async () => {
    const { epoch } = await lease();
    expect([await stub.holds(epoch), await stub.holds(epoch + 1)]).toEqual([true, false]);
    world.now += SETTINGS.leaseMs;
    expect(await stub.holds(epoch)).toBe(false);
    expect(await runOf(freshTask()).holds(1)).toBe(false);
  });

  test("does not run out while it is renewed", async () => {
    const { epoch } = await lease();
    for (let times = 0; times < 10; times += 1) {
      world.now += SETTINGS.leaseMs - 1;
      expect(await stub.heartbeat(epoch)).toMatchObject({ ok: true });
      await settle(world, stub);
    }
    expect((await stub.view())?.lease?.epoch).toBe(epoch);
  });
});

test("two runners with the same message: one works, the other is told who does", async () => {
  const { attempt } = takeExecution(world);
  const answers = await Promise.all([stub.acquire(attempt), stub.acquire(attempt)]);
  expect(answers.map((answer) => answer.ok).toSorted()).toEqual([false, true]);
  expect(answers.find((answer) => !answer.ok)).toMatchObject({ refusal: { code: "lease_held" } });
});

describe("an execution message that got lost", () => {
  test("is sent again after its start-by time", async () => {
    takeExecution(world);
    world.now += START_WITHIN_MS;
    await settle(world, stub);
    expect(takeExecution(world).attempt).toBe(1);
  });

  test("or could not be sent at all is sent as soon as the queue takes it", async () => {
    world = enterWorld();
    task = freshTask();
    giveTask(world, task);
    world.faults.fail("enqueue", new RetryableError("queue_down", "The queue is down."));
    stub = await poke(world, task);
    expect(world.executions).toHaveLength(0);
    world.now += 2_000;
    await settle(world, stub);
    expect(world.executions).toHaveLength(1);
  });
});

test("whenever something is promised or timed, an alarm is set", async () => {
  const due = async () => {
    const inspected: { wakeAt: number | null; outbox: { parked: number; due_at: number }[] } = JSON.parse(
      (await stub.inspect()) ?? "{}",
    );
    const times = inspected.outbox.filter((row) => row.parked === 0).map((row) => row.due_at);
    if (inspected.wakeAt !== null) times.push(inspected.wakeAt);
    return times.length === 0 ? null : Math.min(...times);
  };
  const check = async () => expect(await alarmOf(stub)).toBe(await due());
  await check();
  world.asana.faults.fail("editComment", new RetryableError("down", "Down."), { times: 2 });
  const { epoch } = await lease();
  await check();
  await settle(world, stub);
  await check();
  await stub.heartbeat(epoch);
  await check();
  await stub.fail(epoch, { kind: "retryable", code: "x", message: "x", retryAfterMs: 60_000 });
  await check();
  await settle(world, stub);
  await check();
  await stub.cancel("Tom", "");
  await check();
  for (let times = 0; times < 2; times += 1) {
    world.now += 600_000;
    await settle(world, stub);
    await check();
  }
  expect(JSON.parse((await stub.inspect()) ?? "").outbox).toMatchObject([{ key: "archive" }]);
});

test("a permission that is missing blocks the run until somebody presses retry", async () => {
  const { epoch } = await lease();
  await stub.fail(epoch, { kind: "config", code: "ga4_forbidden", message: "No access to GA4.", retryAfterMs: null });
  await settle(world, stub);
  expect(await stub.view()).toMatchObject({ status: "blocked", cause: { code: "ga4_forbidden" } });
  expect(await stub.retry("Tom")).toEqual({ ok: true, value: null });
  await settle(world, stub);
  await work(world);
  expect((await stub.view())?.status).toBe("review_ready");
});

test("what a refused skill gathered is forgotten, what was attached is not", async () => {
  const { epoch } = await lease();
  await stub.commitStep(epoch, "gather", "Gather", world.now, '{"inline":1}');
  await stub.intendEffect(epoch, "attach", "Attach");
  await stub.refuse(epoch, { code: "no_data", detail: "No data." });
  await stub.retry("Tom");
  await settle(world, stub);
  expect((await lease()).journal.map((entry) => entry.key)).toEqual(["attach"]);
});

describe("the row in the index", () => {
  const rows = async () =>
    (
      await env.PLATFORM_BUILD_DB.prepare("SELECT version, status FROM team_agent_runs WHERE task_gid = ?")
        .bind(task)
        .all()
    ).results;

  test("follows the run", async () => {
    const view = await stub.view();
    expect(await rows()).toEqual([{ version: view?.version, status: "ready" }]);
    await work(world);
    const later = await stub.view();
    expect(await rows()).toEqual([{ version: later?.version, status: "review_ready" }]);
  });

  test("is never overwritten by an older summary", async () => {
    const index = openIndex(env.PLATFORM_BUILD_DB);
    const summary = await stub.view();
    if (summary === null) throw new Error("The run exists.");
    await projectRun(index, { ...summary, version: summary.version - 1, status: "observed" });
    expect(await rows()).toEqual([{ version: summary.version, status: "ready" }]);
  });

  test("tells ops when it acts next, why it ended and what it waits on", async () => {
    const told = async () =>
      env.PLATFORM_BUILD_DB.prepare(
        "SELECT wake_at, cause_code, waiting_kind, parked FROM team_agent_runs WHERE task_gid = ?",
      )
        .bind(task)
        .first();
    const wake_at = (await stub.view())?.wakeAt;
    expect(wake_at).not.toBeNull();
    expect(await told()).toEqual({ wake_at, cause_code: null, waiting_kind: "queue", parked: 0 });
    await stub.cancel("Tom", "");
    await settle(world, stub);
    expect(await told()).toEqual({ wake_at: null, cause_code: "cancelled_by_staff", waiting_kind: null, parked: 0 });
  });

  test("is written late when the database is down, and holds up no comment", async () => {
    world.faults.fail("project", new RetryableError("d1_down", "D1 is down."), { times: 3 });
    await work(world);
    expect(await rows()).not.toMatchObject([{ status: "review_ready" }]);
    for (let times = 0; times < 4; times += 1) {
      world.now += 600_000;
      await settle(world, stub);
    }
    expect(await rows()).toMatchObject([{ status: "review_ready" }]);
  });

  test("of an artifact is written with its files, channels and rounds", async () => {
    await work(world);
    const count = async (table: string) =>
      (
        await env.PLATFORM_BUILD_DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE artifact_id = ?`)
          .bind(`art_${task}_v1`)
          .first()
      )?.n;
    expect([
      await count("report_artifacts"),
      await count("report_artifact_files"),
      await count("report_channel_provenance"),
    ]).toEqual([1, 2, 1]);
  });
});
