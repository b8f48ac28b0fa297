import { afterEach, expect, test } from "vitest";
import { asana } from "../../sandbox/asana/upstream.ts";
import { type Sandbox, startSandbox } from "../../sandbox/kit/server.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";

let sandbox: Sandbox;
let now = Date.parse("2040-11-22T09:00:00.000Z");
afterEach(() => sandbox.stop());

async function open(options: Record<string, string> = {}) {
  sandbox = await startSandbox({ port: 0, stateDir: null, upstreams: [asana], options, now: () => new Date(now) });
  return (token: string = SANDBOX_CREDENTIALS.AGENCY_OS_ASANA_AGENT_PAT) =>
    fetch(`${sandbox.variables.ASANA_BASE_URL}/users/me`, { headers: { authorization: `Bearer ${token}` } });
}

test("a token that called too often in a minute is told to wait until the first call is a minute old", async () => {
  const me = await open({ "asana-requests-per-minute": "3" });
  for (let n = 0; n < 3; n += 1) expect((await me()).status).toBe(200);
  now += 20_000;
  const refused = await me();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "40"]);
  expect((await me("sandbox-asana-pat-maya")).status).toBe(200);
  now += 61_000;
  expect((await me()).status).toBe(200);
});

test("a caller that hangs up gives its place back although the answer was to take a minute", async () => {
  await open();
  const faults = [{ upstream: "asana", kind: "timeout", delayMs: 60_000, times: 50 }];
  await fetch(`${sandbox.url}/_sandbox/faults`, { method: "POST", body: JSON.stringify({ faults }) });
  const headers = { authorization: `Bearer ${SANDBOX_CREDENTIALS.AGENCY_OS_ASANA_AGENT_PAT}` };
  const me = (signal?: AbortSignal) =>
    fetch(`${sandbox.variables.ASANA_BASE_URL}/users/me`, { headers, ...(signal === undefined ? {} : { signal }) });
  const hangUp = new AbortController();
  const held = Promise.allSettled(Array.from({ length: 50 }, () => me(hangUp.signal)));
  const book = async () => (await fetch(`${sandbox.url}/_sandbox/faults`)).text();
  await expect.poll(book).toContain('"hits":50');
  expect((await me()).status).toBe(429);
  hangUp.abort();
  await held;
  await expect.poll(async () => (await me()).status).toBe(200);
});

test("more than fifty reads under way at once are refused, those that came first are not", async () => {
  const me = await open();
  const faults = [{ upstream: "asana", kind: "slow", delayMs: 300 }];
  await fetch(`${sandbox.url}/_sandbox/faults`, { method: "POST", body: JSON.stringify({ faults }) });
  const statuses = (await Promise.all(Array.from({ length: 53 }, () => me()))).map(({ status }) => status);
  expect([
    statuses.filter((status) => status === 200).length,
    statuses.filter((status) => status === 429).length,
  ]).toEqual([50, 3]);
});
