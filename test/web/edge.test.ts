import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { ProblemSchema } from "../../src/core/wire.ts";
import { type EdgeEnv, isOps } from "../../web/edge/settings.ts";
import edge from "../../web/edge.ts";

const TOKEN = "the-service-token";
const LOCAL = "http://127.0.0.1:8788";
const REMOTE = "https://panel.agency.example";

interface World {
  readonly env: EdgeEnv;
  /** Requests that reached the control plane. */
  readonly seen: Request[];
}

function world(changes: Partial<EdgeEnv> = {}, answer: () => Response = () => Response.json({ ok: true })): World {
  const seen: Request[] = [];
  const pages: Readonly<Record<string, string>> = {
    "/index.html": "<!doctype html>page",
    "/assets/main-AB12.js": "code",
  };
  const env: EdgeEnv = {
    ENVIRONMENT: "local",
    OFFICE_IP_RANGES: "",
    AGENCY_OS_INTERNAL_API_TOKEN: TOKEN,
    ASSETS: {
      fetch: async (request) => {
        const body = pages[new URL(request.url).pathname];
        return body === undefined
          ? new Response(null, { status: 404 })
          : new Response(body, { headers: { etag: '"1"' } });
      },
    },
    CONTROL_PLANE: {
      fetch: async (request) => {
        seen.push(request);
        return answer();
      },
    },
    ...changes,
  };
  return { env, seen };
}

async function problemOf(response: Response): Promise<v.InferOutput<typeof ProblemSchema>> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return v.parse(ProblemSchema, await response.json());
}

describe("proxy to the control plane", () => {
  it("removes the prefix, keeps the query and adds token and staff member", async () => {
    const { env, seen } = world();
    await edge.fetch(new Request(`${LOCAL}/api/team-agent-runs?q=a%20b`), env);
    const [request] = seen;
    expect(new URL(request?.url ?? "").pathname).toBe("/team-agent-runs");
    expect(new URL(request?.url ?? "").search).toBe("?q=a%20b");
    expect(request?.headers.get("x-agency-os-internal-token")).toBe(TOKEN);
    expect(request?.headers.get("x-agency-os-staff")).toBe("dev@localhost");
  });

  it("drops a token, a staff member, cookies and credentials that a client sends", async () => {
    const { env, seen } = world();
    const headers = {
      "X-Agency-OS-Internal-Token": "mine",
      "X-Agency-OS-Staff": "boss@agency.example",
      cookie: "a=b",
      authorization: "Bearer x",
    };
    await edge.fetch(new Request(`${LOCAL}/api/team-agent-runs`, { headers }), env);
    const sent = new Headers(seen[0]?.headers);
    expect(sent.get("x-agency-os-internal-token")).toBe(TOKEN);
    expect(sent.get("x-agency-os-staff")).toBe("dev@localhost");
    expect([sent.get("cookie"), sent.get("authorization")]).toEqual([null, null]);
  });

  it("passes method and body on", async () => {
    const { env, seen } = world();
    const init = {
      method: "POST",
      headers: { origin: LOCAL, "content-type": "application/json" },
      body: '{"reason":"x"}',
    };
    await edge.fetch(new Request(`${LOCAL}/api/team-agent-runs/tar_1/cancel`, init), env);
    expect(seen[0]?.method).toBe("POST");
    expect(await seen[0]?.text()).toBe('{"reason":"x"}');
  });

  it("reads the token from a Secrets Store binding, and of several uses the first", async () => {
    const { env, seen } = world({ AGENCY_OS_INTERNAL_API_TOKEN: { get: async () => " new-token , old-token" } });
    await edge.fetch(new Request(`${LOCAL}/api/health`), env);
    expect(seen[0]?.headers.get("x-agency-os-internal-token")).toBe("new-token");
  });

  it("without a token says which secret is missing and asks nobody", async () => {
    const { env, seen } = world({ AGENCY_OS_INTERNAL_API_TOKEN: " " });
    const response = await edge.fetch(new Request(`${LOCAL}/api/health`), env);
    expect(await problemOf(response)).toMatchObject({
      status: 503,
      code: "token_missing",
      detail: expect.stringContaining("AGENCY_OS_INTERNAL_API_TOKEN"),
    });
    expect(seen).toHaveLength(0);
  });

  it("a control plane that does not answer is a 502 without its inner message", async () => {
    const { env } = world({}, () => {
      throw new Error(`connection refused ${TOKEN}`);
    });
    const response = await edge.fetch(new Request(`${LOCAL}/api/health`), env);
    expect(response.status).toBe(502);
    expect(await response.text()).not.toContain(TOKEN);
  });

  it("an error of the control plane arrives as it was", async () => {
    const { env } = world(
      {},
      () =>
        new Response('{"code":"no_such_run"}', {
          status: 404,
          headers: { "content-type": "application/problem+json" },
        }),
    );
    const response = await edge.fetch(new Request(`${LOCAL}/api/team-agent-runs/tar_9`), env);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ code: "no_such_run" });
  });

  it.each(["/api/internal/snapshots/x", "/api/INTERNAL/anything", "/api/internal/opsx", "/api/webhooks/asana"])(
    "keeps %s closed to browsers",
    async (path) => {
      const { env, seen } = world();
      expect((await edge.fetch(new Request(LOCAL + path), env)).status).toBe(404);
      expect(seen).toHaveLength(0);
    },
  );

  it.each(["/ops", "/ops/bulk", "/holds", "/webhooks/check", "/dead-letters", "/actors/team-agent-run/1"])(
    "lets everybody on their own machine at /internal%s, and elsewhere operators alone",
    async (path) => {
      const { env, seen } = world();
      expect((await edge.fetch(new Request(`${LOCAL}/api/internal${path}`), env)).status).toBe(200);
      const cloud = { ...env, ENVIRONMENT: "dev", OFFICE_IP_RANGES: "192.0.2.0/24", OPS_EMAILS: "tom@agency.example" };
      const headers = { "cf-connecting-ip": "192.0.2.7", "x-agency-os-staff": "tom@agency.example" };
      const refused = await edge.fetch(new Request(`${REMOTE}/api/internal${path}`, { headers }), cloud);
      expect([refused.status, (await problemOf(refused)).code]).toEqual([403, "ops_only"]);
      expect(seen).toHaveLength(1);
    },
  );

  it.each([
    ["tom@agency.example", true],
    ["TOM@Agency.example", true],
    ["maya@agency.example", false],
    ["", false],
    [null, false],
  ])("an operator is who OPS_EMAILS lists: %s", (staff, want) => {
    expect(isOps({ ...world({ ENVIRONMENT: "dev", OPS_EMAILS: "tom@agency.example, ,x@y" }).env }, staff)).toBe(want);
  });

  it.each(["/api//internal/actors", "/api/x/%2e%2e%2finternal", "/api/team%2fagent", "/api/x%5cy"])(
    "refuses the ambiguous path %s",
    async (path) => {
      const { env, seen } = world();
      expect((await edge.fetch(new Request(LOCAL + path), env)).status).toBe(400);
      expect(seen).toHaveLength(0);
    },
  );

  it("dots in a path are resolved before the prefix is looked at", async () => {
    const { env, seen } = world();
    await edge.fetch(new Request(`${LOCAL}/api/x/../../internal/snapshots/x`), env);
    expect(seen).toHaveLength(0);
  });
});

