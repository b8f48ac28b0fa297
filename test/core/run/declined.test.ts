/** A round of which nothing can be done: answered, without a version that differs in nothing. */
import { describe, expect, test } from "vitest";
import type { RunCommand } from "../../../src/core/run/commands.ts";
import { replyComment } from "../../../src/core/run/comments.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { comment, NOW, SETTINGS, taskRead } from "../../support/run-cases.ts";
import { finish, type Played, played, SITUATIONS, turn } from "../../support/run-machine.ts";

const REASON = "figures come from the sources and are never edited";
const decline = (state: RunState | null, itemId = "r1i1"): RunCommand => ({
  type: "decline",
  epoch: state?.epoch ?? 0,
  answers: [{ itemId, outcome: "declined", reason: REASON }],
});
const revising = SITUATIONS["revision running"];
const declined = turn(revising, decline(revising.state));

function stateOf(at: Played): RunState {
  if (at.state === null) throw new Error("There is a run.");
  return at.state;
}

describe("a revision of which every item is declined", () => {
  test("leaves the version as it is, in review, with every item answered", () => {
    const { state, effects, refusal } = declined;
    expect(refusal).toBeNull();
    expect(state).toMatchObject({ status: "review_ready", execution: null, lease: null });
    expect(state?.artifacts.map(({ version, lifecycle }) => [version, lifecycle])).toEqual([[1, "in_review"]]);
    expect(state?.rounds[0]).toMatchObject({ closedAt: revising.now, answers: [{ itemId: "r1i1", reason: REASON }] });
    expect(state?.attempts.at(-1)).toMatchObject({ outcome: "finished" });
    expect(effects.filter((key) => /^(?:review|reply)-/.test(key))).toEqual(["reply-1"]);
  });

  test("is told once, with what was asked for, why not, and how to go on", () => {
    const state = stateOf(declined);
    const [round] = state.rounds;
    if (round === undefined) throw new Error("There is a round.");
    const text = replyComment(state, round);
    expect(text).toContain("The report stays as it is");
    expect(text).toContain("version 1 stays as it is and still waits for your review");
    expect(text).toContain(`Declined: Please add a chart. (${REASON})`);
    expect(text).toContain("Comment “accept” to accept it");
  });

  test("says of an item without an answer that it has none", () => {
    const state = stateOf(turn(revising, decline(revising.state, "r9i9")));
    expect(state.rounds[0]?.reply).toContain("Declined: Please add a chart. (not answered)");
  });

  test("keeps the review open: the version can be accepted or changed as before", () => {
    const later = { state: declined.state, now: NOW + 3_600_000 };
    const accepted = turn(later, taskRead({}, [comment("I accept.", NOW + 3_600_000)]));
    expect(accepted.state?.status).toBe("accepted");
    const again = played(later, taskRead({}, [comment("Please drop the appendix.", NOW + 3_600_000)]));
    const begun = turn(again, { type: "acquire", attempt: 3 });
    const made = turn(begun, finish(begun.state?.epoch ?? 0, 2));
    expect(made.state?.artifacts.map(({ version }) => version)).toEqual([1, 2]);
  });

  test("is none of the rounds that are agreed", () => {
    const one = { ...SETTINGS, feedbackRoundLimit: 1 };
    const wish = taskRead({}, [comment("Please drop the appendix.", NOW + 3_600_000)]);
    const after = turn({ state: declined.state, now: NOW + 3_600_000 }, wish, one);
    expect(after.events.map(({ type }) => type)).toContain("execution.promised");
  });

  test("of a run that is to stop ends with the stop", () => {
    const stopping = played(revising, { type: "cancel", by: "Tom", reason: "" });
    expect(turn(stopping, decline(stopping.state)).state?.status).toBe("cancelled");
  });
});

test("a first report that is not made at all is a failure, not silence", () => {
  const { running } = SITUATIONS;
  expect(turn(running, decline(running.state)).state).toMatchObject({
    status: "failed",
    cause: { code: "nothing_made" },
  });
});

test("an edit of the task that is applied during a revision owes a version, whatever becomes of the items", () => {
  const edited = taskRead({ name: "SEO report for Plunkett, May 2040" });
  const asked = played(revising, edited);
  const applied = turn(asked, { ...edited, comments: [comment("apply", asked.now)] });
  expect(applied.state).toMatchObject({
    status: "revision_requested",
    talk: { owed: { kind: "revision", roundId: "rnd_777_1", anew: "made anew with the task as it is now" } },
  });
  const stopped = turn(applied, { type: "cancel", by: "Tom", reason: "" });
  const again = turn(turn(stopped, { type: "retry", by: "Tom" }), edited);
  expect(again.state).toMatchObject({
    execution: { kind: "revision" },
    talk: { owed: { kind: "revision", roundId: "rnd_777_1" } },
  });
});
