import { describe, expect, test } from "vitest";
import type { CommentReading } from "../../../src/core/run/commands.ts";
import { EARLY_REPLY, UNANSWERED_REPLY } from "../../../src/core/run/comments.ts";
import { evolve } from "../../../src/core/run/evolve.ts";
import { unseen } from "../../../src/core/run/said.ts";
import { artifactOf, comment, JESSIE, NOW, TOM, taskRead } from "../../support/run-cases.ts";
import { DELIVER, fail, finish, NEW, type Played, played, SITUATIONS, turn } from "../../support/run-machine.ts";

const NO_PERIOD = { name: "SEO report for Plunkett" };
const IMMATURE = { name: "SEO report, November 2040" };
const HOUR = 3_600_000;

/** Reads the task again with all comments so far. */
const read = (at: Played, task: object, ...comments: CommentReading[]) => turn(at, taskRead(task, comments));
const assessing = played(NEW, DELIVER);

describe("a question", () => {
  test("is asked once, however often the task is looked at", () => {
    const first = read(assessing, NO_PERIOD);
    expect(first.effects).toContain("question-1");
    expect(read(first, NO_PERIOD).events).toEqual([]);
  });

  test("is asked again, as a new one, when an answer does not help", () => {
    const first = read(assessing, NO_PERIOD);
    const second = read(first, NO_PERIOD, comment("good question", NOW + HOUR));
    expect(second.effects).toContain("question-2");
    expect(second.state?.question?.text).toMatch(/^Before I start I still need to know which period/);
  });

  test("is not put again because days pass: who is away for a week finds one question, and the run where it was", () => {
    const late = (at: Played, today: string) =>
      turn(at, taskRead({ name: "SEO report for Plunkett, November 2040" }, [], { today }));
    const first = late(assessing, "2040-11-22");
    expect(first.state?.question?.text).toContain("Shall I report on 1–19 November 2040 instead?");
    let later = first;
    for (const today of ["2040-11-23", "2040-11-24", "2040-11-25", "2040-11-26"]) {
      later = late(later, today);
      expect(later.events).toEqual([]);
    }
    expect(later.state).toMatchObject({ status: "needs_clarification", questionCount: 1 });
    expect(late(later, "2040-12-03").events.map(({ type }) => type)).not.toContain("assessment.question");
  });

  test("is put again when the task was edited and lacks something else", () => {
    const first = read(assessing, { name: "SEO report" });
    expect(read(first, NO_PERIOD).effects).toContain("question-2");
  });

  test("of an earlier release, which did not keep what it was about, is compared by its words", () => {
    const first = read(assessing, NO_PERIOD);
    if (first.state === null) throw new Error("no run");
    const text = "Before I start I still need to know which period it should cover, for example a month and year.";
    const event = { type: "assessment.question", text, suggestedPeriod: null, agreedPeriod: null } as const;
    const old = { ...first, state: evolve(first.state, event, NOW) };
    expect(old.state.question).not.toHaveProperty("about");
    expect(read(old, NO_PERIOD).events).toEqual([]);
  });

  test("is not answered by what was said before it", () => {
    const early = comment("we talked about August 2040 yesterday, ok", NOW);
    const first = read(assessing, NO_PERIOD, early);
    expect(first.state?.status).toBe("needs_clarification");
    expect(read(first, NO_PERIOD, early).events).toEqual([]);
    const answered = read(first, NO_PERIOD, early, comment("October 2040", NOW + HOUR));
    expect(answered.state?.brief?.periods.primary.start).toBe("2040-10-01");
  });

  test("can be answered in two comments, each about one gap", () => {
    const first = read(assessing, { name: "SEO report" });
    const client = comment("it is for Plunkett", NOW + HOUR);
    const second = read(first, { name: "SEO report" }, client);
    expect(second.state?.status).toBe("needs_clarification");
    const done = read(second, { name: "SEO report" }, client, comment("October 2040", NOW + 2 * HOUR));
    expect(done.state?.brief).toMatchObject({ businessUnitName: "Plunkett" });
  });

  test("keeps an agreement that came with an earlier answer", () => {
    const asked = read(assessing, IMMATURE);
    expect(asked.state?.question?.suggestedPeriod).toBe("1–19 November 2040");
    const yes = comment("yes", NOW + HOUR);
    const again = read(asked, IMMATURE, yes);
    expect(again.state).toMatchObject({ status: "needs_clarification", agreedPeriod: "1–19 November 2040" });
    const done = read(again, IMMATURE, yes, comment("Plunkett", NOW + 2 * HOUR));
    expect(done.state?.brief?.periods.primary).toMatchObject({ start: "2040-11-01", end: "2040-11-19" });
  });

  test("is not answered by Jessie's own words", () => {
    const own = comment("October 2040", NOW + HOUR, { authorGid: JESSIE.gid });
    expect(read(read(assessing, NO_PERIOD), NO_PERIOD, own).events).toEqual([]);
  });

  test("is not answered by stories without an author", () => {
    const system = comment("October 2040", NOW + HOUR, { authorGid: null });
    expect(read(read(assessing, NO_PERIOD), NO_PERIOD, system).events).toEqual([]);
  });
});

