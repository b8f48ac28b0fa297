import { beforeAll, describe, expect, it } from "vitest";
import { WRITE_PASS_HEADER } from "../../src/core/wire-tickets.ts";
import {
  CLOUD,
  claimsOf,
  LOCAL,
  OFFICE,
  passOf,
  problemOf,
  REMOTE,
  type SigningKey,
  signingKey,
  ticketOf,
  type World,
  world,
} from "./support/edge-world.ts";

const HOUR = 3_600_000;
const BOARD = "/team-agent-runs/live";
const socket = { upgrade: "websocket", connection: "upgrade", origin: LOCAL };

/** As the control plane answers the address of a socket to somebody who may open it. */
const may = () => Response.json({ code: "websocket_only" }, { status: 426 });

describe("a write pass", () => {
  const cancel = (edge: World, pass: string | null) =>
    edge.fetch(
      new Request(`${LOCAL}/api/team-agent-runs/tar_1/cancel`, {
        method: "POST",
        headers: { origin: LOCAL, ...(pass === null ? {} : { [WRITE_PASS_HEADER]: pass }) },
      }),
    );
  const codeOf = async (edge: World, pass: string | null) => (await problemOf(await cancel(edge, pass))).code;

  it("comes with who one is, and lets a write through", async () => {
    const edge = world();
    expect((await cancel(edge, await passOf(edge, LOCAL))).status).toBe(200);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE"])("is needed for %s, also from our own origin", async (method) => {
    const edge = world();
    const response = await edge.fetch(new Request(`${LOCAL}/api/x`, { method, headers: { origin: LOCAL } }));
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "write_pass_required" });
    expect(edge.seen).toHaveLength(0);
  });

  it("ends after four hours", async () => {
    const edge = world();
    const pass = await passOf(edge, LOCAL);
    edge.now += 4 * HOUR - 1;
    expect((await cancel(edge, pass)).status).toBe(200);
    edge.now += 1;
    expect(await codeOf(edge, pass)).toBe("write_pass_required");
  });

  it("is worth nothing for anybody else, under another service token, or as a ticket", async () => {
    const edge = world();
    const other = world({ DEV_STAFF_EMAIL: "ann@agency.example" });
    const rotated = world({ AGENCY_OS_INTERNAL_API_TOKEN: "the-next-token" });
    const pass = await passOf(edge, LOCAL);
    for (const one of [other, rotated]) expect(await codeOf(one, pass)).toBe("write_pass_required");
    const asTicket = await edge.fetch(new Request(`${LOCAL}/api${BOARD}?ticket=${pass}`, { headers: socket }));
    expect((await problemOf(asTicket)).code).toBe("ticket_required");
  });

  it.each(["", "x", "zzzzzzzz", ".", "zzzzzzzz.", "zzzzzzzz.!!", "zzzzzzzz.AAAA", "a.b.c", "x".repeat(500)])(
    "is not made up: %j",
    async (pass) => {
      expect(await codeOf(world(), pass)).toBe("write_pass_required");
    },
  );

  it("does not hold longer for a later date written on it", async () => {
    const edge = world();
    const [, signature] = (await passOf(edge, LOCAL)).split(".");
    expect(await codeOf(edge, `${(edge.now + 9 * HOUR).toString(36)}.${signature}`)).toBe("write_pass_required");
  });

  it("says nothing of the service token it is made from", async () => {
    expect(await passOf(world(), LOCAL)).toMatch(/^[0-9a-z]{8}\.[\w-]{43}$/);
  });
});

