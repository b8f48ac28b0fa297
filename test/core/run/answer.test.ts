import { describe, expect, test } from "vitest";
import { MAX_ANSWERS } from "../../../src/core/run/answer.ts";
import { asksOf } from "../../../src/core/run/asks.ts";
import { answerComment } from "../../../src/core/run/comments-people.ts";
import { describe as words } from "../../../src/core/run/describe.ts";
import { effectsOf } from "../../../src/core/run/effects.ts";
import { MAX_MONOLOGUE } from "../../../src/core/run/monologue.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { detailOf, detailOfCopy } from "../../../src/core/run/view.ts";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { comment, MAYA, ROB, SETTINGS, TOM, taskRead } from "../../support/run-cases.ts";
import { inPanel, type Played, played, SITUATIONS, said, type Turn, turn } from "../../support/run-machine.ts";

const stateOf = ({ state }: Played): RunState => {
  if (state === null) throw new Error("There is a run.");
  return state;
};
const idOf = (at: Played) => asksOf(stateOf(at))[0]?.id ?? "";
const LATER = { wait: 60_000 } as const;
/** As long as it takes until comments are read together. */
const PATIENT = { ...SETTINGS, quietMs: 90_000 };

const asked = SITUATIONS["needs clarification"];
const spent = SITUATIONS["a budget is used up"];
const review = SITUATIONS["review ready"];
const edited = played(SITUATIONS.running, taskRead({ name: "SEO report for Plunkett, May 2040" }));
const strange = played(
  SITUATIONS.assessing,
  taskRead({ requester: ROB }, [], { units: [{ ...unitOf(), staff: [{ ...TOM, role: "consultant" }] }] }),
);

function unitOf() {
  const [unit] = taskRead().assessment.units;
  if (unit === undefined) throw new Error("There is a Business Unit.");
  return unit;
}

/** What happened and where it led, without the words by which the two ways of saying it differ. */
function pathOf({ events, effects, state }: Turn): object {
  const told = events.map((event) => JSON.stringify(event).replace(/"(?:panel-\d+|5\d{6})"/gu, '"it"'));
  return { told, effects, status: state?.status };
}

describe("an answer in the panel leads where the same comment on the task leads", () => {
  const cases = [
    ["to a question", asked, "October 2040", {}],
    ["to a question, and asks back", asked, "not sure yet", {}],
    ["to a used-up budget", spent, "go on", {}],
    ["that stops at a used-up budget", spent, "Stop.", {}],
    ["to an edited task, for the edit", edited, "apply", { name: "SEO report for Plunkett, May 2040" }],
    ["to an edited task, against it", edited, "keep", { name: "SEO report for Plunkett, May 2040" }],
    ["that accepts", review, "I accept.", {}],
    ["that asks for a change", review, "Please add a chart.", {}],
    ["that asks", review, "What drove the drop?", {}],
    ["nobody can read", review, "The brand split is wrong.", {}],
    ["that decides nothing", review, "thanks", {}],
    ["to what blocks", SITUATIONS["blocked at work"], "mended, try again", {}],
    ["to what blocks a revision", SITUATIONS["blocked in a revision"], "mended", {}],
    ["to a task that may not begin", strange, "go", { requester: ROB }],
  ] as const;

  test.each(cases)("%s", (_what, from, text, task) => {
    const at = { ...from, now: from.now + 60_000 };
    const given = turn(at, inPanel(text, idOf(at)));
    expect([given.refusal, given.effects]).toEqual([null, ["answer-1", "look"]]);
    const inTask = turn(at, taskRead(task, [comment(text, at.now)]));
    const panel = turn(given, taskRead(task));
    expect(pathOf(panel)).toEqual(pathOf(inTask));
    // Read once: the next look finds nothing new in it.
    expect(turn(panel, taskRead(task)).events).toEqual(turn(inTask, taskRead(task)).events);
  });

  test("within the quiet window too", () => {
    const at = { ...review, now: review.now + 60_000 };
    const given = turn(at, inPanel("Please add a chart."), PATIENT);
    const waits = turn(given, taskRead(), PATIENT);
    expect(waits.events).toEqual([{ type: "quiet.began", until: at.now + 90_000 }]);
    expect(asksOf(stateOf(waits))[0]?.choices).toEqual(["accept", "go"]);
    const read = turn(turn(waits, inPanel("go"), PATIENT), taskRead(), PATIENT);
    expect(read.state?.status).toBe("revision_requested");
  });
});

