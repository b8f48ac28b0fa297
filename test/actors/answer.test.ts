import { beforeEach, describe, expect, test } from "vitest";
import { RetryableError } from "../../src/core/errors.ts";
import { JESSIE, MAYA, runMessageOf, taskEvent } from "../support/run-cases.ts";
import { enterWorld, giveTask, type RunWorld } from "../support/run-world.ts";
import { evict, freshTask, ownComments, poke, type RunStub, runOf, say, settle, work } from "./hands.ts";

let world: RunWorld;
let task: string;
let stub: RunStub;
const SPEAKER = { authorGid: MAYA.gid, authorName: MAYA.name, lead: false } as const;

beforeEach(async () => {
  world = enterWorld();
  task = freshTask();
});

async function asks(name = "SEO report for Plunkett"): Promise<void> {
  giveTask(world, task, { name });
  stub = await poke(world, task);
}

const shown = async () => {
  const view = await stub.view();
  if (view === null) throw new Error("The run exists.");
  return view;
};
const posts = () => world.asana.faults.calls.filter((call) => call.method === "postComment").length;

describe("a question answered in the panel", () => {
  test("is answered: the run goes on, and the task has one comment of Jessie's that says who said what", async () => {
    await asks();
    const [ask] = (await shown()).asks;
    expect(await stub.answer("October 2040", ask?.id ?? null, SPEAKER)).toEqual({ ok: true, value: null });
    expect((await shown()).waitingOn?.detail).toBe("Reading the answer of Maya Lindqvist.");
    await settle(world, stub);
    expect([(await shown()).status, (await shown()).unread]).toEqual(["ready", []]);
    const [copy, ...more] = await ownComments(world, task, "answer-1");
    expect(copy).toContain("Maya Lindqvist answered in Agency OS");
    expect([copy?.includes("October 2040"), more]).toEqual([true, []]);
  });

  test("is mirrored once although Asana lost the answer, and the actor its memory", async () => {
    await asks();
    world.asana.faults.fail("postComment", new RetryableError("asana_timeout", "late"), { performed: true });
    await stub.answer("October 2040", null, SPEAKER);
    await evict(stub);
    await settle(world, stub);
    world.now += 10 * 60_000;
    await settle(world, stub);
    expect(await ownComments(world, task, "answer-1")).toHaveLength(1);
    expect((await shown()).status).toBe("ready");
  });

  test("outlives a death between the answer and its reading", async () => {
    await asks();
    world.asana.faults.fail("task", new RetryableError("asana_down", "down"));
    await stub.answer("October 2040", null, SPEAKER);
    await evict(stub);
    expect((await shown()).unread).toMatchObject([{ author: "Maya Lindqvist", text: "October 2040" }]);
    world.now += 10 * 60_000;
    await settle(world, stub);
    expect((await shown()).status).toBe("ready");
  });

  test("pressed twice is read once and mirrored once", async () => {
    await asks();
    const [ask] = (await shown()).asks;
    for (let n = 0; n < 2; n += 1) await stub.answer("October 2040", ask?.id ?? null, SPEAKER);
    await settle(world, stub);
    expect(await stub.answer("October 2040", ask?.id ?? null, SPEAKER)).toEqual({ ok: true, value: null });
    await settle(world, stub);
    const given = (await stub.events(0, 100))?.filter(({ type }) => type === "answer.given");
    expect([given?.length, (await ownComments(world, task, "answer-1")).length]).toEqual([1, 1]);
    expect(await ownComments(world, task, "answer-2")).toEqual([]);
  });

  test("is refused with the reason when the task was answered first", async () => {
    await asks();
    const [ask] = (await shown()).asks;
    await say(world, task, "October 2040");
    expect(await stub.answer("September 2040", ask?.id ?? null, SPEAKER)).toMatchObject({
      ok: false,
      refusal: { code: "wrong_state" },
    });
  });
});

describe("feedback given in the panel", () => {
  test("opens one round, and its copy that comes back through the webhook opens none and is answered by nobody", async () => {
    await asks("SEO report for Plunkett, October 2040");
    await work(world);
    await stub.answer("Please add a chart.", null, SPEAKER);
    await settle(world, stub);
    const before = posts();
    const copy = (await world.asana.comments(task))?.find((one) => one.text.includes(`:answer-1]`));
    expect(copy?.authorGid).toBe(JESSIE.gid);
    const event = {
      action: "added",
      resourceType: "story",
      resourceGid: copy?.gid ?? "",
      userGid: JESSIE.gid,
    } as const;
    await stub.deliver(runMessageOf(task, [taskEvent(task, event)]));
    await settle(world, stub);
    const { rounds, status } = await shown();
    expect([rounds.length, rounds[0]?.author, status, posts()]).toEqual([1, MAYA.name, "revision_requested", before]);
    await work(world);
    expect([(await shown()).status, (await shown()).rounds[0]?.items[0]?.outcome]).toEqual(["review_ready", "done"]);
  });

  test("accepts this very version", async () => {
    await asks("SEO report for Plunkett, October 2040");
    await work(world);
    await stub.answer("I accept.", "review-v1", SPEAKER);
    await settle(world, stub);
    const [artifact] = (await shown()).artifacts;
    expect([(await shown()).status, artifact?.acceptedBy]).toEqual(["accepted", MAYA.name]);
    expect(await stub.answer("Please add a chart.", "review-v1", SPEAKER)).toMatchObject({
      refusal: { code: "wrong_state" },
    });
  });

  test("of four thousand signs stands on the task to the last of them", async () => {
    await asks("SEO report for Plunkett, October 2040");
    await work(world);
    await stub.answer(`Please add a chart. ${"&".repeat(5_000)}`, null, SPEAKER);
    await settle(world, stub);
    const [copy] = await ownComments(world, task, "answer-1");
    expect(copy?.match(/&/gu)).toHaveLength(4_000 - "Please add a chart. ".length);
  });
});

test("a task that is deleted takes no copy, and nothing is tried for two weeks", async () => {
  await asks();
  world.asana.removeTask(task);
  const before = posts();
  await stub.answer("October 2040", null, SPEAKER);
  await settle(world, stub);
  expect([(await shown()).parked, posts()]).toEqual([0, before]);
});

test("nobody answers a task that no run is about", async () => {
  expect(await runOf(freshTask()).answer("hello", null, SPEAKER)).toMatchObject({ refusal: { code: "no_such_run" } });
});
