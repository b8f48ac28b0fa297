import { describe, expect, test } from "vitest";
import { BudgetExhaustedError } from "../../src/core/errors.ts";
import type { BudgetAsk, Purse } from "../../src/core/run/lease.ts";
import { answerOf, fakeModel, noAnswer } from "../../src/ports/model/fake.ts";
import type { ModelPort, ModelUsage } from "../../src/ports/model/port.ts";
import { BLOCK, Meter } from "../../src/runner/metered.ts";
import { meteredModel, unlessUsedUp } from "../../src/runner/metered-model.ts";
import { costOf, priceOf } from "../../src/runner/prices.ts";
import { QUESTION } from "./model.contract.ts";

const UNKNOWN = { input: 10, output: 60 };
const PRICES = { model: "gpt-5.5", unknown: UNKNOWN };

interface NotedPurse extends Purse {
  readonly told: string[];
}

/** Notes what is set aside and settled; `blocks` are the sizes it grants, as wished when they run out. */
function purse(blocks: number[] = []): NotedPurse {
  const told: string[] = [];
  let last = 0;
  return {
    told,
    reserve: async (ask: BudgetAsk) => {
      last += 1;
      told.push(
        `reserve ${JSON.stringify(ask.amounts)}${ask.settlement === null ? "" : ` settling ${JSON.stringify(ask.settlement.actual)}`}`,
      );
      const size = blocks.shift();
      const granted = size === undefined ? { ...ask.amounts, ...ask.upTo } : { upstreamCalls: size };
      return { reservation: last, amounts: granted };
    },
    settle: async ({ reservation, actual }) => void told.push(`settle ${reservation} ${JSON.stringify(actual)}`),
  };
}

const EMPTY: Purse = {
  reserve: async () => Promise.reject(new BudgetExhaustedError("All tokens are used.", "modelTokens", 9, null)),
  settle: async () => undefined,
};

describe("a model that is paid for", () => {
  test("has the most it can cost set aside before it is asked, and what it did cost settled after", async () => {
    const noted = purse();
    const model = fakeModel((request) => {
      noted.told.push("asked");
      return answerOf(request.purpose);
    });
    await meteredModel(model, noted, PRICES).ask(QUESTION);
    const text = `${QUESTION.instructions}${QUESTION.input}${JSON.stringify(QUESTION.schema)}`;
    const input = text.length + 200;
    const most = { modelTokens: input + 500, modelMicroUsd: input * 5 + 500 * 30 };
    expect(noted.told).toEqual([
      `reserve ${JSON.stringify(most)}`,
      "asked",
      // An answer names its model: this one is not in the price list.
      `settle 1 ${JSON.stringify({ modelTokens: 15, modelMicroUsd: 10 * 10 + 5 * 60 })}`,
    ]);
  });

  test("pays in full for every try of which nobody knows what it cost", async () => {
    const noted = purse();
    const model = fakeModel(() => ({
      kind: "unavailable",
      reason: "gone",
      usage: { inputTokens: 7, outputTokens: 1, unknown: 2 },
    }));
    await meteredModel(model, noted, PRICES).ask({ ...QUESTION, instructions: "é" });
    const [asked = "", settled = ""] = noted.told;
    const most = Number(/"modelTokens":(\d+)/.exec(asked)?.[1]);
    expect(settled).toContain(`"modelTokens":${8 + 2 * most}`);
  });

  describe("that asks again by itself", () => {
    const FREE = { inputTokens: 0, outputTokens: 0, unknown: 0 };
    const LOST = { ...FREE, unknown: 1 };
    /** Fails as told, then answers; what the tries cost adds up. */
    const repeating = (...costs: readonly ModelUsage[]): ModelPort => ({
      async ask(_request, beforeRepeat) {
        for (const cost of costs) await beforeRepeat?.(cost);
        const unknown = costs.reduce((sum, cost) => sum + cost.unknown, 0);
        return { kind: "answer", value: 1, model: "gpt-5.5", usage: { inputTokens: 10, outputTokens: 5, unknown } };
      },
    });
    const tokens = (line: string) => Number(/"modelTokens":(\d+)/.exec(line)?.[1]);

    test("has as much set aside again for each try after one that may have cost something", async () => {
      const noted = purse();
      await meteredModel(repeating(LOST, FREE, LOST), noted, PRICES).ask(QUESTION);
      const most = tokens(noted.told[0] ?? "");
      expect(noted.told.map((line) => line.split(" ")[0])).toEqual(["reserve", "reserve", "reserve", "settle"]);
      expect(noted.told.slice(0, 3).map(tokens)).toEqual([most, most, most]);
      expect(noted.told.slice(1, 3).map((line) => tokens(line.split("settling")[1] ?? ""))).toEqual([most, most]);
      expect(noted.told[3]).toBe(`settle 3 ${JSON.stringify({ modelTokens: 15, modelMicroUsd: 10 * 5 + 5 * 30 })}`);
    });

    test("does not when there is not enough for another, and what was spent is told", async () => {
      const noted = purse();
      const once: Purse = {
        ...noted,
        reserve: (ask) => (ask.settlement === null ? noted.reserve(ask) : EMPTY.reserve(ask)),
      };
      const paid = meteredModel(repeating(LOST), once, PRICES);
      await expect(paid.ask(QUESTION)).rejects.toBeInstanceOf(BudgetExhaustedError);
      expect(noted.told).toHaveLength(2);
      expect(tokens(noted.told[1] ?? "")).toBe(tokens(noted.told[0] ?? ""));
    });
  });

  test("is not asked when the budget is used up; whoever can do without it hears that it is not available", async () => {
    const model = fakeModel(() => noAnswer("refused", "never asked"));
    const paid = meteredModel(model, EMPTY, PRICES);
    await expect(paid.ask(QUESTION)).rejects.toBeInstanceOf(BudgetExhaustedError);
    expect(await unlessUsedUp(paid).ask(QUESTION)).toEqual(noAnswer("unavailable", "All tokens are used."));
    expect(model.asked).toEqual([]);
    const broken: Purse = { ...EMPTY, reserve: () => Promise.reject(new Error("line lost")) };
    await expect(unlessUsedUp(meteredModel(model, broken, PRICES)).ask(QUESTION)).rejects.toThrow("line lost");
  });
});

