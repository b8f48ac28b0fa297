import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compilePattern } from "../../sandbox/kit/pattern.ts";
import { type Sandbox, startSandbox } from "../../sandbox/kit/server.ts";
import type { Upstream } from "../../sandbox/kit/upstream.ts";

/** A counter as an upstream: the smallest thing with state, parameters and its own error body. */
const counter: Upstream = {
  name: "counter",
  prefix: "/counter/v1",
  baseUrlVariables: { COUNTER_BASE_URL: "/api" },
  seed: (context) => context.state.set("count", 10),
  routes: (context) => [
    {
      method: "POST",
      pattern: "/count/:name",
      handler: (request) => {
        const count = (context.state.get<number>("count") ?? 0) + 1;
        context.state.set("count", count);
        return { status: 201, body: { count, name: request.params.name } };
      },
    },
    {
      method: "GET",
      pattern: "/count",
      handler: (request) =>
        context.customFault(request, "empty") === null
          ? { status: 200, body: { count: context.state.get<number>("count") ?? null } }
          : { status: 200, body: {} },
    },
    { method: "POST", pattern: "/echo", handler: (request) => ({ status: 200, body: { echo: request.json() } }) },
  ],
  pages: () => [
    { method: "GET", pattern: "/counter/page", quiet: true, handler: () => ({ status: 200, body: "page" }) },
  ],
  errorReply: (status, message, retryAfter) => ({
    status,
    body: { problem: message },
    ...(retryAfter === undefined ? {} : { headers: { "retry-after": String(retryAfter) } }),
  }),
};

let sandbox: Sandbox;
let base: string;
const start = async (stateDir: string | null) => {
  sandbox = await startSandbox({ port: 0, stateDir, upstreams: [counter] });
  base = `${sandbox.url}/counter/v1`;
};
beforeEach(() => start(null));
afterEach(() => sandbox.stop());

const order = (body: unknown) =>
  fetch(`${sandbox.url}/_sandbox/faults`, { method: "POST", body: JSON.stringify(body) });
const increase = () => fetch(`${base}/count/a%2Fb`, { method: "POST" });
const read = async () => (await fetch(`${base}/count`)).json();

describe("a sandbox", () => {
  it("mounts an upstream under its prefix, seeds it and names the variables that point there", async () => {
    expect(sandbox.variables).toEqual({ COUNTER_BASE_URL: `${sandbox.url}/counter/v1/api` });
    const answer = await increase();
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ count: 11, name: "a/b" });
  });

  it("answers unknown routes and broken JSON in the upstream's own shape", async () => {
    const unknown = await fetch(`${base}/nothing`);
    expect([unknown.status, Object.keys(await unknown.json())]).toEqual([404, ["problem"]]);
    const broken = await fetch(`${base}/echo`, { method: "POST", body: "{" });
    expect([broken.status, await broken.json()]).toEqual([400, { problem: "the request body is not valid JSON" }]);
    expect((await fetch(`${sandbox.url}/nobody`)).status).toBe(404);
  });

  it("refuses a page of another site", async () => {
    const foreign = await fetch(`${base}/count/x`, { method: "POST", headers: { origin: "https://evil.example" } });
    expect(foreign.status).toBe(403);
    expect(await read()).toEqual({ count: 10 });
  });

  it("goes back to the seed on reset", async () => {
    await increase();
    await order({ faults: [{ upstream: "counter", kind: "status", status: 500 }] });
    expect((await fetch(`${sandbox.url}/_sandbox/reset`, { method: "POST" })).status).toBe(200);
    expect(await read()).toEqual({ count: 10 });
  });

  it("says which port is taken", async () => {
    await expect(startSandbox({ port: sandbox.port, stateDir: null, upstreams: [counter] })).rejects.toThrow(
      `port ${sandbox.port} is in use`,
    );
  });
});

