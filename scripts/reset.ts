/** `npm run reset`: removes the state of the local system, after asking. */
import { existsSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { clearTheWay } from "./runtime/local-file.ts";
import { ROOT, stateFolders } from "./runtime/paths.ts";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      state: { type: "string", default: path.join(ROOT, ".agency-os") },
      yes: { type: "boolean", default: false },
    },
  });
  const folders = stateFolders(values.state);
  if (!existsSync(folders.root)) {
    process.stdout.write(`Nothing to remove: ${folders.root} does not exist.\n`);
    return 0;
  }
  // A folder given by mistake must not be emptied: only what a local system made is removed.
  if (!existsSync(folders.secretsFile))
    throw new Error(`${folders.root} is no state folder of Agency OS; nothing was removed.`);
  if (ROOT === folders.root || ROOT.startsWith(`${folders.root}${path.sep}`))
    throw new Error(`${folders.root} holds the project itself; nothing was removed. Name a state folder with --state.`);
  await clearTheWay(folders.localFile);
  if (!values.yes && !(await confirmed(folders.root))) {
    process.stdout.write("Nothing was removed.\n");
    return 1;
  }
  // Only what a local system made: whatever else somebody keeps in the folder stays.
  const { root, ...made } = folders;
  for (const part of Object.values(made)) await rm(part, { recursive: true, force: true });
  await rmdir(root).catch(() => process.stdout.write(`${root} holds other files and stays.\n`));
  process.stdout.write("Removed. The next npm start begins afresh.\n");
  return 0;
}

/** Asks at the terminal. Without one nobody can answer, which means no. */
async function confirmed(folder: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    process.stdout.write("Nobody is there to answer; use npm run reset -- --yes.\n");
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(
    `Remove ${folder} with all runs, reports and tasks of the local system? [y/N] `,
  );
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
