import { describe, expect, test } from "vitest";
import { describe as inWords } from "../../../src/core/run/describe.ts";
import { effectsOf } from "../../../src/core/run/effects.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import { evolve } from "../../../src/core/run/evolve.ts";
import { quietAt } from "../../../src/core/run/quiet.ts";
import { mention } from "../../../src/core/run/rich-text.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { artifactOf, BRIEF, comment, MAYA, NOW, SETTINGS, taskRead } from "../../support/run-cases.ts";
import { SITUATIONS, turn } from "../../support/run-machine.ts";

function base(name: keyof typeof SITUATIONS): RunState {
  const { state } = SITUATIONS[name];
  if (state === null) throw new Error(`There is no run in “${name}”.`);
  return state;
}

const LINES: readonly (readonly [RunEvent, string])[] = [
  [{ type: "comments.passed", storyGids: ["1"] }, "A comment of somebody who may not steer this run changes nothing."],
  [{ type: "team.noted", team: { timeZone: "UTC", staff: [] } }, "Who may steer this run: nobody yet."],
  [
    { type: "team.noted", team: { timeZone: "UTC", staff: [{ ...MAYA, role: "account_lead" }] } },
    "Who may steer this run: Maya Lindqvist (account lead); hours of UTC.",
  ],
  [
    { type: "team.noted", team: { timeZone: "UTC", staff: Array(7).fill({ ...MAYA, role: "lead" }) } },
    `Who may steer this run: ${Array(5).fill("Maya Lindqvist (lead)").join(", ")} and 2 more; hours of UTC.`,
  ],
  [{ type: "run.sponsored", gid: "1", name: "Maya" }, "Maya let the task begin."],
  [{ type: "steering.refused", gid: "1", name: "Rob", storyGids: ["2"] }, "Rob may not steer this run; told so once."],
  [
    { type: "steering.refused", gid: "1", name: "Tom", storyGids: ["2"], about: "rounds" },
    "Tom may not allow another round; told so once.",
  ],
  [
    { type: "steering.refused", gid: "1", name: "Tom", storyGids: ["2"], about: "client" },
    "Tom may not apply an edit that leads to another client; told so once.",
  ],
  [
    { type: "quiet.began", until: NOW },
    "Waiting until 2040-11-22T09:00:00.000Z for further comments of the same round.",
  ],
  [{ type: "quiet.extended", until: NOW }, "Another comment; waiting until 2040-11-22T09:00:00.000Z."],
  [{ type: "quiet.over" }, "Nobody wrote for a while; reading the comments."],
  [{ type: "quiet.ended" }, "The comments that were waited for are gone."],
  [
    { type: "feedback.held", roundId: "r", decidedBy: "rules", items: [] },
    "Changes beyond the agreed rounds are kept until somebody allows another.",
  ],
  [
    { type: "run.escalated", reason: "round_limit", gid: null, name: "Maya" },
    "Asked Maya whether there is another round.",
  ],
  [{ type: "run.escalated", reason: "no_answer", gid: null, name: "Tom" }, "Asked Tom, because nobody answered."],
  [{ type: "rounds.extended", by: "Maya", roundId: "r", rounds: 5 }, "Maya allowed 5 further rounds."],
  [{ type: "reminder.due" }, "Reminded the person who is waited for."],
  [{ type: "reminder.put_off", dueAt: NOW }, "The reminder waits for working hours."],
  [
    {
      type: "change.noticed",
      key: "k",
      differences: ["the period from A to B"],
      brief: BRIEF,
      skillTitle: "SEO report",
      deliverables: [],
      ask: true,
    },
    "The task was edited: the period from A to B.",
  ],
  [{ type: "change.withdrawn" }, "The edit of the task was taken back."],
  [{ type: "change.kept", by: "Maya" }, "Maya keeps the work as it was agreed."],
  [{ type: "change.applied", by: "Maya" }, "Maya starts over with the edited task."],
];

test.each(LINES)("the timeline says what happened: $0.type", (event, line) => {
  expect(inWords(event, NOW)).toBe(line);
});

test.each([
  ["", "Tom asked for the version to be made again: everything was fetched anew."],
  ["new data", "Tom asked for the version to be made again: everything was fetched anew (new data)."],
])("the timeline says why a version is made again: “%s”", (reason, line) => {
  const owed = { kind: "initial", roundId: null, anew: null } as const;
  expect(inWords({ type: "run.restarted", from: "fetch", by: "Tom", reason, owed }, NOW)).toBe(line);
});

describe("an event about what is not there", () => {
  const review = base("review ready");

  test.each<RunEvent>([{ type: "quiet.over" }, { type: "change.withdrawn" }, { type: "change.kept", by: "Maya" }])(
    "changes nothing of the talk: $type",
    (event) => {
      expect(evolve(review, event, NOW).talk).toMatchObject({ quiet: null, change: null, keptChanges: [], owed: null });
    },
  );

  test("such as a change to apply, leaves the brief as it is", () => {
    const applied = evolve(review, { type: "change.applied", by: "Maya" }, NOW);
    expect([applied.brief, applied.status]).toEqual([review.brief, "review_ready"]);
  });

  test("such as a longer wait, begins it", () => {
    expect(evolve(review, { type: "quiet.extended", until: NOW + 9 }, NOW).talk.quiet).toEqual({
      since: NOW,
      until: NOW + 9,
      over: false,
    });
  });

  test("such as a version without an execution, is a first one", () => {
    const event: RunEvent = { type: "artifact.produced", artifact: artifactOf(2), answers: [] };
    expect(evolve(review, event, NOW).talk.madeBy).toEqual({ kind: "initial", roundId: null, anew: null });
  });
});

test("work that nothing is owed for is not promised", () => {
  const state: RunState = { ...base("ready"), execution: null, artifacts: [artifactOf(1)] };
  expect(turn({ state, now: NOW }, taskRead()).events).toEqual([]);
});

test("a window that is over is no timer any more: the task is being read", () => {
  const open = evolve(base("review ready"), { type: "quiet.began", until: NOW + 5 }, NOW);
  expect(quietAt(open)).toBe(NOW + 5);
  expect(quietAt(evolve(open, { type: "quiet.over" }, NOW))).toBeNull();
});

test("a run that asked somebody in the requester's stead waits for them", () => {
  const { talk } = base("review ready");
  const escalation = { n: 1, reason: "no_answer", gid: "12", name: "Tom", since: NOW } as const;
  const state = { ...base("review ready"), talk: { ...talk, escalation } };
  expect(waitingOn(state)).toMatchObject({ who: "Tom", detail: "Tom has to decide in the requester's stead." });
});

test("an old question that was asked about before has no comment of its own", () => {
  const change = { key: "k", differences: [], brief: BRIEF, skillTitle: "SEO report", deliverables: [] };
  const again: RunEvent = { type: "change.noticed", ...change, ask: false };
  expect(effectsOf(again, base("running"))).toEqual([{ kind: "status_comment" }]);
});

test("a mention links the person; an id that is none is written as a name", () => {
  expect(mention("12", "Tom").html).toBe('<a data-asana-gid="12"/>');
  expect(mention('1"/><a href="x', "Tom <b>").html).toBe("Tom &lt;b&gt;");
});

test("a restart, an edit and a quiet window are in the status comment at once", () => {
  const said = turn(SITUATIONS["review ready"], taskRead({}, [comment("Please add a chart.", NOW + 60_000)]), {
    ...SETTINGS,
    quietMs: 90_000,
  });
  expect(said.effects).toEqual(["status_comment"]);
});
