import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { playAsana } from "../../sandbox/asana/play.ts";
import { PATS } from "../../sandbox/asana/seed.ts";
import type { Sandbox } from "../../sandbox/kit/server.ts";
import { PROJECTS, USERS, WORKSPACE } from "../../sandbox/seed.ts";
import {
  ask,
  baseOf,
  line,
  officialClient,
  type Receiver,
  signatureOf,
  startAsana,
  startReceiver,
} from "./asana-support.ts";

let sandbox: Sandbox;
let receiver: Receiver;
beforeEach(async () => {
  sandbox = await startAsana();
  receiver = await startReceiver();
});
afterEach(async () => {
  await sandbox.stop();
  await receiver.stop();
});

const maya = () => playAsana(baseOf(sandbox), PATS.maya);
const hook = () => playAsana(baseOf(sandbox), PATS.jessie).hook(receiver.url);
const webhook = async (gid: string) => (await ask(sandbox, PATS.jessie, "GET", `/webhooks/${gid}`)).body.data;
const fault = (name: string, extra: object = {}) =>
  fetch(`${sandbox.url}/_sandbox/faults`, {
    method: "POST",
    body: JSON.stringify({ faults: [{ upstream: "asana", kind: "custom", name, ...extra }] }),
  });
/** The heartbeat came, so that what follows is only about events. */
const hooked = async () => {
  const made = await hook();
  await receiver.until((_, deliveries) => deliveries.length > 0);
  return made;
};

describe("creating a webhook", () => {
  it("answers 201 with the secret once the target echoed it, then sends an empty heartbeat", async () => {
    const created = await officialClient(sandbox, PATS.jessie).webhooks.createWebhookWithHttpInfo(
      { data: { resource: PROJECTS.intake.gid, target: receiver.url } },
      {},
    );
    expect(created.response.status).toBe(201);
    expect(JSON.parse(created.response.text)).toMatchObject({
      data: {
        resource: { gid: PROJECTS.intake.gid, name: "Jessie Intake" },
        target: receiver.url,
        delivery_retry_count: 0,
      },
      "X-Hook-Secret": "shh",
    });
    await receiver.until((_, deliveries) => deliveries.length > 0);
    expect(receiver.deliveries[0]?.raw).toBe('{"events":[]}');
  });

  it("is a 400 when the target does not echo the secret, and leaves nothing behind", async () => {
    receiver.echo(false);
    await expect(hook()).rejects.toThrow("answered 400");
    const listed = await ask(sandbox, PATS.jessie, "GET", `/webhooks?workspace=${WORKSPACE.gid}`);
    expect(listed.body.data).toEqual([]);
  });

  it.each([
    ["http://127.0.0.1:9/", 400, "handshake"],
    ["https://example.com/hook", 403, "loopback"],
    ["not a url", 400, "Not a valid URL"],
    ["ftp://127.0.0.1/", 400, "Not a valid URL"],
  ])("is refused for the target %s", async (target, status, reason) => {
    const answer = await ask(sandbox, PATS.jessie, "POST", "/webhooks", { resource: PROJECTS.intake.gid, target });
    expect([answer.status, answer.body.errors[0].message]).toEqual([status, expect.stringContaining(reason)]);
  });

  it("cannot be delivered at a pace that is no number, and the sandbox says so at start", async () => {
    await expect(startAsana({ options: { "webhook-retry-ms": "soon" } })).rejects.toThrow("must be a number");
  });

  it("belongs to whoever made it", async () => {
    const { gid } = await hook();
    expect((await ask(sandbox, PATS.maya, "GET", `/webhooks/${gid}`)).status).toBe(404);
    expect((await ask(sandbox, PATS.jessie, "GET", "/webhooks")).status).toBe(400);
  });
});

