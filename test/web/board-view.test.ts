import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BoardFrame, RunStatusSchema, type RunSummary } from "../../src/core/wire.ts";
import {
  type BoardView,
  columnOf,
  columnsOf,
  EMPTY_BOARD_VIEW,
  matchesQuery,
  withBoardFrame,
  withRuns,
} from "../../web/interface/state/board-view.ts";
import { ago, summary } from "./support/runs.ts";
import { busyBoard } from "./support/scenes.ts";

const grown = (...frames: BoardFrame[]): BoardView => frames.reduce(withBoardFrame, EMPTY_BOARD_VIEW);

describe("the view of the board", () => {
  it.each([
    ["observed", "waiting"],
    ["assessing", "waiting"],
    ["ready", "waiting"],
    ["blocked", "waiting"],
    ["needs_clarification", "waiting"],
    ["running", "running"],
    ["revision_requested", "running"],
    ["revision_running", "running"],
    ["review_ready", "human"],
    ["accepted", "done"],
    ["failed", "done"],
    ["cancelled", "done"],
    ["ignored", "ignored"],
  ] as const)("%s stands in the column %s", (status, column) => expect(columnOf(status)).toBe(column));

  it("every run stands in exactly one column, newest change first", () => {
    const columns = columnsOf(withRuns(EMPTY_BOARD_VIEW, busyBoard()), "");
    const all = Object.values(columns).flat();
    expect(all.map((run) => run.runId).sort()).toEqual(
      busyBoard()
        .map((run) => run.runId)
        .sort(),
    );
    for (const runs of Object.values(columns)) {
      const changed = runs.map((run) => run.updatedAt);
      expect(changed).toEqual([...changed].sort().reverse());
    }
  });

  it.each([
    ["nothing asked for shows all", "  ", true],
    ["a word of the title", "october", true],
    ["the client, in any case", "STRATEGIC", true],
    ["the status as it is shown", "ready for review", true],
    ["words from different places", "maya october", true],
    ["the skill in words", "seo reporting", true],
    ["one word that is nowhere hides the run", "october plunkett", false],
  ])("the filter: %s", (_claim, query, want) => {
    const run = summary(1, {
      status: "review_ready",
      waitingOn: { kind: "person", who: null, detail: "Tom reviews", since: ago(9), until: null },
    });
    expect(matchesQuery(run, query)).toBe(want);
  });

  it("resumes from the highest counter it has seen", () => {
    expect(EMPTY_BOARD_VIEW.seq).toBeNull();
    expect(grown({ type: "snapshot", runs: [], seq: 7 }, { type: "run", run: summary(1), seq: 6 }).seq).toBe(7);
  });

  it("a snapshot is all there is, from its counter on: what it leaves out is shown no more", () => {
    const { runs, seq } = grown(
      { type: "snapshot", runs: [summary(1), summary(2, { version: 5 })], seq: 70 },
      { type: "snapshot", runs: [summary(2, { version: 4 }), summary(3)], seq: 2 },
    );
    expect([[...runs.keys()], runs.get(summary(2).runId)?.version, seq]).toEqual([
      [summary(2).runId, summary(3).runId],
      5,
      2,
    ]);
  });

  it("any order and repetition of frames ends with the newest version of each run there still is", () => {
    const row = fc.record({ n: fc.integer({ min: 1, max: 5 }), version: fc.integer({ min: 1, max: 9 }) }).map(
      ({ n, version }): RunSummary =>
        summary(n, {
          version,
          status: RunStatusSchema.options[(n * version) % RunStatusSchema.options.length] ?? "running",
        }),
    );
    const seq = fc.integer({ min: 0, max: 50 });
    const frame: fc.Arbitrary<BoardFrame> = fc.oneof(
      fc.tuple(row, seq).map(([run, at]): BoardFrame => ({ type: "run", run, seq: at })),
      fc.tuple(fc.array(row), seq).map(([runs, at]): BoardFrame => ({ type: "snapshot", runs, seq: at })),
      fc.tuple(fc.array(row), seq).map(([runs, at]): BoardFrame => ({ type: "resume", runs, seq: at })),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 30 }), (frames) => {
        const newest = new Map<string, RunSummary>();
        for (const frame of frames) {
          const runs = frame.type === "run" ? [frame.run] : frame.runs;
          for (const run of runs) if ((newest.get(run.runId)?.version ?? 0) < run.version) newest.set(run.runId, run);
          const there = new Set(runs.map((run) => run.runId));
          if (frame.type === "snapshot") for (const id of newest.keys()) if (!there.has(id)) newest.delete(id);
        }
        const byId = (a: RunSummary, b: RunSummary): number => a.runId.localeCompare(b.runId);
        expect([...grown(...frames).runs.values()].sort(byId)).toEqual([...newest.values()].sort(byId));
      }),
    );
  });
});
