import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as v from "valibot";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { BOARD_UNITS_HEADER } from "../../src/actors/address.ts";
import {
  type BoardFrame,
  BoardFrameSchema,
  type RunFrame,
  RunFrameSchema,
  type RunSummary,
} from "../../src/core/wire.ts";
import { parseJson } from "../../src/lib/json.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import type { RunBoard } from "../support/worker.ts";
import { evict, freshTask, poke, type RunStub, say, settle, work } from "./hands.ts";

let world: RunWorld;
let task: string;
let stub: RunStub;

beforeEach(async () => {
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
});

interface Watcher {
  readonly texts: string[];
  readonly socket: WebSocket;
  /** Resolves when `count` frames have come. */
  until(count: number): Promise<void>;
}

async function watch(
  actor: { fetch(url: string, init: RequestInit): Promise<Response> },
  query = "",
  ours: Record<string, string> = {},
): Promise<Watcher> {
  const response = await actor.fetch(`http://actor/live${query}`, { headers: { ...ours, upgrade: "websocket" } });
  const socket = response.webSocket;
  if (socket === null) throw new Error("No socket was opened.");
  const texts: string[] = [];
  const waiting: { count: number; done: () => void }[] = [];
  socket.addEventListener("message", (event) => {
    texts.push(String(event.data));
    for (const one of waiting) if (texts.length >= one.count) one.done();
  });
  socket.accept();
  const until = (count: number) =>
    new Promise<void>((done) => {
      if (texts.length >= count) done();
      else waiting.push({ count, done });
    });
  return { texts, socket, until };
}

function frameOf<const S extends v.GenericSchema>(schema: S, text: string | undefined): v.InferOutput<S> {
  const read = parseJson(text ?? "");
  return v.parse(schema, read.ok ? read.value : null);
}

const runFrames = (watcher: Watcher): RunFrame[] => watcher.texts.map((text) => frameOf(RunFrameSchema, text));
const boardFrames = (watcher: Watcher): BoardFrame[] => watcher.texts.map((text) => frameOf(BoardFrameSchema, text));

/** Sequence numbers of all events a watcher saw, in order. */
function seqs(frames: readonly RunFrame[]): number[] {
  return frames.flatMap((frame) => {
    if (frame.type === "event") return [frame.event.seq];
    return frame.type === "run" ? [] : frame.events.map((event) => event.seq);
  });
}

const dense = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe("a watcher of a run", () => {
  test("gets a snapshot, then every event once and in order", async () => {
    const watcher = await watch(stub);
    await work(world);
    const version = (await stub.view())?.version ?? 0;
    await watcher.until(2);
    const frames = runFrames(watcher);
    expect(frames[0]?.type).toBe("snapshot");
    expect(seqs(frames)).toEqual(dense(1, version));
    expect(frames.findLast((frame) => frame.type === "run")).toMatchObject({
      run: { status: "review_ready", version },
    });
  });

  test("that comes back gets what it missed, without a gap or a repeat, also from an evicted actor", async () => {
    const first = await watch(stub);
    await first.until(1);
    const seen = seqs(runFrames(first));
    first.socket.close(1000);
    await work(world);
    await evict(stub);
    const second = await watch(stub, `?since=${seen.at(-1)}`);
    await second.until(1);
    await say(world, task, "I accept.");
    const version = (await stub.view())?.version ?? 0;
    const frames = runFrames(second);
    expect(frames[0]).toMatchObject({ type: "resume" });
    expect([...seen, ...seqs(frames)]).toEqual(dense(1, version));
  });

  test("keeps hearing when the actor is evicted under its open socket", async () => {
    const watcher = await watch(stub);
    await watcher.until(1);
    await evict(stub);
    await work(world);
    expect(seqs(runFrames(watcher))).toEqual(dense(1, (await stub.view())?.version ?? 0));
  });

  test("hears nothing twice after an eviction, though everybody left who carried how far all were told", async () => {
    const watchers = await Promise.all(Array.from({ length: 20 }, () => watch(stub)));
    for (const watcher of watchers) await watcher.until(1);
    await work(world);
    const known = (await stub.view())?.version ?? 0;
    for (const watcher of watchers) await vi.waitUntil(() => seqs(runFrames(watcher)).at(-1) === known);
    const closed = watchers.slice(0, 16).map(({ socket }) => {
      const gone = new Promise((done) => socket.addEventListener("close", done));
      socket.close(1000);
      return gone;
    });
    await Promise.all(closed);
    await evict(stub);
    await say(world, task, "I accept.");
    const version = (await stub.view())?.version ?? 0;
    for (const watcher of watchers.slice(16)) {
      await vi.waitUntil(() => seqs(runFrames(watcher)).at(-1) === version);
      expect(seqs(runFrames(watcher))).toEqual(dense(1, version));
    }
  });

  test("that is up to date resumes with nothing", async () => {
    const version = (await stub.view())?.version;
    const watcher = await watch(stub, `?since=${version}`);
    await watcher.until(1);
    expect(runFrames(watcher)).toMatchObject([{ type: "resume", events: [], seq: version }]);
  });

  test.each(["99999", "-1", "x", "1.5", "", "9".repeat(40)])(
    "that asks to resume from “%s” starts afresh",
    async (since) => {
      const watcher = await watch(stub, `?since=${since}`);
      await watcher.until(1);
      expect(runFrames(watcher)[0]?.type).toBe("snapshot");
    },
  );

  test("is answered on a ping without waking the actor", async () => {
    const watcher = await watch(stub);
    await watcher.until(1);
    watcher.socket.send("ping");
    await watcher.until(2);
    expect(watcher.texts[1]).toBe("pong");
  });

  test("can say what it likes: nothing happens", async () => {
    const watcher = await watch(stub);
    await watcher.until(1);
    const before = await stub.inspect();
    watcher.socket.send('{"type":"cancel"}');
    watcher.socket.send("ping");
    await watcher.until(2);
    expect(await stub.inspect()).toBe(before);
  });

  test("sees a heartbeat as a fresh run, not as an event", async () => {
    const message = world.executions.shift();
    const grant = await stub.acquire(message?.attempt ?? 0);
    if (!grant.ok) throw new Error("The lease is granted.");
    await settle(world, stub);
    const watcher = await watch(stub);
    await watcher.until(1);
    world.now += 5_000;
    await stub.heartbeat(grant.value.epoch);
    await watcher.until(2);
    expect(runFrames(watcher)[1]).toMatchObject({ type: "run", run: { lease: { epoch: 1 } } });
  });
});