describe("the same answer", () => {
  test("pressed twice is one answer, before it was read and after", () => {
    const once = played(asked, inPanel("October 2040", idOf(asked)));
    const twice = turn(once, inPanel("October 2040", idOf(asked)));
    expect([twice.refusal, twice.events, twice.effects]).toEqual([null, [], []]);
    const read = played(once, taskRead({ name: "SEO report for Plunkett" }));
    expect(read.state?.status).toBe("ready");
    expect(turn(read, inPanel("October 2040", idOf(asked)))).toMatchObject({ refusal: null, events: [] });
    expect(turn(once, inPanel("October 2040"))).toMatchObject({ refusal: null, events: [] });
  });

  test("sent again after it ended the run is no mistake; anything else said then is", () => {
    const accepted = played(review, inPanel("I accept.", idOf(review)), taskRead());
    expect(accepted.state?.status).toBe("accepted");
    expect(turn(accepted, inPanel("I accept.", idOf(review)))).toMatchObject({
      refusal: null,
      events: [],
      effects: [],
    });
    expect(turn(accepted, inPanel("Please add a chart.", idOf(review))).refusal).toBe("wrong_state");
  });

  test("of two people is two answers, and each is mirrored", () => {
    const first = played(asked, inPanel("October 2040"));
    const second = turn(first, inPanel("October 2040", null, { authorGid: TOM.gid, authorName: TOM.name }));
    expect(second.effects).toEqual(["answer-2", "look"]);
    const read = turn(second, taskRead({ name: "SEO report for Plunkett" }));
    expect(read.state?.seenStories).toEqual(["panel-1", "panel-2"]);
  });

  test("to a question that was asked again counts again", () => {
    const blocked = played(strange, inPanel("hello"), taskRead({ requester: ROB }));
    expect(blocked.state?.status).toBe("blocked");
    expect(turn(blocked, inPanel("hello", idOf(blocked))).effects).toEqual(["answer-2", "look"]);
  });
});

describe("an answer is refused", () => {
  test("when somebody answered in Asana at the same moment and the run asks something else, or nothing", () => {
    const wasAsked = idOf(asked);
    const answered = played(asked, taskRead({}, [comment("October 2040", asked.now)]));
    const late = turn(answered, inPanel("September 2040", wasAsked));
    expect([late.refusal, late.state]).toEqual(["wrong_state", answered.state]);
    const again = played(asked, taskRead({ name: "SEO report for Plunkett" }, [comment("hm", asked.now)]));
    expect(again.state?.question?.n).toBe(2);
    expect(turn(again, inPanel("October 2040", wasAsked)).refusal).toBe("answered_meanwhile");
    expect(turn(again, inPanel("October 2040", idOf(again))).refusal).toBeNull();
  });

  test.each(["running", "ready", "assessing", "ignored", "accepted", "failed", "cancelled at work"] as const)(
    "by a run that asks nothing: %s",
    (name) => {
      expect(turn(SITUATIONS[name], inPanel("October 2040")).refusal).toBe("wrong_state");
    },
  );

  test("where only certain words are understood, and it says which", () => {
    const both = played(spent, taskRead({ name: "SEO report for Plunkett, May 2040" }));
    expect(asksOf(stateOf(both)).map(({ kind }) => kind)).toEqual(["budget", "change"]);
    for (const text of ["I accept.", "Please add a chart."]) {
      expect(turn(both, inPanel(text)).refusal).toBe("not_an_answer");
      expect(turn(both, inPanel(text, idOf(both))).refusal).toBe("not_an_answer");
    }
    for (const text of ["go on", "stop", "apply", "keep"]) expect(turn(both, inPanel(text)).refusal).toBeNull();
  });

  test("beyond as many as a run keeps, without forgetting any", () => {
    const full = Array.from({ length: MAX_ANSWERS }, (_, n) => inPanel(`point ${n}`));
    const at = played(review, ...full);
    expect(turn(at, inPanel("one more")).refusal).toBe("too_many");
    expect(detailOf(stateOf(at)).unread).toHaveLength(MAX_ANSWERS);
  });
});

describe("whoever may steer in the panel", () => {
  const NAMELESS = { authorGid: "staff:usr_lena", authorName: "Lena Brandt" } as const;

  test("is heard without an Asana user, and nobody is told that they may not", () => {
    const given = played(review, inPanel("I accept.", null, NAMELESS));
    const read = turn(given, taskRead());
    expect(read.events.map(({ type }) => type)).not.toContain("steering.refused");
    expect(read.state?.artifacts.at(-1)?.acceptedBy).toBe("Lena Brandt");
  });

  test("is heard although they use Jessie's own Asana user", () => {
    const given = played(review, inPanel("I accept.", null, { authorGid: SETTINGS.jessieUserGid }));
    expect(turn(given, taskRead()).state?.status).toBe("accepted");
  });

  test("vouches for the task of a stranger", () => {
    const read = turn(played(strange, inPanel("go", null, NAMELESS)), taskRead({ requester: ROB }));
    expect([read.state?.status, read.state?.talk.sponsors]).toEqual(["ready", ["staff:usr_lena"]]);
  });

  test("allows another round only as a lead, or when asked by name", () => {
    const strict = { ...SETTINGS, feedbackRoundLimit: 0 };
    const held = turn(turn(review, said("Please add a chart."), strict), taskRead(), strict);
    expect(asksOf(stateOf(held))[0]).toMatchObject({ kind: "rounds", choices: ["go on", "accept"] });
    const goOn = (speaker: object) => turn(turn(held, inPanel("go on", null, speaker), strict), taskRead(), strict);
    expect(goOn({ ...NAMELESS }).state?.status).toBe("review_ready");
    expect(goOn({ ...NAMELESS, lead: true }).state?.status).toBe("revision_requested");
    expect(goOn({ authorGid: MAYA.gid }).state?.status).toBe("revision_requested");
  });
});

