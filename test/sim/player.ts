/** One thread of the crew: plays the share it is sent and answers with the tally. */
import { parentPort } from "node:worker_threads";
import { added, NOTHING_PLAYED, type Share, type Tally } from "./crew.ts";
import { MUTANTS, SOUND } from "./mutants.ts";
import { play } from "./seed.ts";

async function played({ from, seeds, mutant, keepGoing }: Share): Promise<Tally> {
  let tally = NOTHING_PLAYED;
  for (let seed = from; seed < from + seeds && (keepGoing || tally.failures.length === 0); seed += 1) {
    const outcome = await play(seed, { mutant: mutant === null ? SOUND : MUTANTS[mutant] });
    const { steps, ends, violations } = outcome;
    const counted: Record<string, number> = {};
    for (const end of ends) counted[end] = (counted[end] ?? 0) + 1;
    tally = added(tally, { played: 1, steps, ends: counted, failures: violations.length === 0 ? [] : [outcome] });
  }
  return tally;
}

parentPort?.on("message", (share: Share) => {
  void played(share).then((tally) => parentPort?.postMessage(tally));
});
