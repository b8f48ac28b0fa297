import { describe, expect, test } from "vitest";
import { closedComment } from "../../../src/core/run/comments.ts";
import { isWatched } from "../../../src/core/run/queries.ts";
import { summaryOf } from "../../../src/core/run/view.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { comment, NOW, taskRead } from "../../support/run-cases.ts";
import { commit, DELIVER, type Played, SITUATIONS, turn } from "../../support/run-machine.ts";

const HOUR = 3_600_000;
const away = (at: Played, change: object = { assigneeGid: null }) => turn(at, taskRead(change));
const back = (at: Played) => turn(at, taskRead({}));

describe("a task that left Jessie and comes back", () => {
  test("is looked at again, where a run that staff stopped is not", () => {
    expect(turn(SITUATIONS["task left at work"], DELIVER).effects).toEqual(["look"]);
    expect(turn(SITUATIONS["cancelled at work"], DELIVER).effects).toEqual([]);
  });

  test("is watched after the end, as an accepted report is, where a run that staff stopped is not", () => {
    const watched = (at: Played) => at.state !== null && isWatched(at.state);
    expect(watched(away(SITUATIONS.running))).toBe(true);
    expect(watched(SITUATIONS.accepted)).toBe(true);
    expect(watched(SITUATIONS.running)).toBe(true);
    expect(watched(SITUATIONS["cancelled at work"])).toBe(false);
    expect(watched(SITUATIONS.failed)).toBe(false);
  });

  test("starts its report anew when none was delivered", () => {
    const again = back(SITUATIONS["task left at work"]);
    expect(again.state).toMatchObject({ status: "ready", cause: null });
    expect(again.effects).toContain("enqueue_execution");
  });

  test("goes back into review with the report it had, however it left", () => {
    for (const change of [{ completed: true }, { assigneeGid: null }, { projectGids: [] }, null]) {
      const again = back(turn(SITUATIONS["review ready"], taskRead(change)));
      expect(again.state?.status).toBe("review_ready");
      expect(again.effects).toEqual(["look", "status_comment"]);
    }
  });

  test("goes on with the revision that was asked for", () => {
    const again = back(turn(away(SITUATIONS["revision running"]), commit(2, "k")));
    expect(again.state).toMatchObject({ status: "revision_requested", execution: { kind: "revision" } });
  });

  test("stays away while it is not Jessie's, and when it is gone", () => {
    const left = away(SITUATIONS.running);
    expect(away(left).events).toEqual([]);
    expect(turn(left, { ...taskRead({}), task: null }).events).toEqual([]);
  });

  test("has the comment read that was being read when it left for good", () => {
    const gone = turn(SITUATIONS["reading a comment"], { type: "cancel", by: "Tom", reason: "" });
    expect(turn(gone, { type: "retry", by: "Tom" }).effects).toContain("classify:rnd_777_1");
  });
});

describe("a task that was deleted and is restored", () => {
  const deleted = turn(turn(SITUATIONS.running, taskRead(null)), commit(1, "gather"));

  test("is looked at, and nothing is said while it is gone", () => {
    expect(turn(deleted, DELIVER).effects).toEqual(["look"]);
    expect(turn(deleted, taskRead(null)).events).toEqual([]);
  });

  test("goes on by itself, with a status comment that is true again", () => {
    const restored = back(deleted);
    expect(restored.state).toMatchObject({ status: "ready", cause: null });
    expect(restored.effects).toEqual(["status_comment", "enqueue_execution"]);
  });

  test("is no business of a run that staff had stopped before", () => {
    expect(back(turn(SITUATIONS["cancelled at work"], taskRead(null))).events).toEqual([]);
  });
});

