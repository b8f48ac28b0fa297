import { expect, it, test } from "vitest";
import { MUTANTS } from "./mutants.ts";
import { type Outcome, play } from "./seed.ts";

/** Enough to be played with every change; `npm run sim -- --seeds 100000` goes on. */
const SEEDS = 1_000;
const MUTANT_SEEDS = 2_000;

const replay = (seed: number): string => `npm run sim -- --seed ${seed} --trace`;

/** The first seed from `from` on that fails; null when none of them does. */
async function firstFailure(from: number, seeds: number, options: Parameters<typeof play>[1]): Promise<Outcome | null> {
  for (let seed = from; seed < from + seeds; seed += 1) {
    const outcome = await play(seed, options);
    if (outcome.violations.length > 0) return outcome;
  }
  return null;
}

it(`holds its promises in ${SEEDS} agencies full of trouble`, { timeout: 300_000 }, async () => {
  const failed = await firstFailure(1, SEEDS, {});
  expect(failed?.violations.join("; "), `play it again: ${replay(failed?.seed ?? 0)}`).toBeUndefined();
});

it("is the same every time: one seed, one trace", async () => {
  for (const seed of [3, 8, 19]) {
    const lines: string[][] = [[], []];
    const [once, again] = lines;
    const first = await play(seed, { say: (line) => once?.push(line) });
    await play(seed + 1);
    const second = await play(seed, { say: (line) => again?.push(line) });
    expect(again).toEqual(once);
    expect(second.digest).toBe(first.digest);
    expect((await play(seed + 1)).digest).not.toBe(first.digest);
  }
});

test.each(Object.entries(MUTANTS))("a core with %s is caught", { timeout: 300_000 }, async (_, mutant) => {
  const failed = await firstFailure(1, MUTANT_SEEDS, { mutant });
  expect(failed, `no seed up to ${MUTANT_SEEDS} noticed`).not.toBeNull();
});