describe("a ticket for a live socket", () => {
  const open = (edge: World, path: string, ticket: string, query = "") =>
    edge.fetch(new Request(`${LOCAL}/api${path}?ticket=${ticket}${query}`, { headers: socket }));

  it.each([BOARD, "/team-agent-runs/tar_1/live", "/business-units/bu_1/live"])(
    "is asked of the control plane at %s itself, and opens it",
    async (path) => {
      const edge = world({}, may);
      const ticket = await ticketOf(edge, LOCAL, path);
      const asked = edge.seen.at(-1);
      expect([new URL(asked?.url ?? "").pathname, asked?.headers.get("upgrade")]).toEqual([path, null]);
      expect(asked?.headers.get("x-agency-os-staff")).toBe("dev@localhost");
      await open(edge, path, ticket, "&since=4");
      const opened = edge.seen.at(-1);
      expect(opened?.headers.get("upgrade")).toBe("websocket");
      expect(new URL(opened?.url ?? "").search).toBe("?since=4");
    },
  );

  it("is refused in the control plane's words to who may not watch", async () => {
    const edge = world({}, ({ url }) =>
      url.endsWith("/live") ? Response.json({ code: "not_found" }, { status: 404 }) : Response.json({}),
    );
    const headers = { origin: LOCAL, [WRITE_PASS_HEADER]: await passOf(edge, LOCAL) };
    const body = JSON.stringify({ path: "/team-agent-runs/tar_2/live" });
    const response = await edge.fetch(new Request(`${LOCAL}/api/tickets`, { method: "POST", headers, body }));
    expect([response.status, await response.json()]).toEqual([404, { code: "not_found" }]);
  });

  it.each([
    '{"path":"/team-agent-runs"}',
    '{"path":"/internal/live"}',
    '{"path":"/team-agent-runs/../live"}',
    '{"path":"/team-agent-runs/a%2fb/live"}',
    '{"path":"https://evil.example/team-agent-runs/live"}',
    '{"path":"/team-agent-runs/live?since=1"}',
    '{"path":7}',
    "nonsense",
    "",
    `{"path":"${"x".repeat(3000)}"}`,
  ])("is given for live views alone, not for %s", async (body) => {
    const edge = world({}, may);
    const headers = { origin: LOCAL, [WRITE_PASS_HEADER]: await passOf(edge, LOCAL) };
    const before = edge.seen.length;
    const response = await edge.fetch(new Request(`${LOCAL}/api/tickets`, { method: "POST", headers, body }));
    expect(await problemOf(response)).toMatchObject({ status: 400, code: "no_such_socket" });
    expect(edge.seen).toHaveLength(before);
  });

  it("ends after half a minute", async () => {
    const edge = world({}, may);
    const ticket = await ticketOf(edge, LOCAL, BOARD);
    edge.now += 30_000;
    const response = await open(edge, BOARD, ticket);
    expect(await problemOf(response)).toMatchObject({ status: 401, code: "ticket_required" });
  });

  it("opens no other socket, and none for anybody else", async () => {
    const edge = world({}, may);
    const ticket = await ticketOf(edge, LOCAL, "/team-agent-runs/tar_1/live");
    const other = world({ DEV_STAFF_EMAIL: "ann@agency.example" }, may);
    expect((await open(edge, "/team-agent-runs/tar_2/live", ticket)).status).toBe(401);
    expect((await open(edge, BOARD, ticket)).status).toBe(401);
    expect((await open(other, "/team-agent-runs/tar_1/live", ticket)).status).toBe(401);
  });

  it.each(["", "?ticket=", "?ticket=x", "?since=4"])("is needed: %j opens nothing", async (query) => {
    const edge = world({}, may);
    const response = await edge.fetch(new Request(`${LOCAL}/api${BOARD}${query}`, { headers: socket }));
    expect((await problemOf(response)).code).toBe("ticket_required");
    expect(edge.seen).toHaveLength(0);
  });

  it("does not stand in for a write pass", async () => {
    const edge = world({}, may);
    const ticket = await ticketOf(edge, LOCAL, BOARD);
    const headers = { origin: LOCAL, [WRITE_PASS_HEADER]: ticket };
    const response = await edge.fetch(new Request(`${LOCAL}/api/x`, { method: "POST", headers }));
    expect((await problemOf(response)).code).toBe("write_pass_required");
  });

  it("while the control plane is away there is none, and no other answer counts as a yes", async () => {
    const headers = async (edge: World) => ({ origin: LOCAL, [WRITE_PASS_HEADER]: await passOf(edge, LOCAL) });
    const body = JSON.stringify({ path: BOARD });
    const away = world({}, ({ url }) => {
      if (url.endsWith("/live")) throw new Error("connection refused");
      return Response.json({});
    });
    for (const edge of [away, world()]) {
      const init = { method: "POST", headers: await headers(edge), body };
      const response = await edge.fetch(new Request(`${LOCAL}/api/tickets`, init));
      expect(await problemOf(response)).toMatchObject({ status: 502, code: "control_plane_unreachable" });
    }
  });
});

describe("in the cloud", () => {
  let key: SigningKey;
  beforeAll(async () => {
    key = await signingKey("k");
  });

  const signedIn = async (edge: World, email: string) => ({
    "cf-connecting-ip": OFFICE,
    "cf-access-jwt-assertion": await key.sign(claimsOf(email, edge.now)),
  });

  it("pass and ticket are of whom Access signed in, and of nobody else", async () => {
    const edge = world(CLOUD, may);
    edge.keys = [key];
    const [maya, tom] = await Promise.all(
      ["maya@agency.example", "tom@agency.example"].map((who) => signedIn(edge, who)),
    );
    const pass = await passOf(edge, REMOTE, maya);
    const ticket = await ticketOf(edge, REMOTE, BOARD, maya);
    const write = (who: Record<string, string> = {}) =>
      edge.fetch(
        new Request(`${REMOTE}/api/x`, {
          method: "POST",
          headers: { ...who, origin: REMOTE, [WRITE_PASS_HEADER]: pass },
        }),
      );
    const watch = (who: Record<string, string> = {}) =>
      edge.fetch(
        new Request(`${REMOTE}/api${BOARD}?ticket=${ticket}`, { headers: { ...who, ...socket, origin: REMOTE } }),
      );
    for (const call of [write, watch]) {
      expect((await call(maya)).status).toBe(426);
      expect([401, 403]).toContain((await call(tom)).status);
      expect((await call()).status).toBe(403);
      expect((await call({ "cf-connecting-ip": OFFICE })).status).toBe(401);
    }
  });
});
