import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PROJECTS } from "../../sandbox/seed.ts";
import type { RunDetail } from "../../src/core/wire.ts";
import { Random } from "../sim/random.ts";
import { type Consultant, consult, marked } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";

const RUNS = 20;
const KILLS = 30;
const SEED = 1;
/** Between a start and the next kill: from before the first word to well into the work of all runs. */
const LIFE_MS = { shortest: 20, longest: 600 } as const;
/** Every other kill comes when Asana has carried out one of these and nobody here has heard of it, in turn. */
const WRITES = ["POST /tasks/:gid/stories", "POST /attachments", "POST /attachments", "PUT /stories/:gid"] as const;

let system: System;
let maya: Consultant;

beforeAll(async () => {
  // A short lease, so that the watchdog acts within the patience of a test.
  system = await startSystem({ vars: { LEASE_SECONDS: "2" } });
  maya = consult(system);
});
afterAll(() => system.stop());

async function killed(): Promise<void> {
  await system.killWorker();
  await maya.clearFaults();
  await system.restartWorker();
}

/** A run whose error task Asana has made when the process dies. */
async function failing(): Promise<string> {
  await maya.faults([{ upstream: "search-console", kind: "status", status: 400 }]);
  const task = await maya.ask();
  await maya.unanswered("POST /tasks");
  await killed();
  return task;
}

/** How many writes of each kind were carried out and never answered. */
async function unheard(): Promise<Record<string, number>> {
  const writes = (await maya.requests("asana")).filter(({ fault, status }) => fault === "hold_after" && status === 0);
  const kinds = writes.map(({ method, path }) => `${method} ${path.replace(/\d+/, ":gid")}`);
  return Object.fromEntries([...new Set(kinds)].map((kind) => [kind, kinds.filter((one) => one === kind).length]));
}

/** What lies on the task of a run that is in review, compared with what the run says it made. */
async function expectOnce(run: RunDetail): Promise<void> {
  const events = await maya.events(run.taskGid);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  const comments = await maya.jessiesComments(run.taskGid);
  expect(marked(comments, "status")).toHaveLength(1);
  expect(marked(comments, "review-v1")).toHaveLength(1);
  expect(comments).toHaveLength(2);
  const names = (await maya.asana.attachments(run.taskGid)).map((file) => file.name);
  expect(names.toSorted()).toEqual((run.artifacts[0]?.files ?? []).map((file) => file.name).toSorted());
}

const title = `${RUNS} runs at once, killed ${KILLS} times, half of them between a write and its answer: all end, each comment, file and error task is there once`;

it(title, { timeout: 400_000 }, async () => {
  const random = new Random(SEED);
  const failed = await failing();
  const tasks = await Promise.all(Array.from({ length: RUNS }, () => maya.ask()));
  for (let kill = 2; kill <= KILLS; kill += 1) {
    // Otherwise no wait for something: the moment of the kill is what the seed decides.
    if (kill % 2 === 0) await maya.unanswered(WRITES[(kill / 2 - 1) % WRITES.length] ?? "");
    else await delay(random.between(LIFE_MS.shortest, LIFE_MS.longest));
    await killed();
  }
  expect(await unheard()).toEqual({
    "POST /tasks": 1,
    "POST /tasks/:gid/stories": 4,
    "POST /attachments": 8,
    "PUT /stories/:gid": 3,
  });
  // One after the other, as the local queue hands them to the runner.
  for (const task of tasks) await expectOnce(await maya.reviewed(task, 1));
  await maya.until(failed, "its failure is reported", (run) => run.status === "failed" && run.errorTaskUrl !== null);
  expect(await maya.asana.tasks(PROJECTS.errors.gid)).toHaveLength(1);
});
