import { env } from "cloudflare:workers";
import * as v from "valibot";
import { beforeEach, describe, expect, test } from "vitest";
import { ConfigError, PermanentError, RetryableError } from "../../src/core/errors.ts";
import { HANDSHAKE_MS } from "../../src/core/intake/webhooks.ts";
import { WebhookCheckSchema, WebhookHealthSchema, type WebhookView } from "../../src/core/wire-ops.ts";
import { handleRequest } from "../../src/http/router.ts";
import { hmacSha256Hex } from "../../src/lib/hash.ts";
import { INTAKE, NOW } from "../support/run-cases.ts";
import { ask, BUILDS, bodyOf, type Desk, deliver, knock, newDesk, TOKEN } from "./hands.ts";

let desk: Desk;

beforeEach(async () => {
  desk = newDesk();
  await env.PLATFORM_BUILD_DB.prepare("DELETE FROM asana_webhooks").run();
});

const Checks = v.object({ items: v.array(WebhookCheckSchema) });
const ORIGIN = "https://control.example";
async function check(body: object = { origin: ORIGIN }): Promise<readonly string[]> {
  const response = await ask(desk, "POST", "/internal/webhooks/check", { body: JSON.stringify(body) });
  return (await bodyOf(response, Checks)).items.map(({ projectGid, outcome }) => `${projectGid} ${outcome}`);
}
async function hooks(project: string = INTAKE): Promise<readonly WebhookView[]> {
  const health = await bodyOf(await ask(desk, "GET", "/internal/webhooks"), WebhookHealthSchema);
  return health.items.filter((one) => one.projectGid === project);
}
async function hook(project: string = INTAKE): Promise<WebhookView> {
  const found = (await hooks(project)).find((one) => one.state === "active");
  if (found === undefined) throw new Error(`Project ${project} has no active webhook.`);
  return found;
}
const queryOf = (target: string) => new URL(target).search;
const EVENTS = JSON.stringify({
  events: [
    { action: "changed", created_at: "2040-01-01T00:00:00.000Z", resource: { gid: "7", resource_type: "task" } },
  ],
});

