/** `npm run types`: the generated binding types are fresh, and every part compiles against its own platform. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { wrangler } from "./runtime/build.ts";
import { ROOT } from "./runtime/paths.ts";

/** One project per platform: Workers, browser, Node. */
const PROJECTS = [
  "src/tsconfig.json",
  "web/tsconfig.json",
  "web/tsconfig.edge.json",
  "sandbox/tsconfig.json",
  "scripts/tsconfig.json",
  "test/tsconfig.json",
  "test/tsconfig.e2e.json",
  "test/tsconfig.actors.json",
  "test/tsconfig.sim.json",
  "bench/tsconfig.json",
  "bench/workers/tsconfig.json",
];

const TYPES = ["types", "--include-runtime=false", "--strict-vars=false"];

function compile(project: string): Promise<string | null> {
  const child = spawn(path.join(ROOT, "node_modules", ".bin", "tsc"), ["--project", project, "--pretty", "false"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code === 0 ? null : `${project}\n${said}`));
  });
}

async function freshBindings(): Promise<string | null> {
  const logs = await mkdtemp(path.join(tmpdir(), "agency-os-types-"));
  try {
    await wrangler([...TYPES, ...(process.argv.includes("--write") ? [] : ["--check"])], logs);
    return null;
  } catch (error) {
    return `worker-configuration.d.ts is not what wrangler.jsonc says; write it anew with npm run types -- --write.\n${String(error)}`;
  } finally {
    await rm(logs, { recursive: true, force: true });
  }
}

/** What is wrong, one text per project; empty when all is well. */
async function main(): Promise<readonly string[]> {
  const wrong = [await freshBindings()];
  for (const project of PROJECTS) wrong.push(await compile(project));
  return wrong.filter((one) => one !== null);
}

const wrong = await main();
for (const one of wrong) process.stderr.write(`${one.trimEnd()}\n\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
