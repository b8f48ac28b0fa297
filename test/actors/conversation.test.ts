import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { listUnits } from "../../src/d1/registry.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { MAYA, NOW, ROB, TOM } from "../support/run-cases.ts";
import { enterWorld, giveTask, packageOf, type RunWorld } from "../support/run-world.ts";
import { alarmOf, evict, freshTask, ownComments, poke, runOf, say, settle, work } from "./hands.ts";

let world: RunWorld;
let task: string;

beforeEach(async () => {
  world = enterWorld();
  task = freshTask();
  giveTask(world, task);
  await poke(world, task);
});

const view = () => runOf(task).view();

/** The clock goes on to the next alarm, and the actor acts. */
async function nextAlarm(): Promise<void> {
  world.now = (await alarmOf(runOf(task))) ?? world.now;
  await settle(world, runOf(task));
}

test("comments within the quiet window are one round, though the actor was evicted in between", async () => {
  await work(world);
  world.quietMs = 90_000;
  await say(world, task, "Please add a chart.");
  expect((await view())?.waitingOn?.kind).toBe("quiet");
  await evict(runOf(task));
  await say(world, task, "Please drop the GA4 table.");
  await evict(runOf(task));
  await nextAlarm();
  expect((await view())?.rounds.map((round) => round.items.length)).toEqual([2]);
  expect((await view())?.status).toBe("revision_requested");
});

test("a comment that is edited within the window counts as it stands at its end", async () => {
  await work(world);
  world.quietMs = 90_000;
  world.now += 60_000;
  const { gid } = world.asana.commentAs(MAYA, task, "Accepted, but please add a chart.");
  await poke(world, task);
  world.asana.removeComment(gid);
  world.asana.commentAs(MAYA, task, "Please add a table instead.");
  await nextAlarm();
  await nextAlarm();
  expect((await view())?.rounds[0]?.comment).toBe("Please add a table instead.");
});

test("whoever is waited for is reminded in the task, three times, and then somebody else is", async () => {
  await work(world);
  // Between two reminders the run also looks at its task now and then.
  const fortnight = NOW + 14 * 86_400_000;
  while (world.now < fortnight) await nextAlarm();
  for (const key of ["reminder-1", "reminder-2", "reminder-3", "escalation-1"])
    expect(await ownComments(world, task, key)).toHaveLength(1);
  expect((await view())?.waitingOn).toMatchObject({ kind: "person", who: "Tom Achebe" });
});

test("somebody who is no member of staff is told once and accepts nothing", async () => {
  await work(world);
  for (const text of ["Accepted", "Hello? Accepted!"]) {
    world.now += 60_000;
    world.asana.commentAs(ROB, task, text);
    await poke(world, task);
  }
  expect(await ownComments(world, task, `refused-${ROB.gid}`)).toHaveLength(1);
  expect((await view())?.status).toBe("review_ready");
});

test("rounds beyond the limit are held until the lead says go on", async () => {
  world.feedbackRoundLimit = 1;
  await work(world);
  await say(world, task, "Please add a chart.");
  await work(world);
  await say(world, task, "Please add a table.");
  expect(await ownComments(world, task, "escalation-1")).toHaveLength(1);
  expect(world.executions).toHaveLength(0);
  await say(world, task, "go on");
  await work(world);
  expect((await view())?.artifacts.at(-1)?.version).toBe(3);
});

describe("a task edited while it is worked on", () => {
  beforeEach(async () => {
    await work(world);
    giveTask(world, task, { name: "SEO report for Plunkett, September 2040" });
    await poke(world, task);
  });

  test("is asked about once, and “apply” makes the next version of it", async () => {
    await poke(world, task);
    expect(await ownComments(world, task, "change-1")).toHaveLength(1);
    expect((await view())?.question).toContain("the period from October 2040 to September 2040");
    await say(world, task, "apply");
    await work(world);
    expect(await view()).toMatchObject({ status: "review_ready", brief: { period: { label: "September 2040" } } });
    expect((await view())?.artifacts.map((one) => one.lifecycle)).toEqual(["superseded", "in_review"]);
    expect(world.worked).toEqual([...Array(2)].flatMap(() => ["gather.search", "gather.traffic", "narrate"]));
    expect((await ownComments(world, task, "review-v2"))[0]).toContain("made anew with the task as it is now");
  });

  test("goes on as it was with “keep”", async () => {
    await say(world, task, "keep");
    expect(await view()).toMatchObject({ question: null, brief: { period: { label: "October 2040" } } });
    expect(world.executions).toHaveLength(0);
  });
});