describe("a delivery", () => {
  it("is signed over its exact bytes", async () => {
    await hooked();
    await maya().createTask({ name: "Sígn me 🖋" });
    await receiver.until((events) => events.length > 0);
    for (const { raw, headers } of receiver.deliveries) expect(headers["x-hook-signature"]).toBe(signatureOf(raw));
  });

  it("of a new, assigned task tells its places and its stories", async () => {
    await hooked();
    await maya().createTask({ name: "SEO report" });
    const events = await receiver.until((all) => all.some((event) => line(event).startsWith("added story assigned")));
    expect(events.map(line)).toEqual([
      "added task in project",
      "added task in section",
      "added story added_to_project in task",
      "added story assigned in task",
    ]);
    expect(events[0]).toEqual({
      user: { gid: USERS.maya.gid, resource_type: "user" },
      created_at: expect.stringMatching(/Z$/),
      action: "added",
      resource: { gid: expect.any(String), resource_type: "task", resource_subtype: "default_task" },
      parent: { gid: PROJECTS.intake.gid, resource_type: "project" },
    });
  });

  it("of changes carries a new value only when that is an object", async () => {
    const { gid } = await maya().createTask({ name: "x", assignee: null });
    await hooked();
    await maya().assign(gid, USERS.jessie.gid);
    await maya().complete(gid);
    await maya().update(gid, { name: "y" });
    const events = await receiver.until((all) => all.some((event) => event.change?.field === "name"));
    expect(events.map(line)).toEqual([
      "changed task assignee",
      "added story assigned in task",
      "changed task completed",
      "changed task completed_at",
      "added story marked_complete in task",
      "changed task name",
    ]);
    expect(events.map((event) => event.change)).toEqual([
      { field: "assignee", action: "changed", new_value: { gid: USERS.jessie.gid, resource_type: "user" } },
      undefined,
      { field: "completed", action: "changed" },
      { field: "completed_at", action: "changed" },
      undefined,
      { field: "name", action: "changed" },
    ]);
    expect(events[0]?.parent).toBeNull();
  });

  it("of a comment names its task", async () => {
    const { gid } = await maya().createTask({ name: "x" });
    await hooked();
    const comment = await maya().comment(gid, "please");
    const [event] = await receiver.until((events) => events.length > 0);
    expect(event).toMatchObject({
      action: "added",
      resource: { gid: comment.gid, resource_type: "story", resource_subtype: "comment_added" },
      parent: { gid, resource_type: "task", resource_subtype: "default_task" },
    });
  });

  it("passes the filters, and a replaced list of filters counts at once", async () => {
    const filters = [{ resource_type: "task", action: "changed", fields: ["assignee"] }];
    const made = await ask(sandbox, PATS.jessie, "POST", "/webhooks", {
      resource: PROJECTS.intake.gid,
      target: receiver.url,
      filters,
    });
    const { gid } = await maya().createTask({ name: "x", assignee: null });
    await maya().update(gid, { assignee: USERS.jessie.gid, name: "y" });
    expect((await receiver.until((events) => events.length > 0)).map(line)).toEqual(["changed task assignee"]);
    await officialClient(sandbox, PATS.jessie).webhooks.updateWebhook(
      { data: { filters: [{ resource_type: "story", resource_subtype: "comment_added" }] } },
      made.body.data.gid,
      {},
    );
    await maya().assign(gid, null);
    await maya().comment(gid, "hi");
    expect((await receiver.until((events) => events.length > 1)).map(line).at(-1)).toBe(
      "added story comment_added in task",
    );
  });

  it("ends with the webhook", async () => {
    const { gid } = await hooked();
    await officialClient(sandbox, PATS.jessie).webhooks.deleteWebhook(gid);
    expect((await ask(sandbox, PATS.jessie, "GET", `/webhooks/${gid}`)).status).toBe(404);
    await maya().createTask({ name: "unseen" });
    const second = await startReceiver();
    await playAsana(baseOf(sandbox), PATS.jessie).hook(second.url);
    await maya().createTask({ name: "seen" });
    await second.until((events) => events.length > 0);
    expect(receiver.deliveries.flatMap(({ events }) => events)).toEqual([]);
    await second.stop();
  });
});

describe("a delivery that is not acknowledged", () => {
  it.each([500, 302, 201, 0])(
    "with %s is tried again with the same events, and shown on the webhook",
    async (status) => {
      const { gid } = await hooked();
      receiver.answerWith(status);
      await maya().createTask({ name: "again", assignee: null });
      await receiver.until((events) => events.filter((event) => event.resource.resource_type === "task").length >= 4);
      const failing = await webhook(gid);
      expect(failing.delivery_retry_count).toBeGreaterThanOrEqual(1);
      expect(failing).toMatchObject({
        last_failure_at: expect.any(String),
        next_attempt_after: expect.any(String),
        failure_deletion_timestamp: expect.any(String),
      });
      if (status >= 200) expect(failing.last_failure_content).toContain(String(status));
      receiver.answerWith(204);
      const before = receiver.deliveries.length;
      await receiver.until((_, deliveries) => deliveries.length > before);
      await maya().createTask({ name: "later", assignee: null });
      await receiver.until((_, deliveries) => deliveries.length > before + 1);
      expect((await webhook(gid)).delivery_retry_count).toBe(0);
    },
  );

  it("survives a restart of the sandbox", async () => {
    const dir = mkdtempSync(join(tmpdir(), "asana-restart-"));
    const first = await startAsana({ stateDir: dir });
    await playAsana(baseOf(first), PATS.jessie).hook(receiver.url);
    await receiver.until((_, deliveries) => deliveries.length > 0);
    receiver.answerWith(500);
    const { gid } = await playAsana(baseOf(first), PATS.maya).createTask({ name: "kept" });
    await receiver.until((events) => events.length > 0);
    await first.stop();
    receiver.answerWith(200);
    const before = receiver.deliveries.length;
    const second = await startAsana({ stateDir: dir });
    await receiver.until((_, deliveries) => deliveries.length > before);
    expect(receiver.deliveries.at(-1)?.events[0]?.resource.gid).toBe(gid);
    expect((await playAsana(baseOf(second), PATS.maya).stories(gid)).length).toBe(2);
    await second.stop();
    rmSync(dir, { recursive: true });
  });

  it("for 24 hours ends the webhook", async () => {
    let time = new Date("2026-11-20T10:00:00.000Z");
    const other = await startAsana({ now: () => time });
    const { gid } = await playAsana(baseOf(other), PATS.jessie).hook(receiver.url);
    await receiver.until((_, deliveries) => deliveries.length > 0);
    receiver.answerWith(500);
    await playAsana(baseOf(other), PATS.maya).createTask({ name: "never" });
    const retries = async () =>
      (await ask(other, PATS.jessie, "GET", `/webhooks/${gid}`)).body.data.delivery_retry_count;
    await expect.poll(retries).toBe(1);
    time = new Date("2026-11-21T10:00:01.000Z");
    const before = receiver.deliveries.length;
    await playAsana(baseOf(other), PATS.maya).createTask({ name: "wakes the courier" });
    await receiver.until((_, deliveries) => deliveries.length > before);
    const reads = async () => (await ask(other, PATS.jessie, "GET", `/webhooks/${gid}`)).status;
    await expect.poll(reads).toBe(404);
    await other.stop();
  });
});

