import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { nameOf, promiseName } from "../../../src/core/names.ts";
import { describe as inWords } from "../../../src/core/run/describe.ts";
import { type Effect, effectKey, effectsOf, laneOf } from "../../../src/core/run/effects.ts";
import { isLogged, type RunEvent } from "../../../src/core/run/events.ts";
import { currentRound } from "../../../src/core/run/queries.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { artifactView, detailOf, detailOfCopy, summaryOf, summaryOfCopy } from "../../../src/core/run/view.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { RunDetailSchema, RunSummarySchema } from "../../../src/core/wire.ts";
import { ArtifactSchema } from "../../../src/core/wire-artifact.ts";
import { artifactOf, NOW } from "../../support/run-cases.ts";
import { commit, fail, type Played, SITUATIONS, turn } from "../../support/run-machine.ts";
import { COMMANDS } from "./commands-of-table.ts";

const there = Object.entries<Played>(SITUATIONS).flatMap(([name, { state }]): [string, RunState][] =>
  state === null ? [] : [[name, state]],
);

function base(name: keyof typeof SITUATIONS): RunState {
  const { state } = SITUATIONS[name];
  if (state === null) throw new Error(`There is no run in “${name}”.`);
  return state;
}

test.each(there)("a run that is “%s” is shown in the words of the wire", (_name, state) => {
  expect(v.safeParse(RunDetailSchema, detailOf(state)).issues).toBeUndefined();
  expect(v.safeParse(RunSummarySchema, summaryOf(state)).issues).toBeUndefined();
  for (const artifact of state.artifacts) expect(v.is(ArtifactSchema, artifactView(state, artifact))).toBe(true);
});

test("when a run acts by itself next, and what it could not carry out, stand in its row", () => {
  const ready = base("ready");
  expect(summaryOf(ready)).toMatchObject({
    wakeAt: new Date(ready.execution?.startBy ?? 0).toISOString(),
    parked: 0,
  });
  const stuck = turn(SITUATIONS.accepted, { type: "park", key: "register", error: "down" });
  expect(stuck.state === null ? null : summaryOf(stuck.state)).toMatchObject({ wakeAt: null, parked: 1 });
});

test("a run without facts about its task is shown by its gid and waits for the requester", () => {
  const bare = { ...base("needs clarification"), task: null, question: null };
  expect(summaryOf(bare)).toMatchObject({ title: "Task 777", requester: null, taskUrl: null });
  expect(waitingOn(bare)?.detail).toBe("the requester has to answer: ");
  expect(waitingOn({ ...base("blocked at work"), cause: null })?.detail).toBe("Something is missing.");
  expect(waitingOn({ ...base("ignored"), cause: null })?.detail).toBe("The task is not for Jessie.");
  expect(waitingOn({ ...base("review ready"), artifacts: [] })?.detail).toContain("version 1");
  expect(waitingOn({ ...base("running"), attempts: [] })?.since).toBe(waitingOn(base("running"))?.since);
});

describe("progress", () => {
  test("has no total in the first round and that of the first round later", () => {
    expect(summaryOf(base("running")).progress).toEqual({ done: 0, total: null, label: null });
    expect(summaryOf(base("revision running")).progress).toEqual({ done: 0, total: 1, label: null });
    expect(summaryOf(base("review ready")).progress).toBeNull();
  });

  test("shows the step at work", () => {
    const begun = turn(SITUATIONS.running, { type: "begin_step", epoch: 1, key: "k", label: "Gather" });
    if (begun.state === null) throw new Error("A run.");
    expect(summaryOf(begun.state).progress).toEqual({ done: 0, total: null, label: "Gather" });
    expect(detailOf(begun.state).steps.at(-1)).toMatchObject({
      key: "k",
      status: "running",
      endedAt: null,
      attempt: 1,
    });
    expect(waitingOn(begun.state)?.detail).toBe("A worker is at it: Gather.");
  });
});

test("a brief without a title of its skill shows its id", () => {
  expect(detailOf({ ...base("ready"), skillTitle: null }).brief?.skillTitle).toBe("seo-reporting");
});

test("provenance and the version before are part of an artifact's view", () => {
  const provenance = {
    channel: "ga4",
    status: "used",
    detail: "Complete.",
    externalId: "1",
    periodStart: "2040-10-01",
    periodEnd: "2040-10-31",
    fetchedAt: null,
    snapshotKeys: ["secret-key"],
    rowCount: 2,
  } as const;
  const view = artifactView(base("review ready"), artifactOf(2, { supersedes: null, provenance: [provenance] }));
  expect(view.supersedes).toBe("art_777_v1");
  expect(view.provenance).toEqual([expect.not.objectContaining({ snapshotKeys: expect.anything() })]);
});

