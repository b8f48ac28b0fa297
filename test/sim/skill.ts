/** A skill that gathers, computes and writes like a real one, in a handful of steps that may fail, drag on or give up. */
import { ConfigError, PermanentError, RetryableError } from "../../src/core/errors.ts";
import type { Skill, SkillContext, SkillOutcome, StepKey, StepOptions } from "../../src/skills/skill.ts";
import { SEO } from "../support/run-cases.ts";
import { packageOf } from "../support/run-world.ts";
import type { Made } from "./anew-books.ts";
import { type PayDeps, siteOf } from "./bills.ts";
import type { Caller } from "./line.ts";

export interface SkillDeps extends PayDeps {
  pause(ms: number): Promise<void>;
  readonly violated: (what: string) => void;
  readonly now: () => number;
  /** A step was worked on, and is over for the skill. */
  readonly returned: (key: StepKey) => void;
  readonly made: (made: Made) => void;
}

export function simSkill(caller: Caller, deps: SkillDeps): Skill {
  return {
    ...SEO,
    run: (ctx) => report(ctx, caller, deps),
    discuss: async () => ({ sentences: ["The evidence says so."] }),
  };
}

/** Results of this length go to the object store instead of the journal. */
const LONG = "x".repeat(70_000);

async function report(ctx: SkillContext, caller: Caller, deps: SkillDeps): Promise<SkillOutcome> {
  const { random } = deps;
  const step = async <T>(key: StepKey, work: () => Promise<T>, how?: StepOptions): Promise<T> => {
    let worked = false;
    const value = await ctx.step(
      key,
      `Step ${key}`,
      () => {
        worked = true;
        return work();
      },
      how,
    );
    if (worked) deps.returned(key);
    return value;
  };
  /** A few that take no time: told together, or with what comes next. */
  const quickSteps = async (what: "gather.known" | "compute.checks"): Promise<void> => {
    for (let n = random.between(0, 3); n > 0; n -= 1) await step(`${what}.${n}`, async () => n, { repeatable: true });
  };
  const sources = 1 + (Number(ctx.brief.taskGid) % 3);
  const fetched: number[] = [];
  for (let n = 1; n <= sources; n += 1) {
    const gather = async (): Promise<number> => {
      await pages(ctx, random.pick([1, 1, 2, 5]));
      return deps.now();
    };
    fetched.push(await step(`gather.${n}`, gather, { repeatable: true }));
  }
  if (random.chance(0.3)) await step("gather.crawl", () => crawl(ctx, caller, deps), { repeatable: true });
  await quickSteps("gather.known");
  const { start } = ctx.brief.periods.primary;
  const facts = await step("compute.facts", async () => {
    // Now and then longer than a lease: only its renewal keeps the attempt alive.
    await deps.pause(random.chance(0.1) ? random.between(20_000, 100_000) : random.between(50, 3_000));
    return { about: start, at: deps.now(), rows: random.chance(0.3) ? LONG : "" };
  });
  if (facts.about !== start)
    deps.violated(`${ctx.brief.taskGid} is about ${start}, and its facts about ${facts.about}`);
  if (random.chance(0.02)) throw new PermanentError("sim_permanent", "The data cannot be used.");
  if (random.chance(0.02)) throw new ConfigError("sim_config", "The property lost its permission.");
  if (random.chance(0.02)) return { kind: "blocked", code: "sim_blocked", detail: "Search Console had no rows." };
  const declines = await step("compute.revise", async () => random.chance(0.2));
  if (declines && ctx.revision?.mayStay === true) {
    const answers = ctx.revision.items.map(({ id }) => ({
      itemId: id,
      outcome: "declined" as const,
      reason: "Not here.",
    }));
    return { kind: "unchanged", answers };
  }
  const words = await step("narrate", async () => ({ html: await worded(ctx), at: deps.now() }));
  await quickSteps("compute.checks");
  deps.made({ fetch: Math.min(...fetched), compute: facts.at, narrate: words.at });
  return packageOf(ctx, words.html);
}

/** So many pages of one answer, each a call that is paid for. */
async function pages({ brief, ports }: SkillContext, count: number): Promise<number> {
  const request = { startDate: "", endDate: "", dimensions: [], rowLimit: 1, startRow: 0 };
  let rows = 0;
  for (let n = 0; n < count; n += 1)
    rows += (await ports.searchConsole.query(siteOf(brief.taskGid), request)).rows.length;
  return rows;
}

async function crawl(
  { brief, page }: SkillContext,
  caller: Caller,
  { line, random, bills }: SkillDeps,
): Promise<number> {
  const count = random.between(1, 4);
  for (let n = 1; n <= count; n += 1)
    await page(() => line.call(caller, "web", "fetch", () => bills.enter(brief.taskGid, "crawlPages", 1)));
  return count;
}

async function worded({ brief, ports, artifactVersion }: SkillContext): Promise<string> {
  const reply = await ports.model.ask({
    instructions: "Word it.",
    input: "facts",
    schema: { name: "words", json: {} },
    maxOutputTokens: 400,
    purpose: "narrative",
    runId: brief.runId,
  });
  if (reply.kind !== "answer") throw new RetryableError("sim_no_words", reply.reason);
  return `<!doctype html><p>Version ${artifactVersion}`;
}