test.each([
  ["gpt-5.5", { input: 5, output: 30 }],
  ["gpt-5.5-2026-04-23", { input: 5, output: 30 }],
  ["openai/gpt-5.4-mini", { input: 0.75, output: 4.5 }],
  ["gpt-5.5-pro", UNKNOWN],
  ["toString", UNKNOWN],
])("the price of %s is that of the list, or of a model nobody knows", (name, price) => {
  expect(priceOf(name, UNKNOWN)).toEqual(price);
});

test("money is counted up to whole millionths", () => {
  expect(costOf({ input: 0.2, output: 1.25 }, { inputTokens: 3, outputTokens: 1 })).toBe(2);
});

describe("calls", () => {
  test("are taken out of blocks, settled with the next block, and what is left is given back at the end", async () => {
    const noted = purse([2]);
    const meter = new Meter(noted, () => undefined);
    for (let n = 0; n < 4; n += 1) await meter.counted("upstreamCalls", async () => noted.told.push(`call ${n}`));
    await meter.close();
    await meter.close();
    expect(noted.told).toEqual([
      'reserve {"upstreamCalls":1}',
      "call 0",
      "call 1",
      'reserve {"upstreamCalls":1} settling {"upstreamCalls":2}',
      "call 2",
      "call 3",
      'settle 2 {"upstreamCalls":2}',
    ]);
  });

  test("made at the same time share one block", async () => {
    const noted = purse();
    const meter = new Meter(noted, () => undefined);
    await Promise.all(Array.from({ length: BLOCK }, () => meter.counted("upstreamCalls", async () => undefined)));
    expect(noted.told).toHaveLength(1);
  });

  test("are heard of one by one, and so is each try of a model: who waits for the next one does not stand still", async () => {
    let moved = 0;
    const meter = new Meter(purse(), () => {
      moved += 1;
    });
    for (let n = 0; n < 3; n += 1) await meter.counted("upstreamCalls", async () => undefined);
    expect(moved).toBe(3);
    const repeats: number[] = [];
    const slow: ModelPort = {
      ask: async (request, beforeRepeat) => {
        for (const unknown of [1, 0]) await beforeRepeat?.({ inputTokens: 0, outputTokens: 0, unknown });
        return fakeModel(() => answerOf(request.purpose)).ask(request);
      },
    };
    await meter.watched(slow).ask(QUESTION, async ({ unknown }) => void repeats.push(unknown));
    await meter.watched(slow).ask(QUESTION);
    expect([moved, repeats]).toEqual([7, [1, 0]]);
  });

  test("are not made without a place in the budget, and the next one asks again", async () => {
    const meter = new Meter(EMPTY, () => undefined);
    let made = 0;
    const call = () => meter.counted("upstreamCalls", async () => (made += 1));
    await expect(call()).rejects.toBeInstanceOf(BudgetExhaustedError);
    await expect(call()).rejects.toBeInstanceOf(BudgetExhaustedError);
    expect(made).toBe(0);
  });
});
