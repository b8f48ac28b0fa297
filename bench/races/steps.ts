/** *steps*: 64 runs of 20 steps with results of 1 KB through the real runner. */
import type { Row } from "../report.ts";
import { ratios, spread } from "../stats.ts";
import { type BenchFolder, type BenchSystem, startBench } from "../system.ts";

const RUNS = 64;
const STEPS = 20;
const REPEATABLE_TARGET = 2.5;
const EFFECTS_TARGET = 0.9;

/** Lets the actors' alarms of the round before come to rest, so that they take nothing from the next one. */
const REST_MS = 700;

let nextTask = 1_000_000;

async function verb(system: BenchSystem, name: string, first: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${system.benchPort}/steps/${name}?first=${first}&runs=${RUNS}`);
  if (!response.ok) throw new Error(`${name} failed: ${await response.text()}`);
}

/** Steps a second of one round: objects are born and runs are ready before the clock starts. */
async function timed(system: BenchSystem, prepare: string, name: string): Promise<number> {
  const first = nextTask;
  nextTask += RUNS;
  await verb(system, prepare, first);
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const startedAt = performance.now();
  await verb(system, name, first);
  const seconds = (performance.now() - startedAt) / 1000;
  await verb(system, "end", first);
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  return (RUNS * STEPS) / seconds;
}

export async function steps(folder: BenchFolder, quick: boolean): Promise<readonly Row[]> {
  const system = await startBench(folder, "steps");
  const floors: number[] = [];
  const peers: number[] = [];
  const repeatable: number[] = [];
  const effects: number[] = [];
  try {
    await timed(system, "birth", "floor");
    await timed(system, "peer-birth", "peer");
    await timed(system, "ready", "repeatable");
    for (let round = 0; round < (quick ? 3 : 7); round += 1) {
      floors.push(await timed(system, "birth", "floor"));
      peers.push(await timed(system, "peer-birth", "peer"));
      repeatable.push(await timed(system, "ready", "repeatable"));
      effects.push(await timed(system, "ready", "effects"));
    }
  } finally {
    await system.stop();
  }
  return rowsOf(floors, peers, repeatable, effects);
}

function rowsOf(
  floors: readonly number[],
  peers: readonly number[],
  repeatable: readonly number[],
  effects: readonly number[],
): readonly Row[] {
  const ofRepeatable = ratios(repeatable, floors);
  const ofEffects = ratios(effects, floors);
  return [
    {
      race: "steps",
      what: `one RPC and one insert per step, ${RUNS} × ${STEPS} (floor)`,
      unit: "steps/s",
      value: spread(floors),
      durable: "each step: synced SQLite before its answer",
    },
    {
      race: "steps",
      what: "a run's log alone: two chained entries per step, no rules (peer)",
      unit: "steps/s",
      value: spread(peers),
      ofFloor: ratios(peers, floors),
      durable: "each step: synced SQLite before its answer",
    },
    {
      race: "steps",
      what: "real runner, steps that may be repeated",
      unit: "steps/s",
      value: spread(repeatable),
      ofFloor: ofRepeatable,
      target: { text: `≥ ${REPEATABLE_TARGET} of the floor`, met: ofRepeatable.median >= REPEATABLE_TARGET },
      durable: "state, log, journal: synced SQLite, several steps in one commit",
    },
    {
      race: "steps",
      what: "real runner, each step with an outside effect",
      unit: "steps/s",
      value: spread(effects),
      ofFloor: ofEffects,
      target: { text: `≥ ${EFFECTS_TARGET} of the floor`, met: ofEffects.median >= EFFECTS_TARGET },
      durable: "intent and earlier results: synced SQLite before the effect leaves",
    },
  ];
}