test("an execution of a round that is not there counts to the first", () => {
  const state = base("revision running");
  expect(currentRound({ ...state, rounds: [] })).toBe(0);
});

/** Every event any command leads to in any situation, with the state after it. */
const HAPPENED = Object.values<Played>(SITUATIONS).flatMap((at) =>
  Object.values(COMMANDS).flatMap((told) => {
    const { events, state } = turn(at, told(at.state));
    return state === null ? [] : events.map((event) => ({ event, state }));
  }),
);

test("every logged event has a line for the timeline, and quiet ones need none", () => {
  for (const { event } of HAPPENED)
    expect(inWords(event, NOW) === "").toBe(!isLogged(event) && event.type !== "step.begun");
});

test("no turn says the same twice in the timeline", () => {
  for (const at of Object.values<Played>(SITUATIONS))
    for (const told of Object.values(COMMANDS)) {
      const lines = turn(at, told(at.state)).events.map((event) => inWords(event, NOW));
      const said = lines.filter((line) => line !== "");
      expect(new Set(said).size).toBe(said.length);
    }
});

test.each<[RunEvent, string]>([
  [{ type: "attempt.ended", outcome: "finished", detail: null }, "The attempt ended: finished"],
  [{ type: "attempt.ended", outcome: "retry", detail: "Down." }, "The attempt ended: failed, to be tried again. Down."],
  [{ type: "status.posted", storyGid: null }, "The status comment was deleted on the task."],
  [{ type: "status.posted", storyGid: "1" }, "Posted the status comment."],
  [{ type: "comment.posted", key: "review-v1", storyGid: "1" }, "Posted the request to review version 1."],
  [
    { type: "effect.parked", key: "look", error: "down" },
    "Could not carry out reading the task after many tries, trying every hour: down",
  ],
  [{ type: "effect.intended", key: "k", label: "Attach", expiresAt: NOW }, "About to: Attach."],
  [{ type: "step.done", key: "k", label: "Write", startedAt: NOW - 1_500, expiresAt: NOW }, "Done: Write (1.5 s)."],
  [{ type: "step.done", key: "k", label: "Write", startedAt: NOW - 20, expiresAt: NOW }, "Done: Write (20 ms)."],
  [
    { type: "execution.promised", attempt: 2, kind: "initial", roundId: null, dueAt: NOW + 3_000, reason: "Down." },
    "Attempt 2 of the report follows in 3.0 s: Down.",
  ],
  [
    { type: "execution.promised", attempt: 2, kind: "revision", roundId: "r", dueAt: 0, reason: "Down." },
    "Attempt 2 of the revision follows now: Down.",
  ],
  [
    { type: "execution.promised", attempt: 1, kind: "initial", roundId: null, dueAt: 0, reason: null },
    "Queued attempt 1 of the report.",
  ],
  [{ type: "feedback.answered", roundId: "r", reply: "x" }, "Answered the comment."],
  [
    {
      type: "feedback.classified",
      roundId: "r",
      kind: "scope_change",
      decidedBy: "model",
      items: [{ id: "1", text: "x" }],
    },
    "Read as scope change (by model), 1 item.",
  ],
  [
    {
      type: "feedback.classified",
      roundId: "r",
      kind: "revision",
      decidedBy: "rules",
      items: [
        { id: "1", text: "x" },
        { id: "2", text: "y" },
      ],
    },
    "Read as revision (by rules), 2 items.",
  ],
  [
    { type: "assessment.blocked", findings: [], cause: { code: "x", detail: "No Search Console site." } },
    "Blocked: No Search Console site.",
  ],
  [{ type: "incident.reported", taskGid: "4", url: null }, "Reported to those who run the system: error task 4."],
  [{ type: "effect.unparked", key: "look" }, "Carried out reading the task after all."],
  [
    { type: "effect.dropped", key: "status_comment", error: "down" },
    "Gave up on the status comment after two weeks of tries: down",
  ],
  [{ type: "run.reopened" }, "The task is Jessie's again; the run goes on."],
  [{ type: "execution.resent", attempt: 1 }, "Nobody started attempt 1 in time; it was put on the queue again."],
  [{ type: "task.noticed", what: "comment added" }, "Asana reported: comment added."],
])("%o is told plainly", (event, words) => {
  expect(inWords(event, NOW)).toBe(words);
});

