import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunDetail } from "../../src/core/wire.ts";
import { Random } from "../sim/random.ts";
import { type Consultant, consult, marked } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";

const RUNS = 20;
const KILLS = 30;
const SEED = 1;
/** Between a start and the next kill: from before the first word to well into the work of all runs. */
const LIFE_MS = { shortest: 20, longest: 600 } as const;

let system: System;
let maya: Consultant;

beforeAll(async () => {
  // A short lease, so that the watchdog acts within the patience of a test.
  system = await startSystem({ vars: { LEASE_SECONDS: "2" } });
  maya = consult(system);
});
afterAll(() => system.stop());

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

const title = `${RUNS} runs at once, killed ${KILLS} times at random: all end, each comment and each file is on its task once`;

it(title, { timeout: 400_000 }, async () => {
  const random = new Random(SEED);
  const tasks = await Promise.all(Array.from({ length: RUNS }, () => maya.ask()));
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // Not a wait for something: the moment of the kill is what the seed decides.
    await delay(random.between(LIFE_MS.shortest, LIFE_MS.longest));
    await system.killWorker();
    await system.restartWorker();
  }
  // One after the other, as the local queue hands them to the runner.
  for (const task of tasks) await expectOnce(await maya.reviewed(task, 1));
});
