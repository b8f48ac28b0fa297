/** One error task per kind of failure, whatever happens to the runs that report it. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { PermanentError, RetryableError } from "../../src/core/errors.ts";
import type { Incident } from "../../src/core/run/incident.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { reportIncident } from "../../src/error-desk.ts";
import type { AsanaOwnTasksPort } from "../../src/ports/asana/own-tasks.ts";
import { execute } from "../../src/runner/execute.ts";
import { SETTINGS } from "../support/run-cases.ts";
import { ERRORS, enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { evict, freshTask, poke, type RunStub, runnerDepsOf, settle, takeExecution } from "./hands.ts";

let world: RunWorld;

beforeEach(async () => {
  world = enterWorld();
  world.errorProjectGid = ERRORS;
  await env.PLATFORM_BUILD_DB.batch(
    ["incidents", "incident_occurrences"].map((table) => env.PLATFORM_BUILD_DB.prepare(`DELETE FROM ${table}`)),
  );
});

const broken = (code: string) => async (): Promise<never> => {
  throw new PermanentError(code, "It broke.");
};

/** A run that has failed for good; the failure is not reported yet. */
async function failed(code = "ga4_broken"): Promise<RunStub> {
  const gid = freshTask();
  giveTask(world, gid);
  const stub = await poke(world, gid);
  world.perform = broken(code);
  await execute(takeExecution(world), runnerDepsOf(world));
  return stub;
}

async function reported(code?: string): Promise<RunStub> {
  const stub = await failed(code);
  await settle(world, stub);
  return stub;
}

/** Acts until nothing is owed, over the waits between tries. */
async function rest(...stubs: readonly RunStub[]): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    for (const stub of stubs) await settle(world, stub);
    world.now += 30_000;
  }
}

/** A failure as run `n` reports it. */
function incident(n: number): Incident {
  const cause = { code: "ga4_broken", detail: "It broke." };
  const names = { fingerprint: "ga4_broken-1", skill: "seo_reporting", upstream: "ga4" };
  return { ...names, runId: `tar_${n}`, seq: 9, at: world.now, cause, lines: ["Failed."] };
}

const desk = (port: AsanaOwnTasksPort) => ({
  index: openIndex(env.PLATFORM_BUILD_DB),
  tasks: port,
  projectGid: ERRORS,
  jessieUserGid: SETTINGS.jessieUserGid,
  webOrigin: "https://panel.example",
  now: () => world.now,
});

const tasks = () => world.ownTasks.all();
const view = async (stub: RunStub) => {
  const seen = await stub.view();
  if (seen === null) throw new Error("There is a run.");
  return seen;
};

describe("a run that failed for good", () => {
  test("has an error task with its cause, its link and its last events, and shows it", async () => {
    const stub = await reported();
    const run = await view(stub);
    expect(tasks().map((task) => task.projectGid)).toEqual([ERRORS]);
    const [task] = tasks();
    expect(task?.name).toMatch(/^Agency OS: ga4_broken in \w+ \[incident:ga4_broken-[0-9a-f]{8}\]$/);
    expect(task?.notes).toContain("Seen once.");
    expect(task?.notes).toContain(`https://panel.example/runs/${run.runId}`);
    expect(task?.notes).toContain("Asana reported the task for the first time.");
    expect(task?.notes).toContain("Failed. It broke.");
    expect(run.errorTaskUrl).toBe(task?.url);
  });

  test("has none where no project is set, and nothing is owed", async () => {
    world.errorProjectGid = "";
    const stub = await reported();
    expect(tasks()).toEqual([]);
    expect((await view(stub)).errorTaskUrl).toBeNull();
    const due = await runInDurableObject(stub, (_, state) =>
      state.storage.sql.exec("SELECT key FROM outbox WHERE key LIKE 'incident%'").toArray(),
    );
    expect(due).toEqual([]);
  });

  test("of another kind has a task of its own", async () => {
    await reported("ga4_broken");
    await reported("ga4_other");
    expect(tasks()).toHaveLength(2);
  });
});

