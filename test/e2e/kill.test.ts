import { afterAll, beforeAll, expect, it } from "vitest";
import { runIdOf } from "../../src/core/ids.ts";
import { type Consultant, consult, inReview, marked } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
let maya: Consultant;

beforeAll(async () => {
  // A short lease, so that the watchdog acts within the patience of a test.
  system = await startSystem({ vars: { LEASE_SECONDS: "2" } });
  maya = consult(system);
});
afterAll(() => system.stop());

/**
 * Settles when the socket of the run has shown `frames` frames. A frame comes with every logged event and with every
 * step that begins, so counting them reaches each boundary and each step's inside.
 */
function framesOf(taskGid: string, frames: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = 0;
    const open = (): void => {
      const url = `${system.controlPlaneUrl.replace("http", "ws")}/team-agent-runs/${runIdOf(taskGid)}/live`;
      const socket = new WebSocket(url, { headers: { "X-Agency-OS-Internal-Token": system.internalToken } });
      socket.onmessage = () => {
        seen += 1;
        if (seen === frames) {
          socket.close();
          resolve();
        }
      };
      // 4404: the webhook has not arrived yet.
      socket.onclose = (event) => {
        if (seen >= frames) return;
        if (event.code === 4404) open();
        else reject(new Error(`The socket closed with ${event.code} after ${seen} frames.`));
      };
    };
    open();
  });
}

async function expectDoneOnce(taskGid: string): Promise<void> {
  const run = await maya.reviewed(taskGid, 1);
  const events = await maya.events(taskGid);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  const keys = run.steps.map((step) => step.key);
  expect(new Set(keys).size, `steps done twice: ${keys.join(", ")}`).toBe(keys.length);
  const comments = await maya.jessiesComments(taskGid);
  expect(marked(comments, "status")).toHaveLength(1);
  expect(marked(comments, "review-v1")).toHaveLength(1);
  expect(comments).toHaveLength(2);
  const names = (await maya.asana.attachments(taskGid)).map((file) => file.name);
  expect(names.toSorted()).toEqual((run.artifacts[0]?.files ?? []).map((file) => file.name).toSorted());
}

/** From the first word to the last file; `chaos.test.ts` and the simulation have the moments in between. */
const FRAMES = [1, 11, 36, 64];

it.each(FRAMES)(
  "killed after frame %i of a run, the next start ends it: one review, each file once, no step twice",
  async (frames) => {
    const task = await maya.ask();
    const reached = framesOf(task, frames);
    await Promise.race([reached, maya.until(task, "it is in review before the kill", inReview(1))]);
    await system.killWorker();
    await system.restartWorker();
    await expectDoneOnce(task);
  },
);

it("killed in a revision, the next start ends it", async () => {
  const task = await maya.ask();
  await maya.reviewed(task, 1);
  await maya.asana.comment(task, "Please remove the rankings section.");
  await maya.until(task, "the revision is at work", (run) => run.status === "revision_running");
  await system.killWorker();
  await system.restartWorker();
  const run = await maya.reviewed(task, 2);
  expect(run.artifacts.map((artifact) => artifact.lifecycle)).toEqual(["superseded", "in_review"]);
  const comments = await maya.jessiesComments(task);
  expect(marked(comments, "review-v2")).toHaveLength(1);
  expect(comments).toHaveLength(3);
  const names = (await maya.asana.attachments(task)).map((file) => file.name);
  expect(new Set(names).size).toBe(names.length);
});

it("killed before the queue delivered the webhook's message, the task is found at the next start", async () => {
  const task = await maya.ask();
  await system.killWorker();
  await system.restartWorker();
  await expectDoneOnce(task);
});
