/** An attempt that gets on writes the log alone; the rows of the state follow. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { RunStore } from "../../src/actors/run/store.ts";
import { linkText } from "../../src/core/run/chain.ts";
import { PROGRESS_SHOWN_AFTER_MS } from "../../src/core/run/effects.ts";
import { sha256Now } from "../../src/lib/digest.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { evict, freshTask, poke, type RunStub, settle, takeExecution } from "./hands.ts";

let world: RunWorld;
let task: string;
let stub: RunStub;
let epoch: number;

beforeEach(async () => {
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
  const grant = await stub.acquire(takeExecution(world).attempt);
  if (!grant.ok) throw new Error(`The lease was refused: ${grant.refusal.detail}`);
  epoch = grant.value.epoch;
});

/** Effect `n - 1` is done and effect `n` is intended. */
function effect(n: number) {
  const done =
    n === 0 ? [] : [{ kind: "effect" as const, ...named(n - 1), startedAt: world.now, result: `{"inline":${n}}` }];
  return stub.advance(epoch, done, { kind: "effect", ...named(n) });
}

function named(n: number) {
  return { key: `r0.1/effect${n}`, label: `Effect ${n}` };
}

function stored() {
  return runInDurableObject(stub, (_, { storage }) => ({
    now: storage.sql.exec("SELECT state FROM run_now").one().state,
    steps: Number(storage.sql.exec("SELECT count(*) AS n FROM run_parts WHERE part = 'steps'").one().n),
    log: Number(storage.sql.exec("SELECT max(seq) AS n FROM run_events").one().n),
    table: Number(storage.sql.exec("SELECT count(*) AS n FROM journal").one().n),
  }));
}

function inMemory() {
  return stub.inspect().then((text) => JSON.parse(text ?? "null"));
}

test("effects that follow one another leave every row but the log's as it was", async () => {
  await effect(0);
  const before = await stored();
  for (const n of [1, 2, 3]) await effect(n);
  expect(await stored()).toEqual({ ...before, log: before.log + 6 });
  expect((await inMemory()).state).toMatchObject({ version: before.log + 6, progress: { label: "Effect 3" } });
});

test("an actor that lost its memory finds the state, the journal and the chain in the log", async () => {
  for (const n of [0, 1, 2]) await effect(n);
  const before = await inMemory();
  await evict(stub);
  expect(await inMemory()).toEqual(before);
  expect(before.journal.map(({ key, status }: { key: string; status: string }) => [key, status])).toEqual([
    ["r0.1/effect0", "done"],
    ["r0.1/effect1", "done"],
    ["r0.1/effect2", "intended"],
  ]);
  await effect(3);
  const events = await runInDurableObject(stub, (_, { storage }) => new RunStore(storage).eventsSince(0, 10_000));
  let previous = `tar_${task}`;
  for (const { seq, at, event, hash } of events) {
    expect(hash).toBe(sha256Now(linkText(previous, seq, at, event)));
    previous = hash;
  }
  expect(events.at(-1)?.seq).toBe(before.state.version + 2);
});

test("whatever else happens writes what the log had told alone", async () => {
  for (const n of [0, 1, 2]) await effect(n);
  expect((await stored()).steps).toBe(0);
  await stub.heartbeat(epoch);
  expect((await stored()).steps).toBe(2);
});

test("the rows are never left further behind than what is read back in one go", async () => {
  // Projection and alarm wait all the while: the clock of this world stands.
  const steps: number[] = [];
  for (let n = 0; n < 70; n += 1) {
    await effect(n);
    steps.push((await stored()).steps);
  }
  expect(new Set(steps).size).toBeGreaterThan(2);
  const behind = steps.map((written, n) => n - written);
  expect(Math.max(...behind)).toBeLessThanOrEqual(32);
  const before = await inMemory();
  await evict(stub);
  expect(await inMemory()).toEqual(before);
});

test("the index hears of it as before: the projection that waits shows the newest state", async () => {
  for (const n of [0, 1, 2]) await effect(n);
  const { state } = await inMemory();
  world.now += PROGRESS_SHOWN_AFTER_MS;
  await settle(world, stub);
  const row = await env.PLATFORM_BUILD_DB.prepare("SELECT version FROM team_agent_runs WHERE task_gid = ?")
    .bind(task)
    .first();
  expect(row).toEqual({ version: state.version });
});

test("its alarm rings once for each projection, and then for the lease", async () => {
  const rang: number[] = [];
  for (const n of [0, 1, 2]) {
    await effect(n);
    world.now += PROGRESS_SHOWN_AFTER_MS;
    rang.push(await settle(world, stub));
  }
  expect(rang).toEqual([1, 1, 1]);
});

test("an entry that leaves a gap is not written, and what was there is read anew", async () => {
  await effect(0);
  await runInDurableObject(stub, (_, { storage }) => {
    const store = new RunStore(storage);
    const state = store.readState();
    if (state === null) throw new Error("There is a run.");
    const event = { type: "task.noticed", what: "x" } as const;
    const entry = { seq: state.version + 2, at: world.now, event, work: null };
    expect(() => store.lean.appendAlone([entry], { ...state, version: state.version + 2 })).toThrow(/does not follow/);
    expect(store.readState()).toEqual(state);
    expect(store.lean.appendAlone([{ ...entry, seq: state.version + 1 }], state)).toBe(true);
  });
});

test("what a blocked run gathered is forgotten, its effects and its log are not", async () => {
  const done = [
    { kind: "step" as const, key: "r0.1/fetch", label: "Fetch", startedAt: world.now, result: '{"inline":1}' },
  ];
  await stub.advance(epoch, done, { kind: "effect", ...named(0) });
  await effect(1);
  const log = (await stub.events(0, 1_000))?.length ?? 0;
  await stub.refuse(epoch, { code: "gate", detail: "A gate failed." });
  const { journal } = await inMemory();
  expect(journal.map(({ key }: { key: string }) => key)).toEqual(["r0.1/effect0", "r0.1/effect1"]);
  expect((await stub.events(0, 1_000))?.length).toBeGreaterThan(log);
});

test("what the table of the version before holds is read, and yields to what is recorded now", async () => {
  await runInDurableObject(stub, (_, { storage }) => {
    for (const key of ["r0.1/effect0", "r0.1/old"])
      storage.sql.exec(
        "INSERT INTO journal (key, round, kind, status, result, epoch, attempt, at) VALUES (?, 0, 'effect', 'intended', NULL, 1, 1, ?)",
        key,
        world.now,
      );
  });
  await effect(0);
  await effect(1);
  const found = await runInDurableObject(stub, (_, { storage }) => new RunStore(storage).journal(0));
  expect(found).toEqual([
    { key: "r0.1/effect0", status: "done", result: '{"inline":1}' },
    { key: "r0.1/effect1", status: "intended", result: null },
    { key: "r0.1/old", status: "intended", result: null },
  ]);
  expect(await runInDurableObject(stub, (_, { storage }) => new RunStore(storage).journal(1))).toEqual([]);
});
