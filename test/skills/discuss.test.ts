/** Questions about a report, and the part of its figures they ask for: never the whole in place of a part. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noAnswer } from "../../src/ports/model/fake.ts";
import type { ModelPort } from "../../src/ports/model/port.ts";
import { seoReporting } from "../../src/skills/seo-reporting/skill.ts";
import { briefFor, contextOf, openWorld, unitAt, type World } from "./support/world.ts";

const silent: ModelPort = { ask: async () => noAnswer("unavailable", "off") };
let world: World;
let evidence = "";

beforeAll(async () => {
  world = await openWorld();
  const result = await seoReporting.run(contextOf(world.ports, briefFor(unitAt(0))));
  if (result.kind !== "package") throw new Error(result.kind);
  evidence = result.files.find(({ role }) => role === "evidence")?.body ?? "";
});
afterAll(() => world.stop());

async function answer(question: string, model = silent): Promise<string> {
  const { sentences } = await seoReporting.discuss(evidence, question, model);
  return sentences.join(" ");
}

/** A model that answers whatever it may with the figure of the whole. */
function careless(sentence: string): ModelPort {
  const usage = { inputTokens: 1, outputTokens: 1, unknown: 0 };
  return { ask: async () => ({ kind: "answer", value: { sentences: [sentence] }, model: "m", usage }) };
}

const CLICKS = /\b(?:14,763|13,918|11,329)\b/;
const RATE = /\b(?:6\.2|5\.9|5\.2)%/;
const WHOLE = new RegExp(`${CLICKS.source}|${RATE.source}`);

describe("a question about a part is answered with figures of that part", () => {
  it.each([
    ["How many clicks did we get on mobile?", "Clicks on mobile in October 2026: 7,599; in September 2026: 7,195."],
    ["Hvor mange klik fik vi på mobil?", "Clicks on mobile in October 2026: 7,599"],
    ["Clicks on desktop and tablets?", "Clicks on desktop in October 2026: 6,726"],
    ["How many clicks by device?", "Clicks on tablet in October 2026: 438"],
    ["Why did traffic from the US drop?", "Clicks from the United States in October 2026: 13,266"],
    ["Which countries brought clicks?", "Clicks from Canada in October 2026: 373"],
    ["How many brand clicks were there?", "Brand clicks in October 2026: 2,584"],
    ["How many clicks came from non-brand queries?", "Non-brand clicks in October 2026: 7,198"],
    ["Clicks of /about/?", "Clicks of “/about/” in October 2026: 1,064"],
    ['How many clicks for "structured settlement calculator"?', "Clicks for “structured settlement calculator” in"],
    ["clicks for structured settlement calculator", "Clicks for “structured settlement calculator” in"],
    ["Which pages lost most clicks?", "The largest minus is"],
    ["How many clicks on 12 October?", "Clicks on 12 October 2026: 555."],
    ["How many clicks a day?", "Clicks a day in October 2026: 476.2"],
    ["What does non-brand mean?", "Clicks of listed queries that contain no brand term."],
  ])("%s", async (question, expected) => {
    const said = await answer(question);
    expect(said).toContain(expected);
    expect(said).not.toMatch(WHOLE);
  });
});

