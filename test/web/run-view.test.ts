import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunEventView, RunFrame } from "../../src/core/wire.ts";
import {
  contiguousSeq,
  EMPTY_RUN_VIEW,
  earlierCount,
  gapAfter,
  type RunView,
  withHistory,
  withRun,
  withRunFrame,
} from "../../web/interface/state/run-view.ts";
import { detail, events } from "./support/runs.ts";

const grown = (...frames: RunFrame[]): RunView => frames.reduce(withRunFrame, EMPTY_RUN_VIEW);
const seqs = (view: RunView): number[] => view.events.map((event) => event.seq);
const eventFrame = (seq: number): RunFrame => {
  const [event] = events(seq, seq);
  if (event === undefined) throw new Error("no such event");
  return { type: "event", event };
};

describe("the view of a run", () => {
  it("starts with a snapshot and grows by events", () => {
    const view = grown({ type: "snapshot", run: detail(), events: events(1, 3), seq: 3 }, eventFrame(4));
    expect(seqs(view)).toEqual([1, 2, 3, 4]);
    expect([gapAfter(view), contiguousSeq(view), earlierCount(view)]).toEqual([null, 4, 0]);
  });

  it("shows an event once, however often it arrives", () => {
    expect(seqs(grown(eventFrame(1), eventFrame(2), eventFrame(1), eventFrame(2)))).toEqual([1, 2]);
  });

  it("names the gap that a lost event leaves, and closes it", () => {
    const view = grown({ type: "snapshot", run: detail(), events: events(1, 3), seq: 3 }, eventFrame(5));
    expect(gapAfter(view)).toBe(3);
    expect(gapAfter(withHistory(view, events(4, 4)))).toBeNull();
  });

  it("a head beyond the events held is a gap too", () => {
    expect(gapAfter(grown({ type: "resume", run: detail(), events: [], seq: 7 }))).toBe(0);
  });

  it("a snapshot of the newest events has earlier ones but no gap", () => {
    const view = grown({ type: "snapshot", run: detail(), events: events(301, 500), seq: 500 });
    expect([gapAfter(view), earlierCount(view)]).toEqual([null, 300]);
  });

  it("an older version of the run never replaces a newer one", () => {
    const view = withRun(
      grown({ type: "run", run: detail({ version: 9, status: "review_ready" }) }),
      detail({ version: 8, status: "running" }),
    );
    expect(view.run?.status).toBe("review_ready");
  });

  it("any order, repetition and loss of frames ends equal to the log once gaps are filled", () => {
    const length = 40;
    const log: readonly RunEventView[] = events(1, length);
    const at = fc.integer({ min: 1, max: length });
    const frame: fc.Arbitrary<RunFrame> = fc.oneof(
      at.map((seq): RunFrame => eventFrame(seq)),
      at.map((seq): RunFrame => ({ type: "run", run: detail({ version: seq }) })),
      at.map(
        (seq): RunFrame => ({
          type: "snapshot",
          run: detail({ version: seq }),
          events: log.slice(Math.max(0, seq - 10), seq),
          seq,
        }),
      ),
      fc.tuple(at, at).map(
        ([since, seq]): RunFrame => ({
          type: "resume",
          run: detail({ version: seq }),
          events: log.slice(since, seq),
          seq,
        }),
      ),
    );
    const pageSize = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 60 }), pageSize, (frames, page) => {
        let view = grown(...frames);
        for (let since = gapAfter(view), rounds = 0; since !== null; since = gapAfter(view), rounds += 1) {
          expect(rounds).toBeLessThan(length + 1);
          view = withHistory(view, log.slice(since, since + page));
        }
        const first = view.events[0]?.seq ?? view.head + 1;
        expect(view.events).toEqual(log.slice(first - 1, view.head));
        const versions = frames.flatMap((one) => (one.type === "event" ? [] : [one.run.version]));
        expect(view.run?.version ?? 0).toBe(Math.max(0, ...versions));
      }),
    );
  });
});
