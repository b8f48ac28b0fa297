/** `npm start`: boots the whole agency on loopback, runs the demo task once, and stays until it is stopped or a part dies. */
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { runIdOf } from "../src/core/ids.ts";
import { createDemoTask } from "./runtime/asana-setup.ts";
import { type Bundles, buildBundles, earlierBuild } from "./runtime/build.ts";
import { followRun } from "./runtime/follow.ts";
import { clearTheWay, removeLocalFile, writeLocalFile } from "./runtime/local-file.ts";
import { ROOT, requireStateFolder, type StateFolders, stateFolders } from "./runtime/paths.ts";
import { requireFreePort } from "./runtime/ports.ts";
import { readJson, writePrivateJson } from "./runtime/secrets.ts";
import { type LocalSystem, startLocalSystem } from "./runtime/system.ts";
import { watchSources } from "./runtime/watch.ts";

const USAGE = `npm start -- [options]

  --port PORT          control plane (8787)
  --web-port PORT      staff panel (8788)
  --sandbox-port PORT  sandbox (8789)
  --state DIR          where the data is kept (.agency-os)
  --no-demo            boot without the demo task
  --no-sandbox         leave the sandbox out; name the upstreams in the environment
  --verbose            show the logs of all parts
  --build DIR          start an earlier build, as .agency-os/build, instead of building the sources
  --reload             build again and restart the Workers when a source changes
`;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** What the command line asks for. */
interface Wishes {
  readonly ports: { readonly controlPlane: number; readonly web: number; readonly sandbox: number };
  readonly state: string;
  readonly demo: boolean;
  readonly sandbox: boolean;
  readonly verbose: boolean;
  readonly reload: boolean;
  /** Absent: the sources are built. */
  readonly bundles?: Bundles;
}

function portOf(flag: string, value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port < 1 || port > 65_535) throw new Error(`${flag} needs a port number, not ${value}.`);
  return port;
}

/** Reads the command line. Throws with words for a person on an option that does not exist or has no sense. */
function wishesOf(args: string[]): Wishes | null {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: "8787" },
      "web-port": { type: "string", default: "8788" },
      "sandbox-port": { type: "string", default: "8789" },
      state: { type: "string", default: path.join(ROOT, ".agency-os") },
      "no-demo": { type: "boolean", default: false },
      "no-sandbox": { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      build: { type: "string" },
      reload: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const ports = {
    controlPlane: portOf("--port", values.port),
    web: portOf("--web-port", values["web-port"]),
    sandbox: portOf("--sandbox-port", values["sandbox-port"]),
  };
  if (new Set(Object.values(ports)).size < 3) throw new Error("--port, --web-port and --sandbox-port must differ.");
  const sandbox = !values["no-sandbox"];
  return {
    ports,
    state: values.state,
    demo: sandbox && !values["no-demo"],
    sandbox,
    verbose: values.verbose,
    reload: values.reload,
    ...(values.build === undefined ? {} : { bundles: earlierBuild(path.resolve(values.build)) }),
  };
}

const OnceSchema = v.fallback(v.object({ demoTaskGid: v.nullable(v.string()) }), { demoTaskGid: null });

/** The demo's task, created on the first start of a state folder. Null when no demo is wanted or somebody else plays Asana. */
async function demoTask(
  system: LocalSystem,
  wanted: boolean,
  folders: StateFolders,
): Promise<{ gid: string | null; isNew: boolean }> {
  const { demoTaskGid } = v.parse(OnceSchema, await readJson(folders.onceFile));
  const asana = system.upstreams.ASANA_BASE_URL;
  if (demoTaskGid !== null || !wanted || !system.playsAsana || asana === undefined)
    return { gid: demoTaskGid, isNew: false };
  const gid = await createDemoTask(asana, new Date());
  await writePrivateJson(folders.onceFile, { demoTaskGid: gid });
  return { gid, isNew: true };
}

