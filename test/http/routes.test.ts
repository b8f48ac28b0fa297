import { beforeEach, describe, expect, test } from "vitest";
import { ProblemSchema, pageOf, RunDetailSchema, RunEventViewSchema } from "../../src/core/wire.ts";
import { freshTask, poke, work } from "../actors/hands.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { ask, bodyOf, type Desk, knock, newDesk, TOKEN } from "./hands.ts";

let desk: Desk;
let world: RunWorld;

beforeEach(() => {
  desk = newDesk();
  world = enterWorld();
});

const GUARDED: readonly (readonly [method: string, path: string])[] = [
  ["GET", "/team-agent-runs"],
  ["GET", "/team-agent-runs/live"],
  ["GET", "/team-agent-runs/tar_1"],
  ["GET", "/team-agent-runs/tar_1/events"],
  ["GET", "/team-agent-runs/tar_1/live"],
  ["POST", "/team-agent-runs/tar_1/cancel"],
  ["POST", "/team-agent-runs/tar_1/kill"],
  ["POST", "/team-agent-runs/tar_1/pause"],
  ["POST", "/team-agent-runs/tar_1/resume"],
  ["POST", "/team-agent-runs/tar_1/retry"],
  ["POST", "/team-agent-runs/tar_1/answer"],
  ["GET", "/internal/holds"],
  ["POST", "/internal/holds"],
  ["DELETE", "/internal/holds/hold_1"],
  ["POST", "/team-agent-runs/tar_1/budget"],
  ["GET", "/report-artifacts"],
  ["GET", "/report-artifacts/art_1_v1"],
  ["GET", "/report-artifacts/art_1_v1/files/f1"],
  ["GET", "/internal/actors/team-agent-run/1"],
  ["GET", "/internal/dead-letters"],
  ["GET", "/internal/snapshots/x"],
  ["POST", "/health"],
  ["GET", "/webhooks/asana"],
  ["GET", "/nothing/here"],
  ["DELETE", "/team-agent-runs/tar_1"],
  ["GET", "/"],
];

describe.each(GUARDED)("%s %s", (method, path) => {
  test("is refused without a token, and with a wrong one", async () => {
    const without = await knock(desk, method, path);
    const empty = await knock(desk, method, path, { "X-Agency-OS-Internal-Token": "" });
    const wrong = await knock(desk, method, path, { "X-Agency-OS-Internal-Token": `${TOKEN}x` });
    expect([without.status, empty.status, wrong.status]).toEqual([401, 401, 403]);
    expect(await bodyOf(without, ProblemSchema)).toMatchObject({ code: "token_missing", status: 401 });
    expect(without.headers.get("content-type")).toBe("application/problem+json");
  });
});

describe("a socket without the token", () => {
  test("is accepted only to be closed with a code its client can read", async () => {
    for (const path of ["/team-agent-runs/live", "/team-agent-runs/tar_1/live"]) {
      const response = await knock(desk, "GET", path, { upgrade: "websocket" });
      expect(response.status).toBe(101);
      const closed = Promise.withResolvers<number>();
      response.webSocket?.addEventListener("close", (event) => closed.resolve(event.code));
      response.webSocket?.accept();
      expect(await closed.promise).toBe(4401);
    }
  });
});

describe("the service token", () => {
  test("may be one of several while it is rotated", async () => {
    desk.tokens = ["old", "new"];
    for (const token of ["old", "new"])
      expect((await knock(desk, "GET", "/team-agent-runs", { "X-Agency-OS-Internal-Token": token })).status).toBe(200);
    expect((await knock(desk, "GET", "/team-agent-runs", { "X-Agency-OS-Internal-Token": "old,new" })).status).toBe(
      403,
    );
  });

  test("that is not configured lets nobody in and says which secret is missing", async () => {
    desk.tokens = [];
    const response = await ask(desk, "GET", "/team-agent-runs");
    expect(response.status).toBe(503);
    expect((await bodyOf(response, ProblemSchema)).detail).toContain("AGENCY_OS_INTERNAL_API_TOKEN");
  });
});

test("an unknown address is a 404 for those who may know", async () => {
  const response = await ask(desk, "GET", "/nothing/here");
  expect(response.status).toBe(404);
  expect((await bodyOf(response, ProblemSchema)).code).toBe("no_such_route");
});

