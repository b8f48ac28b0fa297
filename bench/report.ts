/** The one table, and the file beside it. */
import { readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import path from "node:path";
import * as v from "valibot";
import type { Spread } from "./stats.ts";

/** One line of the table. */
export interface Row {
  readonly race: string;
  readonly what: string;
  readonly unit: string;
  readonly value: Spread;
  /** Round by round over the floor of the same run; absent where there is no floor. */
  readonly ofFloor?: Spread;
  /** What issue and documentation promise, as text, and whether the median keeps it. */
  readonly target?: { readonly text: string; readonly met: boolean };
  /** What survives where when the answer was given. */
  readonly durable: string;
}

const figure = (value: number): string => {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
};

const range = ({ median, min, max }: Spread): string => `${figure(median)} (${figure(min)}–${figure(max)})`;

/** Columns as wide as their longest cell. */
export function tableOf(rows: readonly Row[]): string {
  const head = ["race", "what", "unit", "median (min–max)", "of the floor", "target", "durable"];
  const cells = rows.map((row) => [
    row.race,
    row.what,
    row.unit,
    range(row.value),
    row.ofFloor === undefined ? "" : range(row.ofFloor),
    row.target === undefined ? "" : `${row.target.text} ${row.target.met ? "met" : "MISSED"}`,
    row.durable,
  ]);
  const all = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Machine and versions: a figure without them says nothing. */
export function machineOf(versions: Readonly<Record<string, string>>) {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    ...versions,
  };
}

const FILE = path.join(import.meta.dirname, "results.json");
const KeptRow = v.looseObject({ race: v.string() });
const Kept = v.looseObject({ takenAt: v.optional(v.string()), rows: v.array(KeptRow) });

/** Writes `bench/results.json`; the rows of races that were not run stay, with the time they were taken. */
export async function writeResults(rows: readonly Row[], machine: object, took: number, quick: boolean): Promise<void> {
  const takenAt = new Date().toISOString();
  const before = v.parse(Kept, JSON.parse(await readFile(FILE, "utf8").catch(() => '{"rows":[]}')));
  const run = new Set(rows.map(({ race }) => race));
  const others = before.rows.filter(({ race }) => !run.has(race)).map((row) => ({ takenAt: before.takenAt, ...row }));
  const all = [...others, ...rows.map((row) => ({ takenAt, ...row }))];
  const text = JSON.stringify({ takenAt, seconds: Math.round(took), quick, machine, rows: all }, null, 2);
  await writeFile(FILE, `${text}\n`);
}
