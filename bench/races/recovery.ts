/** *recovery*: workerd is killed in the middle of a run, and started again; nobody asks it for anything. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as v from "valibot";
import { createDemoTask } from "../../scripts/runtime/asana-setup.ts";
import { type Bundles, buildBundles } from "../../scripts/runtime/build.ts";
import { freePort } from "../../scripts/runtime/ports.ts";
import { type LocalSystem, startLocalSystem } from "../../scripts/runtime/system.ts";
import { RunDetailSchema, RunEventViewSchema } from "../../src/core/wire.ts";
import type { Row } from "../report.ts";
import { spread } from "../stats.ts";
import type { BenchFolder } from "../system.ts";

const TARGET_MS = 100;
const PATIENCE_MS = 90_000;
const EventsSchema = v.object({ items: v.array(RunEventViewSchema) });

async function started(bundles: Bundles, state: string): Promise<LocalSystem> {
  const [controlPlane, web, sandbox] = [await freePort(), await freePort(), await freePort()];
  return startLocalSystem({
    state,
    ports: { controlPlane, web, sandbox },
    sandbox: true,
    environment: {},
    bundles,
    crons: true,
    verbose: false,
  });
}

function reader(system: LocalSystem, taskGid: string) {
  const headers = { "X-Agency-OS-Internal-Token": system.secrets.internalToken };
  const get = async (what: string): Promise<unknown> => {
    const response = await fetch(`${system.controlPlaneUrl}/team-agent-runs/tar_${taskGid}${what}`, { headers });
    return response.ok ? response.json() : null;
  };
  return {
    run: async () => v.parse(v.nullable(RunDetailSchema), await get("")),
    events: async () => v.parse(EventsSchema, await get("/events")).items,
  };
}

/** Polls until `look` finds something. */
async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const stopAt = Date.now() + PATIENCE_MS;
  while (Date.now() < stopAt) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Waited in vain until ${what}.`);
}

interface Recovered {
  readonly resumedMs: number;
  readonly stepMs: number;
}

/** One run, killed after its fourth step. What is asked afterwards is asked when all is over. */
async function round(system: LocalSystem): Promise<Recovered> {
  const asana = system.upstreams.ASANA_BASE_URL ?? "";
  const { run, events } = reader(system, await createDemoTask(asana, new Date()));
  await until("the run is at work", async () => {
    const now = await run();
    return now?.status === "running" && now.steps.filter(({ status }) => status === "done").length >= 4 ? now : null;
  });
  await system.killWorkers();
  await system.restartWorkers();
  const { readyAt } = system;
  const done = await until("the run is in review", async () => {
    const now = await run();
    return now?.status === "review_ready" ? now : null;
  });
  const keys = done.steps.map(({ key }) => key);
  if (new Set(keys).size !== keys.length) throw new Error(`Steps were recorded twice: ${keys.join(", ")}`);
  const log = (await events()).filter(({ at }) => Date.parse(at) >= readyAt);
  const after = (type: string) => Date.parse(log.find((event) => event.type === type)?.at ?? "") - readyAt;
  return { resumedMs: after("lease.granted"), stepMs: after("step.done") };
}

export async function recovery(folder: BenchFolder, quick: boolean): Promise<readonly Row[]> {
  const bundles = await buildBundles(path.join(folder.root, "recovery-build"));
  const state = await mkdtemp(path.join(tmpdir(), "agency-os-bench-recovery-"));
  const system = await started(bundles, state);
  const rounds: Recovered[] = [];
  try {
    for (let n = 0; n < (quick ? 2 : 7); n += 1) rounds.push(await round(system));
  } finally {
    await system.stop();
    await rm(state, { recursive: true, force: true });
  }
  const resumed = spread(rounds.map(({ resumedMs }) => resumedMs));
  const durable = "what was recorded before the kill: synced SQLite; the queue's messages: lost, promised again";
  return [
    {
      race: "recovery",
      what: "kill -9: runtime ready to the next attempt at work",
      unit: "ms",
      value: resumed,
      target: { text: `< ${TARGET_MS} ms`, met: resumed.median < TARGET_MS },
      durable,
    },
    {
      race: "recovery",
      what: "kill -9: runtime ready to the first resumed step recorded",
      unit: "ms",
      value: spread(rounds.map(({ stepMs }) => stepMs)),
      durable,
    },
  ];
}