describe("the request log", () => {
  it("shows method, path, query, status and JSON body, newest last, without headers", async () => {
    await fetch(`${base}/count?a=1`, { headers: { authorization: "Bearer secret-token" } });
    await fetch(`${base}/echo`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ x: 1 }),
    });
    await fetch(`${sandbox.url}/counter/page`);
    const answer = await fetch(`${sandbox.url}/_sandbox/requests?upstream=counter`);
    const text = await answer.text();
    expect(text).not.toContain("secret-token");
    const log = JSON.parse(text);
    expect(log.items).toMatchObject([
      { seq: 1, upstream: "counter", method: "GET", path: "/count", query: "a=1", status: 200, requestBody: null },
      { seq: 2, method: "POST", path: "/echo", status: 200, bodyBytes: 7, requestBody: { x: 1 } },
    ]);
    expect(log.totals).toEqual({ counter: { "GET /count": 1, "POST /echo": 1 } });
    const later = await (await fetch(`${sandbox.url}/_sandbox/requests?since=1&limit=5`)).json();
    expect(later.items).toHaveLength(1);
  });

  it("keeps no body of forms, which may hold secrets", async () => {
    await fetch(`${base}/echo`, { method: "POST", body: new URLSearchParams({ client_secret: "hush" }) });
    expect(await (await fetch(`${sandbox.url}/_sandbox/requests`)).text()).not.toContain("hush");
  });
});

describe("a fault", () => {
  it("of kind status answers in the upstream's own shape with Retry-After, `times` times, after `after` requests", async () => {
    await order({
      faults: [
        {
          upstream: "counter",
          route: "POST /count/:any",
          kind: "status",
          status: 429,
          retryAfter: 3,
          times: 2,
          after: 1,
        },
      ],
    });
    await read();
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await increase()).status);
    expect(statuses).toEqual([201, 429, 429, 201]);
    expect(await read()).toEqual({ count: 12 });
  });

  it("carries the wait it was given", async () => {
    await order({ faults: [{ upstream: "*", kind: "status", status: 503, retryAfter: 7, times: 1 }] });
    const answer = await increase();
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "7"]);
  });

  it("of kind drop_after performs the request and then cuts the connection", async () => {
    await order({ faults: [{ upstream: "counter", kind: "drop_after", times: 1 }] });
    await expect(increase()).rejects.toThrow("fetch failed");
    expect(await read()).toEqual({ count: 11 });
  });

  it("of kind timeout cuts the connection without performing the request", async () => {
    await order({ faults: [{ upstream: "counter", kind: "timeout", delayMs: 5, times: 1 }] });
    await expect(increase()).rejects.toThrow("fetch failed");
    expect(await read()).toEqual({ count: 10 });
  });

  it("of kind hold_after performs the request, and says so while its caller hears nothing", async () => {
    const held = async (wait: string) => (await (await fetch(`${sandbox.url}/_sandbox/held${wait}`)).json()).items;
    await order({ faults: [{ upstream: "counter", route: "POST /count/:any", kind: "hold_after", times: 1 }] });
    const first = held("?wait=60");
    const caller = new AbortController();
    const waits = fetch(`${base}/count/x`, { method: "POST", signal: caller.signal }).catch((error: unknown) => error);
    expect(await first).toEqual([{ upstream: "counter", method: "POST", path: "/count/x" }]);
    expect(await held("")).toHaveLength(1);
    expect(await read()).toEqual({ count: 11 });
    caller.abort();
    await waits;
    await expect.poll(() => held("")).toEqual([]);
    const log = await (await fetch(`${sandbox.url}/_sandbox/requests`)).json();
    expect(log.items).toContainEqual(expect.objectContaining({ path: "/count/x", status: 0, fault: "hold_after" }));
    expect((await fetch(`${sandbox.url}/_sandbox/held?wait=soon`)).status).toBe(400);
  });

  it("of kind hold_after cuts the connection after a while, and a stop waits for nobody", async () => {
    await order({ faults: [{ upstream: "counter", kind: "hold_after", delayMs: 5, times: 1 }] });
    await expect(increase()).rejects.toThrow("fetch failed");
    expect(await read()).toEqual({ count: 11 });
    const waits = fetch(`${sandbox.url}/_sandbox/held?wait=600`).catch((error: unknown) => error);
    await sandbox.stop();
    await waits;
    await start(null);
  });

  it("of kind truncate sends a complete answer whose JSON is cut", async () => {
    await order({ faults: [{ upstream: "counter", kind: "truncate", times: 1 }] });
    const answer = await fetch(`${base}/count`);
    expect(answer.status).toBe(200);
    await expect(answer.json()).rejects.toThrow(SyntaxError);
  });

  it("of kind slow still answers, and a stop does not wait for it", async () => {
    await order({ faults: [{ upstream: "counter", kind: "slow", delayMs: 20, times: 1 }] });
    expect(await read()).toEqual({ count: 10 });
    await order({ faults: [{ upstream: "counter", kind: "slow", delayMs: 600_000 }] });
    const held = read().catch((error: unknown) => error);
    await sandbox.stop();
    await held;
    await start(null);
  });

  it("of kind empty or custom is the upstream's own business", async () => {
    await order({
      faults: [
        { upstream: "counter", kind: "empty", times: 1 },
        { upstream: "counter", kind: "custom", name: "x" },
      ],
    });
    expect(await read()).toEqual({});
    expect(await read()).toEqual({ count: 10 });
  });

  it("hits pages only when it names them", async () => {
    await order({ faults: [{ upstream: "*", kind: "status", status: 500 }] });
    expect((await fetch(`${sandbox.url}/counter/page`)).status).toBe(200);
    await order({ faults: [{ upstream: "*", route: "GET /counter/page", kind: "status", status: 503 }] });
    expect((await fetch(`${sandbox.url}/counter/page`)).status).toBe(503);
  });

  it.each([
    ["no JSON", undefined, "expected"],
    [
      "an unknown upstream",
      { faults: [{ upstream: "nobody", kind: "slow" }] },
      "unknown upstream nobody; known: counter",
    ],
    ["an unknown kind", { faults: [{ upstream: "counter", kind: "sloow" }] }, "faults.0.kind"],
    ["a status fault without status", { faults: [{ upstream: "counter", kind: "status" }] }, "needs `status`"],
    ["a custom fault without name", { faults: [{ upstream: "counter", kind: "custom" }] }, "needs `name`"],
    ["a misspelt field", { faults: [{ upstream: "counter", kind: "slow", delay: 5 }] }, "faults.0.delay"],
    [
      "a route without method",
      { faults: [{ upstream: "counter", kind: "slow", route: "/count" }] },
      "route must look like",
    ],
  ])("is refused with a reason when it has %s", async (_what, body, reason) => {
    const answer = await order(body);
    expect(answer.status).toBe(400);
    expect((await answer.json()).error).toContain(reason);
    expect((await (await fetch(`${sandbox.url}/_sandbox/faults`)).json()).items).toEqual([]);
  });

  it("is listed with its hits and cleared on request", async () => {
    await order({ faults: [{ upstream: "counter", kind: "status", status: 500 }] });
    await read();
    const listed = await (await fetch(`${sandbox.url}/_sandbox/faults`)).json();
    expect(listed.items).toMatchObject([{ fault: { kind: "status" }, hits: 1 }]);
    await order({ clear: true });
    expect(await read()).toEqual({ count: 10 });
  });
});

