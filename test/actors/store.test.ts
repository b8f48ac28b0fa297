/** What a run stores: a log nobody can change, a state that is written by what changed, rows of older versions. */
import { runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { RUN_MIGRATIONS } from "../../src/actors/run/migrations.ts";
import { changesOf, headDiffers, headOf, movingOf } from "../../src/actors/run/parts.ts";
import { RunStore } from "../../src/actors/run/store.ts";
import { linkText } from "../../src/core/run/chain.ts";
import type { FeedbackRound, RunState } from "../../src/core/run/types.ts";
import { STATE_SCHEMA } from "../../src/core/run/upgrade.ts";
import { sha256Now } from "../../src/lib/digest.ts";
import { migrate } from "../../src/lib/migrate.ts";
import { artifactOf, NOW } from "../support/run-cases.ts";
import { SITUATIONS } from "../support/run-machine.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { evict, freshTask, poke, runOf, say, takeExecution, work } from "./hands.ts";

let world: RunWorld;
let task: string;

beforeEach(() => {
  world = enterWorld();
  task = freshTask();
});

async function inReview() {
  giveTask(world, task);
  const stub = await poke(world, task);
  await work(world);
  return stub;
}

describe("the log", () => {
  test("is dense and chained from the run's id to its end, across evictions", async () => {
    const stub = await inReview();
    await evict(stub);
    await say(world, task, "I accept.");
    const events = await runInDurableObject(stub, (_, ctx) => new RunStore(ctx.storage).eventsSince(0, 10_000));
    let previous = `tar_${task}`;
    for (const [index, { seq, at, event, hash }] of events.entries()) {
      expect(seq).toBe(index + 1);
      expect(hash).toBe(sha256Now(linkText(previous, seq, at, event)));
      previous = hash;
    }
    expect(events.at(-1)?.seq).toBe((await stub.view())?.version);
  });

  test("refuses to be changed or shortened", async () => {
    const stub = await inReview();
    for (const sql of [
      "UPDATE run_events SET event = '{}' WHERE seq = 1",
      "UPDATE run_events SET at = at + 1",
      "DELETE FROM run_events WHERE seq = 2",
    ])
      await runInDurableObject(stub, (_, ctx) => expect(() => ctx.storage.sql.exec(sql)).toThrow(/append-only/));
  });

  test("takes no entry that leaves a gap, and is as before after a turn that failed", async () => {
    const stub = await inReview();
    await runInDurableObject(stub, (_, ctx) => {
      const store = new RunStore(ctx.storage);
      const version = store.readState()?.version ?? 0;
      const event = { type: "task.noticed", what: "x" } as const;
      expect(() => store.transaction(() => store.append([{ seq: version + 2, at: NOW, event, work: null }]))).toThrow(
        /does not follow/,
      );
      const failing = () => {
        store.append([{ seq: version + 1, at: NOW, event, work: null }]);
        throw new Error("later in the turn");
      };
      expect(() => store.transaction(failing)).toThrow(/later/);
      store.transaction(() => store.append([{ seq: version + 1, at: NOW, event, work: null }]));
      expect(store.eventsSince(version, 10)).toHaveLength(1);
    });
  });
});

describe("rows of the version before", () => {
  /** The tables as the first version left them, with one event and a state in one row. */
  function firstVersion(storage: DurableObjectStorage, state: RunState): void {
    migrate(storage.sql, RUN_MIGRATIONS.slice(0, 1));
    const { registryVersion: _later, ...stored } = state;
    const event = { type: "run.observed", runId: state.runId, taskGid: state.taskGid };
    storage.sql.exec(
      "INSERT INTO run_events (seq, at, type, event) VALUES (1, ?, 'run.observed', ?), (2, ?, 'assessment.started', ?)",
      NOW,
      JSON.stringify(event),
      NOW,
      JSON.stringify({ type: "assessment.started" }),
    );
    storage.sql.exec(
      "INSERT INTO run_state (id, version, state) VALUES (1, ?, ?)",
      state.version,
      JSON.stringify(stored),
    );
  }

  test("are read whole by this one, and the log they hold is chained", async () => {
    const { state } = SITUATIONS["second version ready"];
    if (state === null) throw new Error("There is a run.");
    const stub = runOf(task);
    await runInDurableObject(stub, (_, ctx) => {
      firstVersion(ctx.storage, state);
      const store = new RunStore(ctx.storage);
      expect(store.readState()).toEqual({ ...state, registryVersion: state.version });
      const [first, second] = store.eventsSince(0, 10);
      expect(first?.hash).toBe(sha256Now(linkText(state.runId, 1, NOW, first?.event)));
      expect(second?.hash).toBe(sha256Now(linkText(first?.hash ?? "", 2, NOW, { type: "assessment.started" })));
    });
  });

  test("that held what moves in one row with the rest are read whole, and both are written where they belong", async () => {
    const { state } = SITUATIONS.running;
    if (state === null) throw new Error("There is a run.");
    await runInDurableObject(runOf(task), (_, { storage }) => {
      migrate(storage.sql, RUN_MIGRATIONS.slice(0, 2));
      const { steps: _s, rounds: _r, artifacts: _a, seenStories: _seen, postedComments: _p, ...head } = state;
      const insert = "INSERT INTO run_state (id, version, state, schema) VALUES (1, ?, ?, ?)";
      storage.sql.exec(insert, state.version, JSON.stringify(head), STATE_SCHEMA);
      const store = new RunStore(storage);
      const lists = { steps: [], rounds: [], artifacts: [], seenStories: [], postedComments: {} };
      expect(store.readState()).toEqual({ ...state, ...lists });
      const next = { ...state, ...lists, version: state.version + 1, skillTitle: "Another" };
      store.transaction(() => store.writeState(next));
      expect(new RunStore(storage).readState()).toEqual(next);
      const rows = storage.sql.exec("SELECT state FROM run_state UNION ALL SELECT state FROM run_now").toArray();
      expect(rows.map(({ state: text }) => Object.keys(JSON.parse(String(text))).includes("lease"))).toEqual([
        false,
        true,
      ]);
    });
  });

  test("are written in this version's shape by the next turn", async () => {
    const { state } = SITUATIONS["second version ready"];
    if (state === null) throw new Error("There is a run.");
    await runInDurableObject(runOf(task), (_, ctx) => {
      firstVersion(ctx.storage, state);
      const store = new RunStore(ctx.storage);
      const read = store.readState();
      if (read === null) throw new Error("There is a run.");
      store.transaction(() => store.writeState({ ...read, updatedAt: NOW + 1 }));
      expect(new RunStore(ctx.storage).readState()).toEqual({ ...read, updatedAt: NOW + 1 });
    });
  });
});

/** A run after `n` rounds of twenty steps, each with a report and three comments. */
function longRun(n: number): RunState {
  const { state } = SITUATIONS["second version ready"];
  const round = state?.rounds[0];
  if (state === null || round === undefined) throw new Error("There is a run with a round.");
  const numbers = Array.from({ length: n }, (_, index) => index + 1);
  return {
    ...state,
    steps: numbers.flatMap((at) =>
      Array.from({ length: 20 }, (_, k) => ({
        key: `r${at}.12345678/gather.${k}`,
        label: `Gather number ${k} of the report`,
        round: at,
        attempt: at,
        startedAt: NOW,
        endedAt: NOW,
      })),
    ),
    rounds: numbers.map((at): FeedbackRound => ({ ...round, n: at, roundId: `rnd_${at}`, comment: "x".repeat(400) })),
    artifacts: numbers.map((at) => artifactOf(at, { lifecycle: at === n ? "in_review" : "superseded" })),
    seenStories: numbers.flatMap((at) => [`${at}1`, `${at}2`]),
    postedComments: Object.fromEntries(numbers.map((at) => [`review-v${at}`, `${at}9`])),
  };
}

/** Bytes a turn writes for the state. */
function bytesOf(before: RunState, after: RunState): number {
  const parts = changesOf(before, after).map((change) => ("value" in change ? change.value.length : 0));
  const head = headDiffers(before, after) ? JSON.stringify(headOf(after)).length : 0;
  return head + JSON.stringify(movingOf(after)).length + parts.reduce((sum, bytes) => sum + bytes, 0);
}

test("a step writes the same few bytes, and a turn the same few kilobytes, after 10, 100 and 1,000 rounds", () => {
  const figures = [10, 100, 1_000].map((n) => {
    const before = longRun(n);
    const step = { key: "k", label: "K", round: n, attempt: n, startedAt: NOW, endedAt: NOW };
    const rounds = before.rounds.map((one) => (one.n === n ? { ...one, reply: "Done." } : one));
    return {
      step: bytesOf(before, { ...before, steps: [...before.steps, step] }),
      round: bytesOf(before, { ...before, rounds }),
      posted: bytesOf(before, { ...before, postedComments: { ...before.postedComments, more: "1" } }),
      whole: JSON.stringify(before).length,
    };
  });
  for (const { step, round, posted } of figures) {
    expect(step).toBeLessThan(250);
    expect(round).toBeLessThan(4_000);
    expect(posted).toBeLessThan(4_000);
  }
  // A number more digits, no more.
  expect(figures[2]?.step).toBeLessThan((figures[0]?.step ?? 0) + 10);
});

test("a list that got shorter, and one whose middle changed, are read back as they were written", async () => {
  const long = longRun(10);
  const other = { ...long, steps: long.steps.slice(0, 3), artifacts: long.artifacts.with(4, artifactOf(99)) };
  await runInDurableObject(runOf(task), (_, ctx) => {
    const store = new RunStore(ctx.storage);
    for (const state of [long, other]) {
      store.transaction(() => store.writeState(state));
      expect(new RunStore(ctx.storage).readState()).toEqual(state);
    }
  });
});

describe("what memory knows of promises and alarm", () => {
  test("the projection that waits is never put off by further progress, and is brought forward", async () => {
    const due = await runInDurableObject(await inReview(), (_, { storage }) => {
      const store = new RunStore(storage);
      return [400, 500, 100, 900].map((wait) => {
        store.transaction(() => store.enqueue({ kind: "project" }, world.now + wait, world.now));
        return Number(store.outbox().find(({ key }) => key === "project")?.due_at) - world.now;
      });
    });
    expect(due).toEqual([400, 400, 100, 100]);
  });

  test("is forgotten with a transaction that fails: the next one enqueues and sets the alarm again", async () => {
    const found = await runInDurableObject(await inReview(), async (_, { storage }) => {
      const store = new RunStore(storage);
      const at = world.now + 400;
      const promise = () => {
        store.enqueue({ kind: "project" }, at, world.now);
        store.arm(store.earliestDue(), world.now);
      };
      const failing = () =>
        store.transaction(() => {
          promise();
          throw new Error("The turn fails.");
        });
      expect(failing).toThrow("The turn fails.");
      store.transaction(promise);
      return [store.earliestDue() === at, await storage.getAlarm()];
    });
    expect(found).toEqual([true, world.now + 400]);
  });

  test("an alarm that rings a little too early stays, one that is late or much too early is moved", async () => {
    const found = await runInDurableObject(await inReview(), async (_, { storage }) => {
      const store = new RunStore(storage);
      const alarms: number[] = [];
      for (const wait of [30_000, 31_000, 90_000, 90_001, 400, 500]) {
        store.transaction(() => store.arm(world.now + wait, world.now));
        alarms.push(Number(await storage.getAlarm()) - world.now);
      }
      return alarms;
    });
    expect(found).toEqual([30_000, 30_000, 30_000, 90_001, 400, 400]);
  });

  test("an alarm that does not ring for what is due is set again after ten seconds, and not in every turn from then on", async () => {
    const found = await runInDurableObject(await inReview(), async (_, { storage }) => {
      const store = new RunStore(storage);
      const alarms: (number | null)[] = [];
      store.transaction(() => store.arm(world.now + 400, world.now));
      // A busy machine rings late: nothing is set while that may be all there is to it.
      for (const later of [400, 10_399, 10_400, 10_401, 20_399, 20_400]) {
        await storage.deleteAlarm();
        store.transaction(() => store.arm(world.now + 400, world.now + later));
        alarms.push(await storage.getAlarm());
      }
      return alarms;
    });
    const again = world.now + 400;
    expect(found).toEqual([null, null, again, null, null, again]);
  });

  test("an alarm in the past that nothing is due for any more is moved: it would ring for nothing", async () => {
    const found = await runInDurableObject(await inReview(), async (_, { storage }) => {
      const store = new RunStore(storage);
      store.transaction(() => store.arm(world.now + 400, world.now));
      store.transaction(() => store.arm(world.now + 20_000, world.now + 400));
      return storage.getAlarm();
    });
    expect(found).toBe(world.now + 20_000);
  });
});

test("twenty-one results that come together are written and read back in their order", async () => {
  giveTask(world, task);
  const stub = await poke(world, task);
  const grant = await stub.acquire(takeExecution(world).attempt);
  if (!grant.ok) throw new Error("A promised run lends its lease.");
  const done = Array.from({ length: 21 }, (_, n) => ({
    ...({ kind: "step", label: "Step", startedAt: NOW } as const),
    key: `r0.1/step${String(n).padStart(2, "0")}`,
    result: `{"inline":${n}}`,
  }));
  await stub.advance(grant.value.epoch, done, null);
  // One that is told twice, also in the same message, is as it was told last.
  const again = done.slice(20).flatMap((step) => ["once more", "again"].map((result) => ({ ...step, result })));
  await stub.advance(grant.value.epoch, again, null);
  const found = await runInDurableObject(stub, (_, { storage }) => new RunStore(storage).journal(0));
  expect(found.map(({ result }) => result)).toEqual([...done.slice(0, 20).map(({ result }) => result), "again"]);
});
