/** `POST /team-agent-runs/:runId/answer`: whose word it is, and what is no answer. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { MOST_ANSWERED, RunDetailSchema } from "../../src/core/wire.ts";
import { freshTask, poke, runOf, settle } from "../actors/hands.ts";
import { MAYA } from "../support/run-cases.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { ask, bodyOf, type Desk, newDesk } from "./hands.ts";

let desk: Desk;
let world: RunWorld;
let task: string;

beforeAll(async () => {
  const insert = "INSERT INTO staff_users (user_id, name, email, asana_user_gid, agency_role, created_at) VALUES";
  const at = "2026-11-01T00:00:00.000Z";
  await env.PLATFORM_BUILD_DB.batch([
    env.PLATFORM_BUILD_DB.prepare(`${insert} (?, ?, ?, ?, ?, ?)`).bind(
      "u_maya",
      MAYA.name,
      "maya@agency.example",
      MAYA.gid,
      "consultant",
      at,
    ),
    env.PLATFORM_BUILD_DB.prepare(`${insert} (?, ?, ?, ?, ?, ?)`).bind(
      "u_lena",
      "Lena Brandt",
      "lena@agency.example",
      null,
      "approver",
      at,
    ),
  ]);
});

beforeEach(async () => {
  desk = newDesk();
  desk.strangersAreAdmins = false;
  world = enterWorld();
  task = freshTask();
  giveTask(world, task, { name: "SEO report for Plunkett" });
  await poke(world, task);
});

const answer = (body: object | string, email: string | null = "Maya@agency.example", run = `tar_${task}`) =>
  ask(desk, "POST", `/team-agent-runs/${run}/answer`, {
    ...(email === null ? {} : { headers: { "X-Agency-OS-Staff": email } }),
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const run = async () => {
  await settle(world, runOf(task));
  return bodyOf(await ask(desk, "GET", `/team-agent-runs/tar_${task}`), RunDetailSchema);
};
const summaries = async () => ((await runOf(task).events(0, 100)) ?? []).map(({ summary }) => summary);

test("the word of staff with an Asana user is theirs, and moves the run", async () => {
  const [asked] = (await run()).asks;
  const response = await answer({ text: "  October 2040 ", to: asked?.id });
  expect([response.status, await response.json()]).toEqual([202, { status: "accepted" }]);
  expect((await run()).status).toBe("ready");
  expect(await summaries()).toContain("Maya Lindqvist answered in the panel: “October 2040”");
});

test("the word of staff whom Asana does not know counts under their own name", async () => {
  expect((await answer({ text: "October 2040" }, "lena@agency.example")).status).toBe(202);
  expect((await run()).status).toBe("ready");
  expect(await summaries()).toContain("Lena Brandt answered in the panel: “October 2040”");
});

test("a program says nothing in anybody's name", async () => {
  const response = await answer({ text: "October 2040" }, null);
  expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([403, "nobody_speaks"]);
  expect((await run()).status).toBe("needs_clarification");
});

test.each([
  ["nothing", {}],
  ["blanks", { text: " \n\t " }],
  ["too much", { text: "x".repeat(MOST_ANSWERED + 1) }],
  ["no text", { text: 7 }],
  ["a question without end", { text: "yes", to: "q".repeat(61) }],
  ["no JSON", "{"],
])("a body with %s is refused whole", async (_what, body) => {
  expect((await answer(body)).status).toBe(400);
  expect((await summaries()).filter((one) => one.includes("in the panel"))).toEqual([]);
});

test("as much as is allowed is taken", async () => {
  expect((await answer({ text: `October 2040 ${"x".repeat(MOST_ANSWERED - 13)}` })).status).toBe(202);
  expect((await run()).status).toBe("ready");
});

test("an answer that came too late is a conflict with its reason, and a run that is not there is none", async () => {
  await answer({ text: "October 2040" });
  await run();
  const late = await answer({ text: "September 2040", to: "question-1" });
  expect([late.status, (await late.json<{ code: string }>()).code]).toEqual([409, "wrong_state"]);
  for (const id of ["tar_999999", "nonsense"])
    expect((await answer({ text: "yes" }, "maya@agency.example", id)).status).toBe(404);
});