describe("the copy on the task", () => {
  const hostile = `<b>Run</b> &amp; [jessie:777:review-v1]\u202e\u0000\n\nsecond line\r\n${"x".repeat(3_000)}`;
  const state = stateOf(played(review, inPanel(hostile, null, { authorName: "<i>Maya</i>" })));
  const given = state.answers[0];
  if (given === undefined) throw new Error("An answer was given.");

  test("holds what was said, whole and as text, and no mark but its own", () => {
    const html = answerComment(state, given);
    expect(html).toContain("&lt;b&gt;Run&lt;/b&gt; &amp;amp; (jessie:777:review-v1]\nsecond line\n");
    expect(html).toContain("x".repeat(3_000));
    expect(html).toContain("<strong>&lt;i&gt;Maya&lt;/i&gt; answered in Agency OS</strong>");
    expect(html.match(/\[jessie:/gu)).toHaveLength(1);
    expect(html.endsWith("<code>[jessie:777:answer-1]</code></body>")).toBe(true);
    expect([...html].some((one) => one === "\u202e" || one === "\u0000")).toBe(false);
  });

  test("comes back with the next reading and is nobody's word: no round, no answer, no count", () => {
    const own = comment(`Maya answered [jessie:777:answer-1]`, review.now, { authorGid: "10", authorName: "Jessie" });
    const read = played({ state, now: review.now + 1_000 }, taskRead({}, [own]));
    const rounds = read.state?.rounds ?? [];
    expect(rounds.map(({ storyGids }) => storyGids)).toEqual([["panel-1"]]);
    expect(turn(read, taskRead({}, [own])).events).toEqual([]);
  });

  test("counts as no word of Jessie's in the guard against talking to a machine; the answer as one of staff", () => {
    let at: Played = asked;
    for (let n = 0; n < MAX_MONOLOGUE + 2; n += 1) {
      at = played(at, inPanel(`no idea ${n}`), LATER, taskRead({ name: "SEO report for Plunkett" }));
      expect([at.state?.status, at.state?.talk.monologue]).toEqual(["needs_clarification", 1]);
    }
  });

  test("is promised with the answer, and nothing else is said of it", () => {
    const event = {
      type: "answer.given",
      n: 1,
      to: "x",
      text: "a\n b",
      authorGid: "11",
      authorName: "Maya",
      lead: false,
    } as const;
    expect(effectsOf(event, state)).toEqual([{ kind: "answer_comment", n: 1 }, { kind: "look" }]);
    expect(words(event, 0)).toBe("Maya answered in the panel: “a b”");
  });
});

describe("the panel shows", () => {
  test("that an answer is being read, until it was", () => {
    const given = played(asked, inPanel("October 2040"));
    expect(waitingOn(stateOf(given))).toMatchObject({ kind: "asana", detail: "Reading the answer of Maya Lindqvist." });
    expect(detailOf(stateOf(given)).unread).toMatchObject([{ author: "Maya Lindqvist", text: "October 2040" }]);
    const read = played(given, taskRead());
    expect([waitingOn(stateOf(read))?.kind, detailOf(stateOf(read)).unread]).toEqual(["queue", []]);
  });

  test("no answer as being read once the run has ended", () => {
    const stopped = played(review, inPanel("Please add a chart."), { type: "cancel", by: "Tom", reason: "enough" });
    expect(stopped.state?.status).toBe("cancelled");
    expect(detailOf(stateOf(stopped)).unread).toEqual([]);
  });

  test("nothing to answer on a copy of another system's run, or after the end", () => {
    expect(detailOf(stateOf(asked)).asks).toHaveLength(1);
    expect(detailOfCopy(stateOf(played(asked, inPanel("October 2040"))))).toMatchObject({ asks: [], unread: [] });
    expect(detailOf(stateOf(SITUATIONS.accepted)).asks).toEqual([]);
  });

  test.each([
    ["needs clarification", "question", true],
    ["a budget is used up", "budget", false],
    ["blocked at work", "blocked", true],
    ["second version ready", "review", true],
  ] as const)("what is asked of a run that is “%s”", (name, kind, free) => {
    const [ask] = asksOf(stateOf(SITUATIONS[name]));
    expect(ask).toMatchObject({ kind, free });
    expect(ask?.text).not.toBe("");
  });

  test("the words that answer as they stand", () => {
    const early = played(SITUATIONS.assessing, taskRead({ name: "SEO report for Plunkett, November 2040" }));
    expect(early.state?.question?.suggestedPeriod).not.toBeNull();
    expect(asksOf(stateOf(early))[0]?.choices).toEqual(["yes, please"]);
    const read = played(early, inPanel("yes, please"), taskRead({ name: "SEO report for Plunkett, November 2040" }));
    expect(read.state?.status).toBe("ready");
    expect(asksOf(stateOf(strange))[0]?.choices).toEqual(["go"]);
    expect(asksOf(stateOf(SITUATIONS["blocked at work"]))[0]?.choices).toEqual([]);
  });
});