test("work that answers made possible and that is blocked is not asked about again by itself", () => {
  const answer = comment("October 2040", NOW + HOUR);
  const ready = read(read(assessing, NO_PERIOD), NO_PERIOD, answer);
  const blocked = played(ready, { type: "acquire", attempt: 1 }, fail(1, "config"));
  expect(blocked.state?.status).toBe("blocked");
  expect(read(blocked, NO_PERIOD, answer).events).toEqual([]);
  const agreed = played(
    assessing,
    taskRead({ name: "SEO for Plunkett, November 2040" }),
    taskRead({ name: "SEO for Plunkett, November 2040" }, [comment("yes", NOW + HOUR)]),
    { type: "acquire", attempt: 1 },
    fail(1, "config"),
  );
  expect(read(agreed, { name: "SEO for Plunkett, November 2040" }).events).toEqual([]);
});

test("a word from a person starts blocked work again", () => {
  const blocked = SITUATIONS["blocked at work"];
  const woken = read(blocked, {}, comment("The permission is there now.", NOW + HOUR));
  expect(woken.state).toMatchObject({ status: "ready", execution: { attempt: 2 } });
  const revision = read(SITUATIONS["blocked in a revision"], {}, comment("try again", NOW + HOUR));
  expect(revision.events.map((event) => event.type)).toEqual(["comments.seen", "run.retried", "execution.promised"]);
});

test("a task that changed starts blocked work again with what it says now", () => {
  const changed = read(SITUATIONS["blocked at work"], { name: "SEO report for Plunkett, September 2040" });
  expect(changed.state?.brief?.periods.primary.start).toBe("2040-09-01");
});

test("what blocks a task before work is said once", () => {
  const missing = { missingSecrets: { search_console_site: ["TOKEN"] } };
  const blocked = SITUATIONS["blocked before work"];
  expect(turn(blocked, taskRead({}, [], missing)).events).toEqual([]);
  expect(turn(blocked, taskRead({}, [comment("hm", NOW)], missing)).events.map((event) => event.type)).toEqual([
    "comments.seen",
  ]);
});

