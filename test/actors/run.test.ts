import { beforeEach, expect, test } from "vitest";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { freshTask, ownComments, poke, say, work } from "./hands.ts";

let world: RunWorld;
let task: string;

beforeEach(() => {
  world = enterWorld();
  task = freshTask();
});

test("a task travels from its first event through report, revision and acceptance", async () => {
  giveTask(world, task);
  const run = await poke(world, task);
  expect((await run.view())?.status).toBe("ready");
  expect(await ownComments(world, task, "status")).toHaveLength(1);

  await work(world);
  expect((await run.view())?.status).toBe("review_ready");
  expect(await ownComments(world, task, "review-v1")).toHaveLength(1);
  expect([...world.asana.files.values()].map((file) => file.name)).toEqual(["report-v1.html", "evidence-v1.json"]);

  await say(world, task, "Please add a chart of the brand split.");
  expect((await run.view())?.status).toBe("revision_requested");
  await work(world);
  const revised = await run.view();
  expect(revised?.status).toBe("review_ready");
  expect(revised?.artifacts.map((one) => one.lifecycle)).toEqual(["superseded", "in_review"]);
  expect(revised?.rounds[0]?.items).toEqual([
    { id: "r1i1", text: "Please add a chart of the brand split.", outcome: "done", reason: "changed" },
  ]);

  await say(world, task, "I accept this version.");
  const done = await run.view();
  expect(done?.status).toBe("accepted");
  expect(done?.artifacts[1]).toMatchObject({ lifecycle: "accepted", acceptedBy: "Maya Lindqvist" });
  expect(await ownComments(world, task, "status")).toHaveLength(1);
});
