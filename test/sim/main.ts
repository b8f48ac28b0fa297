/** `npm run sim`: plays seeds until one fails. `-- --seeds N`, `--from N`, `--seed N --trace`. */
import { parseArgs } from "node:util";
import { MUTANTS, SOUND } from "./mutants.ts";
import { play } from "./seed.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "10000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    mutant: { type: "string" },
    "keep-going": { type: "boolean", default: false },
  },
});

const mutant = Object.entries(MUTANTS).find(([name]) => name === values.mutant)?.[1] ?? SOUND;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function one(seed: number): Promise<boolean> {
  const outcome = await play(seed, values.trace ? { mutant, say } : { mutant });
  if (outcome.violations.length === 0) {
    if (values.seed !== undefined)
      say(`seed ${seed}: ${outcome.steps} steps, ${outcome.ends.join(", ")}, ${outcome.digest}`);
    return true;
  }
  say(`seed ${seed} failed after ${outcome.steps} steps: ${outcome.violations.join("; ")}`);
  if (!values.trace) say(`play it again: npm run sim -- --seed ${seed} --trace`);
  return false;
}

async function many(from: number, seeds: number): Promise<boolean> {
  const startedAt = performance.now();
  const ends = new Map<string, number>();
  let steps = 0;
  let failed = 0;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const outcome = await play(seed, { mutant });
    if (outcome.violations.length > 0) {
      failed += 1;
      await one(seed);
      if (!values["keep-going"]) return false;
    }
    steps += outcome.steps;
    for (const end of outcome.ends) ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  say(
    `${seeds - failed} of ${seeds} seeds clean in ${seconds.toFixed(1)} s (${Math.round(seeds / seconds)} a second, ${steps} steps)`,
  );
  say(`runs at the end: ${[...ends].map(([end, count]) => `${count} ${end}`).join(", ")}`);
  return failed === 0;
}

const clean =
  values.seed === undefined ? await many(Number(values.from), Number(values.seeds)) : await one(Number(values.seed));
process.exitCode = clean ? 0 : 1;
