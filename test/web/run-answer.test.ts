import { describe, expect, it, test } from "vitest";
import { type Ask, MOST_ANSWERED } from "../../src/core/wire.ts";
import type { Reply } from "../../web/interface/api.ts";
import type { GivenAnswer } from "../../web/interface/api-runs.ts";
import { AnswerDesk, choiceWords, isFinal } from "../../web/interface/state/run-answer.ts";
import { actionOf } from "../../web/interface/state/run-verbs.ts";
import { barsOf } from "../../web/interface/state/step-bars.ts";

const OK: Reply<null> = { ok: true, value: null };
const REFUSED: Reply<null> = {
  ok: false,
  problem: { type: "about:blank", title: "Conflict", status: 409, code: "answered_meanwhile", detail: "Too late." },
};

function asked<Kind extends Ask["kind"]>(kind: Kind, n: string) {
  return { kind, id: `${kind}-${n}` };
}

function desk(...replies: readonly Reply<null>[]) {
  const sent: GivenAnswer[] = [];
  const waiting: ((reply: Reply<null>) => void)[] = [];
  const at = new AnswerDesk((answer) => {
    sent.push(answer);
    const reply = replies[sent.length - 1];
    return reply === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(reply);
  });
  return { at, sent, waiting };
}

describe("an answer", () => {
  it("is sent once however often it is pressed", async () => {
    const { at, sent, waiting } = desk();
    at.write(asked("question", "1"), "October");
    const first = at.give(asked("question", "1"));
    expect([await at.give(asked("question", "1")), await at.give(asked("change", "1"), "keep")]).toEqual([
      false,
      false,
    ]);
    waiting[0]?.(OK);
    expect([await first, sent]).toEqual([true, [{ to: "question-1", text: "October" }]]);
  });

  it("is forgotten when it was taken, and kept when it was refused or something else was written meanwhile", async () => {
    const { at, waiting } = desk(REFUSED);
    at.write(asked("question", "1"), " October ");
    expect(await at.give(asked("question", "1"))).toBe(false);
    expect(at.state.value).toMatchObject({ drafts: { "question-1": " October " }, sending: null });
    expect(at.state.value.refused?.problem.detail).toBe("Too late.");
    const again = at.give(asked("question", "1"));
    expect(at.state.value.refused).toBeNull();
    at.write(asked("review", "v1"), "a chart");
    waiting[0]?.(OK);
    await again;
    expect(at.state.value.drafts).toEqual({ review: "a chart" });
  });

  it("by a button leaves what is written for later, and nothing empty is sent", async () => {
    const { at, sent } = desk(OK);
    at.write(asked("review", "v1"), "a chart");
    await at.give(asked("review", "v1"), "accept");
    at.write(asked("question", "1"), "  \n ");
    await at.give(asked("question", "1"));
    expect([sent, at.draft(asked("review", "v2"))]).toEqual([[{ to: "review-v1", text: "accept" }], "a chart"]);
  });

  it("to a version is there again with the next one, which came while it was written; one to a question is not", () => {
    const { at } = desk();
    at.write(asked("review", "v1"), "a chart");
    at.write(asked("question", "1"), "October");
    expect([at.draft(asked("review", "v2")), at.draft(asked("question", "2"))]).toEqual(["a chart", ""]);
  });

  it("is never longer than the control plane takes", async () => {
    const { at, sent } = desk(OK);
    at.write(asked("question", "1"), "x".repeat(MOST_ANSWERED + 50));
    await at.give(asked("question", "1"));
    expect(sent[0]?.text).toHaveLength(MOST_ANSWERED);
  });
});

test("a choice says what it does, and one this page does not know says itself", () => {
  const ask = (kind: Ask["kind"]): Ask => ({ id: "x", kind, text: "", choices: [], free: true });
  expect(choiceWords(ask("review"), "accept", 3)).toBe("Accept version 3");
  expect(choiceWords(ask("review"), "go", 3)).toBe("Have it read now");
  expect(choiceWords(ask("blocked"), "go", 0)).toBe("Go ahead");
  expect(choiceWords(ask("rounds"), "go on", 3)).toBe("Allow another round");
  expect(choiceWords(ask("budget"), "go on", 3)).toBe("Go on");
  expect(choiceWords(ask("budget"), "later", 3)).toBe("Later");
  expect([isFinal("accept"), isFinal("stop"), isFinal("keep")]).toEqual([true, true, false]);
});

test("each verb is offered by the action the control plane checks", () => {
  expect([actionOf("kill"), actionOf("restart")]).toEqual(["runs.kill", "runs.steer"]);
});

describe("bars of steps", () => {
  const AT = Date.parse("2026-11-22T12:00:00Z");
  const step = (from: number, to: number | null) => ({
    startedAt: new Date(AT + from * 1_000).toISOString(),
    endedAt: to === null ? null : new Date(AT + to * 1_000).toISOString(),
  });

  it("lie where the work was done, one after the other", () => {
    expect(barsOf([step(0, 10), step(10, 40)], AT)).toEqual([
      { from: 0, length: 25 },
      { from: 25, length: 75 },
    ]);
  });

  it("do not show hours between two attempts, but that there was a pause", () => {
    const [first, second] = barsOf([step(0, 10), step(7_210, 7_220)], AT);
    expect(first?.length).toBeGreaterThan(45);
    expect(second?.from).toBeGreaterThan((first?.length ?? 0) + 3);
    expect((second?.from ?? 0) + (second?.length ?? 0)).toBeCloseTo(100);
  });

  it("grow with the clock while a step is at work, and a clock behind the server's makes none negative", () => {
    expect(barsOf([step(0, 10), step(10, null)], AT + 20_000)[1]).toEqual({ from: 50, length: 50 });
    const [, late] = barsOf([step(0, 10), step(10, null)], AT);
    expect(late?.length).toBeGreaterThan(0);
    expect((late?.from ?? 0) + (late?.length ?? 0)).toBeLessThanOrEqual(100);
  });

  it("are kept in the order of the steps, none for a time that is none, and all are to be seen", () => {
    const bars = barsOf([step(5, 5), { startedAt: "soon", endedAt: null }, step(0, 5)], AT);
    expect([bars[0]?.from, bars[1], bars[2]?.from]).toEqual([98.8, null, 0]);
    expect(barsOf([], AT)).toEqual([]);
  });
});
