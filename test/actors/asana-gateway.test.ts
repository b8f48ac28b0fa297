import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { throughGateway } from "../../src/actors/asana-gateway/door.ts";
import type { Passport } from "../../src/core/gateway/passport.ts";
import type { Fetch } from "../../src/lib/http.ts";
import { liveAsana } from "../../src/ports/asana/live.ts";
import { enterWorld, giveTask } from "../support/run-world.ts";
import { playUpstream } from "../support/upstream.ts";
import { freshTask, poke, runOf, takeExecution } from "./hands.ts";

const BASE = "https://asana.example/api/1.0";
let token = "";
let tokens = 0;
const nobody: Fetch = async () => {
  throw new Error("Only signed addresses go straight.");
};

beforeEach(() => {
  tokens += 1;
  token = `secret-token-${tokens}`;
});

const HOUSE: Passport = { client: "house", taskGid: null, epoch: null };

function port(passport: Passport = HOUSE, direct: Fetch = nobody, timeoutMs = 60_000) {
  const fetch = throughGateway(
    BASE,
    (name) => env.ASANA_GATEWAY.getByName(name),
    () => passport,
    direct,
  );
  return liveAsana({
    baseUrl: BASE,
    token: async () => token,
    fetch,
    sleep: async () => {},
    now: () => new Date(),
    timeoutMs,
  });
}

const ok = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const ME = { data: { gid: "10", name: "Jessie", email: null } };
const COMMENT = { gid: "77", resource_subtype: "comment_added", text: "x", html_text: "<body>x</body>" };
const STORY = { data: { ...COMMENT, created_at: "2040-01-01T00:00:00.000Z", created_by: null } };

/** A far side that answers when it is told to. */
function patient() {
  const arrived: { readonly request: Request; readonly answer: (response: Response) => void }[] = [];
  const watchers: (() => void)[] = [];
  playUpstream({
    answer: (request) =>
      new Promise((resolve) => {
        arrived.push({ request, answer: resolve });
        for (const watcher of watchers.splice(0)) watcher();
      }),
  });
  return {
    arrived,
    /** Settles once that many have arrived. */
    async until(count: number) {
      while (arrived.length < count) await new Promise<void>((resolve) => watchers.push(resolve));
    },
  };
}

describe("a call through the gateway", () => {
  test("reaches Asana with its token and body, and nothing of ours", async () => {
    const seen: { headers: [string, string][]; url: string; body: string }[] = [];
    playUpstream({
      answer: async (request) => {
        seen.push({ headers: [...request.headers], url: request.url, body: await request.text() });
        return ok(STORY, 201);
      },
    });
    await port({ client: "unit", taskGid: "5", epoch: null }).postComment("5", "<body>x</body>");
    const [call] = seen;
    expect(call?.url).toMatch(/^https:\/\/asana\.example\/api\/1\.0\/tasks\/5\/stories\?/);
    expect(call?.body).toBe('{"data":{"html_text":"<body>x</body>"}}');
    expect(call?.headers).toContainEqual(["authorization", `Bearer ${token}`]);
    expect(call?.headers.filter(([name]) => name.startsWith("x-agency-os"))).toEqual([]);
  });

  test("a signed download address goes straight, without the gateway", async () => {
    playUpstream({ answer: async () => ok({ data: { gid: "9", download_url: "https://files.example/9?sig=1" } }) });
    const straight: string[] = [];
    const file = await port(HOUSE, async (input) => {
      straight.push(input);
      return new Response("bytes");
    }).download("9");
    expect([straight, new TextDecoder().decode(file ?? undefined)]).toEqual([
      ["https://files.example/9?sig=1"],
      "bytes",
    ]);
  });

  test("an upload arrives whole although it is passed on piece by piece", async () => {
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 256);
    let received: Uint8Array | null = null;
    playUpstream({
      answer: async (request) => {
        const file = (await request.formData()).get("file");
        received = file instanceof Blob ? new Uint8Array(await file.arrayBuffer()) : null;
        return ok({ data: { gid: "8", name: "x.bin", size: bytes.length } });
      },
    });
    await port().attach("5", { name: "x.bin", mediaType: "application/octet-stream", bytes });
    expect(received).toEqual(bytes);
  });

  test("a broken line to Asana is a failure of that call alone", async () => {
    let calls = 0;
    playUpstream({
      answer: async () => {
        calls += 1;
        if (calls === 1) throw new TypeError("connection reset");
        return ok(ME);
      },
    });
    expect(await port().me()).toMatchObject({ gid: "10" });
    expect(calls).toBe(2);
  });
});

test("writes of one task leave one at a time, writes of another and reads of other things do not wait for them", async () => {
  const far = patient();
  const one = port({ client: "unit", taskGid: "5", epoch: null });
  const first = one.postComment("5", "<body>1</body>");
  await far.until(1);
  const second = one.postComment("5", "<body>2</body>");
  const other = port({ client: "unit", taskGid: "6", epoch: null }).postComment("6", "<body>3</body>");
  const me = port().me();
  await far.until(3);
  expect(far.arrived.map(({ request }) => new URL(request.url).pathname.slice("/api/1.0".length))).toEqual([
    "/tasks/5/stories",
    "/tasks/6/stories",
    "/users/me",
  ]);
  far.arrived[0]?.answer(ok(STORY, 201));
  await first;
  await far.until(4);
  for (const { answer, request } of far.arrived.slice(1)) answer(ok(request.method === "GET" ? ME : STORY));
  await Promise.all([second, other, me]);
});

