/** A skill that gathers, computes and writes like a real one, in a handful of steps that may fail, drag on or give up. */
import { ConfigError, PermanentError } from "../../src/core/errors.ts";
import type { Skill, SkillContext, SkillRefusal, SkillResult, StepKey, StepOptions } from "../../src/skills/skill.ts";
import { SEO } from "../support/run-cases.ts";
import { packageOf } from "../support/run-world.ts";
import type { Caller, Line } from "./line.ts";
import type { Random } from "./random.ts";

export interface SkillDeps {
  readonly line: Line;
  readonly random: Random;
  pause(ms: number): Promise<void>;
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

async function report(ctx: SkillContext, caller: Caller, deps: SkillDeps): Promise<SkillResult | SkillRefusal> {
  const { random, line } = deps;
  const step = <T>(key: StepKey, work: () => Promise<T>, how?: StepOptions) => ctx.step(key, `Step ${key}`, work, how);
  const sources = 1 + (Number(ctx.brief.taskGid) % 3);
  for (let n = 1; n <= sources; n += 1) {
    await step(`gather.${n}`, () => line.call(caller, "search", `query ${n}`, () => ({ rows: 3 })), {
      repeatable: true,
    });
  }
  await step("compute.facts", async () => {
    // Now and then longer than a lease: only its renewal keeps the attempt alive.
    await deps.pause(random.chance(0.1) ? random.between(20_000, 100_000) : random.between(50, 3_000));
    return random.chance(0.05) ? LONG : "facts";
  });
  if (random.chance(0.02)) throw new PermanentError("sim_permanent", "The data cannot be used.");
  if (random.chance(0.02)) throw new ConfigError("sim_config", "The property lost its permission.");
  if (random.chance(0.02)) return { kind: "blocked", code: "sim_blocked", detail: "Search Console had no rows." };
  const html = await step("narrate", () =>
    line.call(caller, "model", "write", () => `<!doctype html><p>Version ${ctx.artifactVersion}`),
  );
  return packageOf(ctx, html);
}
