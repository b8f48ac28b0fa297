import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { actionName } from "../../src/core/names.ts";
import { PROGRESS_SHOWN_AFTER_MS } from "../../src/core/run/effects.ts";
import { ProblemSchema, pageOf, RunDetailSchema, type RunSummary, RunSummarySchema } from "../../src/core/wire.ts";
import { BulkPageSchema, BulkPreviewSchema, OpsOverviewSchema } from "../../src/core/wire-ops.ts";
import { buryMessage } from "../../src/d1/dead-letters.ts";
import { projectRun } from "../../src/d1/runs.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { freshTask, poke, runOf, settle, takeExecution } from "../actors/hands.ts";
import { NOW } from "../support/run-cases.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { ask, bodyOf, type Desk, knock, newDesk, TOKEN } from "./hands.ts";

let desk: Desk;
let world: RunWorld;
const index = openIndex(env.PLATFORM_BUILD_DB);
const minutesAgo = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

beforeEach(async () => {
  desk = newDesk();
  world = enterWorld();
  await env.PLATFORM_BUILD_DB.batch(
    ["team_agent_runs", "dead_letters", "holds", "asana_webhooks"].map((table) =>
      env.PLATFORM_BUILD_DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

let last = 0;

/** A row of the index; nobody stands behind it. */
async function row(change: Partial<RunSummary> = {}): Promise<string> {
  last += 1;
  const taskGid = String(880_000 + last);
  await projectRun(index, {
    runId: `tar_${taskGid}`,
    taskGid,
    version: 1,
    status: "running",
    title: `Task ${last}`,
    skill: "seo-reporting",
    clientName: "Plunkett",
    businessUnitId: "bu_plunkett",
    requester: "Maya Lindqvist",
    waitingOn: null,
    wakeAt: minutesAgo(-5),
    parked: 0,
    parkedDetail: null,
    copy: false,
    cause: null,
    progress: null,
    taskUrl: null,
    createdAt: minutesAgo(300 - last / 100),
    updatedAt: minutesAgo(1),
    ...change,
  });
  return `tar_${taskGid}`;
}

const waits = (kind: NonNullable<RunSummary["waitingOn"]>["kind"]): Partial<RunSummary> => ({
  waitingOn: { kind, who: null, detail: "it waits", since: minutesAgo(9_000), until: null },
});

/** Project 1 has an old webhook that was lost and a new one that works; the only one of project 2 was never made. */
const HOOKS = `INSERT INTO asana_webhooks (registration_id, project_gid, target, state, requested_at) VALUES
  ('w1', '1', 'x', 'lost', '2040-01-01'), ('w2', '1', 'x', 'active', '2040-01-02'), ('w3', '2', 'x', 'failed', '2040-01-03')`;

const overview = async () => bodyOf(await ask(desk, "GET", "/internal/ops"), OpsOverviewSchema);

describe("the overview", () => {
  test("of nothing is empty, not an error", async () => {
    expect(await overview()).toMatchObject({ states: [], failures: [], stuck: { count: 0, items: [] }, holds: [] });
  });

  test("calls a run stuck when its wake time is long past or it logged nothing for hours, the longest forgotten first", async () => {
    const silent = await row({ updatedAt: minutesAgo(130) });
    const late = await row({ wakeAt: minutesAgo(11), status: "review_ready", ...waits("person") });
    await row({ wakeAt: minutesAgo(9) });
    await row({ updatedAt: minutesAgo(110) });
    for (const kind of ["person", "hold", "pause", "budget", "retry"] as const)
      await row({ updatedAt: minutesAgo(9_000), ...waits(kind) });
    await row({ updatedAt: minutesAgo(9_000), status: "accepted", wakeAt: null });
    const { stuck } = await overview();
    expect([stuck.count, stuck.items.map((run) => run.runId)]).toEqual([2, [silent, late]]);
  });

  test("counts states and waits of what has not ended, and failures by day and cause", async () => {
    const failed = (code: string, minutes: number) =>
      row({ status: "failed", wakeAt: null, cause: { code, detail: "x" }, updatedAt: minutesAgo(minutes) });
    await failed("token_expired", 1);
    await failed("token_expired", 2);
    const quarantined = await failed("quarantined", 3);
    await failed("quota", 60 * 24 * 20);
    await row({ ...waits("queue") });
    await row({ ...waits("queue") });
    await row({ status: "accepted", wakeAt: null });
    const parked = await row({ parked: 2 });
    const found = await overview();
    expect(found.states).toEqual([{ status: "running", count: 3, more: false }]);
    expect(found.waits).toEqual([{ kind: "queue", count: 2, more: false }]);
    const day = minutesAgo(1).slice(0, 10);
    expect(found.failures).toEqual([
      { day, code: "quarantined", count: 1 },
      { day, code: "token_expired", count: 2 },
    ]);
    expect([found.failed.count, found.quarantined.items.map((run) => run.runId)]).toEqual([2, [quarantined]]);
    expect(found.parked.items.map((run) => run.runId)).toEqual([parked]);
  });

  test("shows holds in force, dead letters that nobody replayed, and projects whose newest webhook does not work", async () => {
    const letter = (deadLetterId: string) =>
      buryMessage(index, { deadLetterId, queue: "q", reason: "does not parse", body: "{}", receivedAt: minutesAgo(5) });
    await letter("waiting");
    await letter("replayed");
    await env.PLATFORM_BUILD_DB.exec("UPDATE dead_letters SET replayed_at = 'now' WHERE dead_letter_id = 'replayed'");
    await env.PLATFORM_BUILD_DB.exec(
      "INSERT INTO holds VALUES ('h1', 'client', 'Plunkett', 'budget talk', 'ops', '2040')",
    );
    await env.PLATFORM_BUILD_DB.exec(HOOKS.replaceAll("\n", " "));
    const { deadLetters, holds, webhooks } = await overview();
    expect(webhooks).toEqual({ all: 2, unhealthy: 1 });
    expect([deadLetters.count, deadLetters.items.map((one) => one.deadLetterId)]).toEqual([1, ["waiting"]]);
    expect(holds).toMatchObject([{ holdId: "h1", scope: "client", value: "Plunkett", by: "ops" }]);
  });
});

describe("operators", () => {
  test("alone are let in when a member of staff asks; a program with the token is", async () => {
    desk.strangersAreAdmins = false;
    const as = (email: string) =>
      knock(desk, "GET", "/internal/ops", { "X-Agency-OS-Internal-Token": TOKEN, "X-Agency-OS-Staff": email });
    const program = await knock(desk, "GET", "/internal/ops", { "X-Agency-OS-Internal-Token": TOKEN });
    expect([(await as("ops@agency.example")).status, program.status]).toEqual([200, 200]);
    // An edge that lost the name of its reader has not become a program.
    expect((await as("")).status).toBe(403);
    const refused = await as("maya@agency.example");
    expect([refused.status, (await bodyOf(refused, ProblemSchema)).code]).toEqual([403, "ops_only"]);
    const snapshot = await knock(desk, "GET", "/internal/snapshots/x", {
      "X-Agency-OS-Internal-Token": TOKEN,
      "X-Agency-OS-Staff": "maya@agency.example",
    });
    expect(snapshot.status).toBe(403);
  });
});

describe("the search", () => {
  test.each([
    ["client=plunkett", 2],
    ["client=plunk", 0],
    ["requester=TOM%20ACHEBE", 1],
    ["code=quota", 1],
    ["code=quota&status=running", 0],
    ["waiting=budget", 1],
    ["parked=yes", 1],
    ["parked=yes&waiting=budget", 0],
    ["client=Plunkett&waiting=budget&q=task", 1],
  ])("by %s holds what fits", async (query, count) => {
    await row({ requester: "Tom Achebe", clientName: "Other", parked: 2 });
    await row({ status: "failed", cause: { code: "quota", detail: "x" } });
    await row(waits("budget"));
    const found = await bodyOf(await ask(desk, "GET", `/team-agent-runs?${query}`), pageOf(RunSummarySchema));
    expect(found.items).toHaveLength(count);
  });
});

describe("an action on many runs", () => {
  const order = (change: object = {}) => ({
    action: "cancel",
    filter: { businessUnitId: "bu_plunkett" },
    reason: "wrong month",
    dryRun: false,
    expected: 2,
    ...change,
  });
  const send = (body: object) =>
    ask(desk, "POST", "/internal/ops/bulk", {
      body: JSON.stringify(body),
      headers: { "X-Agency-OS-Staff": "ops@agency.example" },
    });

  async function twoRuns(): Promise<readonly string[]> {
    const tasks = [freshTask(), freshTask()];
    for (const task of tasks) {
      giveTask(world, task);
      await poke(world, task);
    }
    return tasks;
  }

  test("counts first and changes nothing, then acts on each and puts who and why into its log", async () => {
    const tasks = await twoRuns();
    const seen = await bodyOf(await send(order({ dryRun: true })), BulkPreviewSchema);
    expect([seen.count, seen.states, seen.items.length]).toEqual([2, [{ status: "ready", count: 2 }], 2]);
    expect((await runOf(tasks[0] ?? "").view())?.status).toBe("ready");
    const done = await bodyOf(await send(order()), BulkPageSchema);
    expect([done.results.map((one) => one.done), done.nextCursor]).toEqual([[true, true], null]);
    for (const task of tasks)
      expect((await runOf(task).view())?.cause?.detail).toBe("Stopped by ops@agency.example: wrong month.");
  });

  test.each(["release-lease", "requeue", "fire-timers", "flush-outbox", "reproject"])(
    "does %s as its actor page does, with who and why in the log",
    async (action) => {
      const task = freshTask();
      giveTask(world, task);
      if (action === "flush-outbox") world.asana.faults.fail("postComment", new Error("down"), { times: 1 });
      const stub = await poke(world, task);
      if (action === "release-lease") await stub.acquire(takeExecution(world).attempt);
      if (action === "reproject") await env.PLATFORM_BUILD_DB.exec("UPDATE team_agent_runs SET title = 'stale'");
      const promised = world.executions.length;
      const { results } = await bodyOf(await send(order({ action, expected: 1 })), BulkPageSchema);
      expect(results).toMatchObject([{ runId: `tar_${task}`, done: true }]);
      // That an attempt began is shown a moment later.
      world.now += PROGRESS_SHOWN_AFTER_MS;
      await settle(world, stub);
      const { lease, outbox, events } = JSON.parse((await stub.inspect()) ?? "");
      expect(events.map((one: { summary: string }) => one.summary)).toContain(
        `ops@agency.example asked for “${actionName(action)}”: wrong month`,
      );
      const again = ["release-lease", "requeue", "fire-timers"].includes(action) ? 1 : 0;
      expect([lease, outbox, world.executions.length - promised]).toEqual([null, [], again]);
      const { title } = (await bodyOf(await ask(desk, "GET", `/team-agent-runs/tar_${task}`), RunDetailSchema)) ?? {};
      const row = await env.PLATFORM_BUILD_DB.prepare("SELECT title FROM team_agent_runs").first();
      expect(row?.title).toBe(title);
    },
  );

  test("says for each run that refuses why, and still asks the others", async () => {
    const [first = ""] = await twoRuns();
    await runOf(first).cancel("maya", "earlier");
    await row();
    const { results } = await bodyOf(await send(order({ expected: 3 })), BulkPageSchema);
    expect(results.map((one) => [one.runId === `tar_${first}`, one.done, one.detail === ""])).toHaveLength(3);
    expect(results.filter((one) => one.done)).toHaveLength(1);
    expect(results.find((one) => one.runId === `tar_${first}`)?.detail).toMatch(/over|cancelled|ended/i);
  });

  test("goes on page by page until all were asked, each once", async () => {
    for (let n = 0; n < 45; n += 1) await row();
    const asked: string[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 3; pages += 1) {
      const page: { results: { runId: string }[]; nextCursor: string | null } = await bodyOf(
        await send(order({ expected: 45, cursor })),
        BulkPageSchema,
      );
      asked.push(...page.results.map((one) => one.runId));
      cursor = page.nextCursor;
    }
    expect([asked.length, new Set(asked).size, cursor]).toEqual([45, 45, null]);
  });

  test.each([
    ["the count changed much", { expected: 20 }, 409, "count_changed"],
    ["one more fits than was agreed to", { expected: 1 }, 409, "count_changed"],
    ["one that was agreed to fits no more", { expected: 3 }, 409, "count_changed"],
    ["no count was seen", { expected: undefined }, 400, "no_count"],
    ["no reason is given", { reason: " " }, 400, "no_reason"],
    ["no filter is given", { filter: {} }, 400, "no_filter"],
    ["the action is unknown", { action: "explode" }, 400, "bad_body"],
    ["the status is unknown", { filter: { status: "asleep" } }, 400, "bad_body"],
    ["the cursor is not ours", { cursor: "x" }, 400, "bad_cursor"],
  ])("is refused when %s", async (_name, change, status, code) => {
    await row();
    await row();
    const response = await send(order(change));
    expect([response.status, (await bodyOf(response, ProblemSchema)).code]).toEqual([status, code]);
  });
});

const TEN_THOUSAND = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
  INSERT INTO team_agent_runs (run_id, task_gid, version, status, skill, business_unit_id, client_name, title, requester,
    summary, created_at, updated_at, cause_code, waiting_kind, parked)
  SELECT 'tar_' || i, 'x' || i, 1, CASE i % 3 WHEN 0 THEN 'accepted' WHEN 1 THEN 'failed' ELSE 'running' END, 'seo',
    'bu_' || (i % 50), 'Client ' || (i % 50), 'Title ' || i, 'R ' || (i % 9), (SELECT summary FROM team_agent_runs LIMIT 1), '2039-' || i, '2039-' || i,
    CASE i % 3 WHEN 1 THEN 'quota' END, CASE i % 3 WHEN 2 THEN 'queue' END, 0 FROM n`;

describe("with ten thousand runs", () => {
  const plan = async (query: string): Promise<string> => {
    const values = [...query.matchAll(/\?/g)].map(() => 1);
    const { results } = await env.PLATFORM_BUILD_DB.prepare(`EXPLAIN QUERY PLAN ${query}`)
      .bind(...values)
      .all();
    return results.map((one) => String(one.detail)).join("\n");
  };

  test("overview and every search of the box read indexes: no scan of the table, no sort of its rows", async () => {
    const asked: string[] = [];
    const watched = openIndex(
      new Proxy(env.PLATFORM_BUILD_DB, {
        get: (target, name) =>
          name === "prepare"
            ? (query: string) => {
                asked.push(query);
                return target.prepare(query);
              }
            : Reflect.get(target, name),
      }),
    );
    const deps = { ...desk.deps, index: watched };
    await row({ parked: 1, status: "failed", cause: { code: "quota", detail: "x" } });
    await env.PLATFORM_BUILD_DB.exec(TEN_THOUSAND.replaceAll("\n", " "));
    expect((await ask({ ...desk, deps }, "GET", "/internal/ops")).status).toBe(200);
    const inOverview = asked.length;
    for (const field of [
      "status=ready",
      "skill=x",
      "businessUnitId=x",
      "client=x",
      "requester=x",
      "code=x",
      "waiting=x",
    ])
      await ask({ ...desk, deps }, "GET", `/team-agent-runs?${field}`);
    expect([inOverview > 9, asked.length - inOverview]).toEqual([true, 7]);
    for (const query of asked) {
      const read = await plan(query);
      expect(read, query).not.toMatch(/SCAN (team_agent_runs|dead_letters)(?! USING (COVERING )?INDEX)/);
      if (!/holds|asana_webhooks/.test(query)) expect(read, query).not.toContain("TEMP B-TREE FOR ORDER BY");
    }
  });
});
