import { beforeEach, describe, expect, test } from "vitest";
import { ProblemSchema } from "../../src/core/wire.ts";
import { handleRequest } from "../../src/http/router.ts";
import { hmacSha256Hex } from "../../src/lib/hash.ts";
import { JESSIE, MAYA } from "../support/run-cases.ts";
import { BUILDS, bodyOf, type Desk, deliver, knock, newDesk } from "./hands.ts";

let desk: Desk;

beforeEach(() => {
  desk = newDesk();
});

const AT = "2040-11-22T09:00:00.000Z";
const changed = (gid: string) => ({
  action: "changed",
  created_at: AT,
  resource: { gid, resource_type: "task" },
  user: { gid: MAYA.gid },
  change: { field: "assignee" },
});
const commented = (taskGid: string, gid: string, by: string = MAYA.gid) => ({
  action: "added",
  created_at: AT,
  resource: { gid, resource_type: "story", resource_subtype: "comment_added" },
  parent: { gid: taskGid, resource_type: "task" },
  user: { gid: by },
});
const body = (...events: object[]) => JSON.stringify({ events });

describe("the handshake", () => {
  test("with a configured secret is echoed and enqueues nothing", async () => {
    desk.secrets = ["old", "abc123"];
    const response = await knock(desk, "POST", "/webhooks/asana", { "X-Hook-Secret": "abc123" });
    expect([response.status, response.headers.get("X-Hook-Secret"), await response.text()]).toEqual([
      200,
      "abc123",
      "",
    ]);
  });

  test.each(["", "?project=100", "?registration=00000000-0000-4000-8000-000000000009", "?registration=x"])(
    "that nobody asked for is refused, whatever it names (%s)",
    async (query) => {
      const response = await knock(desk, "POST", `/webhooks/asana${query}`, { "X-Hook-Secret": "abc123" });
      expect([response.status, response.headers.get("X-Hook-Secret")]).toEqual([403, null]);
      expect((await bodyOf(response, ProblemSchema)).code).toBe("handshake_not_asked_for");
    },
  );

  test.each(["", "x".repeat(513)])("refuses a secret that is empty or too long", async (secret) => {
    expect((await knock(desk, "POST", "/webhooks/asana", { "X-Hook-Secret": secret })).status).toBe(400);
  });
});

describe("a signature", () => {
  test.each<[string, string | null]>([
    ["of another secret", "other"],
    ["that is missing", null],
  ])("%s is refused before anything is parsed", async (_what, secret) => {
    for (const text of [body(changed("1")), "{malformed", ""]) {
      const response = await deliver(desk, text, { secret });
      expect([response.status, (await bodyOf(response, ProblemSchema)).code]).toEqual([401, "bad_signature"]);
    }
    expect(desk.runs).toEqual([]);
  });

  test("of other bytes is refused", async () => {
    const signature = await hmacSha256Hex("s3cret", body(changed("1")));
    const response = await deliver(desk, body(changed("2")), {
      secret: null,
      headers: { "X-Hook-Signature": signature },
    });
    expect(response.status).toBe(401);
  });

  test("of each of two live secrets is taken", async () => {
    desk.secrets = ["old", "new"];
    for (const secret of ["old", "new"]) expect((await deliver(desk, body(changed("1")), { secret })).status).toBe(200);
    expect((await deliver(desk, body(changed("1")), { secret: "old,new" })).status).toBe(401);
  });

  test("cannot be checked without a secret, and then nothing is taken", async () => {
    desk.secrets = [];
    const response = await deliver(desk, body(changed("1")));
    expect([response.status, (await bodyOf(response, ProblemSchema)).detail]).toEqual([
      503,
      expect.stringContaining("ASANA_WEBHOOK_SECRET"),
    ]);
  });
});

describe("a delivery over 1 MiB", () => {
  const big = `{"events":[],"x":"${"x".repeat(1024 * 1024)}"}`;

  test("is refused by its declared length", async () => {
    expect((await deliver(desk, "{}", { headers: { "content-length": String(1024 * 1024 + 1) } })).status).toBe(413);
  });

  test("is refused while it streams, whatever it declares, and not read to its end", async () => {
    let pulled = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(64 * 1024));
        if (pulled > 1_000) controller.close();
      },
    });
    const request = new Request("https://control.example/webhooks/asana", { method: "POST", body: stream });
    expect((await handleRequest(request, desk.deps)).status).toBe(413);
    expect(pulled).toBeLessThan(30);
  });

  test("is refused although it is signed, and whatever length it claims", async () => {
    expect((await deliver(desk, big)).status).toBe(413);
    expect((await deliver(desk, big, { headers: { "content-length": "2" } })).status).toBe(413);
  });

  test("is taken when it is exactly that long", async () => {
    const frame = '{"events":[],"x":""}';
    const text = frame.replace('""', `"${"x".repeat(1024 * 1024 - frame.length)}"`);
    expect((await deliver(desk, text)).status).toBe(200);
  });
});

describe("a signed body", () => {
  test("that is not JSON is a 400", async () => {
    const response = await deliver(desk, "{malformed");
    expect([response.status, (await bodyOf(response, ProblemSchema)).code]).toEqual([400, "bad_json"]);
  });

  test.each(["[]", "null", '{"events":"x"}', "3"])("that is no list of events is a 400: %s", async (text) => {
    const response = await deliver(desk, text);
    expect([response.status, (await bodyOf(response, ProblemSchema)).code]).toEqual([400, "bad_delivery"]);
  });

  test("with an event of an unknown shape is taken all the same: refusing it would lose the good ones", async () => {
    expect((await deliver(desk, '{"events":[{"action":1},{"resource":null}]}')).status).toBe(200);
    expect(desk.runs).toEqual([]);
  });

  test("without events is a heartbeat: 200 and nothing to do", async () => {
    const response = await deliver(desk, body());
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect([desk.runs, desk.builds]).toEqual([[], []]);
  });

  test("with only Jessie's own comments is nothing to do", async () => {
    expect((await deliver(desk, body(commented("1", "91", JESSIE.gid)))).status).toBe(200);
    expect(desk.runs).toEqual([]);
  });
});

describe("events", () => {
  test("become one message per task, comments and changes together", async () => {
    const response = await deliver(desk, body(commented("2", "91"), changed("1"), changed("2"), changed("2")), {
      query: "?project=100",
    });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(desk.runs.map((message) => [message.idempotencyKey, message.events.length])).toEqual([
      ["team-agent-run:1", 1],
      ["team-agent-run:2", 2],
    ]);
    expect(desk.builds).toEqual([]);
  });

  test("go to the queue of their project, and to both when none is named", async () => {
    await deliver(desk, body(changed("1")), { query: `?project=${BUILDS}` });
    expect([desk.runs.length, desk.builds.length]).toEqual([0, 1]);
    await deliver(desk, body(changed("1")));
    await deliver(desk, body(changed("1")), { query: "?project=unknown" });
    expect([desk.runs.length, desk.builds.length]).toEqual([2, 3]);
  });

  test("are not acknowledged when a queue does not take them", async () => {
    desk.queueFailure = new Error("Queue is down.");
    expect((await deliver(desk, body(changed("1")))).status).toBe(500);
  });

  test("are acknowledged only after they are durable", async () => {
    const gate = Promise.withResolvers<void>();
    const slow = { ...desk.deps, enqueueRuns: () => gate.promise };
    let answered = false;
    const answer = deliver({ ...desk, deps: slow }, body(changed("1"))).then((response) => {
      answered = true;
      return response.status;
    });
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(answered).toBe(false);
    gate.resolve();
    expect(await answer).toBe(200);
  });
});
