import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { WRITE_PASS_HEADER } from "../../src/core/wire-tickets.ts";
import { Api } from "../../web/interface/api.ts";
import { ticketFor } from "../../web/interface/api-tickets.ts";
import type { SocketHandlers } from "../../web/interface/state/live-link.ts";
import { withTicket } from "../../web/interface/state/ticketed.ts";
import { EVERYTHING } from "./support/panel.ts";

/** An edge that hands out passes `pass-1`, `pass-2`, … and lets only the newest write. */
function edgeOf(person: { email: string }) {
  const asked: string[] = [];
  let passes = 0;
  const api = new Api(async (path, init) => {
    const pass = new Headers(init.headers).get(WRITE_PASS_HEADER);
    asked.push(`${init.method} ${path}${pass === null ? "" : ` ${pass}`}`);
    if (path === "/api/me") {
      passes += 1;
      const headers = { [WRITE_PASS_HEADER]: `pass-${passes}` };
      return Response.json({ ...EVERYTHING, email: person.email }, { headers });
    }
    if (pass === `pass-${passes}` && passes > 0) return Response.json({ done: true });
    const problem = { type: "about:blank", status: 403, code: "write_pass_required", title: "x", detail: "x" };
    return Response.json(problem, { status: 403 });
  });
  const write = () => api.send("/api/x", "POST", {}, v.object({ done: v.boolean() }));
  const endPass = () => {
    passes += 1;
  };
  return { api, asked, write, endPass };
}

describe("a write of the panel", () => {
  it("carries the pass that came with who looks; a read carries none", async () => {
    const { api, asked, write } = edgeOf({ email: "maya@agency.example" });
    await api.me();
    expect((await write()).ok).toBe(true);
    expect(asked).toEqual(["GET /api/me", "POST /api/x pass-1"]);
  });

  it("that begins while the page asks who looks waits for that answer", async () => {
    const { api, asked, write } = edgeOf({ email: "maya@agency.example" });
    const [, reply] = await Promise.all([api.me(), write()]);
    expect(reply.ok).toBe(true);
    expect(asked).toEqual(["GET /api/me", "POST /api/x pass-1"]);
  });

  it("whose pass has ended gets a new one and is sent once more", async () => {
    const { api, asked, write, endPass } = edgeOf({ email: "maya@agency.example" });
    await api.me();
    endPass();
    expect((await write()).ok).toBe(true);
    expect(asked).toEqual(["GET /api/me", "POST /api/x pass-1", "GET /api/me", "POST /api/x pass-3"]);
  });

  it("that is refused again says so and is not repeated without end", async () => {
    const asked: string[] = [];
    const api = new Api(async (path, init) => {
      asked.push(`${init.method} ${path}`);
      if (path === "/api/me") return Response.json(EVERYTHING);
      const problem = { type: "about:blank", status: 403, code: "write_pass_required", title: "x", detail: "x" };
      return Response.json(problem, { status: 403 });
    });
    const reply = await api.send("/api/x", "POST", {}, v.object({}));
    expect(reply).toMatchObject({ ok: false, problem: { code: "write_pass_required" } });
    expect(asked).toEqual(["POST /api/x", "GET /api/me", "POST /api/x"]);
  });

  it("is not sent in the name of somebody who signed in meanwhile", async () => {
    const person = { email: "maya@agency.example" };
    const { api, asked, write, endPass } = edgeOf(person);
    await api.me();
    endPass();
    person.email = "tom@agency.example";
    for (let n = 0; n < 2; n += 1) {
      const reply = await write();
      expect(reply).toMatchObject({ ok: false, problem: { code: "somebody_else" } });
    }
    expect(asked.filter((line) => line.startsWith("POST"))).toEqual(["POST /api/x pass-1", "POST /api/x"]);
  });

  it("after a session that ended says to sign in, when Access alone answers", async () => {
    const api = new Api(async () => new Response("<html>", { status: 401 }));
    const reply = await api.send("/api/x", "POST", {}, v.object({}));
    expect(reply).toMatchObject({ ok: false, problem: { code: "signed_out" } });
  });
});

/** Lets promises that are already settled run their continuations. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("a live socket", () => {
  function opened(answer: () => Response) {
    const asked: string[] = [];
    const addresses: string[] = [];
    const codes: number[] = [];
    const closings: string[] = [];
    const api = new Api(async (path, init) => {
      asked.push(`${path} ${String(init.body)}`);
      return answer();
    });
    const connect = withTicket(
      (address) => ticketFor(api, address),
      (address: string, _handlers: SocketHandlers) => {
        addresses.push(address);
        return { send: (text) => void closings.push(text), close: () => void closings.push("closed") };
      },
    );
    const socket = connect("/api/team-agent-runs/tar_1/live?since=4", {
      text() {},
      closed: (code) => codes.push(code),
    });
    return { asked, addresses, codes, closings, socket };
  }

  const good = () => Response.json({ ticket: "abc.d_-", expiresAt: "2026-11-23T00:00:30.000Z" });
  const refusal = (status: number, code: string) => () =>
    Response.json({ type: "about:blank", status, code, title: "x", detail: "x" }, { status });

  it("asks for a ticket for its path and takes it along beside its own query", async () => {
    const { asked, addresses, socket, closings } = opened(good);
    socket.send("ping");
    await settle();
    expect(asked).toEqual(['/api/tickets {"path":"/team-agent-runs/tar_1/live"}']);
    expect(addresses).toEqual(["/api/team-agent-runs/tar_1/live?since=4&ticket=abc.d_-"]);
    socket.send("ping");
    socket.close();
    expect(closings).toEqual(["ping", "closed"]);
  });

  it("that is closed before its ticket came is never opened", async () => {
    const { addresses, codes, socket } = opened(good);
    socket.close();
    await settle();
    expect([addresses, codes]).toEqual([[], []]);
  });

  it.each([
    ["may not be seen", 403, "not_allowed", 4401],
    ["is not there", 404, "not_found", 4404],
    ["is asked for outside the office", 403, "not_in_the_office", 1006],
    ["is asked for after the sign-in ended", 401, "staff_identity_expired", 1006],
    ["is asked for while the control plane is away", 502, "control_plane_unreachable", 1006],
  ])("of what %s closes for good only when that will not change: %i %s", async (_claim, status, code, want) => {
    const { addresses, codes } = opened(refusal(status, code));
    await settle();
    await settle();
    expect([addresses, codes]).toEqual([[], [want]]);
  });
});
