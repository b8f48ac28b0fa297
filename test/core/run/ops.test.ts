import { describe, expect, test } from "vitest";
import { describe as describeEvent } from "../../../src/core/run/describe.ts";
import { OPS_ACTIONS, opsActionOf } from "../../../src/core/run/ops.ts";
import { SETTINGS } from "../../support/run-cases.ts";
import { SITUATIONS, type Turn, turn } from "../../support/run-machine.ts";

type Situation = keyof typeof SITUATIONS;

function act(at: Situation, action: (typeof OPS_ACTIONS)[number], promises = 1): Turn {
  return turn(SITUATIONS[at], { type: "ops", action, by: "ops@agency.example", reason: "looked stuck", promises });
}

test("an action is known by the name in its address, and no other", () => {
  expect(OPS_ACTIONS.map(opsActionOf)).toEqual(OPS_ACTIONS);
  expect(opsActionOf("explode")).toBeNull();
});

describe("what somebody who runs the system did", () => {
  test.each<[Situation, (typeof OPS_ACTIONS)[number], string, string]>([
    ["running", "release-lease", "running", "enqueue_execution"],
    ["revision running", "release-lease", "revision_running", "enqueue_execution"],
    ["ready", "requeue", "ready", "enqueue_execution"],
    ["waiting for the next try", "requeue", "running", "enqueue_execution"],
    ["failed", "requeue", "ready", "look status_comment"],
    ["ready", "cancel", "cancelled", "status_comment stopped-1"],
    ["running", "fire-timers", "running", "enqueue_execution status_comment"],
    ["ready", "fire-timers", "ready", "enqueue_execution"],
    ["review ready", "flush-outbox", "review_ready", ""],
    ["accepted", "reproject", "accepted", "register"],
  ])("to a run that is %s, by %s, leaves it %s", (at, action, status, effects) => {
    const result = act(at, action);
    expect(result.events[0]).toEqual({
      type: "ops.acted",
      action,
      by: "ops@agency.example",
      reason: "looked stuck",
    });
    expect([result.state?.status, result.effects.join(" ")]).toEqual([status, effects]);
  });

  test.each<[Situation, (typeof OPS_ACTIONS)[number], number]>([
    ["ready", "release-lease", 1],
    ["running", "requeue", 1],
    ["review ready", "requeue", 1],
    ["accepted", "cancel", 1],
    ["accepted", "fire-timers", 1],
    ["review ready", "flush-outbox", 0],
  ])("does not apply to a run that is %s: %s", (at, action, promises) => {
    expect(act(at, action, promises)).toMatchObject({ refusal: "wrong_state", events: [] });
  });
});

test("a released lease is promised to another worker at once, and its own can write no more", () => {
  const result = act("running", "release-lease");
  expect(result.state).toMatchObject({ lease: null, execution: { attempt: 2, dueAt: result.now } });
  expect(turn(result, { type: "heartbeat", epoch: 1 }).refusal).toBe("fenced");
});

test("a run that was to stop at the next boundary has come to it when its lease is released", () => {
  const { state, events } = act("stopping", "release-lease");
  expect(state).toMatchObject({ status: "cancelled", lease: null, execution: null });
  expect(events.map(({ type }) => type)).toContain("run.cancelled");
});

test("a run in quarantine is put on the queue with the reason that was given", () => {
  expect(act("quarantined", "requeue").state).toMatchObject({ status: "ready" });
});

test("nothing is put on the queue that a brake would take off it again", () => {
  for (const at of ["paused at work", "held", "a budget is used up"] as const)
    expect(act(at, "requeue")).toMatchObject({ refusal: "withheld", events: [] });
});

test("a timer that is fired brings its work now, not when it would have been due", () => {
  const { state, now } = act("running", "fire-timers");
  expect(state?.execution?.dueAt).toBe(now);
  expect(turn({ state, now }, { type: "acquire", attempt: 2 }).refusal).toBeNull();
  const late = { ...SITUATIONS.running, now: SITUATIONS.running.now + 2 * SETTINGS.leaseMs };
  const fired = turn(late, { type: "ops", action: "fire-timers", by: "x", reason: "y", promises: 0 });
  expect(fired.state?.execution?.dueAt).toBe(late.now);
});

test("the log says who did what, and why", () => {
  const [acted] = act("accepted", "reproject").events;
  expect(acted === undefined ? "" : describeEvent(acted, 0)).toBe(
    "ops@agency.example asked for “Write index again”: looked stuck",
  );
});