describe("delivery faults", () => {
  it("duplicate: the same batch arrives n times", async () => {
    await hooked();
    await fault("duplicate", { params: { copies: 50 }, times: 1 });
    await maya().createTask({ name: "x" });
    await receiver.until((_, deliveries) => deliveries.length >= 51);
    expect(new Set(receiver.deliveries.slice(1).map(({ raw }) => raw)).size).toBe(1);
  });

  it("split and reorder: every event arrives once, in other parcels", async () => {
    await hooked();
    await fault("split", { params: { parts: 4 } });
    await fault("reorder", { params: { seed: 3 } });
    await maya().createTask({ name: "x" });
    const events = await receiver.until((all) => all.length === 4);
    expect(receiver.deliveries.slice(1).map((delivery) => delivery.events.length)).toEqual([1, 1, 1, 1]);
    expect(events.map(line).sort()).toEqual([
      "added story added_to_project in task",
      "added story assigned in task",
      "added task in project",
      "added task in section",
    ]);
  });

  it("drop: what is lost never comes back", async () => {
    await hooked();
    await fault("drop", { params: { percent: 100 }, times: 1 });
    const lost = await maya().createTask({ name: "lost" });
    await expect.poll(async () => (await (await fetch(`${sandbox.url}/_sandbox/faults`)).json()).items[0].hits).toBe(1);
    const seen = await maya().createTask({ name: "seen" });
    const events = await receiver.until((all) => all.length >= 4);
    expect(events.some((event) => event.resource.gid === seen.gid)).toBe(true);
    expect(events.some((event) => event.resource.gid === lost.gid)).toBe(false);
  });
});

describe("the event stream", () => {
  const read = (sync?: string) =>
    ask(
      sandbox,
      PATS.jessie,
      "GET",
      `/events?resource=${PROJECTS.intake.gid}${sync === undefined ? "" : `&sync=${sync}`}`,
    );

  it("starts with 412 and a token, then tells each event once, with names", async () => {
    const first = await read();
    expect([first.status, Object.keys(first.body).sort()]).toEqual([412, ["errors", "sync"]]);
    await maya().createTask({ name: "streamed", assignee: null });
    const page = await read(first.body.sync);
    expect(page.body).toMatchObject({
      data: [
        { action: "added", type: "task", resource: { name: "streamed" }, user: { name: "Maya Lindqvist" } },
        {},
        {},
      ],
      has_more: false,
    });
    expect((await read(page.body.sync)).body.data).toEqual([]);
    expect((await read(first.body.sync)).body.data).toHaveLength(3);
  });

  it("gives 412 for a token of nothing", async () => {
    expect((await read("made-up")).status).toBe(412);
    expect((await ask(sandbox, PATS.jessie, "GET", "/events?resource=77")).status).toBe(404);
  });

  it("goes on in pages of 100", async () => {
    const { sync } = (await read()).body;
    const { gid } = await maya().createTask({ name: "busy", assignee: null });
    for (let n = 0; n < 110; n += 1) await maya().comment(gid, `comment ${n}`);
    const first = (await read(sync)).body;
    expect([first.data.length, first.has_more]).toEqual([100, true]);
    const second = (await read(first.sync)).body;
    expect([second.data.length, second.has_more]).toEqual([13, false]);
  });
});
