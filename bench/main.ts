/** `npm run bench [-- --only ingest,steps,… --quick]`: every race against its floor, one table, and `bench/results.json`. */
import { parseArgs } from "node:util";
import { fanout } from "./races/fanout.ts";
import { growth } from "./races/growth.ts";
import { ingest } from "./races/ingest.ts";
import { longList } from "./races/long-list.ts";
import { panel } from "./races/panel.ts";
import { recovery } from "./races/recovery.ts";
import { refresh } from "./races/refresh.ts";
import { steps } from "./races/steps.ts";
import { machineOf, type Row, tableOf, writeResults } from "./report.ts";
import { type BenchFolder, prepareFolder, versions } from "./system.ts";

type Race = (folder: BenchFolder, quick: boolean) => Promise<readonly Row[]>;

const RACES: Readonly<Record<string, Race>> = {
  ingest,
  steps,
  fanout,
  recovery,
  growth,
  refresh,
  panel,
  list: longList,
};

const say = (text: string) => process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: "string" }, quick: { type: "boolean", default: false } } });
  const names = values.only?.split(",") ?? Object.keys(RACES);
  const unknown = names.find((name) => RACES[name] === undefined);
  if (unknown !== undefined)
    throw new Error(`There is no race ${unknown}; there are ${Object.keys(RACES).join(", ")}.`);
  const startedAt = performance.now();
  const folder = await prepareFolder();
  const rows: Row[] = [];
  try {
    for (const name of names) {
      say(`${name} …`);
      rows.push(...((await RACES[name]?.(folder, values.quick)) ?? []));
    }
  } finally {
    await folder.clear();
  }
  const took = (performance.now() - startedAt) / 1000;
  const machine = machineOf(await versions());
  say(`\n${tableOf(rows)}\n\n${JSON.stringify(machine)}, ${took.toFixed(0)} s`);
  await writeResults(rows, machine, took, values.quick);
}

await main();
