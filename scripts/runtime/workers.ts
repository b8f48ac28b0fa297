/**
 * Both Workers in one workerd process: the bundles of a deployment, kept state, and sockets straight to each Worker
 * (wrangler's development proxy is an order of magnitude slower and hides what a client would see).
 */
import { ChildProcess } from "node:child_process";
import { channel } from "node:diagnostics_channel";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { transform } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4ModuleDefinition } from "miniflare";
import * as v from "valibot";
import { unstable_getMiniflareWorkerOptions as optionsOfConfig } from "wrangler";
import { type Bundles, CONFIGS } from "./build.ts";
import type { LogFile } from "./log-file.ts";
import type { Settings } from "./settings.ts";

/** Names of the local Workers, as in their wrangler configs. */
export const WORKER_NAMES = {
  controlPlane: "agency-os-dev-platform-build-control-plane",
  webEdge: "agency-os-web-interface",
} as const;

/** What the Workers need to start. */
export interface WorkersOptions {
  readonly bundles: Bundles;
  /** Folder of databases, objects and actors. */
  readonly persist: string;
  readonly port: number;
  readonly webPort: number;
  /** All variables and secrets of both Workers. */
  readonly settings: Settings;
  readonly log: LogFile;
}

/** `boot`: everything has just started. Without a word it is the cron of every five minutes. */
export type LocalCron = "boot" | "0 * * * *";

/** The running pair. */
export interface RunningWorkers {
  readonly controlPlaneUrl: string;
  readonly webUrl: string;
  /** Process id of workerd. */
  readonly pid: number;
  /** Settles when workerd is gone, with words for a person; also after `stop`. */
  readonly gone: Promise<string>;
  /** Runs the control plane's `scheduled` handler and waits for it. */
  runScheduled(cron?: LocalCron): Promise<void>;
  /** Ends workerd the hard way, as a crash would; state stays. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const MODULE_TYPES: Readonly<Record<string, V4ModuleDefinition["type"]>> = { ".js": "ESModule", ".md": "Text" };

/** Modules of one bundle, the entry first: that is how the entry is told from the rest. */
export async function modulesOf(folder: string, entry: string): Promise<V4ModuleDefinition[]> {
  const modules: V4ModuleDefinition[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const type = MODULE_TYPES[path.extname(name)];
    // wrangler leaves a note of its own beside the bundle.
    if (type === undefined || name === "README.md") continue;
    const file = path.join(folder, name);
    modules.push({ type, path: file, contents: await readFile(file, "utf8") });
  }
  return modules.sort((a, b) => Number(b.path.endsWith(`/${entry}`)) - Number(a.path.endsWith(`/${entry}`)));
}

/** The runtime's own messages go to the log file: a person at the terminal asked for none of them. */
export class FileLog extends Log {
  readonly #file: LogFile;
  constructor(file: LogFile) {
    super(LogLevel.WARN, { prefix: "" });
    this.#file = file;
  }
  protected override log(message: string): void {
    this.#file.line(message);
  }
}

/** The parts of wrangler's options that are looked into here; the rest passes through. */
const WorkerOptionsSchema = v.looseObject({
  compatibilityDate: v.string(),
  bindings: v.record(v.string(), v.string()),
  d1Databases: v.record(v.string(), v.object({ id: v.string() })),
});
const AssetsSchema = v.looseObject({ directory: v.string() });

/** Miniflare's options of the Worker that wrangler's config file describes. */
export function workerOptions(config: string) {
  return v.parse(WorkerOptionsSchema, optionsOfConfig(config).workerOptions);
}

/** Variables of both wrangler configs. */
export function configuredSettings(): Settings {
  return {
    controlPlane: workerOptions(CONFIGS.controlPlane).bindings,
    webEdge: workerOptions(CONFIGS.webEdge).bindings,
  };
}

async function frontWorker(): Promise<string> {
  const source = await readFile(path.join(import.meta.dirname, "front-worker.ts"), "utf8");
  return (await transform(source, { loader: "ts", format: "esm" })).code;
}

async function miniflareOptions(options: WorkersOptions) {
  const { bundles, log } = options;
  const controlPlane = workerOptions(CONFIGS.controlPlane);
  const webEdge = workerOptions(CONFIGS.webEdge);
  return convertV4MiniflareOptions({
    workers: [
      {
        ...controlPlane,
        name: WORKER_NAMES.controlPlane,
        bindings: { ...options.settings.controlPlane },
        unsafeDirectSockets: [{ host: "127.0.0.1", port: options.port }],
        modules: await modulesOf(bundles.controlPlane, "worker.js"),
        modulesRoot: bundles.controlPlane,
      },
      {
        ...webEdge,
        name: WORKER_NAMES.webEdge,
        bindings: { ...options.settings.webEdge },
        assets: { ...v.parse(AssetsSchema, webEdge.assets), directory: bundles.webFiles },
        modules: await modulesOf(bundles.webEdge, "edge.js"),
        modulesRoot: bundles.webEdge,
      },
      {
        name: "platform-front",
        compatibilityDate: webEdge.compatibilityDate,
        serviceBindings: { EDGE: WORKER_NAMES.webEdge },
        unsafeDirectSockets: [{ host: "127.0.0.1", port: options.webPort }],
        modules: [{ type: "ESModule", path: "front-worker.js", contents: await frontWorker() }],
      },
    ],
    ...SHARED,
    unsafeTriggerHandlers: true,
    resourcePersistencePath: options.persist,
    log: new FileLog(log),
    handleStructuredLogs: ({ level, message }) => log.line(`${level} ${message}`),
  });
}

/** Nothing leaves the machine: no metadata download, no telemetry, no registry of other processes. */
export const SHARED = { host: "127.0.0.1", port: 0, cf: false, telemetry: { enabled: false } } as const;

/**
 * Runs `make` and takes away the signal handlers it installed. Miniflare's end the process at once, which would leave
 * the other parts of the system running; whoever started it stops it in order.
 */
function withoutSignalHandlers<T>(make: () => T): T {
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const made = make();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) if (!before.has(listener)) process.off(signal, listener);
  }
  return made;
}

