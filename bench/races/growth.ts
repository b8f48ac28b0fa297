/** *growth*: list and search over more and more runs, and the memory of one actor with more and more events. */
import { readFile } from "node:fs/promises";
import type { Row } from "../report.ts";
import { type Spread, spread } from "../stats.ts";
import { type BenchFolder, type BenchSystem, INTERNAL_TOKEN, startBench } from "../system.ts";

const SIZES = [10_000, 100_000, 1_000_000] as const;
const QUICK_SIZES = [10_000, 100_000] as const;
const CHUNK = 20_000;
const ASKED = 40;
/** An indexed query answers in the same time whatever lies around it. */
const TARGET_MS = 50;

/** What staff look for; a rare word, a word that is in every row, and a filter beside it. */
const QUERIES: Readonly<Record<string, string>> = {
  "newest page": "",
  "by status": "status=failed",
  "by client": "client=client%200500",
  "search, rare text": "q=number%209999",
  "search, text of every row": "q=seo%20report",
  "search in failed runs": "q=client%200050&status=failed",
};

async function fill(system: BenchSystem, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += CHUNK) {
    const url = `http://127.0.0.1:${system.benchPort}/growth/fill?from=${at}&to=${Math.min(to, at + CHUNK)}`;
    const response = await fetch(url);
    if (!response.ok) throw new Error(`Filling failed: ${await response.text()}`);
  }
}

async function asked(system: BenchSystem, query: string): Promise<Spread> {
  const times: number[] = [];
  for (let n = 0; n < ASKED; n += 1) {
    const startedAt = performance.now();
    const response = await fetch(`http://127.0.0.1:${system.controlPlanePort}/team-agent-runs?${query}`, {
      headers: { "X-Agency-OS-Internal-Token": INTERNAL_TOKEN },
    });
    await response.text();
    if (!response.ok) throw new Error(`The list answered ${response.status}.`);
    times.push(performance.now() - startedAt);
  }
  return spread(times);
}

export async function growth(folder: BenchFolder, quick: boolean): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const system = await startBench(folder, "growth");
  try {
    let filled = 0;
    for (const size of quick ? QUICK_SIZES : SIZES) {
      await fill(system, filled, size);
      filled = size;
      for (const [name, query] of Object.entries(QUERIES)) {
        const value = await asked(system, query);
        const target = { text: `< ${TARGET_MS} ms`, met: value.median < TARGET_MS };
        rows.push({
          race: "growth",
          what: `${name}, ${size} runs`,
          unit: "ms",
          value,
          target,
          durable: "D1 (local SQLite)",
        });
      }
    }
  } finally {
    await system.stop();
  }
  return [...rows, ...(await memory(folder, quick))];
}

const ACTORS = 4;
let nextTask = 7_000_000;

/** Memory of workerd in MB; null where there is no /proc. */
async function residentMb(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kb = /VmRSS:\s+(\d+) kB/.exec(status)?.[1];
  return kb === undefined ? null : Number(kb) / 1024;
}

/** What workerd grew by, per actor, in a process of its own for each size. */
async function memory(folder: BenchFolder, quick: boolean): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const events of quick ? [10, 1_000] : [10, 1_000, 10_000]) {
    const grown: number[] = [];
    const system = await startBench(folder, `memory-${events}`);
    try {
      const grow = (count: number) => {
        nextTask += 1;
        return fetch(`http://127.0.0.1:${system.benchPort}/growth/events?task=${nextTask}&count=${count}`);
      };
      await grow(10);
      for (let n = 0; n < ACTORS; n += 1) {
        const before = await residentMb(system.pid);
        await grow(events);
        const after = await residentMb(system.pid);
        if (before !== null && after !== null) grown.push(after - before);
      }
    } finally {
      await system.stop();
    }
    if (grown.length === 0) continue;
    const value = spread(grown);
    rows.push({ race: "growth", what: `memory of one actor with ${events} steps`, unit: "MB", value, durable: "–" });
  }
  return rows;
}
