/** `npm start` as a person and as a script see it: one process that tells the truth about its parts. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { freePort } from "../../scripts/runtime/ports.ts";

const ROOT = path.resolve(import.meta.dirname, "..", "..");

const LocalSchema = v.object({
  pid: v.number(),
  workerPid: v.number(),
  sandboxPid: v.nullable(v.number()),
  controlPlaneUrl: v.string(),
  webUrl: v.string(),
  sandboxUrl: v.nullable(v.string()),
  internalToken: v.string(),
  webhookSecret: v.string(),
  upstreams: v.record(v.string(), v.string()),
  demoTaskGid: v.nullable(v.string()),
});

/** One start: what it prints, and how it ends. */
interface Start {
  readonly child: ChildProcess;
  /** Settles with the first printed line that holds `text`; rejects when the process ends without one. */
  printed(text: string): Promise<string>;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

let state = "";
let ports: readonly string[] = [];
let starts: Start[] = [];

/** The build of all end-to-end tests; building takes longer than a start, and one of them shows that it does that. */
const BUILT = ["--build", path.dirname(inject("bundles").controlPlane)];

function start(flags: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Start {
  const args = [path.join(ROOT, "scripts", "start.ts"), "--state", state, ...ports, ...flags];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  const lines: string[] = [];
  const waiting = new Map<string, (line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      for (const [text, resolve] of waiting) if (line.includes(text)) resolve(line);
    });
  }
  const ended = once(child, "close").then(() => child.exitCode);
  const started: Start = {
    child,
    output: () => lines.join("\n"),
    ended,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const before = lines.find((line) => line.includes(text));
        if (before !== undefined) return resolve(before);
        waiting.set(text, resolve);
        void ended.then(() => reject(new Error(`It ended without "${text}":\n${lines.join("\n")}`)));
      }),
  };
  starts.push(started);
  return started;
}

async function local() {
  return v.parse(LocalSchema, JSON.parse(await readFile(path.join(state, "local.json"), "utf8")));
}

/** True when a process with this number runs; a zombie that nobody collected does not count as running. */
async function runs(pid: number | null): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return status !== "" && !status.includes(") Z ");
}

beforeEach(async () => {
  state = await mkdtemp(path.join(tmpdir(), "agency-os-start-"));
  const [port, web, sandbox] = [await freePort(), await freePort(), await freePort()];
  ports = ["--port", `${port}`, "--web-port", `${web}`, "--sandbox-port", `${sandbox}`];
  starts = [];
});

afterEach(async () => {
  for (const { child, ended } of starts) {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await ended;
  }
  await rm(state, { recursive: true, force: true });
});

describe("npm start", () => {
  test("brings a demo task to review without a hand, tells how, goes on with the same data the next time, and lets no second one onto its data or ports", async () => {
    const first = start();
    await first.printed("Ready for review.");
    const told = await local();
    const root = await fetch(told.webUrl);
    expect(root.headers.get("content-type")).toContain("text/html");
    expect((await fetch(`${told.controlPlaneUrl}/health`)).status).toBe(200);
    expect((await stat(path.join(state, "local.json"))).mode & 0o777).toBe(0o600);
    expect(told.pid).toBe(first.child.pid);
    expect(first.output()).toContain(told.webUrl);
    expect(first.output()).not.toContain(told.internalToken);
    expect(first.output()).not.toContain(told.webhookSecret);
    first.child.kill("SIGINT");
    expect(await first.ended).toBe(0);
    expect(existsSync(path.join(state, "local.json"))).toBe(false);
    for (const pid of [told.workerPid, told.sandboxPid]) expect(await runs(pid)).toBe(false);

    const second = start(BUILT);
    await second.printed("Ready for review.");
    expect(await local()).toMatchObject({ demoTaskGid: told.demoTaskGid, internalToken: told.internalToken });
    const third = start();
    expect(await third.ended).toBe(1);
    expect(third.output()).toContain("already runs on this state folder");

    // Another agency on the ports of this one: the first port in use is named with the flag that changes it.
    const other = await mkdtemp(path.join(tmpdir(), "agency-os-start-"));
    const fourth = start(["--state", other]);
    expect(await fourth.ended).toBe(1);
    expect(fourth.output()).toMatch(/Port \d+, meant for the control plane, is in use.*--port/);
    await rm(other, { recursive: true, force: true });
  });

  test("says which part died, stops the others and fails", async () => {
    for (const part of ["workerPid", "sandboxPid"] as const) {
      const system = start([...BUILT, "--no-demo"]);
      await system.printed("Ctrl-C");
      const told = await local();
      process.kill(told[part] ?? 0, "SIGKILL");
      expect(await system.ended).toBe(1);
      expect(system.output()).toContain(part === "workerPid" ? "workerd" : "The sandbox (process");
      for (const pid of [told.workerPid, told.sandboxPid]) expect(await runs(pid)).toBe(false);
      expect(await readdir(state)).not.toContain("local.json");
    }
  });

  test("starts again after it was killed itself, over the parts it left", async () => {
    const killed = start([...BUILT, "--no-demo"]);
    await killed.printed("Ctrl-C");
    const before = await local();
    killed.child.kill("SIGKILL");
    await killed.ended;
    const again = start([...BUILT, "--no-demo"]);
    await again.printed("Ctrl-C");
    expect((await local()).workerPid).not.toBe(before.workerPid);
    expect(await runs(before.workerPid)).toBe(false);
  });

  test("takes settings of its environment, and leaves the sandbox out when asked", async () => {
    const environment = { ASANA_BASE_URL: "http://127.0.0.1:9/asana", AGENCY_OS_INTERNAL_API_TOKEN: "a-token-of-mine" };
    const system = start([...BUILT, "--no-sandbox"], environment);
    await system.printed("Ctrl-C");
    const told = await local();
    expect(told).toMatchObject({
      sandboxUrl: null,
      sandboxPid: null,
      demoTaskGid: null,
      internalToken: "a-token-of-mine",
    });
    expect(told.upstreams).toEqual({ ASANA_BASE_URL: "http://127.0.0.1:9/asana" });
    const headers = { "X-Agency-OS-Internal-Token": "a-token-of-mine" };
    expect((await fetch(`${told.controlPlaneUrl}/team-agent-runs`, { headers })).status).toBe(200);
  });

  test.each([
    [["--port", "abc"], "--port needs a port number, not abc."],
    [["--port", "4000", "--web-port", "4000"], "must differ"],
    [["--nonsense"], "--nonsense"],
    [["--build", "/nowhere"], "There is no build in /nowhere: control-plane is missing."],
  ])("refuses %j with words that help", async (flags, words) => {
    const refused = start(flags);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(words);
  });
});