/** Starts a Miniflare and answers it with the workerd process it spawned, which it does not expose by itself. */
export async function startMiniflare(
  options: ConstructorParameters<typeof Miniflare>[0],
): Promise<{ miniflare: Miniflare; workerd: ChildProcess }> {
  const children: ChildProcess[] = [];
  // Published from the constructor, before the program is known: which child it is can be told only afterwards.
  const onSpawn = (message: unknown) => {
    if (message instanceof Object && "process" in message && message.process instanceof ChildProcess) {
      children.push(message.process);
    }
  };
  const spawned = channel("child_process");
  spawned.subscribe(onSpawn);
  const miniflare = withoutSignalHandlers(() => new Miniflare(options));
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose().catch(() => {});
    throw error;
  } finally {
    spawned.unsubscribe(onSpawn);
  }
  const workerd = children.find(({ spawnfile }) => path.basename(spawnfile).startsWith("workerd"));
  if (workerd === undefined) throw new Error("Miniflare started no workerd.");
  return { miniflare, workerd };
}

/**
 * Runs the `scheduled` handler of the first Worker and waits for it. Not through Miniflare's stub of the Worker: that makes its first
 * call with this thread asleep, so that nobody reads what workerd logs meanwhile, and workerd stands still for good once the
 * pipe is full. Needs `unsafeTriggerHandlers`.
 */
export async function runCron(miniflare: Miniflare, cron: string): Promise<void> {
  const address = `http://127.0.0.1/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`;
  const outcome = await (await miniflare.dispatchFetch(address)).text();
  if (outcome !== "ok") throw new Error(`The scheduled handler ended with: ${outcome}.`);
}

/** Starts both Workers and answers once their sockets listen. Rejects with workerd's reason when a bundle does not load. */
export async function startWorkers(options: WorkersOptions): Promise<RunningWorkers> {
  const { miniflare, workerd } = await startMiniflare(await miniflareOptions(options));
  let stopping = false;
  // Once only: Miniflare throws when it is disposed again, and both a crash and a stop ask for it.
  let disposal: Promise<void> | null = null;
  const dispose = (): Promise<void> => {
    disposal ??= miniflare.dispose();
    return disposal;
  };
  const gone = new Promise<string>((resolve) => {
    workerd.once("exit", (code, signal) => {
      resolve(`The Workers runtime (workerd, process ${workerd.pid}) ended: ${signal ?? `exit code ${code}`}.`);
      // Miniflare would start a new one by itself; whoever watches `gone` decides instead.
      if (!stopping) void dispose().catch(() => {});
    });
  });
  return {
    controlPlaneUrl: `http://127.0.0.1:${options.port}`,
    webUrl: `http://127.0.0.1:${options.webPort}`,
    pid: workerd.pid ?? 0,
    gone,
    runScheduled: (cron) => runCron(miniflare, cron ?? "*/5 * * * *"),
    async kill() {
      workerd.kill("SIGKILL");
      await gone;
    },
    async stop() {
      stopping = true;
      await dispose();
      await gone;
    },
  };
}