describe("a path pattern", () => {
  it.each([
    ["/tasks/:gid", "/tasks/1", { gid: "1" }],
    ["/tasks/:gid", "/tasks/1/", null],
    ["/tasks/:gid", "/tasks/a/b", null],
    ["/properties/:property\\:runReport", "/properties/35:runReport", { property: "35" }],
    ["/sites/:site/query", "/sites/sc-domain%3Ax.example/query", { site: "sc-domain:x.example" }],
    ["/sites/:site/query", "/sites/%E0%A4%A/query", null],
    ["/a.b/", "/aXb/", null],
  ])("%s on %s", (pattern, path, params) => {
    expect(compilePattern(pattern)(path)).toEqual(params);
  });
});

describe("the sandbox process", () => {
  const dir = mkdtempSync(join(tmpdir(), "sandbox-kit-"));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const run = (...flags: string[]) => spawn(process.execPath, ["sandbox/main.ts", ...flags], { stdio: "pipe" });

  it("says it is ready in one JSON line and ends cleanly on SIGTERM", async () => {
    const child = run("--port", "0", "--state", dir);
    const [line] = await once(child.stdout, "data");
    const ready = JSON.parse(String(line));
    expect(ready).toMatchObject({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect((await fetch(`${ready.url}/_sandbox/health`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("names the port that is in use and how to change it", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const address = blocker.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const child = run("--port", String(port));
    const [said] = await once(child.stderr, "data");
    expect(String(said)).toBe(`sandbox: port ${port} is in use; choose another one with --port\n`);
    expect((await once(child, "exit"))[0]).toBe(1);
    blocker.close();
  });
});
