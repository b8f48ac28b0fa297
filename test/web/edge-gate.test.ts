import { beforeAll, describe, expect, it, vi } from "vitest";
import { WRITE_PASS_HEADER } from "../../src/core/wire-tickets.ts";
import {
  AUDIENCE,
  CLOUD,
  claimsOf,
  LOCAL,
  OFFICE,
  passOf,
  problemOf,
  REMOTE,
  type SigningKey,
  signingKey,
  TEAM,
  type World,
  world,
} from "./support/edge-world.ts";

let first: SigningKey;
let second: SigningKey;

beforeAll(async () => {
  [first, second] = await Promise.all([signingKey("first"), signingKey("second")]);
});

const MAYA = "maya@agency.example";
const RUNS = "/api/team-agent-runs";

/** The edge in the cloud, with a Cloudflare Access that signs with the first key. */
function cloud(changes: Parameters<typeof world>[0] = {}, answer?: Parameters<typeof world>[1]): World {
  const edge = world({ ...CLOUD, ...changes }, answer);
  edge.keys = [first];
  return edge;
}

const assertion = (token: string, address = OFFICE) => ({
  "cf-connecting-ip": address,
  "cf-access-jwt-assertion": token,
});

async function asMaya(edge: World): Promise<Record<string, string>> {
  return assertion(await first.sign(claimsOf(MAYA, edge.now)));
}

const get = (edge: World, headers: Record<string, string>, path = RUNS) =>
  edge.fetch(new Request(REMOTE + path, { headers }));

describe("another site", () => {
  const socket = { upgrade: "websocket", connection: "upgrade" };

  it.each([
    ["a write from another site", "POST", { origin: "https://evil.example" }],
    ["a write from the same machine on another port", "POST", { origin: "http://127.0.0.1:9999" }],
    ["a write from the same host without encryption's counterpart", "POST", { origin: "https://127.0.0.1:8788" }],
    ["a write from a sandboxed document", "POST", { origin: "null" }],
    ["a write the browser marks as cross-site", "POST", { "sec-fetch-site": "cross-site" }],
    ["a write the browser marks as from a neighbouring name", "POST", { "sec-fetch-site": "same-site" }],
    ["a socket from another site", "GET", { ...socket, origin: "https://evil.example" }],
    ["a socket that names no origin", "GET", socket],
  ])("%s is refused", async (_claim, method, headers) => {
    const edge = world();
    const response = await edge.fetch(new Request(`${LOCAL}${RUNS}/live`, { method, headers }));
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "cross_origin" });
    expect(edge.seen).toHaveLength(0);
  });

  it("is refused in the cloud too, whoever is signed in and whatever pass it has", async () => {
    const edge = cloud();
    const maya = await asMaya(edge);
    const headers = { ...maya, origin: "https://evil.example", [WRITE_PASS_HEADER]: await passOf(edge, REMOTE, maya) };
    const response = await edge.fetch(new Request(`${REMOTE}${RUNS}/tar_1/cancel`, { method: "POST", headers }));
    expect((await problemOf(response)).code).toBe("cross_origin");
  });

  it("a foreign name that resolves to this machine is not answered", async () => {
    const response = await world().fetch(new Request(`http://rebound.evil.example:8788${RUNS}`));
    expect(await problemOf(response)).toMatchObject({ status: 421, code: "not_a_loopback_host" });
  });

  it("a method that is no known one is refused", async () => {
    const response = await world().fetch(new Request(`${LOCAL}/api/x`, { method: "PROPFIND" }));
    expect((await problemOf(response)).status).toBe(405);
  });
});

