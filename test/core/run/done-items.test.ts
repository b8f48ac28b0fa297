import { describe, expect, it } from "vitest";
import { evolve } from "../../../src/core/run/evolve.ts";
import { doneItems } from "../../../src/core/run/queries.ts";
import type { FeedbackRound, RunState } from "../../../src/core/run/types.ts";

const born = evolve(null, { type: "run.observed", runId: "tar_1", taskGid: "1" }, 0);

function round(n: number, more: Partial<FeedbackRound>): FeedbackRound {
  return {
    roundId: `rnd_1_${n}`,
    n,
    storyGids: [],
    authorName: "Maya",
    authorGid: "2",
    comment: "",
    commentedAt: n,
    openedAt: n,
    closedAt: n + 1,
    artifactId: "art_1_v1",
    kind: "revision",
    decidedBy: "rules",
    items: [
      { id: `r${n}i1`, text: "remove the rankings" },
      { id: `r${n}i2`, text: "make it sing" },
    ],
    answers: [
      { itemId: `r${n}i1`, outcome: "done", reason: "left out" },
      { itemId: `r${n}i2`, outcome: "declined", reason: "reports do not sing" },
    ],
    reply: null,
    ...more,
  };
}

const withRounds = (...rounds: readonly FeedbackRound[]): RunState => ({ ...born, rounds });

describe("what a new version keeps of earlier revisions", () => {
  it("done items count, declined ones do not, oldest first", () => {
    expect(doneItems(withRounds(round(1, {}), round(2, {}))).map((item) => item.id)).toEqual(["r1i1", "r2i1"]);
  });

  it("what the skill kept with its answer travels with the item", () => {
    const answers = [{ itemId: "r1i1", outcome: "done" as const, reason: "left out", applied: "[]" }];
    expect(doneItems(withRounds(round(1, { answers })))).toEqual([
      { id: "r1i1", text: "remove the rankings", applied: "[]" },
    ]);
  });

  it("a revision still at work and a round that was no revision add nothing", () => {
    expect(doneItems(withRounds(round(1, { closedAt: null }), round(2, { kind: "discussion" })))).toEqual([]);
  });
});
