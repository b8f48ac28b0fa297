/**
 * `npm run sim`: plays seeds until one fails. `-- --seeds N`, `--from N`, `--threads N`, `--keep-going`, `--mutant NAME`;
 * `--seed N --trace` plays one and tells what happens.
 */
import { parseArgs } from "node:util";
import { failureText, playMany, replay } from "./crew.ts";
import { isMutant, MUTANTS, SOUND } from "./mutants.ts";
import { play } from "./seed.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "10000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    mutant: { type: "string" },
    threads: { type: "string" },
    "keep-going": { type: "boolean", default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function mutantOf(name: string | undefined) {
  if (name === undefined || isMutant(name)) return name ?? null;
  throw new RangeError(`There is no mutant “${name}”, only ${Object.keys(MUTANTS).join(", ")}.`);
}
const mutant = mutantOf(values.mutant);

async function one(seed: number): Promise<boolean> {
  const core = mutant === null ? SOUND : MUTANTS[mutant];
  const { violations, steps, ends, digest } = await play(seed, values.trace ? { mutant: core, say } : { mutant: core });
  const clean = violations.length === 0;
  say(
    clean
      ? `seed ${seed}: ${steps} steps, ${ends.join(", ")}, ${digest}`
      : `seed ${seed} failed after ${steps} steps: ${violations.join("; ")}`,
  );
  if (!clean && !values.trace) say(`play it again: ${replay(seed, mutant)}`);
  return clean;
}

async function many(from: number, seeds: number): Promise<boolean> {
  const startedAt = performance.now();
  const tally = await playMany({
    from,
    seeds,
    mutant,
    keepGoing: values["keep-going"],
    ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const { played, failures, steps, ends } = tally;
  const failed = failureText(tally, mutant);
  if (failed !== null) say(failed);
  say(
    `${played - failures.length} of ${seeds} seeds clean in ${seconds.toFixed(1)} s (${Math.round(played / seconds)} a second, ${steps} steps)`,
  );
  const kinds = Object.entries(ends).toSorted(([, a], [, b]) => b - a);
  say(`runs at the end: ${kinds.map(([end, count]) => `${count} ${end}`).join(", ")}`);
  return failed === null;
}

const clean =
  values.seed === undefined ? await many(Number(values.from), Number(values.seeds)) : await one(Number(values.seed));
process.exitCode = clean ? 0 : 1;
