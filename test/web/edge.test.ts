import { describe, expect, it } from "vitest";
import { WRITE_PASS_HEADER } from "../../src/core/wire-tickets.ts";
import { LOCAL, passOf, problemOf, TOKEN, world } from "./support/edge-world.ts";

describe("proxy to the control plane", () => {
  it("removes the prefix, keeps the query and adds token and staff member", async () => {
    const edge = world();
    await edge.fetch(new Request(`${LOCAL}/api/team-agent-runs?q=a%20b`));
    const [request] = edge.seen;
    expect(new URL(request?.url ?? "").pathname).toBe("/team-agent-runs");
    expect(new URL(request?.url ?? "").search).toBe("?q=a%20b");
    expect(request?.headers.get("x-agency-os-internal-token")).toBe(TOKEN);
    expect(request?.headers.get("x-agency-os-staff")).toBe("dev@localhost");
  });

  it("drops a token, a staff member, cookies and credentials that a client sends", async () => {
    const edge = world();
    const headers = {
      "X-Agency-OS-Internal-Token": "mine",
      "X-Agency-OS-Staff": "boss@agency.example",
      cookie: "a=b",
      authorization: "Bearer x",
    };
    await edge.fetch(new Request(`${LOCAL}/api/team-agent-runs`, { headers }));
    const sent = new Headers(edge.seen[0]?.headers);
    expect(sent.get("x-agency-os-internal-token")).toBe(TOKEN);
    expect(sent.get("x-agency-os-staff")).toBe("dev@localhost");
    expect([sent.get("cookie"), sent.get("authorization")]).toEqual([null, null]);
  });

  it("passes method and body on, and keeps the write pass to itself", async () => {
    const edge = world();
    const headers = {
      origin: LOCAL,
      "content-type": "application/json",
      [WRITE_PASS_HEADER]: await passOf(edge, LOCAL),
    };
    const init = { method: "POST", headers, body: '{"reason":"x"}' };
    await edge.fetch(new Request(`${LOCAL}/api/team-agent-runs/tar_1/cancel`, init));
    const [, sent] = edge.seen;
    expect([sent?.method, await sent?.text()]).toEqual(["POST", '{"reason":"x"}']);
    expect(sent?.headers.has(WRITE_PASS_HEADER)).toBe(false);
  });

  it("reads the token from a Secrets Store binding, and of several uses the first", async () => {
    const edge = world({ AGENCY_OS_INTERNAL_API_TOKEN: { get: async () => " new-token , old-token" } });
    await edge.fetch(new Request(`${LOCAL}/api/health`));
    expect(edge.seen[0]?.headers.get("x-agency-os-internal-token")).toBe("new-token");
  });

  it("without a token says which secret is missing and asks nobody", async () => {
    const edge = world({ AGENCY_OS_INTERNAL_API_TOKEN: " " });
    const response = await edge.fetch(new Request(`${LOCAL}/api/health`));
    expect(await problemOf(response)).toMatchObject({
      status: 503,
      code: "token_missing",
      detail: expect.stringContaining("AGENCY_OS_INTERNAL_API_TOKEN"),
    });
    expect(edge.seen).toHaveLength(0);
  });

  it("a control plane that does not answer is a 502 without its inner message", async () => {
    const edge = world({}, () => {
      throw new Error(`connection refused ${TOKEN}`);
    });
    const response = await edge.fetch(new Request(`${LOCAL}/api/health`));
    expect(response.status).toBe(502);
    expect(await response.text()).not.toContain(TOKEN);
  });

  it("an error of the control plane arrives as it was", async () => {
    const edge = world(
      {},
      () =>
        new Response('{"code":"no_such_run"}', {
          status: 404,
          headers: { "content-type": "application/problem+json" },
        }),
    );
    const response = await edge.fetch(new Request(`${LOCAL}/api/team-agent-runs/tar_9`));
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ code: "no_such_run" });
  });

  it.each(["/api/internal/snapshots/x", "/api/INTERNAL/anything", "/api/internal/opsx", "/api/webhooks/asana"])(
    "keeps %s closed to browsers",
    async (path) => {
      const edge = world();
      expect((await edge.fetch(new Request(LOCAL + path))).status).toBe(404);
      expect(edge.seen).toHaveLength(0);
    },
  );

  it.each(["/ops", "/ops/bulk", "/holds", "/webhooks/check", "/dead-letters", "/actors/team-agent-run/1"])(
    "asks the control plane whether this member of staff is an operator at /internal%s",
    async (path) => {
      const edge = world({}, () => Response.json({ code: "ops_only" }, { status: 403 }));
      const refused = await edge.fetch(new Request(`${LOCAL}/api/internal${path}`));
      expect([refused.status, await refused.json()]).toEqual([403, { code: "ops_only" }]);
      expect(edge.seen[0]?.headers.get("x-agency-os-staff")).toBe("dev@localhost");
    },
  );

  it.each(["/api//internal/actors", "/api/x/%2e%2e%2finternal", "/api/team%2fagent", "/api/x%5cy"])(
    "refuses the ambiguous path %s",
    async (path) => {
      const edge = world();
      expect((await edge.fetch(new Request(LOCAL + path))).status).toBe(400);
      expect(edge.seen).toHaveLength(0);
    },
  );

  it("dots in a path are resolved before the prefix is looked at", async () => {
    const edge = world();
    await edge.fetch(new Request(`${LOCAL}/api/x/../../internal/snapshots/x`));
    expect(edge.seen).toHaveLength(0);
  });
});

