/** *ingest*: a signed webhook of 2 KB until it is acknowledged, which is after the queue has taken its messages. */
import { createHmac } from "node:crypto";
import { httpLoad } from "../http-load.ts";
import type { LoadResult } from "../http-load-thread.ts";
import { processorMs } from "../processor.ts";
import type { Row } from "../report.ts";
import { quantile, ratios, spread } from "../stats.ts";
import { type BenchFolder, startBench, WEBHOOK_SECRET } from "../system.ts";

const CLIENTS = 32;
/** The local intake project: what the webhook of a deployment names in its address. */
const PROJECT = "1200000000000100";
const TARGET = 0.5;
const P99_TARGET_MS = 60;

/** Eight changes of one task, 2 KB of JSON as Asana would send them. */
function bodyOf(n: number): string {
  const gid = String(1_300_000_000_000_000 + n);
  const events = ["assignee", "name", "notes", "due_on", "custom_fields", "memberships", "followers", "tags"].map(
    (field, at) => ({
      action: "changed",
      created_at: `2026-11-22T09:00:0${at}.000Z`,
      user: { gid: "1200000000000011", resource_type: "user" },
      resource: { gid, resource_type: "task", resource_subtype: "default_task" },
      parent: null,
      change: { field, action: "changed" },
    }),
  );
  return JSON.stringify({ events });
}

function requestsTo(path: string): readonly string[] {
  return Array.from({ length: 512 }, (_, n) => {
    const body = bodyOf(n);
    const signature = createHmac("sha256", WEBHOOK_SECRET).update(body).digest("hex");
    return [
      `POST ${path} HTTP/1.1`,
      "Host: bench",
      "Content-Type: application/json",
      `X-Hook-Signature: ${signature}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n");
  });
}

/** A round, with the processor time of workerd for each webhook in it. */
interface Round extends LoadResult {
  readonly microseconds: number | null;
}

/** Rounds of floor and subject in turns. */
export async function ingest(folder: BenchFolder, quick: boolean): Promise<readonly Row[]> {
  const system = await startBench(folder, "ingest");
  const milliseconds = quick ? 500 : 1_200;
  const floor = requestsTo("/hmac");
  const subject = requestsTo(`/webhooks/asana?project=${PROJECT}`);
  const floors: Round[] = [];
  const subjects: Round[] = [];
  const load = async (port: number, requests: readonly string[]): Promise<Round> => {
    const before = await processorMs(system.pid);
    const result = await httpLoad({ port, clients: CLIENTS, milliseconds, requests });
    if (result.refused > 0) throw new Error(`${result.refused} of ${result.count} webhooks were refused.`);
    const after = await processorMs(system.pid);
    const microseconds = before === null || after === null ? null : ((after - before) * 1_000) / result.count;
    return { ...result, microseconds };
  };
  try {
    await load(system.benchPort, floor);
    await load(system.controlPlanePort, subject);
    for (let round = 0; round < (quick ? 5 : 15); round += 1) {
      floors.push(await load(system.benchPort, floor));
      subjects.push(await load(system.controlPlanePort, subject));
    }
  } finally {
    await system.stop();
  }
  return [...rowsOf(floors, subjects), ...processorRows(floors, subjects)];
}

const rate = ({ count, seconds }: LoadResult): number => count / seconds;

function rowsOf(floors: readonly LoadResult[], subjects: readonly LoadResult[]): readonly Row[] {
  const ofFloor = ratios(subjects.map(rate), floors.map(rate));
  const slowest = (rounds: readonly LoadResult[]) => spread(rounds.map(({ latencies }) => quantile(latencies, 0.99)));
  const p99 = slowest(subjects);
  const local = "local queue broker: nothing, where nobody consumes; Cloudflare's queue: stored before the answer";
  return [
    {
      race: "ingest",
      what: `HMAC check only, ${CLIENTS} clients (floor)`,
      unit: "webhooks/s",
      value: spread(floors.map(rate)),
      durable: "nothing",
    },
    { race: "ingest", what: "the floor, p99", unit: "ms", value: slowest(floors), durable: "nothing" },
    {
      race: "ingest",
      what: `webhook to acknowledgement, ${CLIENTS} clients`,
      unit: "webhooks/s",
      value: spread(subjects.map(rate)),
      ofFloor,
      target: { text: `≥ ${TARGET} of the floor`, met: ofFloor.median >= TARGET },
      durable: local,
    },
    {
      race: "ingest",
      what: "webhook to acknowledgement, p99",
      unit: "ms",
      value: p99,
      target: { text: `< ${P99_TARGET_MS} ms`, met: p99.median < P99_TARGET_MS },
      durable: local,
    },
  ];
}

/** What a webhook costs workerd, broker included; the ratio is the floor's time over the subject's, as with rates. */
function processorRows(floors: readonly Round[], subjects: readonly Round[]): readonly Row[] {
  const times = (rounds: readonly Round[]) => rounds.flatMap((one) => one.microseconds ?? []);
  const [floor, subject] = [times(floors), times(subjects)];
  if (floor.length === 0 || floor.length !== subject.length) return [];
  const row = (what: string, values: readonly number[]): Row => ({
    race: "ingest",
    what,
    unit: "µs of processor",
    value: spread(values),
    durable: "–",
  });
  return [
    row("a webhook, HMAC check only (floor)", floor),
    { ...row("a webhook to acknowledgement", subject), ofFloor: ratios(floor, subject) },
  ];
}
