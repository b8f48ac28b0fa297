import { describe, expect, test } from "vitest";
import { isTerminal } from "../../../src/core/run/queries.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { summaryOf } from "../../../src/core/run/view.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { HOLD, type Played, SITUATIONS } from "../../support/run-machine.ts";

const there = Object.entries<Played>(SITUATIONS).flatMap(([name, { state }]): [string, RunState][] =>
  state === null ? [] : [[name, state]],
);

function base(name: keyof typeof SITUATIONS): RunState {
  const { state } = SITUATIONS[name];
  if (state === null) throw new Error(`There is no run in “${name}”.`);
  return state;
}

const WAITS: Readonly<Record<string, readonly [kind: string, words: string] | null>> = {
  assessing: ["asana", "Reading the task in Asana."],
  ignored: ["task_change", "not assigned to Jessie"],
  "needs clarification": ["person", "Maya Lindqvist has to answer: Before I start"],
  "blocked before work": ["person", "TOKEN is not set"],
  ready: ["queue", "Waiting for a free worker."],
  running: ["worker", "A worker is at it."],
  "waiting for the next try": ["retry", "Trying again: Asana is down."],
  "blocked at work": ["person", "Asana is down."],
  "review ready": ["person", "Maya Lindqvist has to review version 1."],
  "reading a comment": ["queue", "Reading the comment of Maya Lindqvist."],
  "revision requested": ["queue", "Waiting for a free worker."],
  "second version ready": ["person", "has to review version 2."],
  accepted: null,
  failed: null,
};

test.each(Object.entries(WAITS))("why a run that is “%s” waits", (name, expected) => {
  const found = there.find(([one]) => one === name)?.[1];
  const waiting = found === undefined ? undefined : waitingOn(found);
  expect(waiting?.kind ?? null).toBe(expected?.[0] ?? null);
  expect(waiting?.detail ?? "").toContain(expected?.[1] ?? "");
});

test.each(there)("a run that is “%s” waits on something, unless it has ended", (_name, state) => {
  expect(waitingOn(state) === null).toBe(isTerminal(state.status));
});

describe("of several things that keep a run where it is, people read of the one that moves it next", () => {
  const paused = { by: "Tom", reason: "client call", at: 0 };
  const held = { hold: HOLD, since: 0 };
  const stopping = { cause: { code: "x", detail: "Tom said so." }, requestedAt: 0, by: "Tom" };
  const parked = (...keys: readonly string[]) => ({ parked: keys.map((key) => ({ key, error: "down" })) });
  const ready = base("ready");
  const running = base("running");
  const review = base("review ready");
  const spent = base("a budget is used up");

  test.each<[string, RunState, kind: string, words: string]>([
    ["stopping, paused and held", { ...running, stopping, paused, held }, "worker", "Stops after the step at work."],
    ["paused and held", { ...ready, paused, held }, "pause", "Tom paused this run: client call."],
    ["paused, out of budget", { ...spent, paused }, "pause", "Tom paused this run"],
    ["held, out of budget", { ...spent, held }, "hold", "GA4 answers nonsense."],
    ["paused, a promise parked", { ...ready, paused, ...parked("look") }, "pause", "Tom paused this run"],
    ["held, a promise parked", { ...ready, held, ...parked("enqueue_execution") }, "hold", "GA4 answers nonsense."],
    ["out of budget, the task unread", { ...spent, ...parked("look") }, "budget", "has to say “go on” or “stop”"],
    ["out of budget, nobody asked", { ...spent, ...parked("budget-1") }, "retry", "the question about the budget"],
    ["queued, no worker told", { ...ready, ...parked("enqueue_execution") }, "retry", "handing the work to a worker"],
    ["queued, no status comment", { ...ready, ...parked("status_comment") }, "queue", "Waiting for a free worker."],
    ["at work, the task unread", { ...running, ...parked("look") }, "worker", "A worker is at it."],
    ["in review, nobody asked", { ...review, ...parked("status_comment", "review-v1") }, "retry", "review version 1"],
    ["in review, no row in the register", { ...review, ...parked("register") }, "person", "has to review version 1."],
  ])("%s", (_name, state, kind, words) => {
    expect(waitingOn(state)).toMatchObject({ kind, detail: expect.stringContaining(words) });
  });

  test("what is parked is told beside it, the oldest first", () => {
    expect(summaryOf({ ...ready, paused, ...parked("status_comment") }).parkedDetail).toBe(
      "Could not carry out the status comment, trying every hour: down",
    );
    expect(summaryOf({ ...ready, ...parked("look", "register") }).parkedDetail).toMatch(/reading the task.*and 1 more/);
    expect(summaryOf(ready).parkedDetail).toBeNull();
  });
});

test("a retry that nobody began in time is until its message is sent again, not until a time that is over", () => {
  const { state } = SITUATIONS["waiting for the next try"];
  const { execution } = state ?? {};
  if (!state || !execution) throw new Error("A retry waits.");
  const late = { ...state, execution: { ...execution, resends: 1, startBy: execution.dueAt + 60_000 } };
  expect(waitingOn(late)).toMatchObject({ kind: "retry", until: new Date(execution.dueAt + 60_000).toISOString() });
});
