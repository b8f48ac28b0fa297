import { describe, expect, test } from "vitest";
import { MAX_QUIET_MS } from "../../../src/core/run/quiet.ts";
import { isApply, isGo, isKeep } from "../../../src/core/run/short-words.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { wakeAt } from "../../../src/core/run/wake.ts";
import { comment, NOW, SETTINGS, TOM, taskRead } from "../../support/run-cases.ts";
import { type Played, SITUATIONS, turn } from "../../support/run-machine.ts";

const QUIET = { ...SETTINGS, quietMs: 90_000 };
/** When the version came up for review, and a while passed. */
const T = NOW + 600_000;
const review: Played = { state: SITUATIONS["review ready"].state, now: T };

type Said = ReturnType<typeof comment>;
const read = ({ state }: Played, now: number, ...comments: Said[]) =>
  turn({ state, now }, taskRead({}, comments), QUIET);
const tick = ({ state }: Played, now: number) => turn({ state, now }, { type: "tick" }, QUIET);
const change = (at: number) => comment("Please add a chart.", at);

describe("comments on a version in review", () => {
  test("wait until nobody wrote for the length of the window, and are then one round", () => {
    const [first, second] = [change(T), comment("Please drop the GA4 table.", T + 60_000)];
    const one = read(review, T, first);
    expect([one.effects, one.state?.rounds.length, wakeAt(one.state ?? never())]).toEqual([
      ["status_comment"],
      0,
      T + 90_000,
    ]);
    const two = read(one, T + 61_000, first, second);
    expect(wakeAt(two.state ?? never())).toBe(T + 150_000);
    expect(tick(two, T + 90_000).events).toEqual([]);
    const over = tick(two, T + 150_000);
    expect(over.effects).toEqual(["look"]);
    expect(waitingOn(over.state ?? never())).toMatchObject({
      kind: "asana",
      detail: "Reading the comments.",
      until: null,
    });
    expect(tick(over, T + 151_000).events).toEqual([]);
    const opened = read(over, T + 151_000, first, second);
    expect(opened.state?.rounds.map((round) => round.comment)).toEqual([
      "Please add a chart.\nPlease drop the GA4 table.",
    ]);
    expect(opened.state?.status).toBe("revision_requested");
  });

  test("are waited for in so many words", () => {
    const { state } = read(review, T, change(T));
    expect(waitingOn(state ?? never())).toMatchObject({
      kind: "quiet",
      detail: "Waiting for further comments; write “go” to have them read at once.",
      until: new Date(T + 90_000).toISOString(),
    });
  });

  test("are read as they stand when the window is over: what was deleted meanwhile is gone", () => {
    const one = read(review, T, change(T));
    const gone = read(tick(one, T + 90_000), T + 90_001);
    expect(gone.events).toEqual([{ type: "quiet.ended" }]);
    expect(gone.state?.talk.quiet).toBeNull();
  });

  test("that came after the window was over are waited for again", () => {
    const first = change(T);
    const over = tick(read(review, T, first), T + 90_000);
    const late = read(over, T + 91_000, first, comment("And a table.", T + 90_500));
    expect(wakeAt(late.state ?? never())).toBe(T + 180_500);
  });

  test("are read after ten minutes, however quickly one follows the other", () => {
    const said: Said[] = [];
    let at: Played = review;
    for (let now = T; now < T + MAX_QUIET_MS; now += 60_000) {
      said.push(comment("And one more thing.", now));
      at = read(at, now, ...said);
      expect(at.state?.rounds).toHaveLength(0);
    }
    expect(wakeAt(at.state ?? never())).toBe(T + MAX_QUIET_MS);
    expect(read(at, T + MAX_QUIET_MS, ...said).state?.rounds).toHaveLength(1);
  });

  test("are looked at again without a new promise while nothing new is said", () => {
    const first = change(T);
    const one = read(review, T + 5_000, first);
    expect(read(one, T + 20_000, first).events).toEqual([]);
  });

  test("written long ago do not wait", () => {
    expect(read(review, T, change(T - 90_000)).state?.rounds).toHaveLength(1);
  });

  test("by a clock ahead of ours wait no longer than the window", () => {
    expect(wakeAt(read(review, T, change(T + 3_600_000)).state ?? never())).toBe(T + 90_000);
  });
});

describe("a “go”", () => {
  test("has the comments read at once and is no item itself", () => {
    const first = change(T);
    const one = read(review, T, first);
    const go = comment("go", T + 5_000);
    const opened = read(one, T + 6_000, first, go);
    expect(opened.state?.rounds.map((round) => round.storyGids)).toEqual([[first.gid]]);
    expect(opened.state?.rounds[0]?.items.map((item) => item.text)).toEqual(["Please add a chart."]);
    expect(opened.state?.seenStories).toContain(go.gid);
    expect(opened.state?.talk.quiet).toBeNull();
  });

  test("with nothing to read is taken into account and changes nothing", () => {
    const alone = read(review, T, comment("go", T));
    expect(alone.events.map((event) => event.type)).toEqual(["comments.seen"]);
    expect(alone.state?.status).toBe("review_ready");
  });

  test("after the comments were deleted ends the window", () => {
    const one = read(review, T, change(T));
    const types = read(one, T + 1_000, comment("go", T)).events.map((event) => event.type);
    expect(types).toEqual(["comments.seen", "quiet.ended"]);
  });
});

describe("an acceptance", () => {
  test("that stands alone is taken at once", () => {
    expect(read(review, T, comment("Accepted, thanks", T)).state?.status).toBe("accepted");
  });

  test("waits like the rest when others wrote too", () => {
    const both = read(review, T, comment("Accepted", T), comment("hm", T + 1, { authorGid: TOM.gid }));
    expect(both.state).toMatchObject({ status: "review_ready", rounds: [] });
  });

  test("waits when something else was said in the same window, even if that is gone", () => {
    const one = read(review, T, change(T));
    expect(read(one, T + 1_000, comment("Accepted", T + 1_000)).state?.status).toBe("review_ready");
  });

  test("the rules are not sure of waits", () => {
    expect(read(review, T, comment("Perfect.", T)).state?.talk.quiet).not.toBeNull();
  });
});

test("a window ends with the review it belongs to", () => {
  const one = read(review, T, change(T));
  const stopped = turn(one, { type: "cancel", by: "Tom", reason: "" }, QUIET);
  expect(stopped.state?.talk.quiet).toBeNull();
});

describe("short words", () => {
  test.each([
    "go",
    "Go!",
    "@Jessie go ahead",
    "ok, go",
    "go on please",
    "Jessie, go now",
    "proceed.",
    "that’s all",
    "“go”",
  ])("“%s” is a go", (text) => expect(isGo(text)).toBe(true));
  test.each([
    "good to go",
    "go to the appendix and fix it",
    "don't go",
    "go?",
    "let it go",
    "start with the summary",
    "",
  ])("“%s” is none", (text) => expect(isGo(text)).toBe(false));
  test("“apply” and “keep” are told apart from feedback", () => {
    expect(["apply", "Apply it, please", "start over", "apply the changes"].every(isApply)).toBe(true);
    expect(["keep", "keep it", "leave it as it was", "Keep the old one."].every(isKeep)).toBe(true);
    expect(["apply the brand colours", "keep the intro short", "leave out the table"].some(isApply)).toBe(false);
    expect(["apply", "keep the intro short", "leave out the table"].some(isKeep)).toBe(false);
  });
});

function never(): never {
  throw new Error("There is a run in review.");
}
