/** Runs that ended long ago: they lie elsewhere, read the same, and come back when something stirs. */
import { runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { RunStore } from "../../src/actors/run/store.ts";
import { RetryableError } from "../../src/core/errors.ts";
import { BundleSchema, type RunBundle, sealed } from "../../src/core/run/bundle.ts";
import { linkText } from "../../src/core/run/chain.ts";
import { ARCHIVE_AFTER_MS } from "../../src/core/run/queries.ts";
import { verifyBundle } from "../../src/core/run/verify-bundle.ts";
import { sha256Now } from "../../src/lib/digest.ts";
import { readAs } from "../../src/lib/json.ts";
import { runMessageOf, taskEvent } from "../support/run-cases.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { alarmOf, evict, freshTask, ownComments, poke, type RunStub, runOf, say, settle, work } from "./hands.ts";

let world: RunWorld;
let task: string;

beforeEach(() => {
  world = enterWorld();
  task = freshTask();
});

async function accepted(): Promise<RunStub> {
  giveTask(world, task);
  const stub = await poke(world, task);
  await work(world);
  await say(world, task, "I accept.");
  return stub;
}

async function archived(): Promise<RunStub> {
  const stub = await accepted();
  world.now += ARCHIVE_AFTER_MS;
  await settle(world, stub);
  return stub;
}

const lies = (stub: RunStub) => runInDurableObject(stub, (_, ctx) => new RunStore(ctx.storage).stub());

/** What anybody can read of a run. */
async function readings(stub: RunStub) {
  const socket = async (since: string) => {
    const response = await stub.fetch(`https://run/live${since}`, { headers: { upgrade: "websocket" } });
    const frame = Promise.withResolvers<unknown>();
    response.webSocket?.addEventListener("message", (event) => frame.resolve(event.data));
    response.webSocket?.accept();
    const text = await frame.promise;
    response.webSocket?.close();
    return text;
  };
  const { state, epoch, journal, rounds, events } = JSON.parse((await stub.inspect()) ?? "{}");
  return {
    view: await stub.view(),
    events: await stub.events(3, 1_000),
    inspected: { state, epoch, journal, rounds, events },
    snapshot: await socket(""),
    resume: await socket("?since=5"),
    exported: await stub.exported(),
  };
}

test("a run that ended thirty days ago lies in the archive, with its rows gone and a stub left", async () => {
  const stub = await accepted();
  world.now += ARCHIVE_AFTER_MS - 1;
  await settle(world, stub);
  expect(await lies(stub)).toBeNull();
  world.now += 1;
  await settle(world, stub);
  const [[key = "", text = ""] = []] = world.archive;
  expect(await lies(stub)).toMatchObject({ objectKey: key, sha256: sha256Now(text), imported: false });
  expect(key).toBe(`archive/runs/tar_${task}/${sha256Now(text)}.json`);
  await runInDurableObject(stub, (_, ctx) => {
    for (const table of ["run_events", "run_state", "run_now", "run_parts", "journal", "inbox", "outbox", "home"])
      expect(ctx.storage.sql.exec(`SELECT 1 FROM ${table}`).toArray(), table).toEqual([]);
  });
  expect(await alarmOf(stub)).toBeNull();
});

test("an archived run reads the same: view, log, inspection, sockets and export, also after an eviction", async () => {
  const stub = await accepted();
  const before = await readings(stub);
  world.now += ARCHIVE_AFTER_MS;
  await settle(world, stub);
  expect(await lies(stub)).not.toBeNull();
  expect(await readings(stub)).toEqual(before);
  await evict(stub);
  expect(await readings(stub)).toEqual(before);
});

describe("something that stirs on an archived run", () => {
  test("like a question after the acceptance is answered once, and no comment is posted twice", async () => {
    const stub = await archived();
    await say(world, task, "Why did the clicks drop?");
    expect(await lies(stub)).toBeNull();
    await say(world, task, "Hello? Why did they drop?");
    expect(await ownComments(world, task, "closed")).toHaveLength(1);
    for (const key of ["status", "review-v1"]) expect(await ownComments(world, task, key)).toHaveLength(1);
    expect((await stub.view())?.status).toBe("accepted");
    world.now += ARCHIVE_AFTER_MS;
    await settle(world, stub);
    expect(await lies(stub)).not.toBeNull();
    const read = readAs(BundleSchema, JSON.parse((await stub.exported()) ?? ""));
    expect(read.ok && verifyBundle(read.value, sha256Now).mismatches).toEqual([]);
  });

  test("like somebody who dismisses its report is written down, and goes to the archive with the run", async () => {
    const stub = await archived();
    const version = (await stub.view())?.artifacts[0]?.registryVersion ?? 0;
    const answer = await stub.appraise(`art_${task}_v1`, "dismiss", "Ada", "wrong month", version);
    expect(answer.ok).toBe(true);
    await settle(world, stub);
    expect((await stub.view())?.artifacts).toMatchObject([{ lifecycle: "dismissed" }]);
    world.now += ARCHIVE_AFTER_MS;
    await settle(world, stub);
    expect(await lies(stub)).not.toBeNull();
    expect(await stub.view()).toMatchObject({
      status: "accepted",
      artifacts: [{ lifecycle: "dismissed", appraisal: { dismissed: { by: "Ada", reason: "wrong month" } } }],
    });
    const read = readAs(BundleSchema, JSON.parse((await stub.exported()) ?? ""));
    expect(read.ok && verifyBundle(read.value, sha256Now).mismatches).toEqual([]);
  });

  test("like a task that comes back to Jessie goes on where the run was", async () => {
    giveTask(world, task);
    const stub = await poke(world, task);
    await work(world);
    giveTask(world, task, { assigneeGid: "12" });
    await poke(world, task);
    expect((await stub.view())?.status).toBe("cancelled");
    world.now += ARCHIVE_AFTER_MS;
    await settle(world, stub);
    expect(await lies(stub)).not.toBeNull();
    giveTask(world, task);
    await poke(world, task);
    expect((await stub.view())?.status).toBe("review_ready");
    await say(world, task, "I accept.");
    expect((await stub.view())?.status).toBe("accepted");
    for (const key of ["status", "review-v1"]) expect(await ownComments(world, task, key)).toHaveLength(1);
  });

  test("like a look that changes nothing sends it to the archive again a day later", async () => {
    const stub = await archived();
    await poke(world, task);
    expect(await lies(stub)).toBeNull();
    world.now += 24 * 60 * 60_000;
    await settle(world, stub);
    expect(await lies(stub)).not.toBeNull();
  });

  test("is not a comparison that finds the task open as it was left: the run stays where it is", async () => {
    giveTask(world, task);
    const stub = await poke(world, task);
    await stub.cancel("Tom", "not needed");
    await settle(world, stub);
    world.now += ARCHIVE_AFTER_MS;
    await settle(world, stub);
    expect(await lies(stub)).not.toBeNull();
    const compared = taskEvent(task, { action: "reconciled", createdAt: new Date(world.now).toISOString() });
    expect(await stub.deliver(runMessageOf(task, [compared]))).toBe("known");
    expect([await lies(stub), await alarmOf(stub)]).toEqual([expect.anything(), null]);
    expect((await stub.retry("Tom")).ok).toBe(true);
    await settle(world, stub);
    expect((await stub.view())?.status).toBe("ready");
  });

  test("like two messages at once finds one run", async () => {
    const stub = await archived();
    const version = (await stub.view())?.version;
    await Promise.all([poke(world, task), poke(world, task), stub.retry("Tom")]);
    expect((await stub.view())?.version).toBe(version);
  });
});

describe("nothing is deleted", () => {
  test("while the archive does not hold what was written", async () => {
    const stub = await accepted();
    world.faults.fail("archive", new RetryableError("r2_down", "R2 is down."), { times: 1 });
    world.now += ARCHIVE_AFTER_MS;
    await settle(world, stub);
    expect(await lies(stub)).toBeNull();
    world.now += 600_000;
    await settle(world, stub);
    expect(await lies(stub)).not.toBeNull();
    expect((await stub.view())?.status).toBe("accepted");
  });

  test("when the run changes while it is written", async () => {
    const stub = await accepted();
    world.now += ARCHIVE_AFTER_MS;
    const { archive } = world;
    const put = archive.set.bind(archive);
    await runInDurableObject(stub, (instance) => {
      archive.set = (key, text) => {
        void instance.act("reproject", "Tom", "in the middle");
        return put(key, text);
      };
    });
    await settle(world, stub);
    expect(await lies(stub)).toBeNull();
    expect((await stub.events(0, 1_000))?.at(-1)?.type).toBe("ops.acted");
  });

  test("while something still waits to be sent", async () => {
    const stub = await accepted();
    await runInDurableObject(stub, (_, ctx) => {
      const store = new RunStore(ctx.storage);
      store.transaction(() => store.enqueue({ kind: "register" }, world.now + 10 * ARCHIVE_AFTER_MS, world.now));
    });
    world.now += ARCHIVE_AFTER_MS;
    await settle(world, stub);
    expect(await lies(stub)).toBeNull();
    expect(world.archive.size).toBe(0);
  });
});

test("an object that was changed in the archive is refused, not shown", async () => {
  const stub = await archived();
  await evict(stub);
  for (const [key, text] of world.archive) world.archive.set(key, text.replace("accepted", "rejected"));
  await runInDurableObject(stub, (instance) => expect(instance.exported()).rejects.toThrow(/gone or changed/));
});

describe("a copy of another system's run", () => {
  /** Takes the run out of one world and into the next. */
  async function moved(): Promise<{ before: Awaited<ReturnType<typeof readings>>; copy: RunStub }> {
    giveTask(world, task);
    const original = await poke(world, task);
    await work(world);
    const before = await readings(original);
    await runInDurableObject(original, (_, ctx) => ctx.storage.deleteAll());
    await evict(original).catch(() => undefined);
    world = enterWorld();
    const copy = runOf(task);
    expect(await copy.view()).toBeNull();
    expect(await copy.importCopy(before.exported ?? "")).toBeNull();
    return { before, copy };
  }

  test("shows the same log, state and export, and acts on nothing", async () => {
    const { before, copy } = await moved();
    const shown = await readings(copy);
    expect([shown.events, shown.exported]).toEqual([before.events, before.exported]);
    expect([before.view?.asks.length, shown.view?.asks]).toEqual([1, []]);
    const { waitingOn, wakeAt, asks } = before.view ?? {};
    expect({ ...shown.view, copy: false, waitingOn, wakeAt, asks }).toEqual(before.view);
    for (const run of [shown.view, shown.inspected.state, JSON.parse(String(shown.snapshot)).run])
      expect(run).toMatchObject({ copy: true, wakeAt: null, waitingOn: { detail: expect.stringContaining("copy") } });
    giveTask(world, task);
    await poke(world, task);
    await say(world, task, "I accept.");
    expect(await copy.poke()).toBe("copy");
    expect(await copy.retry("Tom")).toMatchObject({ ok: false, refusal: { code: "wrong_state" } });
    expect(await copy.cancel("Tom", "")).toMatchObject({ ok: false });
    expect(await copy.act("requeue", "Tom", "why not")).toMatchObject({ ok: false });
    expect(await copy.holds(1)).toBe(false);
    expect(await readings(copy)).toEqual(shown);
    expect(world.asana.faults.calls.filter((call) => call.method === "postComment")).toEqual([]);
  });

  test("is no stuck run to the index, however long its last wake time is past", async () => {
    await moved();
    const [row] = world.faults.calls.filter((call) => call.method === "project").map((call) => call.args[0]);
    expect(row).toMatchObject({ runId: `tar_${task}`, status: "review_ready", wakeAt: null, parked: 0 });
    // Its files are not here, so its reports are in no list.
    expect(world.faults.calls.some((call) => call.method === "register")).toBe(false);
  });

  test("is refused where there is a run already, and when it does not hold together", async () => {
    const stub = await accepted();
    const bundle = (await stub.exported()) ?? "";
    expect(await stub.importCopy(bundle)).toMatch(/already/);
    const other = runOf(freshTask());
    expect(await other.importCopy("{}")).toMatch(/no run bundle/);
    expect(await other.importCopy("nonsense")).toMatch(/no run bundle/);
    const forged = bundle
      .replace("Maya Lindqvist accepted", "Tom Achebe accepted")
      .replace("assignee changed", "notes changed");
    expect(forged).not.toBe(bundle);
    expect(await other.importCopy(forged)).toMatch(/does not hold together at event/);
    expect(await other.view()).toBeNull();
    // Whole in itself, but under another run's name: its row would stand in that run's place.
    const renamed: RunBundle = JSON.parse(bundle.replaceAll(`tar_${task}`, "tar_1"));
    let previous = "tar_1";
    const events = renamed.events.map(({ seq, at, event }) => {
      previous = sha256Now(linkText(previous, seq, at, event));
      return { seq, at, event, hash: previous };
    });
    const usurper = JSON.stringify(sealed({ ...renamed, events }, sha256Now));
    expect(await other.importCopy(usurper)).toBe(`The bundle calls task ${task} the run tar_1.`);
    expect([await other.view(), world.archive.size]).toEqual([null, 0]);
  });
});
