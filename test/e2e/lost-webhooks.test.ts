import * as v from "valibot";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PROJECTS, SANDBOX_CREDENTIALS, USERS, WORKSPACE } from "../../sandbox/seed.ts";
import { WebhookHealthSchema } from "../../src/core/wire-ops.ts";
import { type Consultant, consult, marked } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
let maya: Consultant;

beforeAll(async () => {
  system = await startSystem();
  maya = consult(system);
});
afterAll(() => system.stop());

const Hooks = v.object({ data: v.array(v.object({ last_success_at: v.nullable(v.string()) })) });

/** When Asana last got rid of a batch for the intake project, delivered or lost. */
async function lastBatch(): Promise<string> {
  const query = `workspace=${WORKSPACE.gid}&resource=${PROJECTS.intake.gid}&opt_fields=last_success_at&limit=10`;
  const headers = { authorization: `Bearer ${SANDBOX_CREDENTIALS.AGENCY_OS_ASANA_AGENT_PAT}` };
  const answer = await fetch(`${system.variables.ASANA_BASE_URL}/webhooks?${query}`, { headers });
  return v.parse(Hooks, await answer.json()).data[0]?.last_success_at ?? "";
}

/** A task whose events travel alone: the next one is only asked for when they were delivered or lost. */
async function askAlone(assignee: string | null): Promise<string> {
  const before = await lastBatch();
  const task = await maya.ask({ assignee });
  await expect.poll(lastBatch, { timeout: 10_000, interval: 30 }).not.toBe(before);
  return task;
}

it("with three of ten webhooks lost and the rest late, every task for Jessie runs once, found by the reconciler", async () => {
  await maya.faults([
    // With this seed every six batches in a row lose at least one and at most four.
    { upstream: "asana", kind: "custom", name: "drop", params: { percent: 30, seed: 13 } },
    { upstream: "asana", kind: "custom", name: "delay", delayMs: 400 },
  ]);
  const eligible: string[] = [];
  for (let n = 0; n < 7; n += 1) eligible.push(await askAlone(USERS.jessie.gid));
  const others = [await askAlone(null), await askAlone(USERS.tom.gid)];
  const runs = await Promise.all(eligible.map((task) => maya.run(task)));
  expect(runs.filter((run) => run === null).length).toBeGreaterThan(0);

  await system.runScheduled();
  for (const task of eligible) {
    const run = await maya.reviewed(task, 1);
    expect(run.attempts).toHaveLength(1);
    const comments = await maya.jessiesComments(task);
    expect([marked(comments, "status").length, marked(comments, "review-v1").length]).toEqual([1, 1]);
    const names = (await maya.asana.attachments(task)).map(({ name }) => name);
    expect([names.length, new Set(names).size]).toEqual([run.artifacts[0]?.files.length, names.length]);
  }
  for (const task of others) {
    expect([undefined, "ignored"]).toContain((await maya.run(task))?.status);
    expect(await maya.jessiesComments(task)).toEqual([]);
  }

  await maya.clearFaults();
  await system.runScheduled();
  const versions = await Promise.all(eligible.map(async (task) => (await maya.run(task))?.artifacts.length));
  expect(versions).toEqual(eligible.map(() => 1));
});

it("the webhooks it made are healthy, and each delivery is signed with the secret of its own", async () => {
  const health = v.parse(WebhookHealthSchema, await (await maya.get("/internal/webhooks")).json());
  expect(health.items.map(({ projectGid, health: state }) => [projectGid, state]).toSorted()).toEqual([
    [PROJECTS.intake.gid, "healthy"],
    [PROJECTS.platformBuild.gid, "healthy"],
  ]);
  expect(health.items.find((one) => one.projectGid === PROJECTS.intake.gid)?.lastDeliveryAt).not.toBeNull();
  expect(health.streams.map(({ projectGid, problem }) => [projectGid, problem])).toEqual([
    [PROJECTS.intake.gid, null],
    [PROJECTS.platformBuild.gid, null],
  ]);
});
