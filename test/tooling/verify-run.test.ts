/** `npm run verify -- RUN.json`, `npm run import -- RUN.json` and `npm run reproject` from outside: exit codes, messages, what they ask for. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunBundle } from "../../src/core/run/bundle.ts";
import { bundleOf, LIFE } from "../support/run-bundle.ts";

const run = bundleOf(LIFE);
/** What the system is asked for, and what it has at an address. */
const asked: string[] = [];
const files = new Map<string, string>();
/** Pages of a reprojection, by the cursor that leads to them. */
const pages = new Map<string | null, unknown>([
  [null, { projected: 2, unknown: 0, failed: [{ name: "13", error: "D1 is down" }], nextCursor: "archive:" }],
  ["archive:", { projected: 1, unknown: 4, failed: [], nextCursor: null }],
]);
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verify-run-"));
  server = createServer(async (request, reply) => {
    asked.push(`${request.method} ${request.url} ${request.headers["x-agency-os-internal-token"]}`);
    if (request.url === "/internal/reproject") {
      reply.end(JSON.stringify(pages.get(JSON.parse(await text(request)).cursor)));
      return;
    }
    if (request.method === "POST") {
      const { run: imported } = JSON.parse(await text(request));
      reply.statusCode = imported.status === "accepted" ? 201 : 409;
      reply.end(JSON.stringify({ runId: imported.runId }));
      return;
    }
    const body = files.get(request.url ?? "");
    reply.statusCode = body === undefined ? 404 : 200;
    reply.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const controlPlaneUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  await writeFile(join(folder, "local.json"), JSON.stringify({ controlPlaneUrl, internalToken: "t" }));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly said: string;
}

async function tell(script: string, bundle: unknown, ...args: readonly string[]): Promise<Outcome> {
  const file = join(folder, `${crypto.randomUUID()}.json`);
  await writeFile(file, JSON.stringify(bundle));
  return execute(script, file, ...args);
}

function execute(script: string, ...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr });
    });
  });
}

const verify = (bundle: unknown, ...args: readonly string[]) => tell("scripts/verify.ts", bundle, ...args);

describe("the export of a run", () => {
  it("that is whole passes by itself, and the files that were not looked at are counted", async () => {
    const { code, said } = await verify(run, "--alone", "--state", join(folder, "nothing"));
    expect(said).toContain(`tar_777 holds together: ${run.events.length} events without a gap`);
    expect(said).toMatch(/the \d+ files it names were not looked at/);
    expect(code).toBe(0);
  });

  const [third, fourth] = run.events.slice(2, 4);
  const changed: readonly [string, Partial<RunBundle>, RegExp][] = [
    [
      "one event was changed by a millisecond",
      { events: run.events.map((one) => (one.seq === 3 ? { ...one, at: one.at + 1 } : one)) },
      /event 3: expected hash/,
    ],
    [
      "an event was left out",
      { events: run.events.filter(({ seq }) => seq !== 3) },
      /event 4: expected sequence number 3/,
    ],
    [
      "two events changed places",
      { events: run.events.map((one) => (one.seq === 3 ? (fourth ?? one) : one.seq === 4 ? (third ?? one) : one)) },
      /event 4: expected sequence number 3, found 4[\s\S]*event 3: expected sequence number 5/,
    ],
    ["its log was cut away", { events: [] }, /events: expected the log of the run, found none/],
    [
      "an attempt was put in another's name",
      { journal: run.journal.map((one) => ({ ...one, attempt: one.attempt + 1 })) },
      /the file as a whole: expected [0-9a-f]{64}, found [0-9a-f]{64}/,
    ],
    ["its state was changed", { state: { ...run.state, status: "failed" } }, /state\.status: expected "accepted"/],
    [
      "a digest was changed",
      { journal: run.journal.map((one) => (one.result === null ? one : { ...one, sha256: "0".repeat(64) })) },
      /journal r0\/k: expected 0000/,
    ],
  ];
  it.each(changed)("fails when %s, and names it", async (_, part, message) => {
    const { code, said } = await verify({ ...run, ...part }, "--alone");
    expect(said).toMatch(message);
    expect(code).toBe(1);
  });

  it("is refused in words when it is of another shape", async () => {
    const { code, said } = await verify({ ...run, schemaVersion: 99 }, "--alone");
    expect(said).toMatch(/^This is no run bundle of this version: schemaVersion/);
    expect(code).toBe(2);
  });
});

describe("with a running system", () => {
  it("each file and each large result the export names is read and compared, those that differ or are gone are named", async () => {
    const [artifact] = run.artifacts;
    const [file] = artifact?.files ?? [];
    files.set(`/report-artifacts/${artifact?.artifactId}/files/${file?.fileId}`, "something else");
    const key = `journal/tar_777/large/${"1".repeat(64)}.json`;
    const result = JSON.stringify({ stored: { key, sha256: "1".repeat(64) } });
    const journal = run.journal.map((one) => (one.result === null ? one : { ...one, result }));
    const { code, said } = await verify({ ...run, journal }, "--state", folder);
    expect(said).toContain(`file ${file?.name} of ${artifact?.artifactId}: expected ${file?.sha256}, found `);
    expect(said).toMatch(/journal r0\/k: expected 1{64}, found nothing/);
    expect(said).toContain("check the file --alone");
    expect(asked).toContain(`GET /internal/${key} t`);
    expect(code).toBe(1);
  });

  it("an import hands the file over as it is, and a refusal is told", async () => {
    const taken = await tell("scripts/import-run.ts", run, "--state", folder);
    expect(taken).toEqual({ code: 0, said: 'Imported: {"runId":"tar_777"}\n' });
    expect(asked).toContain("POST /internal/imports t");
    const refused = await tell("scripts/import-run.ts", bundleOf(LIFE.slice(0, 3)), "--state", folder);
    expect(refused.said).toMatch(/^Not imported \(409\)/);
    expect(refused.code).toBe(2);
  });

  it("a reprojection goes on from page to page and fails when a run could not write its rows", async () => {
    const { code, said } = await execute("scripts/reproject.ts", "--state", folder);
    expect(asked.filter((one) => one === "POST /internal/reproject t")).toHaveLength(2);
    expect(said).toContain("  13: D1 is down");
    expect(said).toContain("written 3 times");
    expect(code).toBe(1);
  });

  it("that is not there, each says how to go on", async () => {
    const nowhere = ["--state", join(folder, "nothing")];
    for (const outcome of [verify(run, ...nowhere), execute("scripts/reproject.ts", ...nowhere)]) {
      const { code, said } = await outcome;
      expect(said).toContain("npm start");
      expect(code).toBe(2);
    }
  });
});