describe("an acceptance", () => {
  const review = SITUATIONS["review ready"];

  test("names the artifact, its hash and the person", () => {
    const accepted = read(review, {}, comment("Accepted", NOW + HOUR, { authorGid: TOM.gid, authorName: TOM.name }));
    const { artifactId, sha256 } = artifactOf(1);
    expect(accepted.events.at(-1)).toEqual({ type: "run.accepted", artifactId, sha256, by: TOM.name });
    expect(accepted.state?.artifacts[0]).toMatchObject({
      lifecycle: "accepted",
      acceptedBy: TOM.name,
      acceptedAt: accepted.now,
    });
  });

  test("that was written before the version was there does not count", () => {
    const early = read(SITUATIONS["second version ready"], {}, comment("Accepted", NOW));
    expect(early.state?.status).toBe("review_ready");
    expect(early.state?.rounds.at(-1)).toMatchObject({ kind: "unclear", reply: EARLY_REPLY });
  });

  test("of the model that was written before the version was there does not count either", () => {
    const reading = read(SITUATIONS["second version ready"], {}, comment("Exactly as I wanted", NOW));
    const roundId = reading.state?.rounds.at(-1)?.roundId ?? "";
    const decided = turn(reading, { type: "classified", roundId, kind: "acceptance", items: [] });
    expect(decided.state?.rounds.at(-1)).toMatchObject({ kind: "unclear", reply: EARLY_REPLY });
  });

  test("of another version does not count", () => {
    expect(read(SITUATIONS["second version ready"], {}, comment("accept v1", NOW + HOUR)).effects).toContain(
      "classify:rnd_777_2",
    );
  });

  test("does not come out of two people of whom one disagrees", () => {
    const both = read(
      review,
      {},
      comment("I accept", NOW + HOUR),
      comment("wait, no", NOW + HOUR + 1, { authorGid: TOM.gid }),
    );
    expect(both.state?.status).toBe("review_ready");
  });

  test("counts although the task was completed or handed back in the same breath", () => {
    for (const change of [{ completed: true }, { assigneeGid: null }]) {
      expect(read(review, change, comment("Accepted", NOW + HOUR)).state?.status).toBe("accepted");
      expect(read(review, change, comment("Please add a chart", NOW + HOUR)).state?.status).toBe("cancelled");
    }
  });
});