describe("headers", () => {
  it("a page may run our own script only and be framed by nobody", async () => {
    const response = await world().fetch(new Request(`${LOCAL}/runs/tar_1`));
    const policy = response.headers.get("content-security-policy") ?? "";
    for (const part of [
      "default-src 'self'",
      "script-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]) {
      expect(policy).toContain(part);
    }
    expect(policy).toContain("connect-src 'self' ws://127.0.0.1:8788");
    expect(policy).not.toContain("unsafe");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("the policy of a report file is the control plane's own", async () => {
    const edge = world(
      {},
      () =>
        new Response("<h1>report</h1>", {
          headers: { "content-security-policy": "sandbox; default-src 'none'", "content-type": "text/html" },
        }),
    );
    const response = await edge.fetch(new Request(`${LOCAL}/api/report-artifacts/a1/files/report`));
    expect(response.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
    expect(await response.text()).toBe("<h1>report</h1>");
  });

  it("a report file without a policy is sandboxed all the same", async () => {
    const edge = world({}, () => new Response("<script>1</script>", { headers: { "content-type": "text/html" } }));
    const response = await edge.fetch(new Request(`${LOCAL}/api/report-artifacts/a1/files/report`));
    expect(response.headers.get("content-security-policy")).toContain("sandbox");
  });

  it("data can do nothing when it is opened as a document, and is not stored", async () => {
    const response = await world().fetch(new Request(`${LOCAL}/api/team-agent-runs`));
    expect(response.headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("hashed files are kept for good, the page never", async () => {
    const edge = world();
    const file = await edge.fetch(new Request(`${LOCAL}/assets/main-AB12.js`));
    const page = await edge.fetch(new Request(`${LOCAL}/`));
    expect(file.headers.get("cache-control")).toContain("immutable");
    expect(page.headers.get("cache-control")).toBe("no-cache");
  });
});

describe("pages", () => {
  it("every address of the interface is its one page", async () => {
    for (const path of ["/", "/runs/tar_1", "/reports", "/nothing/here"]) {
      const response = await world().fetch(new Request(LOCAL + path));
      expect([response.status, await response.text()]).toEqual([200, "<!doctype html>page"]);
    }
  });

  it("a file of an older build is not found instead of being the page", async () => {
    const response = await world().fetch(new Request(`${LOCAL}/assets/main-OLD.js`));
    expect(await problemOf(response)).toMatchObject({ status: 404, code: "not_found" });
  });

  it("no answer of the edge itself carries the token", async () => {
    const edge = world();
    for (const path of ["/", "/assets/main-AB12.js", "/api/internal/x", "/api//x"]) {
      const response = await edge.fetch(new Request(LOCAL + path));
      expect(JSON.stringify([...response.headers]) + (await response.text())).not.toContain(TOKEN);
    }
  });
});