describe("a check that repairs", () => {
  test("makes one webhook per project, each with its own secret, and then has nothing left to do", async () => {
    expect(await check()).toEqual([`${INTAKE} created`, `${BUILDS} created`]);
    expect(await check()).toEqual([`${INTAKE} works`, `${BUILDS} works`]);
    const made = await hook();
    expect(made.target).toBe(
      `https://control.example/webhooks/asana?project=${INTAKE}&registration=${made.registrationId}`,
    );
    expect(await desk.asana.webhooks(INTAKE)).toHaveLength(1);
    desk.secrets = [];
    const own = "secret-of-700001";
    expect((await deliver(desk, EVENTS, { secret: own, query: queryOf(made.target) })).status).toBe(200);
    expect((await deliver(desk, EVENTS, { secret: own, query: queryOf((await hook(BUILDS)).target) })).status).toBe(
      401,
    );
    expect(desk.runs.map((one) => one.taskGid)).toEqual(["7"]);
  });

  test("stores no secret that can be read", async () => {
    await check();
    const { results } = await env.PLATFORM_BUILD_DB.prepare("SELECT * FROM asana_webhooks").all();
    expect(results).toHaveLength(2);
    expect(JSON.stringify(results)).not.toContain("secret-of-");
    expect(JSON.stringify(await hooks())).not.toMatch(/sealed|secret-of-/);
  });

  test("makes a lost one anew, and keeps what became of the old one", async () => {
    await check();
    const before = await hook();
    await desk.asana.deleteWebhook(before.webhookGid ?? "");
    desk.now += HANDSHAKE_MS;
    expect(await check()).toEqual([`${INTAKE} created`, `${BUILDS} works`]);
    expect((await hook()).registrationId).not.toBe(before.registrationId);
    expect((await hooks()).find((one) => one.registrationId === before.registrationId)).toMatchObject({
      state: "lost",
      problem: expect.stringContaining("Asana has it no more"),
    });
  });

  test("moves to another address, and removes what delivers to the old one", async () => {
    await check();
    expect(await check({ origin: "https://moved.example/x" })).toEqual([`${INTAKE} created`, `${BUILDS} created`]);
    const targets = (await desk.asana.webhooks(INTAKE)).map(({ target }) => new URL(target).origin);
    expect(targets).toEqual(["https://moved.example"]);
  });

  test("replaces one whose secret no key opens any more; a rotation that keeps the old key replaces nothing", async () => {
    await check();
    desk.webhookKeys = ["a new key", "the first key of this registry"];
    expect(await check()).toEqual([`${INTAKE} works`, `${BUILDS} works`]);
    desk.webhookKeys = ["a new key"];
    expect(await check()).toEqual([`${INTAKE} created`, `${BUILDS} created`]);
  });

  test("makes nothing without a key to seal secrets with, and says which secret is missing", async () => {
    desk.webhookKeys = [];
    const response = await ask(desk, "POST", "/internal/webhooks/check", { body: JSON.stringify({ origin: ORIGIN }) });
    const { items } = await bodyOf(response, Checks);
    expect(items[0]).toMatchObject({ outcome: "failed", detail: expect.stringContaining("AGENCY_OS_WEBHOOK_KEY") });
    expect(await hooks()).toEqual([]);
  });

  test("goes on with the other project when one fails", async () => {
    desk.asana.faults.fail("webhooks", new ConfigError("asana_unauthorised", "The token has no access."));
    expect(await check()).toEqual([`${INTAKE} failed`, `${BUILDS} created`]);
  });

  test("finds the webhook of a creation whose answer got lost, and makes no second one", async () => {
    const lost = new RetryableError("asana_timeout", "No answer.");
    desk.asana.faults.fail("createWebhook", lost, { performed: true });
    expect(await check()).toEqual([`${INTAKE} failed`, `${BUILDS} created`]);
    expect(await check()).toEqual([`${INTAKE} works`, `${BUILDS} works`]);
    expect(await desk.asana.webhooks(INTAKE)).toHaveLength(1);
  });

  test("leaves alone what another check makes at the same moment", async () => {
    const { webhooks } = desk.asana;
    desk.asana.webhooks = async (projectGid) => {
      desk.asana.webhooks = webhooks;
      await check();
      return webhooks(projectGid);
    };
    expect(await check()).toEqual([`${INTAKE} works`, `${BUILDS} works`]);
    expect((await desk.asana.webhooks(INTAKE)).map(({ gid }) => gid)).toEqual([(await hook()).webhookGid]);
  });

  test("tries again after Asana refused", async () => {
    desk.asana.faults.fail("createWebhook", new PermanentError("asana_bad_request", "No."));
    expect(await check()).toEqual([`${INTAKE} failed`, `${BUILDS} created`]);
    expect((await hooks()).map(({ state, problem }) => [state, problem])).toEqual([["failed", "asana_bad_request"]]);
    expect(await check()).toEqual([`${INTAKE} created`, `${BUILDS} works`]);
  });

  test("forgets what ended two weeks ago", async () => {
    await check();
    await desk.asana.deleteWebhook((await hook()).webhookGid ?? "");
    desk.now += HANDSHAKE_MS;
    await check();
    expect(await hooks()).toHaveLength(2);
    desk.now += 15 * 24 * 3_600_000;
    await check();
    expect((await hooks()).map(({ state }) => state)).toEqual(["active"]);
  });
});

test("a check that only looks changes nothing in Asana", async () => {
  expect(await check({ repair: false, origin: ORIGIN })).toEqual([`${INTAKE} missing`, `${BUILDS} missing`]);
  expect(await desk.asana.webhooks(INTAKE)).toEqual([]);
});

test("a check from the panel repairs under the known address, not under the panel's, and makes none where none is known", async () => {
  const fromPanel = () =>
    handleRequest(
      new Request("https://panel.example/internal/webhooks/check", {
        method: "POST",
        headers: { "X-Agency-OS-Internal-Token": TOKEN, "X-Agency-OS-Staff": "ops@agency.example" },
        body: "{}",
      }),
      desk.deps,
    );
  const outcomes = async () => (await bodyOf(await fromPanel(), Checks)).items.map(({ outcome }) => outcome);
  expect(await outcomes()).toEqual(["none", "none"]);
  await check();
  const made = await hook();
  expect(await outcomes()).toEqual(["works", "works"]);
  expect(await hook()).toMatchObject({ registrationId: made.registrationId, problem: null });
  await desk.asana.deleteWebhook(made.webhookGid ?? "");
  desk.now += HANDSHAKE_MS;
  expect(await outcomes()).toEqual(["created", "works"]);
  expect(new URL((await hook()).target).origin).toBe(ORIGIN);
});

