import * as v from "valibot";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { ProblemSchema } from "../../src/core/wire.ts";
import { freshTask, poke, type RunStub, runOf, settle } from "../actors/hands.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { ask, bodyOf, type Desk, newDesk } from "./hands.ts";

const HoldSchema = v.object({
  holdId: v.string(),
  scope: v.string(),
  value: v.string(),
  by: v.string(),
  told: v.optional(v.number()),
});
const ListSchema = v.object({ items: v.array(HoldSchema) });

let desk: Desk;
let world: RunWorld;
let stub: RunStub;
const staff = { "X-Agency-OS-Staff": "tom@agency.example" };
const post = (body: unknown) => ask(desk, "POST", "/internal/holds", { body: JSON.stringify(body), headers: staff });

beforeEach(async () => {
  desk = newDesk();
  desk.operators = [...desk.operators, "tom@agency.example"];
  world = enterWorld();
  const task = freshTask();
  giveTask(world, task);
  stub = await poke(world, task);
});

test("a hold reaches the runs at work at once, is listed, and its release reaches them too", async () => {
  const set = await bodyOf(await post({ scope: "client", value: "bu_plunkett", reason: "Contract ended" }), HoldSchema);
  expect(set).toMatchObject({ by: "tom@agency.example", scope: "client", value: "bu_plunkett" });
  expect(set.told).toBeGreaterThan(0);
  await settle(world, stub);
  expect((await stub.view())?.waitingOn).toMatchObject({ kind: "hold", who: "tom@agency.example" });
  const list = await bodyOf(await ask(desk, "GET", "/internal/holds", { headers: staff }), ListSchema);
  expect(list.items.map(({ holdId }) => holdId)).toEqual([set.holdId]);
  world.executions.length = 0;
  expect((await ask(desk, "DELETE", `/internal/holds/${set.holdId}`, { headers: staff })).status).toBe(200);
  await settle(world, stub);
  expect([(await stub.view())?.waitingOn?.kind, world.executions.length]).toEqual(["queue", 1]);
  expect((await ask(desk, "DELETE", `/internal/holds/${set.holdId}`, { headers: staff })).status).toBe(404);
});

test("who released a hold, and why, is in the log", async () => {
  const set = await bodyOf(await post({ scope: "all", reason: "Incident" }), HoldSchema);
  const said = vi.spyOn(console, "log").mockReturnValue();
  const init = { headers: staff, body: JSON.stringify({ reason: "It is over" }) };
  await ask(desk, "DELETE", `/internal/holds/${set.holdId}`, init);
  const lines = said.mock.calls.map(([line]) => String(line));
  said.mockRestore();
  const event = { event: "hold.released", holdId: set.holdId, by: "tom@agency.example", reason: "It is over" };
  expect(lines).toContain(JSON.stringify({ level: "info", ...event }));
});

describe("a hold is refused", () => {
  test.each([
    [{ scope: "everything", reason: "x" }, "scope"],
    [{ scope: "all", value: "x", reason: "x" }, "value"],
    [{ scope: "client", reason: "x" }, "value"],
    [{ scope: "upstream", value: "myspace", reason: "x" }, "value"],
    [{ scope: "all", reason: " " }, "reason"],
    [{ scope: "all" }, "reason"],
  ])("when it is %o", async (body, path) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect((await bodyOf(answer, ProblemSchema)).issues?.map((issue) => issue.path)).toContain(path);
  });

  test("when it is no JSON", async () => {
    expect((await ask(desk, "POST", "/internal/holds", { body: "{", headers: staff })).status).toBe(400);
  });
});

test("pause, resume and kill go through with their reason, and are refused when they cannot be", async () => {
  const path = `/team-agent-runs/${(await stub.view())?.runId ?? ""}`;
  const act = async (action: string, reason = "") =>
    (await ask(desk, "POST", `${path}/${action}`, { body: JSON.stringify({ reason }), headers: staff })).status;
  expect(await act("resume")).toBe(409);
  expect(await act("pause", "lunch")).toBe(202);
  expect((await stub.view())?.waitingOn?.detail).toBe("tom@agency.example paused this run: lunch.");
  expect(await act("resume")).toBe(202);
  expect(await act("kill", "wrong client")).toBe(202);
  expect((await stub.view())?.cause?.detail).toBe("Killed by tom@agency.example: wrong client.");
  expect(await act("kill")).toBe(409);
  expect(await act("retry", "mended")).toBe(202);
  expect(await runOf(freshTask()).view()).toBeNull();
});