describe("health", () => {
  test("is open, says what is missing and never a value", async () => {
    expect((await knock(desk, "GET", "/health")).status).toBe(200);
    desk.secrets = [];
    desk.missingSettings = ["JESSIE_USER_GID"];
    const sick = await knock(desk, "GET", "/health");
    expect([sick.status, await sick.json()]).toEqual([
      503,
      {
        status: "degraded",
        version: "test",
        checks: {
          database: "ok",
          webhookSecret: "missing",
          internalToken: "ok",
          settings: "missing: JESSIE_USER_GID",
        },
      },
    ]);
  });
});

test("a bug is a plain 500 with a reference and without its text", async () => {
  const broken = {
    ...desk.deps,
    run: () => {
      throw new Error("secret detail");
    },
  };
  const response = await ask({ ...desk, deps: broken }, "GET", "/team-agent-runs/tar_1");
  const body = await bodyOf(response, ProblemSchema);
  expect([response.status, body.code]).toEqual([500, "internal_error"]);
  expect(JSON.stringify(body)).not.toContain("secret detail");
  expect(body.instance).toMatch(/^[0-9a-f-]{36}$/);
});

describe("one run", () => {
  test("is shown whole, with its log", async () => {
    const task = freshTask();
    giveTask(world, task);
    await poke(world, task);
    const shown = await bodyOf(await ask(desk, "GET", `/team-agent-runs/tar_${task}`), RunDetailSchema);
    expect(shown).toMatchObject({ runId: `tar_${task}`, status: "ready" });
    const events = pageOf(RunEventViewSchema);
    const log = await bodyOf(await ask(desk, "GET", `/team-agent-runs/tar_${task}/events`), events);
    expect(log.items.map((event) => event.seq)).toEqual(log.items.map((_, n) => n + 1));
    const rest = await bodyOf(await ask(desk, "GET", `/team-agent-runs/tar_${task}/events?since=3`), events);
    expect(rest.items).toEqual(log.items.slice(3));
  });

  test.each(["tar_999999", "tar_x", "nonsense", "tar_1%2F..", `tar_${"1".repeat(40)}`])(
    "that does not exist is a 404: %s",
    async (runId) => {
      for (const [method, path] of [
        ["GET", ""],
        ["GET", "/events"],
        ["POST", "/cancel"],
        ["POST", "/kill"],
        ["POST", "/pause"],
        ["POST", "/resume"],
        ["POST", "/retry"],
      ] as const)
        expect((await ask(desk, method, `/team-agent-runs/${runId}${path}`)).status).toBe(404);
    },
  );

  test.each(["x", "-1", "1.5", "9".repeat(16)])("has no events since “%s”", async (since) => {
    const response = await ask(desk, "GET", `/team-agent-runs/tar_1/events?since=${since}`);
    expect([response.status, (await bodyOf(response, ProblemSchema)).issues?.[0]?.path]).toEqual([400, "since"]);
  });

  test("is made again from a phase on when staff ask for it, with the reason in the log", async () => {
    const task = freshTask();
    giveTask(world, task);
    await poke(world, task);
    const path = `/team-agent-runs/tar_${task}`;
    const restart = (body: string, run = path) => ask(desk, "POST", `${run}/restart`, { body });
    expect((await restart('{"from":"narrate"}')).status).toBe(409);
    await work(world);
    for (const body of ["", "{}", '{"from":"everything"}', "nonsense"]) expect((await restart(body)).status).toBe(400);
    expect((await restart('{"from":"narrate"}', "/team-agent-runs/tar_999998")).status).toBe(404);
    expect((await restart('{"from":"narrate"}', "/team-agent-runs/nonsense")).status).toBe(404);
    expect((await restart('{"from":"narrate","reason":"too long"}')).status).toBe(202);
    const log = await bodyOf(await ask(desk, "GET", `${path}/events`), pageOf(RunEventViewSchema));
    expect(log.items.find((event) => event.type === "run.restarted")?.summary).toBe(
      "a member of staff asked for the version to be made again: worded anew from the same evidence (too long).",
    );
  });

  test("is allowed more by staff, with the reason in the log, but not after its end", async () => {
    const task = freshTask();
    giveTask(world, task);
    await poke(world, task);
    const path = `/team-agent-runs/tar_${task}`;
    const headers = { "X-Agency-OS-Staff": "tom@agency.example" };
    const set = (body: object, run = path) =>
      ask(desk, "POST", `${run}/budget`, { body: JSON.stringify(body), headers });
    const wish = { kind: "upstreamCalls", limit: 800, reason: "a large site" };
    expect((await set(wish)).status).toBe(202);
    const { budget } = await bodyOf(await ask(desk, "GET", path), RunDetailSchema);
    expect(budget.find(({ kind }) => kind === "upstreamCalls")?.limit).toBe(800);
    const log = await bodyOf(await ask(desk, "GET", `${path}/events`), pageOf(RunEventViewSchema));
    const said = log.items.find((event) => event.type === "budget.limit_set")?.summary ?? "";
    expect([said.includes("tom@agency.example"), said.includes("a large site")]).toEqual([true, true]);
    for (const wrong of [{ kind: "coffee" }, { limit: 0 }, { limit: 1.5 }, { limit: "800" }, { reason: " " }])
      expect((await set({ ...wish, ...wrong })).status).toBe(400);
    for (const run of ["/team-agent-runs/tar_999998", "/team-agent-runs/nonsense"])
      expect((await set(wish, run)).status).toBe(404);
    await ask(desk, "POST", `${path}/cancel`);
    const late = await set(wish);
    expect([late.status, (await bodyOf(late, ProblemSchema)).code]).toEqual([409, "wrong_state"]);
  });

  test("is stopped and tried again by staff, whose name goes into the log", async () => {
    const task = freshTask();
    giveTask(world, task);
    await poke(world, task);
    const path = `/team-agent-runs/tar_${task}`;
    expect((await ask(desk, "POST", `${path}/retry`)).status).toBe(409);
    const headers = { "X-Agency-OS-Staff": "tom@agency.example" };
    const cancelled = await ask(desk, "POST", `${path}/cancel`, { body: '{"reason":"wrong client"}', headers });
    expect(cancelled.status).toBe(202);
    const again = await ask(desk, "POST", `${path}/cancel`);
    expect([again.status, (await bodyOf(again, ProblemSchema)).code]).toEqual([409, "wrong_state"]);
    const shown = await bodyOf(await ask(desk, "GET", path), RunDetailSchema);
    expect(shown.cause?.detail).toBe("Stopped by tom@agency.example: wrong client.");
    expect((await ask(desk, "POST", `${path}/retry`)).status).toBe(202);
  });

  test.each(["{", '{"reason":1}', `{"reason":"${"x".repeat(301)}"}`, "3"])(
    "is not stopped with a body like %s",
    async (body) => {
      expect((await ask(desk, "POST", "/team-agent-runs/tar_1/cancel", { body })).status).toBe(400);
    },
  );

  test("is watched over a WebSocket only; an unknown one is told so in a close code", async () => {
    expect((await ask(desk, "GET", "/team-agent-runs/tar_1/live")).status).toBe(426);
    expect((await ask(desk, "GET", "/team-agent-runs/live")).status).toBe(426);
    for (const runId of ["tar_424242", "nonsense"]) {
      const response = await ask(desk, "GET", `/team-agent-runs/${runId}/live`, { headers: { upgrade: "websocket" } });
      const socket = response.webSocket;
      const closed = new Promise<number>((resolve) =>
        socket?.addEventListener("close", (event) => resolve(event.code)),
      );
      socket?.accept();
      expect([response.status, await closed]).toEqual([101, 4404]);
    }
    const board = await ask(desk, "GET", "/team-agent-runs/live", { headers: { upgrade: "websocket" } });
    expect(board.status).toBe(101);
    board.webSocket?.accept();
    board.webSocket?.close();
  });

  test("is watched without the token going any further", async () => {
    let passed: string[] = [];
    const board = {
      fetch: async (request: Request) => {
        passed = [...request.headers.keys()];
        return new Response();
      },
    };
    const deps = { ...desk.deps, board: () => board };
    await ask({ ...desk, deps }, "GET", "/team-agent-runs/live?since=3", { headers: { upgrade: "websocket" } });
    expect(passed).toEqual(["upgrade"]);
  });
});
