/** The sweep comes by every actor now and then, whatever the index says of it. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { ARCHIVE_AFTER_MS } from "../../src/core/run/queries.ts";
import { IN_ORDER, type Visit } from "../../src/core/visit.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { noteRunVisits, runsToVisit } from "../../src/d1/visits.ts";
import { MAX_PAGES, PAGE, QUIET_VISIT_EVERY_MS, type SweepDeps, sweep, VISIT_EVERY_MS } from "../../src/sweep.ts";
import { alarmOf, freshTask, poke, type RunStub, runOf, say, settle, takeExecution, work } from "../actors/hands.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";

const db = env.PLATFORM_BUILD_DB;
const index = openIndex(db);
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
let world: RunWorld;
let task: string;

beforeEach(async () => {
  world = enterWorld();
  task = freshTask();
  await db.prepare("DELETE FROM team_agent_runs").run();
});

/** A sweep that visits and does nothing else. */
const deps: SweepDeps = {
  overdue: async () => [],
  wakeless: async () => [],
  held: async () => [],
  poke: async () => "poked",
  toVisit: (by, after, limit) => runsToVisit(index, by, after, limit),
  visit: async (taskGid) => runOf(taskGid).visit(),
  noteVisits: (visits) => noteRunVisits(index, visits),
};
const sweepNow = (change: Partial<SweepDeps> = {}) => sweep({ ...deps, ...change }, new Date(world.now));

const visitAt = (taskGid: string) =>
  db.prepare("SELECT visit_at FROM team_agent_runs WHERE task_gid = ?").bind(taskGid).first<string | null>("visit_at");

const loseAlarm = (stub: RunStub) => runInDurableObject(stub, (_, state) => state.storage.deleteAlarm());

async function accepted(): Promise<RunStub> {
  giveTask(world, task);
  await poke(world, task);
  await work(world);
  return say(world, task, "I accept.");
}

/** A row of the index that nothing stands behind. */
async function row(taskGid: string, status: string, updatedAt: number, visit = ""): Promise<void> {
  await db
    .prepare(
      `INSERT INTO team_agent_runs (run_id, task_gid, version, status, title, summary, created_at, updated_at, visit_at)
       VALUES (?, ?, 1, ?, 'x', '{}', '2039', ?, ?)`,
    )
    .bind(`tar_${taskGid}`, taskGid, status, new Date(updatedAt).toISOString(), visit)
    .run();
}

/** Events of the log of this moment. */
function told(): string[] {
  const lines: string[] = [];
  for (const name of ["warn", "error"] as const)
    vi.spyOn(console, name).mockImplementation((text) => void lines.push(JSON.parse(String(text)).event));
  return lines;
}

describe("a run that owes something, and whose alarm the platform forgot", () => {
  test("is found although it has ended and no timer is late: what it promised is kept", async () => {
    const stub = await accepted();
    await stub.act("reproject", "ops@agency.example", "a look");
    await loseAlarm(stub);
    const version = (await stub.view())?.version;
    expect(await sweep(deps, new Date(world.now), false)).toMatchObject({ poked: 0, visited: 0 });
    world.now += VISIT_EVERY_MS;
    const events = told();
    expect(await sweepNow()).toMatchObject({ visited: 1, failed: 0 });
    expect(events).toEqual(["sweep.forgotten_run"]);
    await settle(world, stub);
    const shown = await db
      .prepare("SELECT version FROM team_agent_runs WHERE task_gid = ?")
      .bind(task)
      .first("version");
    expect(shown).toBe(version);
  });

  test("is found too when the platform says that the alarm is set", async () => {
    const stub = await accepted();
    await stub.act("reproject", "ops@agency.example", "a look");
    const before = await alarmOf(stub);
    world.now += VISIT_EVERY_MS;
    const visits: Visit[] = [];
    await sweepNow({
      visit: async (gid) => {
        const found = await runOf(gid).visit();
        visits.push(found);
        return found;
      },
    });
    expect(visits).toEqual([{ found: "forgotten", since: before }]);
  });

  test("gets it back before anything is late, and nobody is told", async () => {
    const stub = await accepted();
    const due = await alarmOf(stub);
    await loseAlarm(stub);
    const events = told();
    expect(await sweepNow()).toMatchObject({ visited: 1 });
    expect([events, await alarmOf(stub)]).toEqual([[], due]);
  });
});

test("a visit is no activity: no event, no version, no row, no longer lease", async () => {
  giveTask(world, task);
  const stub = await poke(world, task);
  await stub.acquire(takeExecution(world).attempt);
  world.now += 1_000;
  await settle(world, stub);
  const look = async () => [await stub.inspect(), await stub.exported(), await alarmOf(stub)];
  const before = await look();
  const calls = world.faults.calls.length;
  world.now += 9_000;
  expect(await sweepNow()).toMatchObject({ visited: 1 });
  await settle(world, stub);
  expect(await look()).toEqual(before);
  expect(world.faults.calls).toHaveLength(calls);
});