describe("a round", () => {
  test("holds every comment of one person that was not claimed, oldest first, and claims each once", () => {
    const late = comment("Please add a chart.", NOW + 2 * HOUR);
    const soon = comment("One more thing coming.", NOW + HOUR);
    const opened = read(SITUATIONS["review ready"], {}, late, soon);
    expect(opened.state?.rounds[0]).toMatchObject({
      comment: "One more thing coming.\nPlease add a chart.",
      storyGids: [soon.gid, late.gid],
      artifactId: artifactOf(1).artifactId,
      commentedAt: NOW + 2 * HOUR,
    });
    expect(read(opened, {}, late, soon).events).toEqual([]);
  });

  test("belongs to one person: another's words open the next one, and whoever accepts is who accepted", () => {
    const maya = comment("Accept", NOW + HOUR);
    const tom = comment("Thanks!", NOW + HOUR + 1, { authorName: "Tom Achebe", authorGid: TOM.gid });
    const both = read(SITUATIONS["review ready"], {}, maya, tom);
    expect(both.state?.rounds.map((round) => round.storyGids)).toEqual([[maya.gid]]);
    expect(both.state?.artifacts.at(-1)?.acceptedBy).toBe(maya.authorName);
  });

  test("that mixes words from before and after the version came up is split there", () => {
    const early = comment("Accept", NOW - HOUR);
    const late = comment("Thanks!", NOW + HOUR);
    const read1 = read(SITUATIONS["review ready"], {}, early, late);
    expect(read1.state?.status).toBe("review_ready");
    expect(read1.state?.rounds[0]?.storyGids).toEqual([early.gid]);
  });

  test("that nobody can read is asked about twice, then no more: two machines would never stop", () => {
    let at = SITUATIONS["review ready"];
    const replies: (string | null | undefined)[] = [];
    for (let n = 1; n <= 4; n += 1) {
      const opened = read(at, {}, comment(`hmm, the ${n}th thing`, NOW + n * HOUR));
      const roundId = opened.state?.rounds.at(-1)?.roundId ?? "";
      at = turn(opened, { type: "classified", roundId, kind: "unclear", items: [] });
      replies.push(at.state?.rounds.at(-1)?.reply);
    }
    expect(replies.map((reply) => reply !== null)).toEqual([true, true, false, false]);
  });

  test("a no-op is closed without a word", () => {
    const thanked = read(SITUATIONS["review ready"], {}, comment("thanks!", NOW + HOUR));
    expect(thanked.effects).toEqual(["register", "look", "status_comment"]);
    expect(thanked.state?.rounds[0]).toMatchObject({ kind: "no_op", reply: null, closedAt: thanked.now });
  });

  test("a scope change is answered with a proposal and leaves the report as it is", () => {
    const asked = read(SITUATIONS["review ready"], {}, comment("can you also do Google Ads?", NOW + HOUR));
    expect(asked.effects).toContain("reply-1");
    expect(asked.state?.rounds[0]?.reply).toContain("Create a new task in Jessie Intake");
    expect(asked.state?.status).toBe("review_ready");
  });

  test("a question nobody could answer is closed with a word, so that later comments are read", () => {
    const asking = SITUATIONS["answering a question"];
    const parked = turn(asking, { type: "park", key: "discuss:rnd_777_1", error: "down" });
    expect(parked.state?.rounds[0]).toMatchObject({ reply: UNANSWERED_REPLY, closedAt: parked.now });
    expect(read(parked, {}, comment("Accepted", NOW + HOUR * 2)).state?.status).toBe("accepted");
  });

  test("an answer that comes after the run was stopped changes nothing", () => {
    const stopped = turn(SITUATIONS["answering a question"], { type: "cancel", by: "Tom", reason: "" });
    expect(turn(stopped, { type: "replied", roundId: "rnd_777_1", reply: "x" }).events).toEqual([]);
  });

  test("that was being read when the run was stopped is read after a retry", () => {
    for (const [name, key] of [
      ["reading a comment", "classify:rnd_777_1"],
      ["answering a question", "discuss:rnd_777_1"],
    ] as const) {
      const stopped = turn(SITUATIONS[name], { type: "cancel", by: "Tom", reason: "" });
      const retried = turn(stopped, { type: "retry", by: "Tom" });
      expect(retried.state?.status).toBe("review_ready");
      expect(retried.effects).toEqual([key, "look", "status_comment"]);
    }
  });

  test("a revision closes its own round and leaves those before it as they were", () => {
    const thanks = comment("thanks!", NOW + HOUR);
    const first = read(SITUATIONS["review ready"], {}, thanks);
    const second = read(first, {}, thanks, comment("Please add a chart.", NOW + 2 * HOUR));
    const before = second.state?.rounds[0];
    const done = played(second, { type: "acquire", attempt: 2 }, finish(2, 2));
    expect(done.state?.rounds[0]).toEqual(before);
    expect(done.state?.rounds[1]?.closedAt).not.toBeNull();
  });

  test("a comment that was seen is not counted twice", () => {
    const { state } = SITUATIONS["answering a question"];
    const again = state === null ? null : evolve(state, { type: "comments.seen", storyGids: state.seenStories }, NOW);
    expect(again?.seenStories).toEqual(state?.seenStories);
  });

  test("answers of a revision close it", () => {
    const { state } = SITUATIONS["second version ready"];
    expect(state?.rounds[0]).toMatchObject({
      kind: "revision",
      items: [{ id: "r1i1", text: "Please add a chart." }],
      answers: [{ itemId: "r1i1", outcome: "done", reason: "changed" }],
    });
    expect(state?.rounds[0]?.closedAt).not.toBeNull();
  });
});

test("comments are taken in the order they were written, and by gid within one instant", () => {
  const a = comment("a", NOW);
  const b = comment("b", NOW);
  const c = comment("c", NOW - 1);
  const d = comment("d", NOW + 1);
  const state = SITUATIONS["review ready"].state;
  if (state === null) throw new Error("There is a run in review.");
  for (const listed of [
    [d, b, a, c],
    [c, a, b, d],
  ])
    expect(unseen(state, listed, JESSIE.gid).map((one) => one.text)).toEqual(["c", "a", "b", "d"]);
});