describe("effects", () => {
  const effects: readonly Effect[] = [
    { kind: "look" },
    { kind: "enqueue_execution" },
    { kind: "status_comment" },
    { kind: "question_comment", n: 2 },
    { kind: "review_comment", version: 3 },
    { kind: "failure_comment", key: "failed-1" },
    { kind: "reply_comment", roundId: "r", n: 4 },
    { kind: "closed_comment" },
    { kind: "stop_comment", n: 2 },
    { kind: "check_hold" },
    { kind: "report_incident", seq: 12 },
    { kind: "budget_comment", n: 1 },
    { kind: "refusal_comment", gid: "13" },
    { kind: "reminder_comment", n: 1 },
    { kind: "escalation_comment", n: 1 },
    { kind: "change_comment", n: 1 },
    { kind: "archive" },
    { kind: "classify", roundId: "r" },
    { kind: "discuss", roundId: "r" },
    { kind: "project" },
    { kind: "register" },
  ];

  test("have names that people understand", () => {
    for (const key of effects.map(effectKey)) expect(promiseName(key)).not.toBe(nameOf(key));
  });

  test("have stable keys, and lanes that do not wait for each other", () => {
    expect(effects.map((effect) => `${laneOf(effect)}/${effectKey(effect)}`)).toEqual([
      "read/look",
      "queue/enqueue_execution",
      "asana/status_comment",
      "asana/question-2",
      "asana/review-v3",
      "asana/failed-1",
      "asana/reply-4",
      "asana/closed",
      "asana/stopped-2",
      "index/check_hold",
      "asana/incident-12",
      "asana/budget-1",
      "asana/refused-13",
      "asana/reminder-1",
      "asana/escalation-1",
      "asana/change-1",
      "archive/archive",
      "model/classify:r",
      "model/discuss:r",
      "index/project",
      "index/register",
    ]);
  });
});

describe("the status comment is promised", () => {
  test("for an ignored run only when there is one to correct", () => {
    const event: RunEvent = { type: "assessment.ignored", cause: { code: "not_assigned", detail: "x" } };
    const ignored = base("ignored");
    expect(effectsOf(event, ignored)).toEqual([]);
    expect(effectsOf(event, { ...ignored, statusStoryGid: "5" })).toEqual([{ kind: "status_comment" }]);
  });

  test("not for a task that is gone", () => {
    const cancelled = { ...base("cancelled at work"), cause: { code: "task_deleted", detail: "x" } };
    expect(effectsOf({ type: "run.cancelled", cause: cancelled.cause }, cancelled)).toEqual([]);
  });
});

test("an answer to a round that is not there promises no reply", () => {
  const state = base("review ready");
  expect(effectsOf({ type: "feedback.answered", roundId: "none", reply: "x" }, state)).toEqual([
    { kind: "register" },
    { kind: "look" },
    { kind: "status_comment" },
  ]);
});

test("posted comments and parked effects are noted, the newest error of a key alone", () => {
  const at = SITUATIONS.ready;
  const posted = turn(at, { type: "comment_posted", key: "question-1", storyGid: "9" });
  expect(posted.state?.postedComments).toEqual({ "question-1": "9" });
  const status = turn(posted, { type: "status_posted", storyGid: "8" });
  expect(status.state?.statusStoryGid).toBe("8");
  expect(turn(status, { type: "status_posted", storyGid: "8" }).events).toEqual([]);
  const twice = turn(turn(at, { type: "park", key: "look", error: "a" }), { type: "park", key: "look", error: "b" });
  expect(twice.state?.parked).toEqual([{ key: "look", error: "b" }]);
});

test("a commit and a failure show in the attempts and steps", () => {
  const at = turn(turn(SITUATIONS.running, commit(1, "k")), fail(1));
  if (at.state === null) throw new Error("A run.");
  expect(detailOf(at.state)).toMatchObject({
    attempts: [{ n: 1, outcome: "retry", detail: "Asana is down." }],
    steps: [{ key: "k", status: "done" }],
    lease: null,
  });
});

test("the row of a copy waits for nobody and wakes at no time, and says that it is one", () => {
  const copy = summaryOfCopy({ ...base("running"), parked: [{ key: "status", error: "down" }] });
  expect(copy).toMatchObject({ status: "running", wakeAt: null, parked: 0 });
  expect(copy.waitingOn).toMatchObject({ kind: "hold", who: null, detail: expect.stringContaining("copy") });
  expect(summaryOfCopy(base("accepted"))).toEqual({ ...summaryOf(base("accepted")), copy: true });
  expect(detailOfCopy(base("running"))).toEqual({ ...detailOf(base("running")), ...summaryOfCopy(base("running")) });
});