describe("a restart", () => {
  const compute = async () => {
    world.perform = async (ctx) => {
      for (const key of ["gather.search", "compute.facts", "narrate"] as const) {
        await ctx.step(key, key, async () => {
          world.worked.push(key);
          return 1;
        });
      }
      return packageOf(ctx, `<p>${world.worked.length}`);
    };
    await work(world);
    world.worked.length = 0;
  };

  test.each([
    ["narrate", ["narrate"]],
    ["compute", ["compute.facts", "narrate"]],
    ["fetch", ["gather.search", "compute.facts", "narrate"]],
  ] as const)("from %s does only what has to be done anew, and makes the next version", async (from, done) => {
    await compute();
    expect(await runOf(task).restart(from, "Tom", "poor wording")).toMatchObject({ ok: true });
    await settle(world, runOf(task));
    await work(world);
    expect(world.worked).toEqual(done);
    expect((await view())?.artifacts.map((one) => [one.version, one.lifecycle])).toEqual([
      [1, "superseded"],
      [2, "in_review"],
    ]);
    expect(await ownComments(world, task, "review-v2")).toHaveLength(1);
  });

  test("of a revision words it again with what was asked for, and fetches nothing", async () => {
    await work(world);
    await say(world, task, "Please add a chart.");
    await work(world);
    world.worked.length = 0;
    await runOf(task).restart("narrate", "Tom", "");
    await settle(world, runOf(task));
    await work(world);
    expect(world.worked).toEqual(["narrate"]);
    expect((await view())?.artifacts.at(-1)?.version).toBe(3);
    expect((await ownComments(world, task, "review-v3"))[0]).toContain("Please add a chart.");
  });

  test("is refused while the run works", async () => {
    expect(await runOf(task).restart("fetch", "Tom", "")).toMatchObject({
      ok: false,
      refusal: { code: "wrong_state" },
    });
  });
});

test("the registry knows staff by role, admins on every Business Unit, and nobody without an Asana user", async () => {
  const database = env.PLATFORM_BUILD_DB;
  const people = [
    ["u_maya", "Maya", "11", null],
    ["u_tom", "Tom", "12", null],
    ["u_ann", "Ann", "14", "admin"],
    ["u_new", "New", null, "admin"],
  ] as const;
  await database.batch([
    database.prepare("INSERT INTO clients (client_id, name, created_at) VALUES ('c', 'C', '')"),
    ...["bu_a", "bu_b"].map((id) =>
      database
        .prepare(
          "INSERT INTO business_units (business_unit_id, client_id, name, time_zone, currency, brand_terms, page_groups, created_at) VALUES (?, 'c', ?, 'UTC', 'EUR', '[]', '[]', '')",
        )
        .bind(id, id),
    ),
    ...people.map(([id, name, gid, agency]) =>
      database
        .prepare(
          "INSERT INTO staff_users (user_id, name, email, asana_user_gid, agency_role, created_at) VALUES (?, ?, ?, ?, ?, '')",
        )
        .bind(id, name, `${id}@agency.example`, gid, agency),
    ),
    ...["u_maya", "u_ann"].map((id) =>
      database
        .prepare("INSERT INTO business_unit_roles (business_unit_id, user_id, role) VALUES ('bu_a', ?, 'approver')")
        .bind(id),
    ),
  ]);
  const units = await listUnits(openIndex(database));
  const staff = (id: string) => units.find((unit) => unit.businessUnitId === id)?.staff;
  expect(staff("bu_a")).toEqual([
    { gid: "14", name: "Ann", role: "approver" },
    { gid: "11", name: "Maya", role: "approver" },
  ]);
  expect(staff("bu_b")).toEqual([{ gid: "14", name: "Ann", role: "admin" }]);
});

test("a round of which nothing can be done is answered once, and the version and its files stay", async () => {
  await work(world);
  const files = () => [...world.asana.files.values()].length;
  const before = files();
  await say(world, task, "Please add a chart.");
  world.perform = async ({ revision }) => ({
    kind: "unchanged",
    answers: (revision?.items ?? []).map(({ id }) => ({
      itemId: id,
      outcome: "declined",
      reason: "charts are no part of it",
    })),
  });
  await work(world);
  const run = await view();
  expect([run?.status, run?.artifacts.length, files()]).toEqual(["review_ready", 1, before]);
  const [reply, ...more] = await ownComments(world, task, "reply-1");
  expect(reply).toContain("charts are no part of it");
  expect(more).toEqual([]);
  expect(run?.waitingOn?.kind).toBe("person");
});

test("a clear word of staff ends a run in review, with one closing comment", async () => {
  await work(world);
  await say(world, task, "Never mind, please cancel this task.");
  await poke(world, task);
  expect(await view()).toMatchObject({ status: "cancelled", cause: { code: "cancelled_on_task" } });
  expect(await ownComments(world, task, "stopped-1")).toHaveLength(1);
});

test("whoever may not allow another round is told once who may", async () => {
  world.feedbackRoundLimit = 1;
  await work(world);
  await say(world, task, "Please add a chart.");
  await work(world);
  await say(world, task, "Please add a table.");
  for (const text of ["go on", "Go on, please."]) {
    world.now += 60_000;
    world.asana.commentAs(TOM, task, text);
    await poke(world, task);
  }
  const [refusal, ...more] = await ownComments(world, task, `refused-${TOM.gid}`);
  expect(refusal).toContain("Maya Lindqvist");
  expect(more).toEqual([]);
  expect(world.executions).toHaveLength(0);
});
