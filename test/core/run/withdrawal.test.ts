/** Words that take a whole task back, and the many that do not. */
import { describe, expect, test } from "vitest";
import { waitingOn } from "../../../src/core/run/waiting.ts";
import { withdrawalIn } from "../../../src/core/run/withdrawal.ts";
import { comment, MAYA, NOW, ROB, SETTINGS, TOM, taskRead } from "../../support/run-cases.ts";
import { inPanel, type Played, played, SITUATIONS, turn } from "../../support/run-machine.ts";

const T = NOW + 3_600_000;
const CLEAR = "Never mind, please cancel this task.";

describe.each([
  ["hard", CLEAR],
  ["hard", "Please cancel this task"],
  ["hard", "@Jessie please stop working on this report."],
  ["hard", "Could you cancel this request? Thanks!"],
  ["hard", "Hi Jessie, the report is no longer needed, thanks."],
  ["hard", "We don't need this report any more."],
  ["hard", "Sorry, we've changed our minds. Cancel everything please."],
  ["soft", "Never mind, cancel"],
  ["soft", "please cancel this"],
  ["soft", "Not needed any more, thanks"],
  ["soft", "Forget it."],
  ["soft", "It's no longer needed."],
  ["soft", "Can you cancel this?"],
  ["soft", "Stop."],
  ["never mind", "Never mind!"],
])("a %s word", (how, text) => {
  test(`is “${text}”`, () => expect(withdrawalIn(text)).toBe(how));
});

test.each([
  "Please cancel the GA4 section.",
  "Cancel the comparison with last year in this report",
  "Stop comparing with last year.",
  "Forget the last point, the rest is fine.",
  "The GA4 section is not needed any more.",
  "Don't cancel this task.",
  "Please do not stop.",
  "Should we cancel this task?",
  "Cancel this?",
  "Cancel this task, but keep the appendix.",
  "Cancel this task unless the data is in.",
  "If GA4 is missing, cancel this.",
  "Never mind the chart.",
  "Never mind, it is October.",
  "I told Tom to cancel this task yesterday and he said no",
  "We cancelled the campaign in October.",
  "Tell Jessie to cancel this task and accept the other",
  "> cancel this task\nWho wrote that?",
  "Thanks!",
  "",
  `Cancel this task ${"please ".repeat(60)}`,
])("“%s” takes nothing back", (text) => {
  expect(withdrawalIn(text)).toBeNull();
});

const words = (at: Played, ...texts: readonly string[]) =>
  turn(
    at,
    taskRead(
      {},
      texts.map((text, index) => comment(text, T + index)),
    ),
  );

describe("a clear word of staff ends the run, with the one closing comment", () => {
  test.each([
    "needs clarification",
    "ready",
    "waiting for the next try",
    "blocked at work",
    "review ready",
    "reading a comment",
    "answering a question",
    "revision requested",
    "blocked in a revision",
    "second version ready",
    "a budget is used up",
  ] as const)("in “%s”", (name) => {
    const { state, effects } = words(SITUATIONS[name], CLEAR);
    expect(state).toMatchObject({
      status: "cancelled",
      cause: { code: "cancelled_on_task", detail: "Maya Lindqvist asked me to stop." },
    });
    expect(effects.filter((key) => key.startsWith("stop"))).toEqual(["stopped-1"]);
  });

  test("where nothing was posted yet, without a comment", () => {
    const { state, effects } = words(SITUATIONS["blocked before work"], CLEAR);
    expect(state?.status).toBe("cancelled");
    expect(effects).toEqual(["status_comment"]);
  });

  test.each(["running", "revision running"] as const)("at the next boundary in “%s”", (name) => {
    const { state } = words(SITUATIONS[name], CLEAR);
    expect(state?.stopping).toMatchObject({ by: MAYA.name, cause: { code: "cancelled_on_task" } });
  });

  test("said in the panel too", () => {
    const told = played(SITUATIONS["needs clarification"], inPanel("never mind, cancel"));
    expect(turn(told, taskRead()).state?.status).toBe("cancelled");
  });

  test("and a word of thanks after it changes nothing", () => {
    expect(words(SITUATIONS["review ready"], CLEAR, "Thanks!").state?.status).toBe("cancelled");
  });
});

