/** *fan-out*: a thousand watchers of one run, in bursts and when little happens. */
import type { Row } from "../report.ts";
import { watchLoad } from "../socket-load.ts";
import type { WatchResult } from "../socket-load-thread.ts";
import { quantile, ratios, spread } from "../stats.ts";
import { type BenchFolder, type BenchSystem, startBench } from "../system.ts";

const WATCHERS = 1_000;
const BURST = 50;
const BURST_TARGET = 5;
const IDLE_TARGET = 1.2;
const P99_TARGET_MS = 80;

let nextTask = 5_000_000;

async function watched(system: BenchSystem, subject: "floor" | "run", quick: boolean): Promise<WatchResult> {
  nextTask += 1;
  const path = `/fanout/${subject}`;
  const query = `?task=${nextTask}`;
  await fetch(`http://127.0.0.1:${system.benchPort}${path}/ready${query}`);
  return watchLoad({
    port: system.benchPort,
    live: `${path}/live${query}`,
    events: `${path}/events${query}`,
    watchers: WATCHERS,
    burst: BURST,
    singles: quick ? 4 : 12,
    pauseMs: 250,
  });
}

export async function fanout(folder: BenchFolder, quick: boolean): Promise<readonly Row[]> {
  const system = await startBench(folder, "fanout");
  const floors: WatchResult[] = [];
  const runs: WatchResult[] = [];
  try {
    for (let round = 0; round < (quick ? 2 : 5); round += 1) {
      floors.push(await watched(system, "floor", quick));
      runs.push(await watched(system, "run", quick));
    }
  } finally {
    await system.stop();
  }
  return rowsOf(floors, runs);
}

const eventsPerSecond = ({ burstMs }: WatchResult): number => (BURST / (burstMs ?? Number.NaN)) * 1_000;
const at = (share: number) => (result: WatchResult) => quantile(result.latencies, share);

function rowsOf(floors: readonly WatchResult[], runs: readonly WatchResult[]): readonly Row[] {
  const burst = ratios(runs.map(eventsPerSecond), floors.map(eventsPerSecond));
  const idle = ratios(runs.map(at(0.5)), floors.map(at(0.5)));
  const p99 = spread(runs.map(at(0.99)));
  const durable = "each event: synced SQLite before anybody is told";
  const row = (what: string, unit: string, value: Row["value"]): Row => ({
    race: "fanout",
    what,
    unit,
    value,
    durable,
  });
  return [
    row(
      `plain broadcast per event, ${WATCHERS} watchers, burst of ${BURST} (floor)`,
      "events/s",
      spread(floors.map(eventsPerSecond)),
    ),
    {
      ...row("the same on a run", "events/s", spread(runs.map(eventsPerSecond))),
      ofFloor: burst,
      target: { text: `≥ ${BURST_TARGET} of the floor`, met: burst.median >= BURST_TARGET },
    },
    row("plain broadcast, single events, median until a watcher has it (floor)", "ms", spread(floors.map(at(0.5)))),
    row("plain broadcast, single events, p99", "ms", spread(floors.map(at(0.99)))),
    {
      ...row("the same on a run", "ms", spread(runs.map(at(0.5)))),
      ofFloor: idle,
      target: { text: `≤ ${IDLE_TARGET} of the floor`, met: idle.median <= IDLE_TARGET },
    },
    {
      ...row("the same, p99", "ms", p99),
      target: { text: `< ${P99_TARGET_MS} ms`, met: p99.median < P99_TARGET_MS },
    },
  ];
}