test("whoever looks for a comment that is on its way is answered after it has arrived, though its sender has given up", async () => {
  const far = patient();
  const actor = { client: "unit", taskGid: "5", epoch: null };
  const dying = port(actor, nobody, 20).postComment("5", "<body>1</body>");
  await far.until(1);
  await expect(dying).rejects.toMatchObject({ code: "asana_timeout" });
  const look = port(actor).comments("5");
  const other = port().me();
  await far.until(2);
  expect(new URL(far.arrived[1]?.request.url ?? "").pathname).toBe("/api/1.0/users/me");
  far.arrived[1]?.answer(ok(ME));
  far.arrived[0]?.answer(ok(STORY, 201));
  await far.until(3);
  far.arrived[2]?.answer(ok({ data: [STORY.data], next_page: null }));
  expect(await look).toMatchObject([{ gid: "77" }]);
  await other;
});

test("more calls than Asana takes at once wait for a place", async () => {
  const far = patient();
  const all = Array.from({ length: 60 }, () => port().me());
  await far.until(50);
  expect(far.arrived).toHaveLength(50);
  for (let n = 0; n < 60; n += 1) {
    await far.until(n + 1);
    far.arrived[n]?.answer(ok(ME));
  }
  await Promise.all(all);
  expect(far.arrived).toHaveLength(60);
});

test.each(["its answer", "the rest of its answer"])(
  "a call for which Asana never sends %s gives its place back, and the next ones leave",
  async (what) => {
    let stuck = 0;
    const never = (request: Request, fail: (reason: unknown) => void) => {
      request.signal.addEventListener("abort", () => fail(request.signal.reason));
      stuck += 1;
    };
    const half = (request: Request) =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"data":'));
          never(request, (reason) => controller.error(reason));
        },
      });
    playUpstream({
      patienceMs: { read: 150, write: 150 },
      answer: (request) => {
        if (stuck >= 50) return Promise.resolve(ok(ME));
        if (what === "the rest of its answer") return Promise.resolve(new Response(half(request)));
        return new Promise((_, reject) => never(request, reject));
      },
    });
    await Promise.allSettled(Array.from({ length: 50 }, () => port().me()));
    expect(stuck).toBe(50);
    expect(await port().me()).toMatchObject({ gid: "10" });
  },
);

test("when the gateway dies with a call, a read is made anew and a write is told as one that may have happened", async () => {
  playUpstream({ answer: async () => ok(ME) });
  let deaths = 0;
  const dying = throughGateway(
    BASE,
    (name) => ({
      fetch: (request) => {
        deaths += 1;
        // What a stub says when the object behind it was reset or moved.
        if (deaths % 2 === 1) return Promise.reject(new Error("Durable Object reset because its code was updated."));
        return env.ASANA_GATEWAY.getByName(name).fetch(request);
      },
    }),
    () => HOUSE,
    nobody,
  );
  const far = { baseUrl: BASE, token: async () => token, sleep: async () => {}, now: () => new Date() };
  const asana = liveAsana({ ...far, fetch: dying });
  expect(await asana.me()).toMatchObject({ gid: "10" });
  const told = { name: "RetryableError", code: "asana_unreachable", message: expect.stringContaining("may have been") };
  await expect(asana.postComment("5", "<body>1</body>")).rejects.toMatchObject(told);
  expect(deaths).toBe(3);
});

test("after a 429 nobody calls until Asana's time is over, not even after an eviction", async () => {
  let now = Date.now();
  let calls = 0;
  playUpstream({
    now: () => now,
    answer: async () => {
      calls += 1;
      return calls === 1 ? new Response("{}", { status: 429, headers: { "retry-after": "30" } }) : ok(ME);
    },
  });
  const names: string[] = [];
  const fetch = throughGateway(
    BASE,
    (name) => {
      names.push(name);
      return env.ASANA_GATEWAY.getByName(name);
    },
    () => HOUSE,
    nobody,
  );
  const asana = liveAsana({
    baseUrl: BASE,
    token: async () => token,
    fetch,
    sleep: async () => {},
    now: () => new Date(),
  });
  const limited = { name: "RetryableError", code: "asana_rate_limited" };
  await expect(asana.me()).rejects.toMatchObject({ ...limited, retryAfterMs: 30_000 });
  now += 12_000;
  await expect(port().me()).rejects.toMatchObject({ ...limited, retryAfterMs: 18_000 });
  await evictGateway(names[0] ?? "");
  await expect(port().me()).rejects.toMatchObject({ ...limited, retryAfterMs: 18_000 });
  expect(calls).toBe(1);
  now += 18_000;
  expect(await port().me()).toMatchObject({ gid: "10" });
  expect(names[0]).not.toContain(token);
});

describe("a write under a lease", () => {
  test("leaves while the epoch holds it, and is refused once it ran out: nothing reaches Asana", async () => {
    const world = enterWorld();
    const task = freshTask();
    giveTask(world, task);
    await poke(world, task);
    const grant = await runOf(task).acquire(takeExecution(world).attempt);
    if (!grant.ok) throw new Error(grant.refusal.detail);
    const { epoch } = grant.value;
    let calls = 0;
    playUpstream({
      answer: async () => {
        calls += 1;
        return ok({ data: { gid: "8", name: "x.bin", size: 1 } });
      },
    });
    const file = { name: "x.bin", mediaType: "text/plain", bytes: new Uint8Array([1]) };
    const attempt = (of: number) => port({ client: "unit", taskGid: task, epoch: of }).attach(task, file);
    await attempt(epoch);
    const lost = { name: "PermanentError", code: "lease_lost" };
    await expect(attempt(epoch + 1)).rejects.toMatchObject(lost);
    world.now += world.leaseMs + 1;
    await expect(attempt(epoch)).rejects.toMatchObject(lost);
    expect(calls).toBe(1);
  });
});

async function evictGateway(name: string): Promise<void> {
  const { evictDurableObject } = await import("cloudflare:test");
  await evictDurableObject(env.ASANA_GATEWAY.getByName(name));
}