describe("it does not", () => {
  test("when somebody says it who may not steer the run", () => {
    const stranger = comment(CLEAR, T, { authorGid: ROB.gid, authorName: ROB.name });
    const { state } = turn(SITUATIONS["review ready"], taskRead({}, [stranger]));
    expect(state).toMatchObject({ status: "review_ready", talk: { refused: [{ gid: ROB.gid }] } });
  });

  test("when somebody of staff wants something else after it", () => {
    const { state } = words(SITUATIONS["review ready"], CLEAR, "Please add a chart.");
    expect(state?.status).not.toBe("cancelled");
  });

  test("when it stood on the task before the task was read", () => {
    expect(words(SITUATIONS.assessing, CLEAR).state?.status).toBe("ready");
  });

  test("when it was said while the run had ended, and somebody started it again", () => {
    const ended = SITUATIONS["cancelled in review"];
    const again = played({ ...ended, now: T + 60_000 }, { type: "retry", by: "Tom" });
    expect(turn(again, taskRead({}, [comment(CLEAR, T)])).state?.status).toBe("review_ready");
    expect(turn(again, taskRead({}, [comment(CLEAR, T + 120_000)])).state?.status).toBe("cancelled");
  });
});

describe("words that may be about the last wish", () => {
  test.each(["Forget it.", "Stop.", "please cancel this"])("end the run where there is none: “%s”", (text) => {
    for (const name of ["needs clarification", "blocked at work", "ready", "review ready"] as const)
      expect(words(SITUATIONS[name], text).state?.status).toBe("cancelled");
  });

  test.each(["Forget it.", "Stop.", "please cancel this"])("do not where there is one: “%s”", (text) => {
    for (const name of ["reading a comment", "answering a question", "revision requested"] as const)
      expect(words(SITUATIONS[name], text).state?.status).not.toBe("cancelled");
    expect(words(SITUATIONS["review ready"], "Please add a chart.", text).state?.status).not.toBe("cancelled");
    const waiting = turn(SITUATIONS["review ready"], taskRead({}, [comment("Please add a chart.", T)]), {
      ...SETTINGS,
      quietMs: 90_000,
    });
    expect(words(waiting, text).state?.status).not.toBe("cancelled");
    const edited = turn(SITUATIONS.ready, taskRead({ name: "SEO report for Plunkett, May 2040" }));
    const asked = taskRead({ name: "SEO report for Plunkett, May 2040" }, [comment(text, T)]);
    expect(turn(edited, asked).state?.status).toBe("ready");
  });

  test("where changes are kept for a decision, they are about those", () => {
    const one = { ...SETTINGS, feedbackRoundLimit: 1 };
    const second = { ...SITUATIONS["second version ready"], now: T };
    const held = turn(second, taskRead({}, [comment("Please add a table.", T)]), one);
    expect(turn(held, taskRead({}, [comment("forget it", T + 5)]), one).state?.status).toBe("review_ready");
    expect(turn(held, taskRead({}, [comment(CLEAR, T + 5)]), one).state?.status).toBe("cancelled");
  });

  test("“never mind” alone ends only a run whose question it answers", () => {
    expect(words(SITUATIONS["needs clarification"], "Never mind").state?.status).toBe("cancelled");
    expect(words(SITUATIONS["blocked at work"], "Never mind").state?.status).not.toBe("cancelled");
    expect(words(SITUATIONS["review ready"], "Never mind").state?.status).toBe("review_ready");
  });
});

test("a run that is asked about its budget is stopped by the words of that question as before", () => {
  const { state } = words(SITUATIONS["a budget is used up"], "stop");
  expect(state?.cause?.code).toBe("stopped_at_budget");
});

test("a colleague of whoever asked may say it, and is named", () => {
  const byTom = comment(CLEAR, T, { authorGid: TOM.gid, authorName: TOM.name });
  const { state } = turn(SITUATIONS["review ready"], taskRead({}, [byTom]));
  expect(state?.cause?.detail).toBe("Tom Achebe asked me to stop.");
  if (state !== null) expect(waitingOn(state)).toBeNull();
});
