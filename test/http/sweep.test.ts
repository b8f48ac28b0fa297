import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { isTerminal } from "../../src/core/run/queries.ts";
import { RunStatusSchema } from "../../src/core/wire.ts";
import { heldRuns, overdueRuns, type SweptRow, wakelessRuns } from "../../src/d1/overdue.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { noteRunVisits, runsToVisit } from "../../src/d1/visits.ts";
import { MAX_PAGES, PAGE, type SweepDeps, sweep } from "../../src/sweep.ts";
import { alarmOf, freshTask, poke, runOf, settle, takeExecution, work } from "../actors/hands.ts";
import { NOW, SETTINGS } from "../support/run-cases.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";

const db = env.PLATFORM_BUILD_DB;
const MINUTE = 60_000;
let world: RunWorld;

beforeEach(async () => {
  world = enterWorld();
  await db.prepare("DELETE FROM team_agent_runs").run();
});

const depsOver = (database: D1Database): SweepDeps => {
  const index = openIndex(database);
  return {
    overdue: (before, after, limit) => overdueRuns(index, before, after, limit),
    wakeless: (after, limit) => wakelessRuns(index, after, limit),
    held: (after, limit) => heldRuns(index, after, limit),
    poke: async (taskGid) => runOf(taskGid).poke(),
    toVisit: (by, after, limit) => runsToVisit(index, by, after, limit),
    visit: async (taskGid) => runOf(taskGid).visit(),
    noteVisits: (visits) => noteRunVisits(index, visits),
  };
};
/** The sweep as far as it goes by what the rows say; `visits.test.ts` has the rest. */
const sweepNow = (change: Partial<SweepDeps> = {}) => sweep({ ...depsOver(db), ...change }, new Date(world.now), false);

/** A row of the index; `wakeAt` null: it has no wake time. */
async function row(taskGid: string, status: string, wakeAt: number | null): Promise<void> {
  const wake = wakeAt === null ? null : new Date(wakeAt).toISOString();
  await db
    .prepare(
      `INSERT INTO team_agent_runs (run_id, task_gid, version, status, title, summary, created_at, updated_at, wake_at)
       VALUES (?, ?, 1, ?, 'x', '{}', '2039', '2039', ?)`,
    )
    .bind(`tar_${taskGid}`, taskGid, status, wake)
    .run();
}

test("held runs are all asked, page by page: no wake time says that one was forgotten", async () => {
  for (const task of ["71", "72", "73"]) await row(task, "ready", null);
  await db.exec("UPDATE team_agent_runs SET waiting_kind = 'hold', wake_at = '2999'");
  const index = openIndex(db);
  const first = await heldRuns(index, null, 2);
  const rest = await heldRuns(index, first.at(-1) ?? null, 2);
  expect([...first, ...rest].map((one) => one.taskGid)).toEqual(["73", "72", "71"]);
  expect((await sweepNow()).nobody).toBe(3);
});

describe("a run whose alarm got lost", () => {
  test("goes on after the sweep: its lapsed lease is noticed and the work ends", async () => {
    const task = freshTask();
    giveTask(world, task);
    const stub = await poke(world, task);
    await stub.acquire(takeExecution(world).attempt);
    await settle(world, stub);
    await runInDurableObject(stub, (_, state) => state.storage.deleteAlarm());
    world.now += SETTINGS.leaseMs + 11 * MINUTE;
    expect(await settle(world, stub)).toBe(0);
    expect(await sweepNow()).toEqual({ poked: 1, visited: 0, nobody: 0, failed: 0, more: false });
    await settle(world, stub);
    world.now += 15 * MINUTE;
    await settle(world, stub);
    await work(world);
    expect((await stub.view())?.status).toBe("review_ready");
  });

  test("is left alone while it is less than ten minutes late, and so is one whose time has not come", async () => {
    const asked: string[] = [];
    await row("31", "running", world.now - 9 * MINUTE);
    await row("32", "running", world.now + MINUTE);
    const note: SweepDeps["poke"] = async (gid) => {
      asked.push(gid);
      return "poked";
    };
    await sweepNow({ poke: note });
    world.now += 2 * MINUTE;
    await sweepNow({ poke: note });
    expect(asked).toEqual(["31"]);
  });
});

test("runs that have ended are never poked, all others are, with an old wake time or with none", async () => {
  const wanted: string[] = [];
  let gid = 100;
  for (const status of RunStatusSchema.options) {
    for (const wakeAt of [null, world.now - 60 * MINUTE]) {
      gid += 1;
      await row(String(gid), status, wakeAt);
      if (!isTerminal(status)) wanted.push(String(gid));
    }
  }
  const asked: string[] = [];
  await sweepNow({
    poke: async (task) => {
      asked.push(task);
      return "poked";
    },
  });
  expect(asked.toSorted()).toEqual(wanted);
});

