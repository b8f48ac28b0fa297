/** The Workers a race runs on: bundles of a deployment in one workerd, sockets straight to each, nothing in between. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { convertV4MiniflareOptions } from "miniflare";
import * as v from "valibot";
import { CONFIGS, wrangler } from "../scripts/runtime/build.ts";
import { prepareDatabase } from "../scripts/runtime/database.ts";
import { openLog } from "../scripts/runtime/log-file.ts";
import { ROOT } from "../scripts/runtime/paths.ts";
import { freePort } from "../scripts/runtime/ports.ts";
import { FileLog, modulesOf, SHARED, startMiniflare, workerOptions } from "../scripts/runtime/workers.ts";

const BENCH_CONFIG = path.join(import.meta.dirname, "workers", "wrangler.jsonc");

/** The secret every delivery of the bench is signed with. */
export const WEBHOOK_SECRET = "bench-webhook-secret";

const PackageSchema = v.object({ version: v.string() });

export const INTERNAL_TOKEN = "bench-internal-token";

/** A running pair: the control plane, and the Worker of floors and subjects. */
export interface BenchSystem {
  readonly controlPlanePort: number;
  readonly benchPort: number;
  /** Id of workerd, for its memory. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** Folder of one bench, with bundles and state; removed by `clear`. */
export interface BenchFolder {
  readonly root: string;
  clear(): Promise<void>;
}

/** Bundles both Workers into a new folder. */
export async function prepareFolder(): Promise<BenchFolder> {
  const root = await mkdtemp(path.join(tmpdir(), "agency-os-bench-"));
  const bundle = (config: string, name: string) =>
    wrangler(
      ["deploy", "--dry-run", "--config", config, "--env", "", "--outdir", path.join(root, name)],
      path.join(root, "wrangler-logs"),
    );
  await Promise.all([bundle(CONFIGS.controlPlane, "control-plane"), bundle(BENCH_CONFIG, "bench")]);
  return { root, clear: () => rm(root, { recursive: true, force: true }) };
}

/** Starts the pair on state of its own. */
export async function startBench({ root }: BenchFolder, name: string): Promise<BenchSystem> {
  const [controlPlanePort, benchPort] = [await freePort(), await freePort()];
  const persist = path.join(root, `state-${name}`);
  const log = openLog(path.join(root, "logs"), name, false);
  await prepareDatabase(persist, [], log);
  const { queueConsumers: _elsewhere, ...controlPlane } = workerOptions(CONFIGS.controlPlane);
  const bench = workerOptions(BENCH_CONFIG);
  const { miniflare, workerd } = await startMiniflare(
    convertV4MiniflareOptions({
      workers: [
        {
          // Without its queue consumers: on Cloudflare they run elsewhere, here they would take the time that is measured.
          ...controlPlane,
          name: "control-plane",
          bindings: {
            ...controlPlane.bindings,
            ASANA_WEBHOOK_SECRET: WEBHOOK_SECRET,
            AGENCY_OS_INTERNAL_API_TOKEN: INTERNAL_TOKEN,
          },
          unsafeDirectSockets: [{ host: "127.0.0.1", port: controlPlanePort }],
          modules: await modulesOf(path.join(root, "control-plane"), "worker.js"),
          modulesRoot: path.join(root, "control-plane"),
        },
        {
          ...bench,
          name: "bench",
          d1Databases: controlPlane.d1Databases,
          unsafeDirectSockets: [{ host: "127.0.0.1", port: benchPort }],
          modules: await modulesOf(path.join(root, "bench"), "worker.js"),
          modulesRoot: path.join(root, "bench"),
        },
      ],
      ...SHARED,
      resourcePersistencePath: persist,
      log: new FileLog(log),
      // Dropped: printing lines would cost this process what the load needs.
      handleStructuredLogs: () => {},
    }),
  );
  return {
    controlPlanePort,
    benchPort,
    pid: workerd.pid ?? 0,
    stop: async () => {
      await miniflare.dispose();
      await log.close();
    },
  };
}

/** Versions that a figure depends on. */
export async function versions(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of ["workerd", "miniflare", "wrangler"]) {
    const file = path.join(ROOT, "node_modules", name, "package.json");
    found[name] = v.parse(PackageSchema, JSON.parse(await readFile(file, "utf8"))).version;
  }
  return found;
}
