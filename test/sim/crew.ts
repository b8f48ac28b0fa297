/** Plays many seeds in several threads of plain Node: a seed is a world of its own, so the order is nobody's business. */
import { once } from "node:events";
import { availableParallelism } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { MutantName } from "./mutants.ts";
import type { Outcome } from "./seed.ts";

/** What one thread is asked for. */
export interface Share {
  readonly from: number;
  readonly seeds: number;
  /** The core as it is when null. */
  readonly mutant: MutantName | null;
  readonly keepGoing: boolean;
}

/** What came of a share, or of all of them. */
export interface Tally {
  readonly played: number;
  readonly steps: number;
  /** How often runs ended how. */
  readonly ends: Readonly<Record<string, number>>;
  /** By seed, lowest first. */
  readonly failures: readonly Outcome[];
}

export interface CrewOptions {
  readonly from?: number;
  readonly seeds: number;
  readonly mutant?: MutantName | null;
  /** False: nothing new is begun once a seed failed. */
  readonly keepGoing?: boolean;
  readonly threads?: number;
}

export const NOTHING_PLAYED: Tally = { played: 0, steps: 0, ends: {}, failures: [] };

/** Small enough that no thread sits idle at the end, large enough that handing out costs nothing. */
const SHARE = 25;

const beside = (file: string): string => path.join(import.meta.dirname, file);

/** How a person plays a seed again and watches. */
export function replay(seed: number, mutant: MutantName | null = null): string {
  return `npm run sim -- --seed ${seed}${mutant === null ? "" : ` --mutant "${mutant}"`} --trace`;
}

/** One line per failed seed, with the command that plays it again; null when none failed. */
export function failureText({ failures }: Tally, mutant: MutantName | null = null): string | null {
  const lines = failures.map(
    ({ seed, steps, violations }) =>
      `seed ${seed} failed after ${steps} steps: ${violations.join("; ")}\nplay it again: ${replay(seed, mutant)}`,
  );
  return lines.length === 0 ? null : lines.join("\n");
}

export function added(one: Tally, other: Tally): Tally {
  const ends = { ...one.ends };
  for (const [end, count] of Object.entries(other.ends)) ends[end] = (ends[end] ?? 0) + count;
  return {
    played: one.played + other.played,
    steps: one.steps + other.steps,
    ends,
    failures: [...one.failures, ...other.failures].toSorted((a, b) => a.seed - b.seed),
  };
}

/** Plays the seeds `from` to `from + seeds - 1`. */
export async function playMany(options: CrewOptions): Promise<Tally> {
  const { from = 1, seeds, mutant = null, keepGoing = false } = options;
  const threads = options.threads ?? Math.min(availableParallelism(), Math.ceil(seeds / SHARE));
  let [next, tally] = [from, NOTHING_PLAYED];
  const worker = async (): Promise<void> => {
    const player = new Worker(beside("player.ts"), { execArgv: ["--import", pathToFileURL(beside("hooks.ts")).href] });
    try {
      while (next < from + seeds && (keepGoing || tally.failures.length === 0)) {
        const share: Share = { from: next, seeds: Math.min(SHARE, from + seeds - next), mutant, keepGoing };
        next += share.seeds;
        const answer = await asked(player, share);
        tally = added(tally, answer);
      }
    } finally {
      await player.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, worker));
  return tally;
}

/** Errors: what the thread died of. */
async function asked(player: Worker, share: Share): Promise<Tally> {
  const answer = once(player, "message");
  player.postMessage(share);
  const [tally] = await answer;
  return tally;
}
