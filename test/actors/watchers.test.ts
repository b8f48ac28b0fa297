import { evictDurableObject } from "cloudflare:test";
import * as v from "valibot";
import { beforeEach, expect, test } from "vitest";
import { type RunFrame, RunFrameSchema } from "../../src/core/wire.ts";
import { parseJson } from "../../src/lib/json.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { evict, freshTask, poke, type RunStub, settle, takeExecution } from "./hands.ts";

/** So many that news is gathered between two broadcasts. */
const MANY = 130;

let world: RunWorld;
let task: string;
let stub: RunStub;

beforeEach(async () => {
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
});

/** A client as the panel is one: it holds what it was shown, in the order in which it came. */
interface Screen {
  readonly socket: WebSocket;
  readonly seqs: number[];
  closedWith: number | null;
  /** Whether the newest state of the run was shown. */
  version: number;
}

const changes = new Set<() => void>();

async function open(query: string): Promise<Screen> {
  const response = await stub.fetch(`http://actor/live${query}`, { headers: { upgrade: "websocket" } });
  const socket = response.webSocket;
  if (socket === null) throw new Error("No socket was opened.");
  const screen: Screen = { socket, seqs: [], closedWith: null, version: 0 };
  socket.addEventListener("message", (event) => {
    const read = parseJson(String(event.data));
    if (read.ok) show(screen, v.parse(RunFrameSchema, read.value));
    for (const changed of changes) changed();
  });
  socket.addEventListener("close", (event) => {
    screen.closedWith = event.code;
    for (const changed of changes) changed();
  });
  socket.accept();
  return screen;
}

function show(screen: Screen, frame: RunFrame): void {
  if (frame.type === "event") screen.seqs.push(frame.event.seq);
  else if (frame.type !== "run") screen.seqs.push(...frame.events.map((event) => event.seq));
  if (frame.type !== "event") screen.version = frame.run.version;
}

/** Resolves when `there` holds, looked at whenever a socket says something. */
function until(there: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!there()) return;
      changes.delete(look);
      resolve();
    };
    changes.add(look);
    look();
  });
}

async function openMany(count: number, query: string): Promise<readonly Screen[]> {
  return Promise.all(Array.from({ length: count }, () => open(query)));
}

async function lease(): Promise<number> {
  const grant = await stub.acquire(takeExecution(world).attempt);
  if (!grant.ok) throw new Error("The lease is granted.");
  await settle(world, stub);
  return grant.value.epoch;
}

const log = async () => ((await stub.events(0, 1_000)) ?? []).map((event) => event.seq);
const newest = (screens: readonly Screen[], version: number) => screens.every((screen) => screen.version === version);

test("a burst before many watchers: every screen shows the log, no gap, no repeat, whatever frames it asked for", async () => {
  const epoch = await lease();
  const screens = [...(await openMany(MANY, "?frames=batch")), ...(await openMany(2, ""))];
  for (let n = 0; n < 20; n += 1) await stub.commitStep(epoch, `k${n}`, `Step ${n}`, world.now, "null");
  const seqs = await log();
  await until(() => newest(screens, seqs.length));
  for (const { seqs: shown } of screens) expect(shown).toEqual(seqs);
});

test("evicted between any two messages, with news gathered and not told: every screen still equals the log", async () => {
  const epoch = await lease();
  const screens = await openMany(MANY, "?frames=batch");
  for (let n = 0; n < 6; n += 1) {
    await stub.commitStep(epoch, `k${n}`, `Step ${n}`, world.now, "null");
    await evictDurableObject(stub);
  }
  const late = await open("?frames=batch");
  const seqs = await log();
  await until(() => newest([...screens, late], seqs.length));
  for (const { seqs: shown } of [...screens, late]) expect(shown).toEqual(seqs);
});

test("one that joins while news is gathered sees everything once", async () => {
  const epoch = await lease();
  const screens = await openMany(MANY, "?frames=batch");
  const joined: Screen[] = [];
  for (let n = 0; n < 5; n += 1) {
    await stub.commitStep(epoch, `k${n}`, `Step ${n}`, world.now, "null");
    joined.push(await open(n % 2 === 0 ? "?frames=batch" : ""));
  }
  const seqs = await log();
  await until(() => newest([...screens, ...joined], seqs.length));
  for (const { seqs: shown } of [...screens, ...joined]) expect(shown).toEqual(seqs);
});

test("a watcher that does not read is dropped with 4408 and resumes; those that say they read go on", async () => {
  const epoch = await lease();
  const screens = await openMany(MANY, "?frames=batch");
  const [silent, ...reading] = screens;
  if (silent === undefined) throw new Error("There are watchers.");
  const told = silent.seqs.length;
  for (let n = 0; silent.closedWith === null && n < 12; n += 1) {
    for (const { socket } of reading) socket.send("ping");
    const version = (await stub.view())?.version ?? 0;
    await stub.commitStep(epoch, `k${n}`, "long ".repeat(10_000), world.now, "null");
    await until(() => silent.closedWith !== null || newest([silent], version + 1));
  }
  expect(silent.closedWith).toBe(4408);
  const seqs = await log();
  await until(() => newest(reading, seqs.length));
  expect(reading.map(({ closedWith }) => closedWith)).toEqual(reading.map(() => null));
  expect(silent.seqs.length).toBeGreaterThan(told);
  const again = await open(`?frames=batch&since=${silent.seqs.at(-1)}`);
  await until(() => newest([again], seqs.length));
  expect([...silent.seqs, ...again.seqs]).toEqual(seqs);
});

test("the last of many watchers leaves nothing behind that an eviction would mind", async () => {
  const epoch = await lease();
  const [first, ...others] = await openMany(MANY, "?frames=batch");
  for (const { socket } of others) socket.close(1000);
  await stub.commitStep(epoch, "k", "Step", world.now, "null");
  await evict(stub);
  const seqs = await log();
  await until(() => newest(first === undefined ? [] : [first], seqs.length));
  expect(first?.seqs).toEqual(seqs);
});