describe("the office", () => {
  it.each(["198.51.100.1", "2001:db9::1", "not an address", ""])(
    "from %s nothing is served, to no member of staff",
    async (address) => {
      const edge = cloud();
      const headers = { ...(await asMaya(edge)), "cf-connecting-ip": address };
      for (const path of ["/", RUNS, "/assets/main-AB12.js"])
        expect(await problemOf(await get(edge, headers, path))).toMatchObject({
          status: 403,
          code: "not_in_the_office",
        });
      expect(edge.seen).toHaveLength(0);
    },
  );

  it.each(["x-forwarded-for", "x-real-ip", "true-client-ip", "forwarded", "cf-connecting-ipv6", "cf-pseudo-ipv4"])(
    "an office address in %s is a claim and no address",
    async (name) => {
      const edge = cloud();
      const headers = { ...(await asMaya(edge)), "cf-connecting-ip": "198.51.100.1", [name]: OFFICE };
      expect((await problemOf(await get(edge, headers))).code).toBe("not_in_the_office");
    },
  );

  it.each([OFFICE, "2001:db8::9"])("from %s staff are let in", async (address) => {
    const edge = cloud();
    expect((await get(edge, { ...(await asMaya(edge)), "cf-connecting-ip": address })).status).toBe(200);
  });

  it("with no range set nobody gets in, and a person reads why", async () => {
    const edge = cloud({ OFFICE_IP_RANGES: "" });
    const response = await get(edge, { ...(await asMaya(edge)), accept: "text/html" }, "/");
    expect([response.status, response.headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
    expect(await response.text()).toContain("OFFICE_IP_RANGES is empty");
  });

  it("an environment that is not named counts as remote", async () => {
    for (const ENVIRONMENT of ["", "Local", "local "])
      expect((await world({ ENVIRONMENT }).fetch(new Request(`${LOCAL}/`))).status).toBe(403);
  });
});

describe("who is signed in", () => {
  it("is who Access's token says, and is named to the control plane", async () => {
    const edge = cloud();
    expect((await get(edge, await asMaya(edge))).status).toBe(200);
    expect(edge.seen[0]?.headers.get("x-agency-os-staff")).toBe(MAYA);
    expect(edge.seen[0]?.headers.has("cf-access-jwt-assertion")).toBe(false);
  });

  it("may come with the cookie that Access leaves in the browser", async () => {
    const edge = cloud();
    const cookie = `a=b; CF_Authorization=${await first.sign(claimsOf(MAYA, edge.now))}; c=d`;
    expect((await get(edge, { "cf-connecting-ip": OFFICE, cookie })).status).toBe(200);
    expect(edge.seen[0]?.headers.get("x-agency-os-staff")).toBe(MAYA);
    expect(edge.seen[0]?.headers.has("cookie")).toBe(false);
  });

  it("nobody gets a page, a file or data without a sign-in", async () => {
    const edge = cloud();
    for (const path of ["/", RUNS, "/assets/main-AB12.js"]) {
      const response = await get(edge, { "cf-connecting-ip": OFFICE }, path);
      expect(await problemOf(response)).toMatchObject({ status: 401, code: "staff_identity_required" });
    }
    expect(edge.seen).toHaveLength(0);
  });

  it("headers that name a person, a token or an office change nothing", async () => {
    const forged = {
      "x-agency-os-staff": "boss@agency.example",
      "x-agency-os-internal-token": "mine",
      "cf-access-authenticated-user-email": "boss@agency.example",
      "cf-access-client-id": "x",
      "x-forwarded-for": OFFICE,
    };
    const edge = cloud();
    expect((await problemOf(await get(edge, { ...forged, "cf-connecting-ip": OFFICE }))).code).toBe(
      "staff_identity_required",
    );
    await get(edge, { ...forged, ...(await asMaya(edge)) });
    const [sent] = edge.seen;
    expect([sent?.headers.get("x-agency-os-staff"), sent?.headers.get("x-agency-os-internal-token")]).toEqual([
      MAYA,
      "the-service-token",
    ]);
    for (const name of ["cf-access-authenticated-user-email", "cf-access-client-id", "x-forwarded-for"])
      expect(sent?.headers.has(name)).toBe(false);
  });

  it("a forged assertion beside a good cookie changes nothing", async () => {
    const edge = cloud();
    const stranger = await signingKey("first");
    const cookie = `CF_Authorization=${await first.sign(claimsOf(MAYA, edge.now))}`;
    const token = await stranger.sign(claimsOf("boss@agency.example", edge.now));
    await get(edge, { ...assertion(token), cookie });
    expect(edge.seen[0]?.headers.get("x-agency-os-staff")).toBe(MAYA);
  });

  const unsigned = (claims: object): string =>
    `${btoa('{"alg":"none","kid":"first"}')}.${btoa(JSON.stringify(claims))}.`.replaceAll("=", "");

  it.each<[string, (now: number) => Promise<string>]>([
    ["signed by somebody else", async (now) => (await signingKey("first")).sign(claimsOf(MAYA, now))],
    ["signed with a key Access does not have", async (now) => (await signingKey("x")).sign(claimsOf(MAYA, now))],
    ["without a signature", async (now) => unsigned(claimsOf(MAYA, now))],
    ["signed in another way than Access does", (now) => first.sign(claimsOf(MAYA, now), "RS512")],
    ["of another team", (now) => first.sign({ ...claimsOf(MAYA, now), iss: "https://evil.cloudflareaccess.com" })],
    ["for another application", (now) => first.sign({ ...claimsOf(MAYA, now), aud: ["another"] })],
    ["that never ends", (now) => first.sign({ iss: `https://${TEAM}`, aud: [AUDIENCE], email: MAYA, iat: now / 1000 })],
    ["that does not hold yet", (now) => first.sign({ ...claimsOf(MAYA, now), nbf: now / 1000 + 60 })],
    ["that is no token", async () => "x.y.z"],
    ["that is too long to be one", async () => "x".repeat(9000)],
  ])("a token %s lets nobody in", async (_claim, tokenAt) => {
    const edge = cloud();
    const response = await get(edge, assertion(await tokenAt(edge.now)));
    expect([response.status, (await problemOf(response)).code]).toEqual([
      401,
      expect.stringMatching(/^staff_identity_(invalid|required)$/),
    ]);
    expect(edge.seen).toHaveLength(0);
  });

  it("a sign-in that has ended says so", async () => {
    const edge = cloud();
    const headers = await asMaya(edge);
    edge.now += 620_000;
    expect((await problemOf(await get(edge, headers))).code).toBe("staff_identity_expired");
  });

  it.each([
    undefined,
    7,
    "",
    "maya",
    "ma ya@agency.example",
    "maya@agency.example\nx: y",
    "b\u00f6ss@agency.example",
    `${"x".repeat(120)}@a.b`,
  ])("a program's token, or one whose address cannot be used, is no member of staff: %j", async (email) => {
    const edge = cloud();
    const token = await first.sign({ ...claimsOf(MAYA, edge.now), email });
    expect((await problemOf(await get(edge, assertion(token)))).code).toBe("staff_identity_unusable");
    expect(edge.seen).toHaveLength(0);
  });

  it("the key set is fetched once for many requests, and again when a token names a new key", async () => {
    const edge = cloud();
    for (let n = 0; n < 3; n += 1) await get(edge, await asMaya(edge));
    expect(edge.fetched).toEqual([`https://${TEAM}/cdn-cgi/access/certs`]);
    edge.keys = [second];
    const rotated = await second.sign(claimsOf(MAYA, edge.now));
    // A stranger's tokens must not make us fetch without end: a key that is not there is looked for every half minute.
    expect((await get(edge, assertion(rotated))).status).toBe(401);
    expect(edge.fetched).toHaveLength(1);
    vi.useFakeTimers({ toFake: ["Date"], now: edge.now + 31_000 });
    try {
      expect((await get(edge, assertion(rotated))).status).toBe(200);
      expect(edge.fetched).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it("without Access's keys nobody can be known, and that is no fault of the sign-in", async () => {
    const edge = cloud();
    edge.keys = null;
    const response = await get(edge, await asMaya(edge));
    expect(await problemOf(response)).toMatchObject({ status: 503, code: "identity_unavailable" });
    edge.keys = [first];
    expect((await get(edge, await asMaya(edge))).status).toBe(200);
  });

  it.each([
    { ACCESS_TEAM_DOMAIN: "" },
    { ACCESS_AUD: " , " },
    { ACCESS_TEAM_DOMAIN: "https://agency.cloudflareaccess.com/path" },
    { ACCESS_TEAM_DOMAIN: "agency.cloudflareaccess.com@evil.example" },
  ])("with %j nobody is let in", async (changes) => {
    const edge = cloud(changes);
    const response = await get(edge, await asMaya(edge));
    expect(await problemOf(response)).toMatchObject({ status: 503, code: "access_not_configured" });
    expect(edge.fetched).toEqual([]);
  });

  it("the team's domain may be written as an address, and one application may follow another", async () => {
    const edge = cloud({ ACCESS_TEAM_DOMAIN: `https://${TEAM.toUpperCase()}/`, ACCESS_AUD: `old, ${AUDIENCE}` });
    expect((await get(edge, await asMaya(edge))).status).toBe(200);
  });

  it("a development identity counts on one's own machine alone", async () => {
    const named = world({ DEV_STAFF_EMAIL: "ann@agency.example" });
    await named.fetch(new Request(LOCAL + RUNS));
    expect(named.seen[0]?.headers.get("x-agency-os-staff")).toBe("ann@agency.example");
    const edge = cloud({ DEV_STAFF_EMAIL: "ann@agency.example" });
    expect((await get(edge, { "cf-connecting-ip": OFFICE })).status).toBe(401);
  });

  it("another role's action is refused by the control plane, in its own words", async () => {
    const refusal = { type: "about:blank", status: 403, code: "not_allowed", title: "No", detail: "This takes admin." };
    const edge = cloud({}, ({ method }) =>
      method === "POST" ? Response.json(refusal, { status: 403 }) : Response.json({ ok: true }),
    );
    const maya = await asMaya(edge);
    const headers = { ...maya, origin: REMOTE, [WRITE_PASS_HEADER]: await passOf(edge, REMOTE, maya) };
    const response = await edge.fetch(new Request(`${REMOTE}${RUNS}/tar_1/kill`, { method: "POST", headers }));
    expect([response.status, await response.json()]).toEqual([403, refusal]);
    expect(edge.seen.at(-1)?.headers.get("x-agency-os-staff")).toBe(MAYA);
  });
});