function announce(system: LocalSystem, task: { gid: string | null; isNew: boolean }, folders: StateFolders): void {
  say("\nAgency OS is running.\n");
  say(`  Staff panel   ${system.webUrl}/`);
  if (system.playsAsana) say(`  Asana         ${system.sandboxUrl}/    played by the sandbox; you are the consultant`);
  if (system.sandboxUrl !== null && !system.playsAsana) say(`  Sandbox       ${system.sandboxUrl}/`);
  if (!system.playsAsana) {
    say(`  Control plane ${system.controlPlaneUrl}/    your Asana has to reach it; under which address, say with`);
    say("                npm run asana -- webhooks --origin https://ADDRESS");
  }
  say(`  Logs          ${path.relative(process.cwd(), folders.logs) || folders.logs}/`);
  if (task.gid !== null) {
    say(`\nA task was assigned to Jessie${task.isNew ? " just now" : " on the first start"}. Watch its run:`);
    say(`  ${system.webUrl}/runs/${runIdOf(task.gid)}`);
    say("When it is ready for review, open the task in Asana and comment: ask for a change, or accept the report.");
  } else if (system.playsAsana) {
    say("\nTo see Jessie work, create a task on the Asana page and assign it to Jessie.");
  }
  say("Ctrl-C stops everything; the next npm start goes on with the same data.\n");
}

/** Settles with the reason to end: a signal (null) or the words of a failure. */
function untilEnd(system: LocalSystem): { reason: Promise<string | null>; stopping: AbortSignal } {
  const stopping = new AbortController();
  const reason = new Promise<string | null>((resolve) => {
    const stop = () => resolve(null);
    // `disconnect`: the process that started this one was killed.
    for (const event of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"]) process.on(event, stop);
    // Ctrl-C reaches workerd at the same moment: its end is then no failure, once our own signal has been seen.
    void system.failed.then((words) => setTimeout(() => resolve(words), 300));
  });
  void reason.then(() => stopping.abort());
  return { reason, stopping: stopping.signal };
}

async function reloadOn(system: LocalSystem, folders: StateFolders, demo: string | null): Promise<void> {
  const startedAt = performance.now();
  try {
    await system.restartWorkers(await buildBundles(folders.build));
    await writeLocalFile(folders.localFile, system, demo);
    say(`Reloaded in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  } catch (error) {
    say(`Not reloaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What an earlier start held is free by then. */
const LETS_GO_WITHIN_MS = 10_000;

async function checkTheWay(wishes: Wishes, folders: StateFolders): Promise<void> {
  const patience = (await clearTheWay(folders.localFile)) ? LETS_GO_WITHIN_MS : 0;
  await requireFreePort(wishes.ports.controlPlane, "control plane", "--port", patience);
  await requireFreePort(wishes.ports.web, "staff panel", "--web-port", patience);
  if (wishes.sandbox) await requireFreePort(wishes.ports.sandbox, "sandbox", "--sandbox-port", patience);
}

async function main(): Promise<number> {
  const wishes = wishesOf(process.argv.slice(2));
  if (wishes === null) {
    say(USAGE);
    return 0;
  }
  const folders = stateFolders(wishes.state);
  requireStateFolder(folders);
  await checkTheWay(wishes, folders);
  say(existsSync(folders.workers) ? "Starting, with the data of last time …" : "Starting …");
  const system = await startLocalSystem({ ...wishes, environment: process.env, crons: true });
  const { reason, stopping } = untilEnd(system);
  const watching = { stop: () => {} };
  try {
    const task = await demoTask(system, wishes.demo, folders);
    await writeLocalFile(folders.localFile, system, task.gid);
    announce(system, task, folders);
    if (task.gid !== null) void followRun(system, task.gid, (line) => say(`  ${line}`), stopping);
    if (wishes.reload) watching.stop = watchSources(() => reloadOn(system, folders, task.gid));
    const words = await reason;
    if (words !== null) process.stderr.write(`\n${words} Everything else is being stopped; see ${folders.logs}.\n`);
    else say("\nStopping …");
    return words === null ? 0 : 1;
  } finally {
    watching.stop();
    await system.stop();
    await removeLocalFile(folders.localFile);
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
