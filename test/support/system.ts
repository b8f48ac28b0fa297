/** A whole local system for one test file: the runtime of `npm start` on free ports, with state of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { inject } from "vitest";
import { createDemoTask } from "../../scripts/runtime/asana-setup.ts";
import { freePort } from "../../scripts/runtime/ports.ts";
import { startLocalSystem } from "../../scripts/runtime/system.ts";

/** How the system differs from a plain `npm start -- --no-demo`. */
export interface SystemOptions {
  /** Variables of the control plane, e.g. `LEASE_SECONDS: "2"`. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Options of the simulators, by their flag without dashes. */
  readonly sandboxOptions?: Readonly<Record<string, string>>;
  /** State folder to go on with; absent: a new one, removed by `stop`. */
  readonly state?: string;
  /** E-mail of whoever sits at the panel; absent: `dev@localhost`, who may do everything. */
  readonly staff?: string;
  /** Creates the demo's task. */
  readonly demo?: boolean;
}

/** The running system, as a test sees it. */
export interface System {
  readonly controlPlaneUrl: string;
  readonly webUrl: string;
  readonly sandboxUrl: string;
  readonly internalToken: string;
  readonly webhookSecret: string;
  /** Base URLs of the upstreams, e.g. `ASANA_BASE_URL`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly demoTaskGid: string | null;
  /** State folder; its `logs` tell what the parts said. */
  readonly state: string;
  /** Ends workerd with SIGKILL and waits until it is gone. */
  killWorker(): Promise<void>;
  /** Starts the Workers again on the same state and ports, as the next `npm start` would: the crons run at once. */
  restartWorker(): Promise<void>;
  /** Runs the crons and waits for them. */
  runScheduled(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a system. Every test file that calls it must call `stop`, also after a failure. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const state = options.state ?? (await mkdtemp(path.join(tmpdir(), "agency-os-test-")));
  const forget = async () => {
    if (options.state === undefined) await rm(state, { recursive: true, force: true });
  };
  const [controlPlane, web, sandbox] = [await freePort(), await freePort(), await freePort()];
  const system = await startLocalSystem({
    state,
    ports: { controlPlane, web, sandbox },
    sandbox: true,
    sandboxOptions: options.sandboxOptions ?? {},
    // The machine's own environment must not change what a test sees.
    environment: options.staff === undefined ? {} : { DEV_STAFF_EMAIL: options.staff },
    // No waiting for further comments, unless a test is about that.
    overrides: { QUIET_SECONDS: "0", ...options.vars },
    bundles: inject("bundles"),
    crons: true,
    verbose: false,
  });
  const asana = system.upstreams.ASANA_BASE_URL;
  if (system.sandboxUrl === null || asana === undefined) throw new Error("The sandbox gave no address of Asana.");
  return {
    controlPlaneUrl: system.controlPlaneUrl,
    webUrl: system.webUrl,
    sandboxUrl: system.sandboxUrl,
    ...system.secrets,
    variables: system.upstreams,
    demoTaskGid: options.demo === true ? await createDemoTask(asana, new Date()) : null,
    state,
    killWorker: () => system.killWorkers(),
    restartWorker: () => system.restartWorkers(),
    runScheduled: () => system.runScheduled(),
    async stop() {
      await system.stop();
      await forget();
    },
  };
}
