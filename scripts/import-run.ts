/** `npm run import -- RUN.json [--state DIR]`: shows another system's run in the local one, as a copy that acts on nothing. */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { asCommand, Problem, runningSystem } from "./running-system.ts";

await asCommand(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { state: { type: "string" } } });
  const [file] = positionals;
  if (file === undefined) throw new Problem("Usage: npm run import -- RUN.json [--state DIR]");
  const text = await readFile(file, "utf8").catch(() => {
    throw new Problem(`${file} cannot be read.`);
  });
  const system = await runningSystem(values.state ?? ".agency-os");
  const reply = await system.post("/internal/imports", text);
  if (reply.status !== 201) throw new Problem(`Not imported (${reply.status}): ${reply.text}`);
  console.log(`Imported: ${reply.text}`);
  return 0;
});
