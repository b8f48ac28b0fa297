import { env } from "cloudflare:workers";
import * as v from "valibot";
import { beforeEach, describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/errors.ts";
import { BundleSchema } from "../../src/core/run/bundle.ts";
import { PROGRESS_SHOWN_AFTER_MS } from "../../src/core/run/effects.ts";
import { ARCHIVE_AFTER_MS } from "../../src/core/run/queries.ts";
import { ProblemSchema } from "../../src/core/wire.ts";
import { evict, freshTask, poke, runOf, say, settle, takeExecution, work } from "../actors/hands.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { ask, bodyOf, type Desk, newDesk, TOKEN } from "./hands.ts";

let world: RunWorld;
let desk: Desk;
let task: string;

beforeEach(() => {
  world = enterWorld();
  desk = newDesk();
  task = freshTask();
});

const STAFF = { "X-Agency-OS-Staff": "ops@agency.example" };
const act = (action: string, body: string, kind = "team-agent-run", name = task) =>
  ask(desk, "POST", `/internal/actors/${kind}/${name}/${action}`, { body, headers: STAFF });

describe("an act of ops", () => {
  test("frees a run of its worker, and the log says who and why", async () => {
    giveTask(world, task);
    const stub = await poke(world, task);
    await stub.acquire(takeExecution(world).attempt);
    const response = await act("release-lease", '{"reason":"the worker hangs"}');
    expect(response.status).toBe(202);
    // That the attempt began is shown a moment later.
    world.now += PROGRESS_SHOWN_AFTER_MS;
    await settle(world, stub);
    const seen = await ask(desk, "GET", `/internal/actors/team-agent-run/${task}`, { headers: STAFF });
    const { lease, events, outbox } = JSON.parse(await seen.text());
    expect(lease).toBeNull();
    expect(outbox).toEqual([]);
    expect(events.map((one: { summary: string }) => one.summary)).toContain(
      "ops@agency.example asked for “Release lease”: the worker hangs",
    );
    expect(takeExecution(world).attempt).toBe(2);
  });

  test("sends at once what waits in the outbox", async () => {
    giveTask(world, task);
    world.asana.faults.fail("editComment", new Error("down"), { times: 1 });
    const stub = await poke(world, task);
    await work(world);
    expect((await act("flush-outbox", '{"reason":"Asana is back"}')).status).toBe(202);
    await settle(world, stub);
    expect(JSON.parse((await stub.inspect()) ?? "").outbox).toEqual([]);
  });

  test.each([
    ["without a reason", "cancel", "{}", 400, "reason_missing"],
    ["with an empty reason", "cancel", '{"reason":"  "}', 400, "reason_missing"],
    ["with a body that is no JSON", "cancel", "why", 400, "reason_missing"],
    ["nobody knows", "explode", '{"reason":"x"}', 404, "no_such_action"],
    ["that does not apply", "release-lease", '{"reason":"x"}', 409, "wrong_state"],
  ])("%s is refused", async (_what, action, body, status, code) => {
    giveTask(world, task);
    const stub = await poke(world, task);
    const before = (await stub.view())?.version;
    const response = await act(action, body);
    expect([response.status, JSON.parse(await response.text()).code]).toEqual([status, code]);
    expect((await stub.view())?.version).toBe(before);
  });

  test.each([
    ["a run nobody reported", "team-agent-run", "123456", /no such actor/i],
    ["a name that is no gid", "team-agent-run", "board", /gid/],
    ["a Business Unit nobody made", "business-unit", "bu_1", /no such actor/],
    ["a name no Business Unit has", "business-unit", "BU-1", /by the unit's id/],
    ["a kind that does not exist yet", "build-run", "1", /build-run yet/],
    ["a kind nobody knows", "teapot", "1", /kind of actor/],
  ])("on %s finds no actor, and makes none", async (_what, kind, name, detail) => {
    const response = await act("cancel", '{"reason":"x"}', kind, name);
    expect(response.status).toBe(404);
    expect(JSON.parse(await response.text()).detail).toMatch(detail);
    const looked = await ask(desk, "GET", `/internal/actors/${kind}/${name}`, { headers: STAFF });
    expect(looked.status).toBe(404);
  });
});

describe("a run as a file", () => {
  test("comes out whole, and without a secret that got into it", async () => {
    giveTask(world, task, { name: `SEO report for Plunkett, October 2040, ${TOKEN}` });
    await poke(world, task);
    const response = await ask(desk, "GET", `/team-agent-runs/tar_${task}/export`);
    const text = await response.text();
    expect(v.parse(BundleSchema, JSON.parse(text)).run.runId).toBe(`tar_${task}`);
    expect(text).not.toContain(TOKEN);
    expect(text).toContain("[removed]");
    expect((await ask(desk, "GET", "/team-agent-runs/tar_999/export")).status).toBe(404);
    expect((await ask(desk, "GET", "/team-agent-runs/nonsense/export")).status).toBe(404);
  });

  test("that is damaged in the archive is named, so that it can be put back", async () => {
    giveTask(world, task);
    const stub = await poke(world, task);
    await ask(desk, "POST", `/team-agent-runs/tar_${task}/cancel`, { body: '{"reason":"over"}', headers: STAFF });
    await settle(world, stub);
    world.now += ARCHIVE_AFTER_MS;
    await settle(world, stub);
    const [[key = "", text = ""] = []] = [...world.archive];
    await evict(stub);
    world.archive.set(key, text.replace("cancelled", "accepted"));
    for (const path of [`/team-agent-runs/tar_${task}`, `/internal/actors/team-agent-run/${task}`]) {
      const answer = await ask(desk, "GET", path);
      expect(answer.status).toBe(500);
      const said = await bodyOf(answer, ProblemSchema);
      expect([said.code, said.detail]).toEqual(["archive_damaged", expect.stringContaining(key)]);
    }
    world.archive.set(key, text);
    expect((await ask(desk, "GET", `/team-agent-runs/tar_${task}`)).status).toBe(200);
  });

  test("is taken in by a system that may, and shown like any run", async () => {
    giveTask(world, task);
    await poke(world, task);
    const text = await (await ask(desk, "GET", `/team-agent-runs/tar_${task}/export`)).text();
    const taken = await ask(desk, "POST", "/internal/imports", { body: text });
    expect(taken.status).toBe(409);
    const other = freshTask();
    const renamed = await ask(desk, "POST", "/internal/imports", { body: text.replaceAll(task, other) });
    // Every hash was taken over the real task's gid.
    expect([renamed.status, await runOf(other).view()]).toEqual([409, null]);
    for (const body of ["", "{}", '{"run":{"runId":"tar_x","taskGid":"x"}}', '{"run":{"runId":7}}', "[]", "null"])
      expect((await ask(desk, "POST", "/internal/imports", { body })).status).toBe(400);
    desk = { ...desk, deps: { ...desk.deps, importsAllowed: false } };
    expect((await ask(desk, "POST", "/internal/imports", { body: text })).status).toBe(403);
  });
});

const TABLES = [
  "team_agent_runs",
  "report_artifacts",
  "report_artifact_files",
  "report_channel_provenance",
  "report_revision_rounds",
];

/** `lost-index.test.ts` shows that it is rebuilt row for row. */
describe("an index that was lost", () => {
  async function rows(): Promise<Record<string, unknown[]>> {
    const all: Record<string, unknown[]> = {};
    for (const table of TABLES) {
      const { results } = await env.PLATFORM_BUILD_DB.prepare(`SELECT * FROM ${table}`).all();
      all[table] = results.map((row) => JSON.stringify(row)).toSorted();
    }
    return all;
  }

  async function wipe(): Promise<void> {
    for (const table of TABLES.toReversed()) await env.PLATFORM_BUILD_DB.prepare(`DELETE FROM ${table}`).run();
  }

  /** All pages, and how many runs they wrote. */
  async function rebuilt(): Promise<number> {
    let projected = 0;
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const body = cursor === undefined ? "" : JSON.stringify({ cursor });
      const page = await bodyOf(
        await ask(desk, "POST", "/internal/reproject", { body }),
        v.object({ projected: v.number(), failed: v.array(v.unknown()), nextCursor: v.nullable(v.string()) }),
      );
      expect(page.failed).toEqual([]);
      projected += page.projected;
      cursor = page.nextCursor;
    }
    return projected;
  }

  /** Three runs: one revised and accepted, one in review, one that asks. */
  async function agency(): Promise<void> {
    giveTask(world, task);
    await poke(world, task);
    await work(world);
    await say(world, task, "Please add a chart.");
    await work(world);
    await say(world, task, "I accept.");
    const review = freshTask();
    giveTask(world, review);
    await poke(world, review);
    await work(world);
    await say(world, review, "what drove the drop?");
    const asks = freshTask();
    giveTask(world, asks, { name: "SEO report for Plunkett" });
    await poke(world, asks);
  }

  test("finds runs by their files and the open tasks too, should the roster be lost as well", async () => {
    await agency();
    const before = await rows();
    await wipe();
    desk.blobs.set(`artifacts/art_${task}_v1/0/report.html`, "x");
    const { deps } = desk;
    desk = { ...desk, deps: { ...deps, reprojectPage: (cursor) => deps.reprojectPage(cursor ?? "archive:") } };
    await rebuilt();
    const runs = before.team_agent_runs?.filter((row) => Number(JSON.parse(String(row)).task_gid) >= Number(task));
    expect((await rows()).team_agent_runs).toEqual(runs);
  });

  test("is rebuilt to the end although Asana does not show its tasks, which is named as failed", async () => {
    world.asana.faults.fail("openTasks", new ConfigError("asana_unauthorised", "No access."));
    const one = (cursor: string) => ask(desk, "POST", "/internal/reproject", { body: JSON.stringify({ cursor }) });
    const page = await bodyOf(await one("asana:"), v.object({ failed: v.unknown(), nextCursor: v.string() }));
    expect(page).toEqual({ failed: [{ name: "asana", error: "No access." }], nextCursor: "units:" });
  });

  test("is not begun with a cursor that is not one of ours", async () => {
    for (const body of ['{"cursor":"teapot:1"}', '{"cursor":7}', "x"])
      expect((await ask(desk, "POST", "/internal/reproject", { body })).status).toBe(400);
  });
});