describe("rotating the secret of a webhook", () => {
  const rotate = (...projects: string[]) => check({ origin: ORIGIN, rotate: projects });
  const deliverTo = (view: WebhookView) =>
    deliver(desk, EVENTS, { secret: `secret-of-${view.webhookGid}`, query: queryOf(view.target) });

  test("gives that project a new webhook, removes the old one, and takes no delivery with the old secret again", async () => {
    desk.secrets = [];
    await check();
    const [before, other] = [await hook(), await hook(BUILDS)];
    expect((await deliverTo(before)).status).toBe(200);
    expect(await rotate(INTAKE)).toEqual([`${INTAKE} created`]);
    const after = await hook();
    expect((await desk.asana.webhooks(INTAKE)).map(({ gid }) => gid)).toEqual([after.webhookGid]);
    expect([(await deliverTo(before)).status, (await deliverTo(after)).status]).toEqual([503, 200]);
    expect((await hook(BUILDS)).registrationId).toBe(other.registrationId);
    expect(await check()).toEqual([`${INTAKE} works`, `${BUILDS} works`]);
  });

  test("takes deliveries of the old one until it is removed", async () => {
    desk.secrets = [];
    await check();
    const before = await hook();
    const { deleteWebhook } = desk.asana;
    const meanwhile: number[] = [];
    desk.asana.deleteWebhook = async (gid) => {
      meanwhile.push((await deliverTo(before)).status, (await desk.asana.webhooks(INTAKE)).length);
      return deleteWebhook(gid);
    };
    await rotate(INTAKE);
    expect(meanwhile).toEqual([200, 2]);
  });

  test("that Asana refuses leaves the old one at work, and says so", async () => {
    await check();
    const before = await hook();
    desk.asana.faults.fail("createWebhook", new PermanentError("asana_bad_request", "No."));
    expect(await rotate(INTAKE)).toEqual([`${INTAKE} failed`]);
    expect((await deliverTo(before)).status).toBe(200);
    expect(await check()).toEqual([`${INTAKE} works`, `${BUILDS} works`]);
    expect((await hook()).registrationId).toBe(before.registrationId);
  });

  test("whose removal failed is finished by the next check", async () => {
    desk.secrets = [];
    await check();
    const before = await hook();
    desk.asana.faults.fail("deleteWebhook", new RetryableError("asana_unavailable", "Later."));
    expect(await rotate(INTAKE)).toEqual([`${INTAKE} failed`]);
    expect(await check()).toEqual([`${INTAKE} works`, `${BUILDS} works`]);
    expect(await desk.asana.webhooks(INTAKE)).toHaveLength(1);
    expect((await deliverTo(before)).status).toBe(503);
    expect((await deliverTo(await hook())).status).toBe(200);
  });

  test("waits for one that is just being made", async () => {
    desk.asana.faults.fail("createWebhook", new RetryableError("asana_timeout", "No answer yet."), { times: 2 });
    await check();
    expect(await rotate(INTAKE)).toEqual([`${INTAKE} failed`]);
    expect(await hooks()).toHaveLength(1);
  });

  test("is refused for a project that is none of ours, and by a check that only looks", async () => {
    await check();
    expect(await rotate("555")).toEqual(["555 failed"]);
    for (const body of [{ rotate: [INTAKE], repair: false }, { rotate: ["intake"] }])
      expect((await ask(desk, "POST", "/internal/webhooks/check", { body: JSON.stringify(body) })).status).toBe(400);
  });
});

test("the secret of a webhook that Asana has no more signs nothing", async () => {
  desk.secrets = [];
  await check();
  const before = await hook();
  await desk.asana.deleteWebhook(before.webhookGid ?? "");
  desk.now += HANDSHAKE_MS;
  await check();
  const sent = await deliver(desk, EVENTS, { secret: `secret-of-${before.webhookGid}`, query: queryOf(before.target) });
  expect(sent.status).toBe(503);
});

test("the clock's check without any registration makes none: nobody said under which address", async () => {
  expect(await desk.deps.checkWebhooks({ origin: null, repair: true })).toMatchObject([
    { outcome: "none" },
    { outcome: "none" },
  ]);
  await check();
  await desk.asana.deleteWebhook((await hook()).webhookGid ?? "");
  desk.now += HANDSHAKE_MS;
  expect(await desk.deps.checkWebhooks({ origin: null, repair: true })).toMatchObject([
    { outcome: "created" },
    { outcome: "works" },
  ]);
  expect(new URL((await hook()).target).origin).toBe("https://control.example");
});

