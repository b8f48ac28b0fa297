/**
 * Runs the sandbox: `node sandbox/main.ts --port 8789 --state DIR --webhook-secret S`. Every other `--name value` is an
 * option of the upstreams. Prints one JSON line when it is ready; ends on SIGINT and SIGTERM.
 */
import { startSandbox } from "./kit/server.ts";

/** Reads `--name value` pairs; anything else is refused by name. */
export function readFlags(flags: readonly string[]): Record<string, string> {
  const read: Record<string, string> = {};
  for (let index = 0; index < flags.length; index += 2) {
    const flag = flags[index] ?? "";
    const value = flags[index + 1];
    if (!/^--[a-z][a-z-]*$/.test(flag)) throw new Error(`unexpected argument ${flag}; expected --name value`);
    if (value === undefined) throw new Error(`${flag} needs a value`);
    read[flag.slice(2)] = value;
  }
  return read;
}

async function main(): Promise<void> {
  const { port = "8789", state, ...options } = readFlags(process.argv.slice(2));
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error(`--port must be a port number, not ${port}`);
  const sandbox = await startSandbox({ port: Number(port), stateDir: state ?? null, options });
  let ending = false;
  const end = () => {
    // A second Ctrl-C must not close the state twice.
    if (ending) return;
    ending = true;
    sandbox.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  console.log(JSON.stringify({ ready: true, url: sandbox.url, variables: sandbox.variables }));
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(`sandbox: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  });
}
