/** `npm run import -- RUN.json [--state DIR | --url URL]`: shows another system's run in this one, as a copy that acts on nothing. */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { asCommand, Problem, systemOf } from "./running-system.ts";

await asCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { state: { type: "string" }, url: { type: "string" } },
  });
  const [file] = positionals;
  if (file === undefined) throw new Problem("Usage: npm run import -- RUN.json [--state DIR | --url URL]");
  const text = await readFile(file, "utf8").catch(() => {
    throw new Problem(`${file} cannot be read.`);
  });
  const system = await systemOf(values);
  const reply = await system.post("/internal/imports", text);
  if (reply.status !== 201) throw new Problem(`Not imported (${reply.status}): ${reply.text}`);
  console.log(`Imported: ${reply.text}`);
  return 0;
});