test("a webhook with a secret of its own is enough to be healthy", async () => {
  desk.secrets = [];
  const checks = async () => (await ask(desk, "GET", "/health")).text();
  expect(await checks()).toContain('"webhookSecret":"missing"');
  await check();
  expect(await checks()).toContain('"webhookSecret":"ok"');
});

test("health shows what Asana says of the deliveries", async () => {
  await check();
  const { webhookGid } = await hook();
  const deletionAt = "2040-11-23T09:00:00.000Z";
  const failed = { lastFailureAt: "2040-11-22T09:00:00.000Z", lastFailureContent: `500 ${"x".repeat(1_000)}` };
  desk.asana.putWebhook(webhookGid ?? "", { ...failed, retryCount: 3, deletionAt });
  await check({ repair: false });
  const seen = await hook();
  expect(seen).toMatchObject({ health: "failing", retryCount: 3, deletionAt, lastFailureAt: failed.lastFailureAt });
  expect(seen.lastFailureContent).toHaveLength(300);
});

test("a delivery is noted at most once a minute", async () => {
  await check();
  const { target } = await hook();
  const send = () => deliver(desk, EVENTS, { secret: "secret-of-700001", query: queryOf(target) });
  await send();
  desk.now += 59_000;
  await send();
  expect((await hook()).lastDeliveryAt).toBe(new Date(NOW).toISOString());
  desk.now += 1_000;
  await send();
  expect((await hook()).lastDeliveryAt).toBe(new Date(NOW + 60_000).toISOString());
});

test("a delivery is taken although it cannot be noted", async () => {
  await check();
  const { target } = await hook();
  await env.PLATFORM_BUILD_DB.exec(
    "CREATE TRIGGER unwell BEFORE UPDATE ON asana_webhooks BEGIN SELECT RAISE(ABORT, 'D1 is unwell'); END",
  );
  const answer = await deliver(desk, EVENTS, { secret: "secret-of-700001", query: queryOf(target) });
  await env.PLATFORM_BUILD_DB.exec("DROP TRIGGER unwell");
  expect([answer.status, desk.runs.map((one) => one.taskGid)]).toEqual([200, ["7"]]);
  expect((await hook()).lastDeliveryAt).toBeNull();
});

describe("a handshake", () => {
  const shake = (query: string, secret: string) =>
    knock(desk, "POST", `/webhooks/asana${query}`, { "X-Hook-Secret": secret });
  /** A registration that awaits its handshake. */
  async function awaited(): Promise<string> {
    desk.asana.faults.fail("createWebhook", new RetryableError("asana_timeout", "No answer yet."), { times: 2 });
    await check();
    const [row] = await hooks();
    return queryOf(row?.target ?? "");
  }

  test("of a registration that awaits it is taken once, and its secret signs from then on", async () => {
    const query = await awaited();
    const first = await shake(query, "offered");
    expect([first.status, first.headers.get("X-Hook-Secret")]).toEqual([200, "offered"]);
    expect((await shake(query, "another")).status).toBe(403);
    expect((await deliver(desk, EVENTS, { secret: "offered", query })).status).toBe(200);
    expect((await deliver(desk, EVENTS, { secret: "another", query })).status).toBe(401);
  });

  test("that comes too late is refused", async () => {
    const query = await awaited();
    desk.now += HANDSHAKE_MS;
    expect((await shake(query, "offered")).status).toBe(403);
  });

  test("cannot take over a registration that is at work", async () => {
    await check();
    const query = queryOf((await hook()).target);
    expect((await shake(query, "stranger")).status).toBe(403);
    expect((await deliver(desk, EVENTS, { secret: "stranger", query })).status).toBe(401);
  });
});

test("a secret that is configured signs for any target, also one whose registration is unknown", async () => {
  const query = "?project=100&registration=00000000-0000-4000-8000-000000000001";
  const headers = { "X-Hook-Signature": await hmacSha256Hex("s3cret", EVENTS) };
  const address = `https://control.example/webhooks/asana${query}`;
  const request = new Request(address, { method: "POST", body: EVENTS, headers });
  expect((await handleRequest(request, desk.deps)).status).toBe(200);
});