describe("the run board", () => {
  const board = () => env.RUN_BOARD.getByName("board");

  async function summary(change: Partial<RunSummary> = {}): Promise<RunSummary> {
    const view = await stub.view();
    if (view === null) throw new Error("The run exists.");
    const {
      brief: _b,
      question: _q,
      findings: _f,
      lease: _l,
      attempts: _a,
      steps: _s,
      rounds: _r,
      artifacts: _t,
      ...rest
    } = view;
    return { ...rest, ...change };
  }

  test("shows every run and follows it", async () => {
    const watcher = await watch(board());
    await watcher.until(1);
    const [first] = boardFrames(watcher);
    if (first?.type !== "snapshot") throw new Error("A snapshot comes first.");
    expect(first.runs.find((run) => run.taskGid === task)?.status).toBe("ready");
    await work(world);
    const later = boardFrames(watcher)
      .slice(1)
      .flatMap((frame) => (frame.type === "run" ? [frame] : []));
    expect(later.at(-1)?.run).toMatchObject({ taskGid: task, status: "review_ready" });
    expect(later.map((frame) => frame.seq)).toEqual(later.map((frame) => frame.seq).toSorted((a, b) => a - b));
  });

  test("resumes with what changed since, also after an eviction", async () => {
    const first = await watch(board());
    await first.until(1);
    const since = boardFrames(first)[0]?.seq;
    await work(world);
    await evictDurableObject(board());
    const second = await watch(board(), `?since=${since}`);
    await second.until(1);
    const [frame] = boardFrames(second);
    expect(frame).toMatchObject({ type: "resume", runs: [{ taskGid: task, status: "review_ready" }] });
  });

  test("ignores an older version of a run", async () => {
    const watcher = await watch(board());
    await watcher.until(1);
    await board().put(await summary({ version: 1, status: "observed" }));
    await board().put(await summary({ title: "newest" }));
    await watcher.until(2);
    const frames = boardFrames(watcher).slice(1);
    expect(frames).toMatchObject([{ type: "run", run: { title: "newest" } }]);
  });

  describe("before many watchers", () => {
    const burst = async (): Promise<void> => {
      const mine = await summary();
      await runInDurableObject(board(), (instance: RunBoard) => {
        for (let n = 0; n < 50; n += 1)
          instance.put({ ...mine, runId: `tar_9${n % 5}`, taskGid: `9${n % 5}`, version: n + 1, title: `round ${n}` });
      });
    };
    const shownAt = (watcher: Watcher) =>
      new Map(
        boardFrames(watcher)
          .slice(1)
          .flatMap((frame) => (frame.type === "run" ? [frame.run] : frame.runs))
          .map((run) => [run.runId, run.title]),
      );
    const newest = [45, 46, 47, 48, 49].map((n) => [`tar_9${n % 5}`, `round ${n}`]);

    test("gathers a burst: the first news at once, then one frame with the rest, each run once", async () => {
      const watchers = await Promise.all(Array.from({ length: 130 }, () => watch(board())));
      for (const watcher of watchers) await watcher.until(1);
      await burst();
      for (const watcher of watchers) await watcher.until(3);
      for (const watcher of watchers) {
        expect(boardFrames(watcher).map(({ type }) => type)).toEqual(["snapshot", "run", "resume"]);
        expect([...shownAt(watcher)].toSorted()).toEqual(newest);
        watcher.socket.close(1000);
      }
    });

    test("tells what it had gathered when it was evicted", async () => {
      const watchers = await Promise.all(Array.from({ length: 130 }, () => watch(board())));
      for (const watcher of watchers) await watcher.until(1);
      await burst();
      await evictDurableObject(board());
      await watch(board());
      for (const watcher of watchers) await watcher.until(3);
      for (const watcher of watchers) {
        expect([...shownAt(watcher)].toSorted()).toEqual(newest);
        watcher.socket.close(1000);
      }
    });
  });

  test("tells who may see one client nothing of another, at once, later, after a return and from an evicted actor", async () => {
    const mine = await summary();
    const units = ["bu_hers", "bu_hers_too", "bu_theirs", null];
    const put = async (round: string) => {
      for (const [n, businessUnitId] of units.entries())
        await board().put({ ...mine, runId: `tar_77${n}`, taskGid: `77${n}`, businessUnitId, title: round });
    };
    await put("first");
    const hers = await watch(board(), "", { [BOARD_UNITS_HEADER]: "bu_hers,bu_hers_too" });
    const all = await watch(board());
    await put("second");
    await evictDurableObject(board());
    await put("third");
    const back = await watch(board(), "?since=1", { [BOARD_UNITS_HEADER]: "bu_hers,bu_hers_too" });
    const heard = (watcher: Watcher) => {
      const runs = boardFrames(watcher).flatMap((frame) => (frame.type === "run" ? [frame.run] : frame.runs));
      return {
        units: [...new Set(runs.map((run) => run.businessUnitId))].toSorted(),
        newest: runs.findLast((run) => run.taskGid === "771")?.title,
      };
    };
    await vi.waitUntil(() => heard(hers).newest === "third" && heard(all).newest === "third");
    await back.until(1);
    expect(heard(hers).units).toEqual(["bu_hers", "bu_hers_too"]);
    expect(heard(back)).toEqual({ units: ["bu_hers", "bu_hers_too"], newest: "third" });
    expect(heard(all).units).toEqual(expect.arrayContaining(["bu_theirs", null]));
  });

  test("shows a watcher who missed more than fits in a frame all there is, not a part that looks like all of it", async () => {
    const mine = await summary();
    const watchers = await Promise.all(Array.from({ length: 130 }, () => watch(board())));
    for (const watcher of watchers) await watcher.until(1);
    // One that gives no sign is dropped before so much, and sees a snapshot when it comes back.
    const reader = await watch(board());
    reader.socket.send("ping");
    await reader.until(2);
    await runInDurableObject(board(), (instance: RunBoard) => {
      for (let n = 0; n < 1_100; n += 1)
        instance.put({ ...mine, runId: `tar_6${n}`, taskGid: `6${n}`, version: 1, title: `burst ${n}` });
    });
    await reader.until(4);
    const types = reader.texts.map((text) => (text === "pong" ? text : frameOf(BoardFrameSchema, text).type));
    expect(types).toEqual(["snapshot", "pong", "run", "snapshot"]);
    expect(frameOf(BoardFrameSchema, reader.texts[3])).toMatchObject({ runs: { length: 1_000 } });
    for (const { socket } of [reader, ...watchers]) socket.close(1000);
  });

  test("keeps the newest two hundred ended runs and every one that goes on", async () => {
    const mine = await summary();
    for (let n = 0; n < 205; n += 1)
      await board().put({
        ...mine,
        runId: `tar_8${n}`,
        taskGid: `8${n}`,
        status: "accepted",
        updatedAt: new Date(Date.UTC(2049, 0, 1) + n * 60_000).toISOString(),
      });
    const watcher = await watch(board());
    await watcher.until(1);
    const [frame] = boardFrames(watcher);
    const runs = frame?.type === "snapshot" ? frame.runs : [];
    const ended = runs.filter((run) => run.status === "accepted").map((run) => run.taskGid);
    expect(ended).toHaveLength(200);
    expect([ended[0], ended.at(-1)]).toEqual(["85", "8204"]);
    expect(runs.some((run) => run.taskGid === task)).toBe(true);
  });

  test("keeps those that ended last when the index and the board are written anew in the order of their names", async () => {
    const mine = await summary();
    const ended = (n: number): RunSummary => ({
      ...mine,
      runId: `tar_5${1_000 + n}`,
      taskGid: `5${1_000 + n}`,
      status: "accepted",
      // The later its name, the longer ago it ended.
      updatedAt: new Date(Date.UTC(2050, 0, 1) - n * 60_000).toISOString(),
    });
    for (let n = 0; n < 205; n += 1) await board().put(ended(n));
    const watcher = await watch(board());
    await watcher.until(1);
    const [frame] = boardFrames(watcher);
    const kept = frame?.type === "snapshot" ? frame.runs.filter((run) => run.runId.startsWith("tar_51")) : [];
    expect(kept.map((run) => run.runId).toSorted()).toEqual(
      Array.from({ length: 200 }, (_, n) => ended(n).runId).toSorted(),
    );
  });
});