describe("headers", () => {
  it("a page may run our own script only and be framed by nobody", async () => {
    const response = await edge.fetch(new Request(`${LOCAL}/runs/tar_1`), world().env);
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
    const { env } = world(
      {},
      () =>
        new Response("<h1>report</h1>", {
          headers: { "content-security-policy": "sandbox; default-src 'none'", "content-type": "text/html" },
        }),
    );
    const response = await edge.fetch(new Request(`${LOCAL}/api/report-artifacts/a1/files/report`), env);
    expect(response.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
    expect(await response.text()).toBe("<h1>report</h1>");
  });

  it("a report file without a policy is sandboxed all the same", async () => {
    const { env } = world({}, () => new Response("<script>1</script>", { headers: { "content-type": "text/html" } }));
    const response = await edge.fetch(new Request(`${LOCAL}/api/report-artifacts/a1/files/report`), env);
    expect(response.headers.get("content-security-policy")).toContain("sandbox");
  });

  it("data can do nothing when it is opened as a document, and is not stored", async () => {
    const response = await edge.fetch(new Request(`${LOCAL}/api/team-agent-runs`), world().env);
    expect(response.headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("hashed files are kept for good, the page never", async () => {
    const { env } = world();
    const file = await edge.fetch(new Request(`${LOCAL}/assets/main-AB12.js`), env);
    const page = await edge.fetch(new Request(`${LOCAL}/`), env);
    expect(file.headers.get("cache-control")).toContain("immutable");
    expect(page.headers.get("cache-control")).toBe("no-cache");
  });
});

describe("pages", () => {
  it("every address of the interface is its one page", async () => {
    for (const path of ["/", "/runs/tar_1", "/reports", "/nothing/here"]) {
      const response = await edge.fetch(new Request(LOCAL + path), world().env);
      expect([response.status, await response.text()]).toEqual([200, "<!doctype html>page"]);
    }
  });

  it("a file of an older build is not found instead of being the page", async () => {
    const response = await edge.fetch(new Request(`${LOCAL}/assets/main-OLD.js`), world().env);
    expect(await problemOf(response)).toMatchObject({ status: 404, code: "not_found" });
  });

  it("no answer of the edge itself carries the token", async () => {
    const { env } = world();
    for (const path of ["/", "/assets/main-AB12.js", "/api/internal/x", "/api//x"]) {
      const response = await edge.fetch(new Request(LOCAL + path), env);
      expect(JSON.stringify([...response.headers]) + (await response.text())).not.toContain(TOKEN);
    }
  });
});

describe("who gets in", () => {
  const socket = { upgrade: "websocket", connection: "upgrade" };

  it.each([
    ["a write from another site", "POST", { origin: "https://evil.example" }],
    ["a write from the same machine on another port", "POST", { origin: "http://127.0.0.1:9999" }],
    ["a write from a sandboxed document", "POST", { origin: "null" }],
    ["a write the browser marks as cross-site", "POST", { "sec-fetch-site": "cross-site" }],
    ["a socket from another site", "GET", { ...socket, origin: "https://evil.example" }],
  ])("%s is refused", async (_claim, method, headers) => {
    const { env, seen } = world();
    const response = await edge.fetch(new Request(`${LOCAL}/api/team-agent-runs/live`, { method, headers }), env);
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "cross_origin" });
    expect(seen).toHaveLength(0);
  });

  it("a socket from the panel's own page passes, with its upgrade", async () => {
    const { env, seen } = world();
    await edge.fetch(
      new Request(`${LOCAL}/api/team-agent-runs/live?since=4`, { headers: { ...socket, origin: LOCAL } }),
      env,
    );
    expect(seen[0]?.headers.get("upgrade")).toBe("websocket");
    expect(new URL(seen[0]?.url ?? "").search).toBe("?since=4");
  });

  it("a foreign name that resolves to this machine is not answered", async () => {
    const response = await edge.fetch(new Request("http://rebound.evil.example:8788/api/team-agent-runs"), world().env);
    expect(await problemOf(response)).toMatchObject({ status: 421, code: "not_a_loopback_host" });
  });

  it("a method that is no known one is refused", async () => {
    const response = await edge.fetch(new Request(`${LOCAL}/api/x`, { method: "PROPFIND" }), world().env);
    expect((await problemOf(response)).status).toBe(405);
  });

  const office = { ENVIRONMENT: "production", OFFICE_IP_RANGES: "192.0.2.0/24, 2001:db8::/32" };
  const from = (address: string | null): HeadersInit => (address === null ? {} : { "cf-connecting-ip": address });

  it.each(["192.0.2.9", "2001:db8::9"])(
    "reads from the office address %s pass, without a staff member",
    async (address) => {
      const { env, seen } = world(office);
      expect(
        (await edge.fetch(new Request(`${REMOTE}/api/team-agent-runs`, { headers: from(address) }), env)).status,
      ).toBe(200);
      expect(seen[0]?.headers.get("x-agency-os-staff")).toBeNull();
    },
  );

  it.each(["198.51.100.1", "2001:db9::1", "not an address", null])("from %s nothing is served", async (address) => {
    const { env, seen } = world(office);
    for (const path of ["/", "/api/team-agent-runs", "/assets/main-AB12.js"]) {
      const response = await edge.fetch(new Request(REMOTE + path, { headers: from(address) }), env);
      expect(await problemOf(response)).toMatchObject({ status: 403, code: "not_in_the_office" });
    }
    expect(seen).toHaveLength(0);
  });

  it("with no range set nobody gets in, and a person reads why", async () => {
    const { env } = world({ ...office, OFFICE_IP_RANGES: "" });
    const headers = { ...from("192.0.2.9"), accept: "text/html" };
    const response = await edge.fetch(new Request(`${REMOTE}/`, { headers }), env);
    expect([response.status, response.headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
    expect(await response.text()).toContain("OFFICE_IP_RANGES is empty");
  });

  it("an environment that is not named counts as remote", async () => {
    const { env } = world({ ENVIRONMENT: "" });
    expect((await edge.fetch(new Request(`${LOCAL}/`), env)).status).toBe(403);
  });

  it("outside the local environment nothing can be changed", async () => {
    const { env, seen } = world(office);
    const init = { method: "POST", headers: { ...from("192.0.2.9"), origin: REMOTE } };
    const response = await edge.fetch(new Request(`${REMOTE}/api/team-agent-runs/tar_1/cancel`, init), env);
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "staff_identity_required" });
    expect(seen).toHaveLength(0);
  });
});