describe.each([
  ["retry", { type: "retry", by: "Tom" }],
  ["restart", { type: "restart", from: "narrate", by: "Tom", reason: "" }],
] as const)("a %s of a run that failed, whose task nobody watched meanwhile", (_, again) => {
  const asked = turn(SITUATIONS.failed, again);

  test("looks at the task before anything is begun, and says so", () => {
    expect(asked.effects).toEqual(["look", "status_comment"]);
    expect(asked.state).toMatchObject({ status: "ready", execution: null });
    expect(asked.state === null ? null : waitingOn(asked.state)).toMatchObject({ kind: "asana" });
    expect(turn(asked, taskRead()).effects).toEqual(["enqueue_execution"]);
  });

  test.each([
    ["completed", { completed: true }],
    ["given to somebody else", { assigneeGid: null }],
    ["moved out of the intake", { projectGids: [] }],
  ])("is stopped with one comment where it was %s: nobody gets a report they did not ask for", (__, change) => {
    const stopped = turn(asked, taskRead(change));
    expect(stopped.state?.status).toBe("cancelled");
    expect(stopped.effects).toEqual(["status_comment", "stopped-1"]);
  });

  test("ends without a word where the task was deleted", () => {
    const gone = turn(asked, taskRead(null));
    expect([gone.state?.status, gone.effects]).toEqual(["cancelled", []]);
  });

  test("asks about an edit that was made meanwhile, and works on what was agreed until somebody answers", () => {
    const edited = turn(asked, taskRead({ name: "SEO report for Plunkett, September 2040" }));
    expect(edited.effects).toEqual(["status_comment", "change-1", "enqueue_execution"]);
  });

  test("is refused the second time it is pressed", () => {
    expect(turn(asked, again).refusal).toBe("wrong_state");
  });
});

describe("a comment beside a completed task", () => {
  test("that only the model can read is read before the task is let go", () => {
    const read = turn(
      SITUATIONS["review ready"],
      taskRead({ completed: true }, [comment("this gets my blessing", NOW + HOUR)]),
    );
    expect(read.effects).toContain("classify:rnd_777_1");
    const roundId = read.state?.rounds[0]?.roundId ?? "";
    expect(turn(read, { type: "classified", roundId, kind: "acceptance", items: [] }).state?.status).toBe("accepted");
  });
});

describe("a comment on an accepted report", () => {
  const at = SITUATIONS.accepted;

  test("is looked at, answered once with where to go, and never again", () => {
    expect(turn(at, DELIVER).effects).toEqual(["look"]);
    const asks = comment("Sorry, please remove the rankings first.", NOW + 2 * HOUR);
    const told = turn(at, taskRead({}, [asks]));
    expect(told.state?.status).toBe("accepted");
    expect(told.effects).toEqual(["closed"]);
    const posted = turn(told, { type: "comment_posted", key: "closed", storyGid: "99" });
    expect(turn(posted, DELIVER).effects).toEqual([]);
    expect(turn(posted, taskRead({}, [asks, comment("And another.", NOW + 3 * HOUR)])).effects).toEqual([]);
  });

  test("that only thanks is left alone, and so is a task that is gone", () => {
    expect(turn(at, taskRead({}, [comment("Thanks!", NOW + 2 * HOUR)])).effects).toEqual([]);
    expect(turn(at, { ...taskRead({}), task: null }).effects).toEqual([]);
  });

  test("is answered with who accepted what", () => {
    const { state } = at;
    if (state === null) throw new Error("An accepted run has a state.");
    expect(closedComment(state, "https://panel.example")).toContain("Maya Lindqvist accepted version 1.");
    expect(closedComment({ ...state, artifacts: [] }, "")).toContain("Somebody accepted version 1.");
  });
});

describe("an effect that was parked", () => {
  test("is no longer shown as a trouble once it was sent after all, or nobody tries any more", () => {
    const parked = turn(SITUATIONS["review ready"], { type: "park", key: "review-v1", error: "down" });
    expect(parked.state?.parked).toEqual([{ key: "review-v1", error: "down" }]);
    if (parked.state === null) throw new Error("A parked run has a state.");
    expect(summaryOf(parked.state).waitingOn).toMatchObject({
      kind: "retry",
      detail: expect.stringContaining("the request to review version 1"),
    });
    expect(turn(parked, { type: "unpark", key: "review-v1" }).state?.parked).toEqual([]);
    const dropped = turn(parked, { type: "drop", key: "review-v1", error: "down" });
    expect(dropped.state === null ? null : summaryOf(dropped.state)).toMatchObject({
      parked: 0,
      parkedDetail: null,
      waitingOn: { kind: "person" },
    });
  });
});