describe("the next visit", () => {
  const visitAll = { visit: async () => IN_ORDER };

  test("comes within six hours, within a day for what ended or was ignored some days ago", async () => {
    const old = world.now - 4 * DAY;
    for (const [gid, status, updatedAt] of [
      ["11", "blocked", old],
      ["12", "accepted", world.now - 2 * DAY],
      ["13", "failed", old],
      ["14", "ignored", old],
    ] as const)
      await row(gid, status, updatedAt);
    await sweepNow(visitAll);
    const hours = async (gid: string) => (Date.parse((await visitAt(gid)) ?? "") - world.now) / HOUR;
    expect([await hours("11"), await hours("12"), await hours("13"), await hours("14")]).toEqual([6, 5, 22, 24]);
    expect([VISIT_EVERY_MS, QUIET_VISIT_EVERY_MS]).toEqual([6 * HOUR, 24 * HOUR]);
    expect(await sweepNow(visitAll)).toMatchObject({ visited: 0 });
    world.now += VISIT_EVERY_MS;
    expect(await sweepNow(visitAll)).toMatchObject({ visited: 2 });
  });

  test("of one that could not be visited comes with the next sweep, behind those that wait longer", async () => {
    await row("21", "running", world.now);
    const events = told();
    const failed = await sweepNow({ visit: () => Promise.reject(new Error("The actor is overloaded.")) });
    expect([failed, events]).toMatchObject([{ visited: 0, failed: 1 }, ["sweep.visit_failed"]]);
    world.now += HOUR;
    await row("22", "running", world.now);
    const due = await runsToVisit(index, new Date(world.now).toISOString(), null, 10);
    expect(due.map(({ taskGid }) => taskGid)).toEqual(["22", "21"]);
  });

  test("of one that could not be visited never comes in the same sweep, however many those are", async () => {
    for (let n = 0; n <= PAGE; n += 1) await row(String(2_000 + n), "running", world.now);
    told();
    const tried: string[] = [];
    const visit = (taskGid: string) => {
      tried.push(taskGid);
      return Promise.reject(new Error("The actor is overloaded."));
    };
    expect(await sweepNow({ visit })).toMatchObject({ failed: PAGE + 1, more: false });
    expect(new Set(tried).size).toBe(tried.length);
    world.now += 1;
    expect(await sweepNow(visitAll)).toMatchObject({ visited: PAGE + 1 });
  });

  test("waits until others were visited who wait longer: a sweep takes so many, the next one goes on", async () => {
    const many = MAX_PAGES * PAGE + 3;
    await db.exec(
      `INSERT INTO team_agent_runs (run_id, task_gid, version, status, title, summary, created_at, updated_at)
      WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1000 + ${many - 1})
      SELECT 'tar_' || i, i, 1, 'ready', 'x', '{}', '2039', '2040-01-01T00:00:00.000Z' FROM n`.replaceAll("\n", " "),
    );
    expect(await sweepNow(visitAll)).toMatchObject({ visited: MAX_PAGES * PAGE, more: true });
    expect(await sweepNow(visitAll)).toMatchObject({ visited: 3, more: false });
  });

  test("comes by everybody although a row has a status that this version does not know", async () => {
    await row(task, "accepted", world.now);
    await db.prepare("UPDATE team_agent_runs SET status = 'of_tomorrow' WHERE task_gid = ?").bind(task).run();
    await row(freshTask(), "ready", world.now);
    expect(await sweepNow(visitAll)).toMatchObject({ visited: 2, failed: 0 });
  });

  test("never comes for a row without a run, which is told of once and left", async () => {
    await row(task, "accepted", world.now);
    const events = told();
    expect([await sweepNow(), await sweepNow()]).toMatchObject([{ nobody: 1 }, { nobody: 0 }]);
    expect([events, await visitAt(task)]).toEqual([["sweep.row_without_run"], null]);
  });
});

describe("a run in the archive", () => {
  async function archived(): Promise<RunStub> {
    const stub = await accepted();
    world.now += ARCHIVE_AFTER_MS;
    await settle(world, stub);
    return stub;
  }

  test("is not visited again, also after its row was written anew", async () => {
    const stub = await archived();
    const events = told();
    expect([await sweepNow(), events]).toMatchObject([{ visited: 1, nobody: 0 }, []]);
    expect(await visitAt(task)).toBeNull();
    expect(await alarmOf(stub)).toBeNull();
    await stub.reproject();
    expect(await visitAt(task)).toBeNull();
    await db.prepare("DELETE FROM team_agent_runs").run();
    await stub.reproject();
    world.now += DAY;
    expect([await visitAt(task), await sweepNow()]).toMatchObject([null, { visited: 0 }]);
  });

  test("is visited again before it promises anything, should the first alarm get lost when something stirs", async () => {
    const stub = await archived();
    await sweepNow();
    expect((await stub.restart("narrate", "maya@agency.example", "once more")).ok).toBe(false);
    await loseAlarm(stub);
    expect(await visitAt(task)).toBe("");
    world.now += 25 * HOUR;
    const events = told();
    expect([await sweepNow(), events]).toMatchObject([{ visited: 1 }, ["sweep.forgotten_run"]]);
  });
});
