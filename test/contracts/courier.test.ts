import { beforeEach, describe, expect, test } from "vitest";
import type { NextWork } from "../../src/core/run/commands.ts";
import type { Answer, FinishedWork } from "../../src/core/run/lease.ts";
import { Courier } from "../../src/runner/courier.ts";
import type { RunActor } from "../../src/runner/lease.ts";

/** What the actor was told, one line per message: what is finished, and after the arrow what begins. */
let told: string[];
let answer: () => Promise<Answer<null>>;
/** Timers that are set. */
let timers: Set<() => void>;
let courier: Courier;

const OK: Answer<null> = { ok: true, value: null };
const FENCED: Answer<null> = { ok: false, refusal: { code: "fenced", detail: "The lease is over." } };

function hears(done: readonly string[], next: string): Promise<Answer<null>> {
  told.push(`${done.join("+")}${next === "" ? "" : `→${next}`}`);
  return answer();
}

const unused = () => Promise.reject(new Error("The courier says nothing of this kind."));
const ACTOR: RunActor = {
  beginStep: (_epoch, key) => hears([], key),
  commitStep: (_epoch, key) => hears([key], ""),
  intendEffect: (_epoch, key) => hears([], key),
  commitEffect: (_epoch, key) => hears([key], ""),
  advance: (_epoch, done, next) =>
    hears(
      done.map(({ key }) => key),
      next?.key ?? "",
    ),
  heartbeat: unused,
  holds: unused,
  finish: unused,
  decline: unused,
  refuse: unused,
  continueLater: unused,
  fail: unused,
  exhausted: unused,
};

beforeEach(() => {
  told = [];
  answer = async () => OK;
  timers = new Set();
  courier = new Courier({
    actor: ACTOR,
    epoch: 1,
    every: (_ms, work) => {
      timers.add(work);
      return () => timers.delete(work);
    },
  });
});

const settled = () => new Promise((resolve) => setImmediate(resolve));
const ring = () => {
  for (const timer of [...timers]) timer();
  return settled();
};
const step = (key: string): NextWork => ({ kind: "step", key, label: key });
const effect = (key: string): NextWork => ({ kind: "effect", key, label: key });
const finished = (key: string, kind: "step" | "effect" = "step", result = "null"): FinishedWork => ({
  kind,
  key,
  label: key,
  startedAt: 0,
  result,
});

/** A quick step that may be repeated. */
async function quick(key: string): Promise<void> {
  courier.begin(step(key));
  await courier.done(finished(key), true);
}

test("a step that may not be repeated is recorded before it returns, with everything before it", async () => {
  await quick("a");
  courier.begin(step("b"));
  await courier.done(finished("b"), false);
  expect(told).toEqual(["a+b"]);
});

test("quick steps that may be repeated are recorded together, a moment later", async () => {
  for (const key of ["a", "b", "c"]) await quick(key);
  expect([told, timers.size]).toEqual([[], 1]);
  await ring();
  expect([told, timers.size]).toEqual([["a+b+c"], 0]);
});

test("one that takes long is shown after that moment, with what was finished before it", async () => {
  await quick("a");
  courier.begin(step("b"));
  await ring();
  expect(told).toEqual(["a→b"]);
  await courier.done(finished("b"), false);
  expect(told).toEqual(["a→b", "b"]);
});

test("what was done is recorded before the next effect leaves, in the commit of its intent", async () => {
  await quick("a");
  await courier.intend(effect("e1"));
  expect(told).toEqual(["a→e1"]);
  await courier.done(finished("e1", "effect"), true);
  await courier.intend(effect("e2"));
  expect(told).toEqual(["a→e1", "e1→e2"]);
});

test.each([
  ["many", 64, "null"],
  ["large", 2, "x".repeat(300_000)],
])("results that are too %s for one message do not wait", async (_what, count, result) => {
  for (let n = 0; n < count; n += 1) await courier.done(finished(String(n), "step", result), true);
  expect(told).toHaveLength(1);
});

test("messages go one after the other, each with everything there is by then", async () => {
  const gate = Promise.withResolvers<Answer<null>>();
  answer = () => gate.promise;
  courier.begin(step("a"));
  await ring();
  const first = courier.done(finished("a"), false);
  const second = courier.intend(effect("e"));
  await settled();
  expect(told).toEqual(["→a"]);
  answer = async () => OK;
  gate.resolve(OK);
  await Promise.all([first, second]);
  expect(told).toEqual(["→a", "a", "→e"]);
});

test("at the end everything is recorded and no timer is left", async () => {
  await quick("a");
  await courier.settle();
  expect([told, timers.size]).toEqual([["a"], 0]);
  await courier.settle();
  expect(told).toEqual(["a"]);
});

describe("when the lease is lost", () => {
  test("in a message nobody waits for, the next step does not begin and no effect leaves", async () => {
    await quick("a");
    answer = async () => FENCED;
    await ring();
    expect(() => courier.begin(step("b"))).toThrow("The lease is over.");
    await expect(courier.intend(effect("e"))).rejects.toThrow("The lease is over.");
    expect(told).toEqual(["a"]);
  });

  test("at an announcement, the step's end says so", async () => {
    answer = async () => FENCED;
    courier.begin(step("a"));
    await ring();
    await expect(courier.done(finished("a"), false)).rejects.toThrow("The lease is over.");
  });
});

describe("when the line breaks", () => {
  const broken = () => Promise.reject(new Error("Network connection lost."));

  test("at an announcement, nothing is lost", async () => {
    answer = broken;
    courier.begin(step("a"));
    await ring();
    answer = async () => OK;
    await courier.done(finished("a"), false);
    expect(told).toEqual(["→a", "a"]);
  });

  test("under finished work, nothing after it is recorded: it would stand on what may be missing", async () => {
    await quick("a");
    answer = broken;
    await ring();
    answer = async () => OK;
    await expect(courier.intend(effect("e"))).rejects.toThrow("Network connection lost.");
    await expect(courier.settle()).rejects.toThrow("Network connection lost.");
    expect([told, timers.size]).toEqual([["a"], 0]);
  });
});
