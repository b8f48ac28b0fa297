import { env } from "cloudflare:workers";
import type * as v from "valibot";
import { beforeEach, describe, expect, test } from "vitest";
import { ProblemSchema, pageOf, type RunSummary, RunSummarySchema } from "../../src/core/wire.ts";
import { ReportListItemSchema } from "../../src/core/wire-artifact.ts";
import { projectRun } from "../../src/d1/runs.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { freshTask, poke, say, work } from "../actors/hands.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { ask, bodyOf, type Desk, newDesk } from "./hands.ts";

let desk: Desk;
let world: RunWorld;

beforeEach(() => {
  desk = newDesk();
  world = enterWorld();
});

describe("the list of runs", () => {
  const index = openIndex(env.PLATFORM_BUILD_DB);
  const row = (n: number, change: Partial<RunSummary> = {}): RunSummary => ({
    runId: `tar_5${String(n).padStart(3, "0")}`,
    taskGid: `5${String(n).padStart(3, "0")}`,
    version: 1,
    status: "ready",
    title: `Task ${n}`,
    skill: "seo-reporting",
    clientName: "Plunkett",
    businessUnitId: "bu_list",
    requester: "Maya",
    waitingOn: null,
    wakeAt: null,
    parked: 0,
    parkedDetail: null,
    copy: false,
    cause: null,
    progress: null,
    taskUrl: null,
    createdAt: new Date(Date.UTC(2041, 0, 1, 0, Math.floor(n / 2))).toISOString(),
    updatedAt: new Date(Date.UTC(2041, 0, 1)).toISOString(),
    ...change,
  });
  const list = async (query: string) =>
    bodyOf(await ask(desk, "GET", `/team-agent-runs${query}`), pageOf(RunSummarySchema));

  beforeEach(async () => {
    for (let n = 0; n < 120; n += 1)
      await projectRun(
        index,
        row(n, n === 7 ? { status: "failed", title: "50% off_deal \\ x", requester: "Zoë" } : {}),
      );
  });

  test("is newest first, in pages without a gap or a repeat, also within one instant", async () => {
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: v.InferOutput<ReturnType<typeof pageOf<typeof RunSummarySchema>>> = await list(
        `?businessUnitId=bu_list${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      expect(page.items.length).toBeLessThanOrEqual(50);
      seen.push(...page.items.map((item) => item.runId));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, n) => row(119 - n).runId));
  });

  test.each([
    ["?status=failed", ["tar_5007"]],
    ["?q=50%25%20off_", ["tar_5007"]],
    ["?q=off_deal%20%5C", ["tar_5007"]],
    ["?q=ZO%C3%AB", ["tar_5007"]],
    ["?q=o%25f", []],
    ["?skill=none", []],
    ["?businessUnitId=bu_list&status=failed&skill=seo-reporting&q=off", ["tar_5007"]],
    ["?q='%20OR%201=1--", []],
  ])("with %s holds what fits and nothing else", async (query, runIds) => {
    expect((await list(query)).items.map((item) => item.runId)).toEqual(runIds);
  });

  test("refuses a status there is not and a cursor that is not ours", async () => {
    const status = await ask(desk, "GET", "/team-agent-runs?status=sleeping");
    expect([status.status, (await bodyOf(status, ProblemSchema)).issues?.[0]?.path]).toEqual([400, "status"]);
    for (const cursor of [
      "x",
      btoa("{}"),
      btoa('["a"]'),
      btoa('["a",1]'),
      "%F0%9F%98%80",
      btoa(`["${"a".repeat(50)}","b"]`),
    ]) {
      for (const path of ["/team-agent-runs", "/report-artifacts", "/internal/dead-letters"]) {
        const response = await ask(desk, "GET", `${path}?cursor=${encodeURIComponent(cursor)}`);
        expect([response.status, (await bodyOf(response, ProblemSchema)).code]).toEqual([400, "bad_cursor"]);
      }
    }
  });

  const COLUMNS = "SELECT run_id, created_at, summary FROM team_agent_runs";
  const ORDER = "ORDER BY created_at DESC, run_id DESC LIMIT 51";
  test.each([
    ["unfiltered", `${COLUMNS} ${ORDER}`],
    ["next page", `${COLUMNS} WHERE (created_at, run_id) < ('2041', 'x') ${ORDER}`],
    ["by status", `${COLUMNS} WHERE status = 'ready' ${ORDER}`],
    ["by unit", `${COLUMNS} WHERE business_unit_id = 'x' ${ORDER}`],
    ["by skill", `${COLUMNS} WHERE skill = 'x' ${ORDER}`],
    ["by status, next page", `${COLUMNS} WHERE status = 'ready' AND (created_at, run_id) < ('2041', 'x') ${ORDER}`],
  ])("reads an index and sorts nothing: %s", async (_name, query) => {
    const plan = await env.PLATFORM_BUILD_DB.prepare(`EXPLAIN QUERY PLAN ${query}`).all();
    const details = plan.results.map((one) => String(one.detail));
    expect(details.join()).toContain("USING INDEX");
    expect(details.join()).not.toContain("TEMP B-TREE");
  });
});

describe("a report", () => {
  async function reported(): Promise<string> {
    const task = freshTask();
    giveTask(world, task);
    await poke(world, task);
    await work(world);
    await say(world, task, "I accept.");
    return task;
  }

  test("is listed, shown, and its acceptance with it", async () => {
    const task = await reported();
    const page = await bodyOf(
      await ask(desk, "GET", `/report-artifacts?taskGid=${task}`),
      pageOf(ReportListItemSchema),
    );
    expect(page.items).toMatchObject([
      { artifactId: `art_${task}_v1`, lifecycle: "accepted", acceptedBy: "Maya Lindqvist" },
    ]);
    for (const [query, count] of [
      [`lifecycle=accepted&taskGid=${task}`, 1],
      [`lifecycle=in_review&taskGid=${task}`, 0],
      [`businessUnitId=bu_plunkett&skill=seo-reporting&taskGid=${task}&q=plunkett`, 1],
      [`taskGid=${task}&q=zzz`, 0],
    ] as const)
      expect(
        (await bodyOf(await ask(desk, "GET", `/report-artifacts?${query}`), pageOf(ReportListItemSchema))).items,
      ).toHaveLength(count);
    expect((await ask(desk, "GET", `/report-artifacts/art_${task}_v1`)).status).toBe(200);
    expect((await ask(desk, "GET", "/report-artifacts/art_0_v1")).status).toBe(404);
  });

  test("opens in a cage: no script, no request, no frame, no guessing of types", async () => {
    const task = await reported();
    for (const [key, bytes] of world.objects) desk.blobs.set(key, new TextDecoder().decode(bytes));
    const html = await ask(desk, "GET", `/report-artifacts/art_${task}_v1/files/f1`);
    expect(html.status).toBe(200);
    expect(html.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = html.headers.get("content-security-policy") ?? "";
    for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "form-action 'none'", "sandbox"])
      expect(policy).toContain(rule);
    expect(policy).not.toContain("script-src");
    expect(html.headers.get("x-content-type-options")).toBe("nosniff");
    expect(html.headers.get("content-disposition")).toBe('inline; filename="report-v1.html"');
    const evidence = await ask(desk, "GET", `/report-artifacts/art_${task}_v1/files/f2`);
    expect(evidence.headers.get("content-disposition")).toBe('attachment; filename="evidence-v1.json"');
    expect(await evidence.text()).toBe('{"facts":[]}');
    expect((await ask(desk, "GET", `/report-artifacts/art_${task}_v1/files/f9`)).status).toBe(404);
    desk.blobs.clear();
    const gone = await ask(desk, "GET", `/report-artifacts/art_${task}_v1/files/f1`);
    expect([gone.status, (await bodyOf(gone, ProblemSchema)).code]).toEqual([404, "file_missing"]);
  });

  test("list reads an index", async () => {
    for (const where of [
      "",
      "WHERE business_unit_id = 'x'",
      "WHERE skill = 'x'",
      "WHERE lifecycle = 'x'",
      "WHERE task_gid = 'x'",
    ]) {
      const plan = await env.PLATFORM_BUILD_DB.prepare(
        `EXPLAIN QUERY PLAN SELECT * FROM report_artifacts ${where} ORDER BY created_at DESC, artifact_id DESC LIMIT 51`,
      ).all();
      expect(plan.results.map((one) => String(one.detail)).join()).toContain("USING INDEX");
    }
  });
});

describe("ops", () => {
  test("see an actor, and only one that is there", async () => {
    const task = freshTask();
    giveTask(world, task);
    await poke(world, task);
    const shown = await ask(desk, "GET", `/internal/actors/team-agent-run/${task}`);
    const told = JSON.parse(await shown.text());
    expect([shown.status, told]).toMatchObject([200, { epoch: 0, outbox: [] }]);
    // The timers are the truth about when it acts, the alarm is set to the first of them.
    expect(told.timers).toMatchObject([{ name: "start", at: told.wakeAt }, { name: "look" }]);
    for (const path of ["team-agent-run/404404", "team-agent-run/x", "business-unit/1"])
      expect((await ask(desk, "GET", `/internal/actors/${path}`)).status).toBe(404);
  });

  test("get a raw snapshot byte for byte, and nothing else of the bucket", async () => {
    const key = `snapshots/bu_x/search_console/${"a".repeat(64)}.json`;
    desk.blobs.set(key, '{"rows":[]}');
    desk.blobs.set("artifacts/secret", "no");
    expect(await (await ask(desk, "GET", `/internal/snapshots/${key}`)).text()).toBe('{"rows":[]}');
    for (const path of [
      "artifacts/secret",
      "snapshots/../artifacts/secret",
      "%E0%A4%A",
      `snapshots/bu_x/search_console/${"b".repeat(64)}.json`,
    ])
      expect((await ask(desk, "GET", `/internal/snapshots/${path}`)).status).toBe(404);
  });
});
