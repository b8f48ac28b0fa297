/** One local system: sandbox, database, both Workers and the clock of their crons. Used by `npm start` and by the end-to-end tests. */
import { ensureWebhooks } from "./asana-setup.ts";
import { type Bundles, buildBundles } from "./build.ts";
import { prepareDatabase } from "./database.ts";
import { demoAgencyRows } from "./demo-agency.ts";
import { type LogFile, openLog } from "./log-file.ts";
import { stateFolders } from "./paths.ts";
import { type RunningSandbox, startSandboxProcess } from "./sandbox.ts";
import { localSecrets } from "./secrets.ts";
import { type Settings, secretsInUse, settings, upstreamsOf, type Values } from "./settings.ts";
import { configuredSettings, type LocalCron, type RunningWorkers, startWorkers } from "./workers.ts";

/** Times between two runs of the crons, as in the wrangler config. */
const CRON_MS = 5 * 60_000;
const HOUR_MS = 60 * 60_000;

/** How a local system is started. */
export interface LocalSystemOptions {
  /** State folder. */
  readonly state: string;
  readonly ports: { readonly controlPlane: number; readonly web: number; readonly sandbox: number };
  /** False leaves the sandbox out: upstreams are then named by `environment`, or the real ones. */
  readonly sandbox: boolean;
  /** Options of the simulators, by their flag without dashes. */
  readonly sandboxOptions?: Readonly<Record<string, string>>;
  /** Settings and secrets that win over the local defaults. */
  readonly environment: Values;
  /** Variables of the control plane that win over even those; for tests, which shorten its times. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** A build to use; absent: build into the state folder. */
  readonly bundles?: Bundles;
  /** Runs the crons at boot, every five minutes and every hour. */
  readonly crons: boolean;
  /** Shows the logs of all parts on standard error. */
  readonly verbose: boolean;
}

/** A running local system. */
export interface LocalSystem {
  readonly controlPlaneUrl: string;
  readonly webUrl: string;
  readonly sandboxUrl: string | null;
  readonly sandboxPid: number | null;
  readonly secrets: ReturnType<typeof secretsInUse>;
  /** Base URLs of the upstreams, as the control plane sees them. */
  readonly upstreams: Readonly<Record<string, string>>;
  /** True when the sandbox plays Asana: no other one was named. */
  readonly playsAsana: boolean;
  readonly workerPid: number;
  /** When the Workers were last ready to be spoken to. */
  readonly readyAt: number;
  /** Settles with words for a person when a part dies that nobody stopped. */
  readonly failed: Promise<string>;
  /** Runs the crons of every five minutes once, or those of another time; `boot` runs all, as after a start. */
  runScheduled(cron?: LocalCron): Promise<void>;
  /** Ends the Workers the hard way, as a crash would. Does not settle `failed`. */
  killWorkers(): Promise<void>;
  /** Starts the Workers again on the same state, or restarts running ones; with another build when one is given. */
  restartWorkers(bundles?: Bundles): Promise<void>;
  stop(): Promise<void>;
}

/** What the parts of a running system share. */
interface Parts {
  readonly options: LocalSystemOptions;
  readonly settings: Settings;
  readonly sandbox: RunningSandbox | null;
  readonly workerLog: LogFile;
  readonly sandboxLog: LogFile;
}

/** Starts everything and answers when both Workers listen and Asana knows where to report. What was started is stopped again when a later part fails. */
export async function startLocalSystem(options: LocalSystemOptions): Promise<LocalSystem> {
  const folders = stateFolders(options.state);
  const secrets = await localSecrets(folders.secretsFile);
  const workerLog = openLog(folders.logs, "workers", options.verbose);
  const sandboxLog = openLog(folders.logs, "sandbox", options.verbose);
  const started: { stop(): Promise<void> }[] = [];
  try {
    const webhookSecret = options.environment.ASANA_WEBHOOK_SECRET?.split(",")[0]?.trim() || secrets.webhookSecret;
    const sandbox = options.sandbox
      ? await startSandboxProcess({
          port: options.ports.sandbox,
          state: folders.sandbox,
          webhookSecret,
          options: options.sandboxOptions ?? {},
          log: sandboxLog,
        })
      : null;
    if (sandbox !== null) started.push(sandbox);
    const local = settings({
      defaults: configuredSettings(),
      secrets,
      webUrl: `http://127.0.0.1:${options.ports.web}`,
      sandbox: sandbox?.variables ?? null,
      environment: options.environment,
    });
    const all = { ...local, controlPlane: { ...local.controlPlane, ...options.overrides } };
    const bundles = options.bundles ?? (await buildBundles(folders.build));
    await prepareDatabase(folders.workers, options.sandbox ? demoAgencyRows(new Date().toISOString()) : [], workerLog);
    const system = await runWorkers({ options, settings: all, sandbox, workerLog, sandboxLog }, bundles);
    started.push(system);
    await introduce(system);
    await heal(system, options, workerLog);
    return system;
  } catch (error) {
    for (const part of started.reverse()) await part.stop();
    await Promise.all([workerLog.close(), sandboxLog.close()]);
    throw error;
  }
}