describe("where the report holds no such part, it says so and gives no figure of the whole", () => {
  it.each([
    ["What is the CTR on mobile?", "does not hold the click-through rate by device"],
    ["Hvad er CTR på mobil i oktober?", "does not hold the click-through rate by device"],
    ["How is the CTR on iPhones?", "does not hold the click-through rate by device"],
    ["Is the position on mobile better than on desktop?", "does not hold the average position by device"],
    ["What is the CTR in Canada?", "does not hold the click-through rate by country"],
    ["How many clicks came from Denmark?", "the largest alone, and what you ask about is not among them"],
    ["How many clicks do we get abroad?", "the largest alone, and what you ask about is not among them"],
    ["How many clicks on mobile in Canada?", "does not hold clicks by device and by country together"],
    ["What was the CTR of brand queries?", "does not hold the click-through rate for brand and other queries apart"],
    ["What is the CTR for non-brand?", "does not hold the click-through rate for brand and other queries apart"],
    ["CTR of /about/?", "does not hold the click-through rate by page"],
    ['CTR for "structured settlement calculator"?', "does not hold the click-through rate by query"],
    ["How many clicks from paid search?", "does not hold clicks by channel"],
    ["What was the CTR of our summer campaign?", "does not hold the click-through rate by channel"],
    ["How many clicks did the newsletter bring?", "does not hold clicks by channel"],
    ["How many sessions came from Google?", "does not hold organic sessions by channel"],
    ["What is the revenue from Google?", "does not hold organic revenue by channel"],
    ["How many clicks by new visitors?", "by kind of visitor"],
    ["How many clicks did Plunkett get?", "does not hold clicks for what you name there"],
    ["how many clicks did hurtigruten get?", "does not hold clicks for what you name there"],
    ["What are the clicks for our webshop?", "does not hold clicks for what you name there"],
    ["How many blog clicks were there?", "does not hold clicks for what you name there"],
    ["How many clicks last week?", "does not hold clicks for that time: it covers October 2026"],
    ["How many clicks per week?", "does not hold clicks for that time"],
    ["What was the CTR in the first week of October?", "does not hold the click-through rate for that time"],
    ["Clicks in August vs September?", "does not hold clicks for that time"],
    ["How many clicks in Q3?", "does not hold clicks for that time"],
    ["How many clicks in 2025?", "does not hold clicks for that time"],
    ["How many clicks until 15 October?", "does not hold clicks for that time"],
    ["How many clicks before the redesign?", "does not hold clicks for what you name there"],
    ["How many clicks with the new title tags?", "does not hold clicks for what you name there"],
    ["How many clicks at the weekend?", "does not hold clicks for that time"],
    ["How many clicks on 12 August?", "does not hold clicks for that time"],
    ["What was the CTR a day?", "does not hold the click-through rate for that time"],
  ])("%s", async (question, expected) => {
    const said = await answer(question);
    expect(said).toContain(expected);
    expect(said).not.toMatch(WHOLE);
  });

  it("without telling what the figure is, unless that is asked", async () => {
    expect(await answer("What is the CTR on mobile?")).not.toContain("Clicks divided by impressions");
    expect(await answer("How is the CTR on mobile calculated?")).toContain("Clicks divided by impressions");
  });

  it("whatever a model would make of the figure of the whole", async () => {
    const said = await answer("What is the CTR on mobile?", careless("On mobile it is {{gsc.ctr.primary}}."));
    expect(said).toContain("does not hold the click-through rate by device");
    expect(said).not.toMatch(WHOLE);
  });
});

describe("a question about the whole is answered with the whole", () => {
  it.each([
    ["How many clicks did we get?", CLICKS],
    ["How many clicks did Strategic Settlements get in October?", CLICKS],
    ["How many clicks in September compared with October?", CLICKS],
    ["Why did clicks change from September to October?", CLICKS],
    ["How did clicks change on last year?", CLICKS],
    ["What was the month over month change in clicks?", CLICKS],
    ["How many clicks across all devices?", CLICKS],
    ["May I ask how many clicks we got?", CLICKS],
    ["Hi Jessie, what is the CTR in total? Thanks, Anna", RATE],
    ["How is the click-through rate calculated?", RATE],
    ["Is it disappointing that clicks fell?", CLICKS],
    ["Why are impressions down while clicks are up?", CLICKS],
  ])("%s", async (question, figure) => {
    expect(await answer(question)).toMatch(figure);
  });

  it("and the rate of conversions is not their number", async () => {
    expect(await answer("What is the conversion rate?")).toContain("Key events per organic session in October 2026");
  });

  it.each([
    ["rules", silent],
    ["a model", careless("It came to {{gsc.clicks.primary}}.")],
  ])("and where a word was not understood, %s say that it is of the whole", async (_, model) => {
    const [plain, odd] = [
      await answer("How many clicks?", model),
      await answer("Are those clicks flabbergasting?", model),
    ];
    expect(odd).toMatch(CLICKS);
    expect(odd).toContain("it is of the whole site");
    expect(plain).not.toContain("it is of the whole site");
  });
});