test("a row without a run is told of and left, and wakes up nothing", async () => {
  const task = freshTask();
  await row(task, "running", NOW - 60 * MINUTE);
  expect(await sweepNow()).toMatchObject({ poked: 0, nobody: 1 });
  expect((await db.prepare("SELECT task_gid FROM team_agent_runs").all()).results).toEqual([{ task_gid: task }]);
  expect([await runOf(task).view(), await alarmOf(runOf(task))]).toEqual([null, null]);
});

test("a run that cannot be woken stops no other", async () => {
  await row("41", "running", NOW - 60 * MINUTE);
  await row("42", "running", NOW - 50 * MINUTE);
  const swept = await sweepNow({
    poke: async (gid) => {
      if (gid === "41") throw new Error("The actor is overloaded.");
      return "poked";
    },
  });
  expect(swept).toMatchObject({ poked: 1, failed: 1 });
});

test("another system's run that lies here to be looked at is nothing to report", async () => {
  await row("43", "running", NOW - 60 * MINUTE);
  const swept = await sweepNow({ poke: async () => "copy" });
  expect(swept).toEqual({ poked: 0, visited: 0, nobody: 0, failed: 0, more: false });
});

test("one sweep goes page by page, the longest forgotten first, and leaves the rest to the next", async () => {
  const all = Array.from({ length: PAGE * MAX_PAGES + 5 }, (_, n): SweptRow => {
    return { taskGid: String(n), runId: `tar_${n}`, at: String(n) };
  });
  const asked: string[] = [];
  const swept = await sweepNow({
    overdue: async (_before, after, limit) => {
      const from = after === null ? 0 : all.indexOf(after) + 1;
      return all.slice(from, from + limit);
    },
    poke: async (gid) => {
      asked.push(gid);
      return "poked";
    },
  });
  expect(swept).toMatchObject({ poked: PAGE * MAX_PAGES, more: true });
  expect(asked).toEqual(all.slice(0, PAGE * MAX_PAGES).map(({ taskGid }) => taskGid));
});

test("pages of the index follow one another without gap or repeat, also between runs of the same moment", async () => {
  for (const gid of ["51", "52", "53", "54", "55"]) await row(gid, "running", NOW - 60 * MINUTE);
  for (const gid of ["61", "62", "63"]) await row(gid, "ready", null);
  const index = openIndex(db);
  const before = new Date(NOW).toISOString();
  const readAll = async (page: (after: SweptRow | null) => Promise<readonly SweptRow[]>) => {
    const read: string[] = [];
    for (let rows = await page(null); rows.length > 0; rows = await page(rows.at(-1) ?? null))
      read.push(...rows.map(({ taskGid }) => taskGid));
    return read;
  };
  expect(await readAll((after) => overdueRuns(index, before, after, 2))).toEqual(["51", "52", "53", "54", "55"]);
  expect(await readAll((after) => wakelessRuns(index, after, 2))).toEqual(["61", "62", "63"]);
});

test("the sweep reads indexes: no scan of the table, no sort of its rows", async () => {
  const asked: string[] = [];
  const watched = new Proxy(db, {
    get: (target, name) =>
      name === "prepare"
        ? (query: string) => {
            asked.push(query);
            return target.prepare(query);
          }
        : Reflect.get(target, name),
  });
  await row("81", "running", world.now + MINUTE);
  await sweep(depsOver(watched), new Date(world.now));
  expect(asked).toHaveLength(5);
  const plans = asked.map(async (query) => {
    const values = [...query.matchAll(/\?/g)].map(() => "1");
    const { results } = await db
      .prepare(`EXPLAIN QUERY PLAN ${query}`)
      .bind(...values)
      .all();
    return results.map((one) => String(one.detail)).join("; ");
  });
  expect(await Promise.all(plans)).toEqual([
    expect.stringMatching(/^SEARCH team_agent_runs USING INDEX team_agent_runs_by_wake [^;]*$/),
    expect.stringMatching(/^SEARCH team_agent_runs USING INDEX team_agent_runs_without_wake [^;]*$/),
    expect.stringMatching(/^SEARCH team_agent_runs USING INDEX team_agent_runs_to_visit [^;]*$/),
    expect.stringMatching(
      /^SCAN json_each VIRTUAL TABLE[^;]*; SEARCH team_agent_runs USING COVERING INDEX sqlite_autoindex_team_agent_runs_1 [^;]*$/,
    ),
    expect.stringMatching(/^SEARCH team_agent_runs USING INDEX team_agent_runs_by_waiting [^;]*$/),
  ]);
});
