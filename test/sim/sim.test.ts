import { expect, it, test } from "vitest";
import { failureText, NOTHING_PLAYED, playMany } from "./crew.ts";
import { isMutant, MUTANTS } from "./mutants.ts";
import { play } from "./seed.ts";

/** Enough to be played with every change; `npm run sim -- --seeds 100000` goes on. */
const SEEDS = 2_000;
const MUTANT_SEEDS = 2_000;

it(`holds its promises in ${SEEDS} agencies full of trouble`, { timeout: 400_000 }, async () => {
  const tally = await playMany({ seeds: SEEDS });
  expect(failureText(tally)).toBeNull();
  expect(tally.played).toBe(SEEDS);
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

test.each(Object.keys(MUTANTS).filter(isMutant))("a core with %s is caught", { timeout: 300_000 }, async (mutant) => {
  const { failures } = await playMany({ seeds: MUTANT_SEEDS, mutant });
  expect(failures, `none of ${MUTANT_SEEDS} seeds noticed`).not.toEqual([]);
});

it("prints the command that plays a failed seed again", () => {
  const failed = { seed: 1322, violations: ["a promise is broken"], steps: 275, digest: "", ends: [] };
  const tally = { ...NOTHING_PLAYED, failures: [failed] };
  expect(failureText(tally)).toContain("npm run sim -- --seed 1322 --trace");
  expect(failureText(tally, "no fence")).toContain('npm run sim -- --seed 1322 --mutant "no fence" --trace');
});
