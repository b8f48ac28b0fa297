import { describe, expect, test } from "vitest";
import { openFeedback } from "../../../src/core/run/decide-feedback.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import { evolve } from "../../../src/core/run/evolve.ts";
import { latestArtifact, openRound } from "../../../src/core/run/queries.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { artifactOf, comment, NOW, READING, SETTINGS, taskRead } from "../../support/run-cases.ts";
import { commit, fail, type Played, played, SITUATIONS, turn } from "../../support/run-machine.ts";

function base(name: keyof typeof SITUATIONS): RunState {
  const { state } = SITUATIONS[name];
  if (state === null) throw new Error(`There is no run in “${name}”.`);
  return state;
}

describe("an event that speaks of what is not there", () => {
  const ready = base("ready");
  const assessing = base("assessing");

  test.each<[string, RunState, RunEvent, Partial<RunState>]>([
    ["a resend without an execution", assessing, { type: "execution.resent", attempt: 1 }, { execution: null }],
    ["a renewal without a lease", ready, { type: "lease.renewed", expiresAt: NOW }, { lease: null }],
    [
      "an intent without a lease",
      ready,
      { type: "effect.intended", key: "k", label: "K", expiresAt: NOW },
      { lease: null },
    ],
    [
      "an attempt's end without an attempt",
      ready,
      { type: "attempt.ended", outcome: "failed", detail: null },
      { attempts: [] },
    ],
    ["a second observation", ready, { type: "run.observed", runId: "x", taskGid: "1" }, { runId: ready.runId }],
    [
      "a classification of no round",
      ready,
      { type: "feedback.classified", roundId: "x", kind: "no_op", decidedBy: "rules", items: [] },
      { rounds: [] },
    ],
    [
      "an acceptance of no artifact",
      base("review ready"),
      { type: "run.accepted", artifactId: "x", sha256: "y", by: "z" },
      { status: "accepted" },
    ],
    ["a retry of a run that is not stopped", assessing, { type: "run.retried", by: "x" }, { status: "assessing" }],
  ])("%s changes nothing of it", (_what, state, event, expected) => {
    expect(evolve(state, event, NOW)).toMatchObject(expected);
  });

  test("a lease without an execution counts to the first report", () => {
    const granted = evolve(assessing, { type: "lease.granted", epoch: 1, attempt: 1, expiresAt: NOW }, NOW);
    expect(granted).toMatchObject({ status: "running", execution: null, attempts: [{ kind: "initial" }] });
    const done = evolve(ready, { type: "step.done", key: "k", label: "K", startedAt: NOW, expiresAt: NOW }, NOW);
    expect(done.steps).toMatchObject([{ round: 0, attempt: 0 }]);
    const produced = evolve(assessing, { type: "artifact.produced", artifact: artifactOf(1), answers: [] }, NOW);
    expect(produced.rounds).toEqual([]);
  });

  test("a round opened without a report belongs to none", () => {
    const { artifacts: _none, ...rest } = base("review ready");
    const opened = evolve(
      { ...rest, artifacts: [] },
      {
        type: "feedback.opened",
        roundId: "r",
        n: 1,
        storyGids: ["1", "1"],
        authorName: "M",
        authorGid: null,
        comment: "x",
        commentedAt: NOW,
      },
      NOW,
    );
    expect(opened.rounds[0]?.artifactId).toBe("");
    expect(openRound(opened)?.roundId).toBe("r");
  });
});

test("without a report nothing can be accepted", () => {
  const { events } = openFeedback(
    { ...base("review ready"), artifacts: [] },
    [comment("I accept", NOW + 3_600_000)],
    SETTINGS,
  );
  expect(events.some((event) => event.type === "run.accepted")).toBe(false);
});

test("the model's reading of an unknown or read round changes nothing", () => {
  const at = SITUATIONS["review ready"];
  expect(turn(at, { type: "classified", roundId: "none", kind: "acceptance", items: [] }).events).toEqual([]);
  expect(turn(at, { type: "replied", roundId: "none", reply: "x" }).events).toEqual([]);
  expect(latestArtifact(base("review ready"))?.lifecycle).toBe("in_review");
});

test("only the last thirty attempts are remembered; their numbers go on", () => {
  let at: Played = SITUATIONS.ready;
  for (let n = 1; n <= 40; n += 1) {
    const due = Math.max(at.now, at.state?.execution?.dueAt ?? 0);
    at = played({ ...at, now: due }, { type: "acquire", attempt: n }, commit(n, `k${n}`), fail(n));
  }
  expect(at.state?.attempts.map((attempt) => attempt.n)).toEqual(Array.from({ length: 30 }, (_, i) => 11 + i));
});

test("what the task says about itself is kept, bounded, and renewed when it changes", () => {
  const ready = SITUATIONS.ready;
  const changed = turn(ready, taskRead({ name: "x".repeat(900), requester: null, url: null }));
  expect(changed.state?.task).toEqual({ name: "x".repeat(300), url: null, requesterName: null, requesterGid: null });
  for (const change of [
    { url: "https://other.example" },
    { requester: { gid: "12", name: "Tom" } },
    { name: `${READING.name}!` },
  ])
    expect(turn(ready, taskRead(change)).events.map((event) => event.type)).toEqual(["task.read"]);
});

test("what a step leaves alone stays the same object: it is not written again", () => {
  const running = base("running");
  const events: readonly RunEvent[] = [
    { type: "step.begun", key: "k", label: "K" },
    { type: "lease.renewed", expiresAt: NOW + 90_000 },
    { type: "step.done", key: "k", label: "K", startedAt: NOW, expiresAt: NOW + 90_000 },
    { type: "effect.intended", key: "e", label: "E", expiresAt: NOW + 90_000 },
  ];
  for (const event of events) {
    const changed = new Set(["version", "updatedAt", "lease", "stepAtWork", "barrenAttempts", "steps"]);
    const after = new Map<string, unknown>(Object.entries(evolve(running, event, NOW + 1)));
    for (const [field, value] of Object.entries(running))
      if (!changed.has(field)) expect(after.get(field), field).toBe(value);
  }
});
