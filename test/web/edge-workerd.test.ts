import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { convertV4MiniflareOptions, Miniflare, Response as RuntimeResponse } from "miniflare";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleEdge } from "../../scripts/build-pages.ts";
import { TicketSchema, WRITE_PASS_HEADER } from "../../src/core/wire-tickets.ts";
import { AUDIENCE, claimsOf, OFFICE, REMOTE, type SigningKey, signingKey, TEAM, TOKEN } from "./support/edge-world.ts";

/** A control plane that says whom it was told about, and to a socket also with which query. */
const CONTROL_PLANE = `export default { async fetch(request) {
  const { pathname, search } = new URL(request.url);
  const staff = request.headers.get("x-agency-os-staff");
  if (!pathname.endsWith("/live")) return Response.json({ staff });
  if (request.headers.get("upgrade") !== "websocket") return new Response(null, { status: 426 });
  const pair = new WebSocketPair();
  pair[1].accept();
  pair[1].send(staff + " " + search);
  return new Response(null, { status: 101, webSocket: pair[0] });
} }`;

const BOARD = "/team-agent-runs/live";

let folder = "";
let runtime: Miniflare;
let key: SigningKey;
/** Addresses the edge fetched from outside. */
const fetched: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "edge-"));
  key = await signingKey("k");
  const file = path.join(folder, "edge.js");
  await bundleEdge(file);
  const keys = JSON.stringify({ keys: [await key.published()] });
  runtime = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      workers: [
        {
          name: "edge",
          modules: true,
          script: await readFile(file, "utf8"),
          compatibilityDate: "2026-06-01",
          bindings: {
            ENVIRONMENT: "production",
            OFFICE_IP_RANGES: "192.0.2.0/24",
            ACCESS_TEAM_DOMAIN: TEAM,
            ACCESS_AUD: AUDIENCE,
            AGENCY_OS_INTERNAL_API_TOKEN: TOKEN,
          },
          serviceBindings: { CONTROL_PLANE: "control-plane", ASSETS: "control-plane" },
          outboundService(request) {
            fetched.push(request.url);
            return new RuntimeResponse(keys, { headers: { "content-type": "application/json" } });
          },
        },
        { name: "control-plane", modules: true, script: CONTROL_PLANE, compatibilityDate: "2026-06-01" },
      ],
    }),
  );
  await runtime.ready;
});

afterAll(async () => {
  await runtime?.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function signedIn(email: string): Promise<Record<string, string>> {
  const token = await key.sign(claimsOf(email, Date.now()));
  return { "cf-connecting-ip": OFFICE, cookie: `CF_Authorization=${token}` };
}

describe("the edge in the cloud's runtime", () => {
  it("knows many people at once with keys it fetched a few times, and goes on with those it has", async () => {
    const people = Array.from({ length: 20 }, (_, n) => `person-${n}@agency.example`);
    const ask = async (email: string) => {
      const response = await runtime.dispatchFetch(`${REMOTE}/api/me`, { headers: await signedIn(email) });
      return response.json();
    };
    // The first come while the keys are on their way: a request must not wait for what belongs to another one.
    expect(await Promise.all(people.map(ask))).toEqual(people.map((staff) => ({ staff })));
    const before = fetched.length;
    expect(new Set(fetched)).toEqual(new Set([`https://${TEAM}/cdn-cgi/access/certs`]));
    expect(await Promise.all(people.map(ask))).toEqual(people.map((staff) => ({ staff })));
    expect(fetched).toHaveLength(before);
  });

  it("opens a socket for who holds its ticket, and hands the ticket to nobody", async () => {
    const maya = await signedIn("maya@agency.example");
    const me = await runtime.dispatchFetch(`${REMOTE}/api/me`, { headers: maya });
    const given = await runtime.dispatchFetch(`${REMOTE}/api/tickets`, {
      method: "POST",
      headers: { ...maya, origin: REMOTE, [WRITE_PASS_HEADER]: me.headers.get(WRITE_PASS_HEADER) ?? "" },
      body: JSON.stringify({ path: BOARD }),
    });
    const { ticket } = v.parse(TicketSchema, await given.json());
    const open = (headers: Record<string, string>) =>
      runtime.dispatchFetch(`${REMOTE}/api${BOARD}?ticket=${ticket}&since=4`, {
        headers: { ...headers, origin: REMOTE, upgrade: "websocket" },
      });
    const { webSocket } = await open(maya);
    if (webSocket === null) throw new Error("No socket was opened.");
    const first = new Promise<unknown>((resolve) => webSocket.addEventListener("message", ({ data }) => resolve(data)));
    webSocket.accept();
    expect(await first).toBe("maya@agency.example ?since=4");
    webSocket.close();
    const other = await open(await signedIn("tom@agency.example"));
    expect([other.status, other.webSocket]).toEqual([401, null]);
  });

  it("refuses who comes from elsewhere or with a token of somebody else's making", async () => {
    const stranger = await (await signingKey("k")).sign(claimsOf("boss@agency.example", Date.now()));
    const status = async (headers: Record<string, string>) =>
      (await runtime.dispatchFetch(`${REMOTE}/api/me`, { headers })).status;
    expect(await status({ ...(await signedIn("maya@agency.example")), "cf-connecting-ip": "198.51.100.7" })).toBe(403);
    expect(await status({ "cf-connecting-ip": OFFICE, "cf-access-jwt-assertion": stranger })).toBe(401);
    expect(await status({ "cf-connecting-ip": OFFICE, "x-agency-os-staff": "boss@agency.example" })).toBe(401);
  });
});
