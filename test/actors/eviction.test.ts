import { beforeEach, describe, expect, test } from "vitest";
import { ARCHIVE_AFTER_MS } from "../../src/core/run/queries.ts";
import type { RunDetail } from "../../src/core/wire.ts";
import { execute, type LeasingActor } from "../../src/runner/execute.ts";
import { runMessageOf, taskEvent } from "../support/run-cases.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import {
  alarmOf,
  evict,
  freshTask,
  lineTo,
  type RunStub,
  runnerDepsOf,
  runOf,
  say,
  settle,
  takeExecution,
} from "./hands.ts";

let world: RunWorld;

beforeEach(() => {
  world = enterWorld();
});

/** A line that evicts the actor before every call of the runner. */
function evicting(stub: RunStub): LeasingActor {
  return lineTo(stub, async (_name, call) => {
    await evict(stub);
    return call();
  });
}

/** Report, revision, acceptance; `between` runs before everything the outside says to the actor. */
async function wholeRun(
  task: string,
  between: (stub: RunStub) => Promise<void>,
  actor: (stub: RunStub) => LeasingActor,
) {
  giveTask(world, task);
  const stub = runOf(task);
  await stub.deliver(runMessageOf(task, [taskEvent(task)]));
  const rest = async () => {
    await between(stub);
    await settle(world, stub);
    await between(stub);
  };
  await rest();
  await execute(
    takeExecution(world),
    runnerDepsOf(world, () => actor(stub)),
  );
  await rest();
  await say(world, task, "Please add a chart.");
  await rest();
  await execute(
    takeExecution(world),
    runnerDepsOf(world, () => actor(stub)),
  );
  await rest();
  await say(world, task, "I accept.");
  await rest();
  return { view: await stub.view(), log: await stub.events(0, 1_000), alarm: await alarmOf(stub) };
}

/** A run as it would be told, without what differs between two tasks: gids, times, the digest of the brief. */
function told(view: RunDetail | null, task: string): string {
  return JSON.stringify(view)
    .replaceAll(task, "T")
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z|(?<=r\d\.)[0-9a-f]{8}/g, "@");
}

test("evicted before every single message, a run ends exactly as undisturbed", async () => {
  const calm = freshTask();
  const undisturbed = await wholeRun(
    calm,
    async () => {},
    (stub) => stub,
  );
  const clock = world.now;
  world = enterWorld();
  const shaken = freshTask();
  const disturbed = await wholeRun(shaken, evict, evicting);
  expect(told(disturbed.view, shaken)).toBe(told(undisturbed.view, calm));
  expect(disturbed.log?.map((event) => event.type)).toEqual(undisturbed.log?.map((event) => event.type));
  expect(disturbed.alarm).toBe(Date.parse(disturbed.view?.updatedAt ?? "") + ARCHIVE_AFTER_MS);
  expect(world.now).toBe(clock);
  expect(world.asana.files.size).toBe(4);
});

describe("an actor that is evicted", () => {
  test("keeps an armed alarm, a lease, a journal and an outbox", async () => {
    const task = freshTask();
    giveTask(world, task);
    const stub = runOf(task);
    await stub.deliver(runMessageOf(task, [taskEvent(task)]));
    await settle(world, stub);
    const { attempt } = takeExecution(world);
    const grant = await stub.acquire(attempt);
    if (!grant.ok) throw new Error("The lease is granted.");
    await stub.commitStep(grant.value.epoch, "k", "K", world.now, '{"inline":1}');
    const before = [await stub.inspect(), await alarmOf(stub)];
    await evict(stub);
    expect([await stub.inspect(), await alarmOf(stub)]).toEqual(before);
    expect(await stub.heartbeat(grant.value.epoch)).toMatchObject({ ok: true });
  });
});
