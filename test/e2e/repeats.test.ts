import { createHmac, randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PROJECTS, USERS } from "../../sandbox/seed.ts";
import { type Consultant, consult, marked } from "../support/consultant.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
let maya: Consultant;

beforeAll(async () => {
  system = await startSystem();
  maya = consult(system);
});
afterAll(() => system.stop());

function signed(events: readonly unknown[]): Promise<Response> {
  const body = JSON.stringify({ events });
  const signature = createHmac("sha256", system.webhookSecret).update(body).digest("hex");
  return fetch(`${system.controlPlaneUrl}/webhooks/asana`, {
    method: "POST",
    headers: { "X-Hook-Signature": signature },
    body,
  });
}

function shuffled<T>(items: readonly T[]): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i >= 0; i -= 1) {
    const j = randomInt(i + 1);
    const [held] = copy.splice(j, 1);
    if (held !== undefined) copy.push(held);
  }
  return copy;
}

it("the same webhook fifty times at once, split and shuffled: one run, one status comment, one artifact, one review", async () => {
  const task = await maya.ask();
  const at = new Date().toISOString();
  const user = { gid: USERS.maya.gid, resource_type: "user" };
  const resource = { gid: task, resource_type: "task", resource_subtype: "default_task" };
  const events = [
    { action: "added", resource, parent: { gid: PROJECTS.intake.gid, resource_type: "project" }, user, created_at: at },
    {
      action: "changed",
      resource,
      parent: null,
      user,
      created_at: at,
      change: { field: "assignee", action: "changed" },
    },
    { action: "changed", resource, parent: null, user, created_at: at, change: { field: "name", action: "changed" } },
    { action: "changed", resource, parent: null, user, created_at: at, change: { field: "notes", action: "changed" } },
  ];
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, n) => {
      const order = shuffled(events);
      return n % 3 === 0 ? order.map((event) => [event]) : [order];
    })
      .flat()
      .map(signed),
  );
  expect(replies.every((reply) => reply.status === 200)).toBe(true);
  await maya.reviewed(task, 1);
  // Once more after the end of the work: late repeats change nothing either.
  await Promise.all(shuffled(events).map((event) => signed([event])));
  const comments = await maya.jessiesComments(task);
  expect(marked(comments, "status")).toHaveLength(1);
  expect(marked(comments, "review-v1")).toHaveLength(1);
  expect(comments).toHaveLength(2);
  const run = await maya.run(task);
  expect(run?.artifacts).toHaveLength(1);
  expect(run?.attempts).toHaveLength(1);
  const list = await (await maya.get("/team-agent-runs")).json();
  expect(list).toMatchObject({ items: [{ taskGid: task }] });
});

it("an event that is lost, with the comment it was about, is found by the reconciler", async () => {
  await maya.faults([{ upstream: "asana", kind: "custom", name: "drop", params: { percent: 100 } }]);
  const task = await maya.ask();
  await system.runScheduled();
  await maya.reviewed(task, 1);
  await maya.asana.comment(task, "accepted, thank you");
  await system.runScheduled();
  await maya.until(task, "it is accepted", (run) => run.status === "accepted");
  await maya.clearFaults();
});