/**
 * Runs the crons once: what happened while nobody listened is found now, not in five minutes. A failure is logged only,
 * the next run of the crons may succeed.
 */
async function heal(
  system: Pick<RunningWorkers, "runScheduled">,
  { crons }: LocalSystemOptions,
  log: LogFile,
): Promise<void> {
  if (crons) await system.runScheduled("boot").catch((error: unknown) => log.line(`error ${String(error)}`));
}

/** Has the control plane ask the sandbox's Asana to report to it. Another Asana is set up by the people who own it. */
async function introduce(system: LocalSystem): Promise<void> {
  if (system.playsAsana) await ensureWebhooks(system.controlPlaneUrl, system.secrets.internalToken);
}

async function runWorkers(parts: Parts, firstBundles: Bundles): Promise<LocalSystem> {
  const { options, sandbox, workerLog, sandboxLog } = parts;
  const { controlPlane: port, web: webPort } = options.ports;
  const persist = stateFolders(options.state).workers;
  let bundles = firstBundles;
  let stopping = false;
  let expected: RunningWorkers | null = null;
  const fail = Promise.withResolvers<string>();
  let readyAt = 0;
  const boot = async () => {
    const running = await startWorkers({ bundles, persist, port, webPort, settings: parts.settings, log: workerLog });
    void running.gone.then((words) => {
      if (!stopping && expected !== running) fail.resolve(words);
    });
    readyAt = Date.now();
    return running;
  };
  let workers = await boot();
  const end = async (how: "kill" | "stop") => {
    expected = workers;
    await workers[how]();
  };
  void sandbox?.gone.then((words) => {
    if (!stopping) fail.resolve(words);
  });
  const crons = [
    every(options.crons && CRON_MS, () => workers.runScheduled(), workerLog),
    every(options.crons && HOUR_MS, () => workers.runScheduled("0 * * * *"), workerLog),
  ];
  return {
    controlPlaneUrl: workers.controlPlaneUrl,
    webUrl: workers.webUrl,
    sandboxUrl: sandbox?.url ?? null,
    sandboxPid: sandbox?.pid ?? null,
    secrets: secretsInUse(parts.settings),
    upstreams: upstreamsOf(parts.settings),
    playsAsana: sandbox !== null && parts.settings.controlPlane.ASANA_BASE_URL === sandbox.variables.ASANA_BASE_URL,
    get readyAt() {
      return readyAt;
    },
    get workerPid() {
      return workers.pid;
    },
    failed: fail.promise,
    runScheduled: (cron) => workers.runScheduled(cron),
    killWorkers: () => end("kill"),
    async restartWorkers(next) {
      await end("stop");
      bundles = next ?? bundles;
      workers = await boot();
      await heal(workers, options, workerLog);
    },
    async stop() {
      stopping = true;
      for (const cron of crons) cron.stop();
      // The sandbox first: it would only go on delivering to Workers that are about to be gone.
      await sandbox?.stop();
      await workers.stop();
      await Promise.all([workerLog.close(), sandboxLog.close()]);
    },
  };
}

/** Runs `work` every `ms`, unless that is false, never twice at once. A failure is logged; the next one may succeed. */
function every(ms: number | false, work: () => Promise<void>, log: LogFile): { stop(): void } {
  if (ms === false) return { stop: () => {} };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void work()
      .catch((error: unknown) => log.line(`error ${String(error)}`))
      .finally(() => {
        busy = false;
      });
  }, ms);
  return { stop: () => clearInterval(timer) };
}
