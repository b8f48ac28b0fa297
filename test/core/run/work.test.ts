import { describe, expect, test } from "vitest";
import { decide } from "../../../src/core/run/decide.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import { evolve } from "../../../src/core/run/evolve.ts";
import { isToldByLog, workOf } from "../../../src/core/run/work.ts";
import { NOW, SETTINGS } from "../../support/run-cases.ts";
import { commit, SITUATIONS } from "../../support/run-machine.ts";

const { state: running } = SITUATIONS.running;
if (running === null) throw new Error("There is a run.");

const RENEWED: RunEvent = { type: "lease.renewed", expiresAt: NOW + 30_000 };
const DONE: RunEvent = { type: "step.done", key: "a", label: "A", startedAt: NOW, expiresAt: NOW + 30_000 };
const INTENT: RunEvent = { type: "effect.intended", key: "b", label: "B", expiresAt: NOW + 30_000 };
const BEGUN: RunEvent = { type: "step.begun", key: "b", label: "B" };

describe("what lies beside an entry of the log", () => {
  const by = { round: 0, epoch: running.epoch, attempt: running.lease?.attempt };

  test("is the result a step was told with, alone or with others", () => {
    expect(workOf(DONE, commit(1, "a"), running)).toEqual({ kind: "step", ...by, result: '{"inline":"a"}' });
    const done = [
      { kind: "effect", key: "a", label: "A", startedAt: NOW, result: "1" },
      { kind: "step", key: "c", label: "C", startedAt: NOW, result: "2" },
    ] as const;
    const told = { type: "advance", epoch: 1, done, next: null } as const;
    expect(workOf(DONE, told, running)).toEqual({ kind: "effect", ...by, result: "1" });
    expect(workOf({ ...DONE, key: "c" }, told, running)).toEqual({ kind: "step", ...by, result: "2" });
  });

  test("is the bare intent of an effect, and nothing where nobody told a result", () => {
    const told = { type: "intend_effect", epoch: 1, key: "b", label: "B" } as const;
    expect(workOf(INTENT, told, running)).toEqual({ kind: "effect", ...by, result: null });
    expect(workOf(BEGUN, told, running)).toBeNull();
    expect(workOf(DONE, { type: "tick" }, running)).toBeNull();
  });

  test("names no attempt once the lease is over", () => {
    expect(workOf(INTENT, { type: "tick" }, { ...running, lease: null })).toMatchObject({ attempt: 0 });
  });
});

describe("the log alone tells", () => {
  test.each<[string, readonly RunEvent[], boolean]>([
    ["that steps are done and an effect is intended", [DONE, INTENT], true],
    ["that a step is done and the next is at work", [DONE, BEGUN, RENEWED], true],
    ["nothing of a heartbeat", [RENEWED], false],
    ["nothing of a step that was only begun", [BEGUN, RENEWED], false],
    [
      "too little when the attempt ends with it",
      [DONE, { type: "attempt.ended", outcome: "paused", detail: "x" }],
      false,
    ],
    ["nothing of no events", [], false],
  ])("%s: %o", (_what, events, told) => {
    expect(isToldByLog(events)).toBe(told);
  });

  test("all of a run that is done with a step, except which step is at work", () => {
    const next = { kind: "step", key: "c", label: "C" } as const;
    const done = [{ kind: "step", key: "a", label: "A", startedAt: NOW, result: "1" }] as const;
    const { events } = decide(running, { type: "advance", epoch: 1, done, next }, NOW + 5_000, SETTINGS);
    const whole = events.reduce((state, event) => evolve(state, event, NOW + 5_000), running);
    const logged = events.filter(({ type }) => type === "step.done");
    const replayed = logged.reduce((state, event) => evolve(state, event, NOW + 5_000), running);
    expect(whole.stepAtWork?.key).toBe("c");
    expect(replayed).toEqual({ ...whole, stepAtWork: null });
  });
});