describe("one task", () => {
  test("is made of two runs that fail at the same moment, and names both", async () => {
    const [one, two] = [await failed(), await failed()];
    await Promise.all([settle(world, one), settle(world, two)]);
    await rest(one, two);
    expect(tasks()).toHaveLength(1);
    const { notes = "" } = tasks()[0] ?? {};
    expect(notes).toContain("Seen 2 times.");
    for (const stub of [one, two]) {
      expect(notes).toContain((await view(stub)).runId);
      expect((await view(stub)).errorTaskUrl).toBe(tasks()[0]?.url);
    }
  });

  test("is made once although another run reports between the look and the creation", async () => {
    const fake = world.ownTasks;
    const refused: unknown[] = [];
    const slow: AsanaOwnTasksPort = {
      ...fake,
      createTask: async (projectGid, task) => {
        refused.push(await reportIncident(incident(2), desk(fake)).catch((thrown: unknown) => thrown));
        return fake.createTask(projectGid, task);
      },
    };
    await reportIncident(incident(1), desk(slow));
    expect(refused).toMatchObject([{ name: "RetryableError", code: "incident_being_written" }]);
    await reportIncident(incident(2), desk(fake));
    expect(tasks()).toHaveLength(1);
    expect(tasks()[0]?.notes).toContain("Seen 2 times.");
  });

  test("keeps the newer text when an older one is written after it", async () => {
    const fake = world.ownTasks;
    await reportIncident(incident(1), desk(fake));
    const late: AsanaOwnTasksPort = {
      ...fake,
      updateTask: async (gid, change) => {
        // So slow that its claim runs out, and another writes before it.
        world.now += 130_000;
        await reportIncident(incident(3), desk(fake));
        return fake.updateTask(gid, change);
      },
    };
    const second = incident(2);
    await expect(reportIncident(second, desk(late))).rejects.toMatchObject({ code: "incident_overtaken" });
    await reportIncident(second, desk(fake));
    expect(tasks()[0]?.notes).toContain("Seen 3 times.");
  });

  test("costs a handful of calls however many runs fail at once, and tells of each of them", async () => {
    let left = Array.from({ length: 40 }, (_, n) => incident(n));
    // Each comes back until its failure is told, as a run's outbox does.
    for (let round = 0; round < 5 && left.length > 0; round += 1) {
      const answers = await Promise.allSettled(left.map((one) => reportIncident(one, desk(world.ownTasks))));
      left = left.filter((_, n) => answers[n]?.status === "rejected");
    }
    expect(left).toEqual([]);
    expect(tasks()).toHaveLength(1);
    expect(tasks()[0]?.notes).toContain("Seen 40 times.");
    const calls = world.ownTasks.faults.calls.map(({ method }) => method);
    expect(calls.filter((method) => method === "createTask")).toHaveLength(1);
    expect(calls.filter((method) => method === "updateTask").length).toBeLessThanOrEqual(3);
    expect(calls.length).toBeLessThanOrEqual(8);
  });

  test("waits for the run that is making it, and is not made behind its back", async () => {
    const stub = await failed();
    const lost = new RetryableError("asana_timeout", "No answer.");
    world.ownTasks.faults.fail("createTask", lost, { times: 1, performed: false });
    await settle(world, stub);
    const other = await reported();
    expect(tasks()).toEqual([]);
    await rest(stub, other);
    expect(tasks()).toHaveLength(1);
    expect(tasks()[0]?.notes).toContain("Seen 2 times.");
  });

  test("is taken over when the run that was making it is never heard of again", async () => {
    const stub = await failed();
    world.ownTasks.faults.fail("createTask", new PermanentError("asana_bad_request", "No."));
    await settle(world, stub);
    const other = await failed();
    world.now += 120_000;
    await rest(other);
    expect(tasks()).toHaveLength(1);
    expect((await view(other)).errorTaskUrl).toBe(tasks()[0]?.url);
  });

  test("is found again when the answer was lost and the actor was thrown out of memory", async () => {
    const stub = await failed();
    world.ownTasks.faults.fail("createTask", new RetryableError("asana_unreachable", "Lost."), { performed: true });
    await settle(world, stub);
    expect(tasks()).toHaveLength(1);
    await evict(stub);
    await rest(stub);
    expect(tasks()).toHaveLength(1);
    expect(tasks()[0]?.notes).toContain("Seen once.");
    expect((await view(stub)).errorTaskUrl).toBe(tasks()[0]?.url);
  });

  test("counts a failure once, however often it is told, and tells the same run's next failure too", async () => {
    const stub = await failed();
    world.ownTasks.faults.fail("updateTask", new RetryableError("asana_unreachable", "Lost."), { performed: true });
    await rest(stub);
    expect(tasks()[0]?.notes).toContain("Seen once.");
    await stub.retry("Tom", "again");
    await settle(world, stub);
    await execute(takeExecution(world), runnerDepsOf(world));
    await rest(stub);
    expect(tasks()).toHaveLength(1);
    expect(tasks()[0]?.notes).toContain("Seen 2 times.");
  });

  test("is ours: one that somebody else named so is left alone", async () => {
    await reported();
    const { name = "", gid = "" } = tasks()[0] ?? {};
    world.ownTasks.remove(gid);
    world.ownTasks.putTask({ projectGid: ERRORS, name, createdByGid: "66" });
    await reported();
    expect(tasks()).toHaveLength(2);
    expect(tasks()[0]?.notes).toBe("");
    expect(tasks()[1]?.notes).toContain("Seen 2 times.");
  });
});

describe("a task that somebody completed", () => {
  test("stays as it is; the next failure opens a new one that counts from then", async () => {
    await reported();
    world.now += 60_000;
    const old = tasks()[0];
    world.ownTasks.complete(old?.gid ?? "");
    world.now += 60_000;
    const stub = await reported();
    await reported();
    expect(tasks()).toHaveLength(2);
    expect(tasks()[0]?.notes).toBe(old?.notes);
    expect(tasks()[1]?.notes).toContain("Seen 2 times.");
    expect(tasks()[1]?.notes).toContain((await view(stub)).runId);
  });

  test("settles what happened before, also when that is told late", async () => {
    const first = await reported();
    const late = await failed();
    const { gid = "", url = null } = tasks()[0] ?? {};
    world.now += 60_000;
    world.ownTasks.complete(gid);
    await rest(first, late);
    expect(tasks()).toHaveLength(1);
    expect((await view(late)).errorTaskUrl).toBe(url);
  });

  test("settles it as well when the next task is open already", async () => {
    await reported();
    const late = await failed();
    world.now += 60_000;
    world.ownTasks.complete(tasks()[0]?.gid ?? "");
    world.now += 60_000;
    await reported();
    await rest(late);
    expect(tasks()).toHaveLength(2);
    expect(tasks()[1]?.notes).toContain("Seen once.");
    expect(tasks()[1]?.notes).not.toContain((await view(late)).runId);
  });
});
