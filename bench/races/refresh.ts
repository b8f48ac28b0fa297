/** *refresh*: two years of four sources with pages of 25,000 rows, through the real Workers: rows a second, and memory. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { buildBundles } from "../../scripts/runtime/build.ts";
import { freePort } from "../../scripts/runtime/ports.ts";
import { type LocalSystem, startLocalSystem } from "../../scripts/runtime/system.ts";
import { startUpstream } from "../refresh-upstream.ts";
import type { Row } from "../report.ts";
import { spread } from "../stats.ts";
import type { BenchFolder } from "../system.ts";

/** What Cloudflare gives an isolate. */
const LIMIT_MB = 128;
/** What the heap of each isolate is held to here, by V8 itself: it ends the process when that is not enough. */
const HEAP_MB = 64;
const PATIENCE_MS = 20 * 60_000;
const SAMPLE_MS = 100;
const SOURCES = {
  search_console_site: "sc-domain:big.example",
  ga4_property: "350000777",
  accuranker_domain: "41777",
  google_ads_customer: "2010000777",
};

const RunSchema = v.object({
  status: v.string(),
  attempt: v.number(),
  sources: v.array(v.object({ source: v.string(), status: v.string(), rows: v.number(), facts: v.number() })),
});

async function started(folder: BenchFolder, variables: Readonly<Record<string, string>>): Promise<LocalSystem> {
  process.env.MINIFLARE_WORKERD_V8_FLAGS = `--max-heap-size=${HEAP_MB}`;
  const [controlPlane, web, sandbox] = [await freePort(), await freePort(), await freePort()];
  return startLocalSystem({
    state: path.join(folder.root, "state-refresh"),
    ports: { controlPlane, web, sandbox },
    sandbox: true,
    environment: {},
    overrides: variables,
    bundles: await buildBundles(path.join(folder.root, "refresh-build")),
    crons: false,
    verbose: false,
  });
}

async function said(system: LocalSystem, method: string, where: string, body?: unknown): Promise<unknown> {
  const headers = { "X-Agency-OS-Internal-Token": system.secrets.internalToken };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(system.controlPlaneUrl + where, { method, headers, ...content });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${where} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** The whole of workerd: every isolate, actor and buffer, and what the allocator keeps. */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

async function unitOf(system: LocalSystem): Promise<string> {
  const { clientId } = v.parse(
    v.object({ clientId: v.string() }),
    await said(system, "POST", "/admin-registry/clients", { name: "Big" }),
  );
  const unit = { clientId, name: "Big", timeZone: "Europe/London", currency: "GBP" };
  const made = await said(system, "POST", "/admin-registry/business-units", unit);
  const { businessUnitId } = v.parse(v.object({ businessUnitId: v.string() }), made);
  const at = `/admin-registry/business-units/${businessUnitId}`;
  for (const [kind, externalId] of Object.entries(SOURCES))
    await said(system, "PUT", `${at}/sources/${kind}`, { externalId });
  return at;
}

interface Measured {
  readonly seconds: number;
  readonly peakMb: number;
  readonly startMb: number;
  readonly run: v.InferOutput<typeof RunSchema>;
}

async function measured(system: LocalSystem, at: string, range: { start: string; end: string }): Promise<Measured> {
  const startMb = await residentMb(system.workerPid);
  let peakMb = startMb;
  const sampling = setInterval(() => {
    void residentMb(system.workerPid).then((now) => {
      peakMb = Math.max(peakMb, now);
    });
  }, SAMPLE_MS);
  try {
    const startedAt = performance.now();
    const begun = await said(system, "POST", `${at}/refresh-data`, { range });
    const { ingestionRunId } = v.parse(v.object({ ingestionRunId: v.string() }), begun);
    for (;;) {
      const run = v.parse(RunSchema, await said(system, "GET", `${at}/ingestion-runs/${ingestionRunId}`));
      const seconds = (performance.now() - startedAt) / 1000;
      if (run.status !== "queued" && run.status !== "running") return { seconds, peakMb, startMb, run };
      if (seconds * 1000 > PATIENCE_MS) throw new Error(`The refresh is not over: ${JSON.stringify(run)}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  } finally {
    clearInterval(sampling);
  }
}

/** Whole months up to the last one that is over. */
function monthsBack(count: number): { start: string; end: string } {
  const now = new Date();
  const day = (month: number, date: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + month, date)).toISOString().slice(0, 10);
  return { start: day(-count, 1), end: day(0, 0) };
}

export async function refresh(folder: BenchFolder, quick: boolean): Promise<readonly Row[]> {
  const upstream = await startUpstream();
  const system = await started(folder, upstream.variables);
  try {
    const at = await unitOf(system);
    const months = quick ? 2 : 24;
    const { seconds, peakMb, startMb, run } = await measured(system, at, monthsBack(months));
    if (run.status !== "done") throw new Error(`The refresh ended as ${run.status}: ${JSON.stringify(run.sources)}`);
    const rows = run.sources.reduce((sum, source) => sum + source.rows, 0);
    const facts = run.sources.reduce((sum, source) => sum + source.facts, 0);
    const what = `${months} months of four sources, ${rows} rows in pages of up to 25,000, ${facts} facts`;
    const durable = "each page in R2 and the journal, each month's facts in D1";
    return [
      { race: "refresh", what, unit: "rows/s", value: spread([rows / seconds]), durable },
      {
        race: "refresh",
        what: `peak growth of all of workerd over ${startMb.toFixed(0)} MB, each heap held to ${HEAP_MB} MB`,
        unit: "MB",
        value: spread([peakMb - startMb]),
        target: { text: `heap < ${LIMIT_MB} MB`, met: HEAP_MB < LIMIT_MB },
        durable,
      },
    ];
  } finally {
    await system.stop();
    upstream.stop();
  }
}
