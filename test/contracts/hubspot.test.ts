import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hubspot } from "../../sandbox/hubspot/upstream.ts";
import { BUSINESS_UNITS, HUBSPOT_TOKENS } from "../../sandbox/seed.ts";
import { type FakeCrmRecord, fakeHubspot } from "../../src/ports/hubspot/fake.ts";
import { liveHubspot } from "../../src/ports/hubspot/live.ts";
import { spanOf } from "../../src/ports/zone-days.ts";
import { type HubspotWorld, hubspotContract } from "./hubspot.contract.ts";
import { errorFor, failureOf, fakeOptions, SANDBOX_FAULT } from "./support/faults.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { json, scriptFetch, stillTransport } from "./support/script-fetch.ts";
import { itMatchesTheSpec } from "./support/specs.ts";

const [unit, other] = BUSINESS_UNITS;
const PLACES = {
  portalId: unit?.hubspotPortalId ?? "",
  otherPortalId: other?.hubspotPortalId ?? "",
  timeZone: unit?.timeZone ?? "",
  currency: unit?.currency ?? "",
  month: { from: "2026-10-01", to: "2026-10-31" },
};
const OCTOBER = Date.parse("2026-10-01T04:00:00Z");

/** Records spread evenly over October in New York. */
function spread(count: number, properties: (at: number) => Record<string, string | null>): FakeCrmRecord[] {
  const step = (31 * 86_400_000) / count;
  return Array.from({ length: count }, (_, n) => {
    const createdate = new Date(OCTOBER + Math.floor(n * step)).toISOString();
    return { id: String(n + 1), properties: { createdate, email: "a@mail.example", ...properties(n) } };
  });
}

function fakePortals(contacts: number) {
  const deals = spread(12, (n) => ({
    closedate: new Date(OCTOBER + n * 86_400_000).toISOString(),
    hs_is_closed: String(n % 2 === 0),
    hs_is_closed_won: String(n % 4 === 0),
    amount: n === 3 ? null : String(100 + n),
    dealname: "Ann Example",
  }));
  const people = spread(contacts, () => ({ lifecyclestage: "lead", hs_analytics_source: "ORGANIC_SEARCH" }));
  const { portalId, timeZone, currency, otherPortalId } = PLACES;
  return [
    { portalId, timeZone, currency, contacts: people, deals },
    { portalId: otherPortalId, timeZone: "Europe/Dublin", currency: "EUR", contacts: people.slice(0, 5), deals: [] },
  ];
}

hubspotContract("fake", async (): Promise<HubspotWorld> => {
  const fake = fakeHubspot({ portals: fakePortals(450) });
  return {
    port: fake,
    impatient: fake,
    ...PLACES,
    crowd: async () => fakeHubspot({ portals: fakePortals(10_500) }),
    fault: async (kind, method) => fake.faults.fail(method, errorFor("hubspot", kind), fakeOptions(kind)),
    calm: async () => fake.faults.clear(),
  };
});

let sandbox: ContractSandbox;
const now = () => new Date("2026-11-10T12:00:00.000Z");
beforeAll(async () => {
  sandbox = await openSandbox([hubspot], now);
});
afterAll(() => sandbox.stop());

const tokens = async () => HUBSPOT_TOKENS.map(({ token }) => token);

function live(timeoutMs = 10_000) {
  return liveHubspot({ ...sandbox.transport({ timeoutMs }), baseUrl: variable(sandbox, "HUBSPOT_BASE_URL"), tokens });
}

hubspotContract("live", async (): Promise<HubspotWorld> => {
  return {
    port: live(),
    impatient: live(400),
    ...PLACES,
    crowd: async () => {
      await sandbox.faults({ upstream: "hubspot", kind: "custom", name: "crowd", params: { copies: 50 } });
      return live();
    },
    fault: (kind) => sandbox.faults({ upstream: "hubspot", ...SANDBOX_FAULT[kind] }),
    calm: () => sandbox.faults(),
  };
});

const DETAILS = { portalId: 1, timeZone: "Europe/Dublin", companyCurrency: "EUR" };

function scripted(...answers: Parameters<typeof scriptFetch>) {
  const script = scriptFetch(...answers);
  const transport = stillTransport(script.fetch);
  return { script, transport, port: liveHubspot({ tokens: async () => ["pat-one", "pat-two"], ...transport }) };
}

const record = (id: number) => ({ id: String(id), properties: { createdate: "2026-10-01T00:00:00Z" } });

describe("HubSpot port, live alone", () => {
  it("more than 10,000 records in one millisecond are capped, and nothing beyond is asked for", async () => {
    let after = 0;
    const searchReply = () => {
      const results = Array.from({ length: 200 }, (_, n) => record(after + n));
      after += 200;
      return json({ total: 10_001, results, paging: { next: { after: String(after) } } });
    };
    const at = Date.parse("2026-10-01T00:00:00Z");
    // Straight to the one millisecond: the last part a walk can come to.
    const place = JSON.stringify({ from: at, to: at + 1, after: "0", given: 0 });
    const { script, port } = scripted(json(DETAILS), searchReply);
    let page = await port.createdContacts("1", PLACES.month, place);
    let pages = 1;
    for (; page.next?.startsWith(`{"from":${at},`); pages += 1) {
      page = await port.createdContacts("1", PLACES.month, page.next);
    }
    expect(page.capped).toBe(true);
    expect(pages).toBe(50);
    expect(script.sent).toHaveLength(51);
    expect(page.next).toContain(`"from":${at + 1}`);
  });

  it("a daily limit is waited for by the hour, a limit of seconds right here", async () => {
    await sandbox.faults({ upstream: "hubspot", kind: "custom", name: "daily" });
    expect(await failureOf(live().account(PLACES.portalId))).toMatchObject({
      code: "hubspot_rate_limited",
      retryAfterMs: 3_600_000,
    });
    await sandbox.faults({ upstream: "hubspot", kind: "custom", name: "secondly", times: 1 });
    const transport = sandbox.transport();
    const port = liveHubspot({ ...transport, baseUrl: variable(sandbox, "HUBSPOT_BASE_URL"), tokens });
    expect((await port.account(PLACES.portalId)).portalId).toBe(PLACES.portalId);
    expect(transport.slept).toEqual([1_000]);
    await sandbox.faults();
  });

  it("a withdrawn token does not keep the others' portals from being read, and is named when it may be the one", async () => {
    const base = { ...sandbox.transport(), baseUrl: variable(sandbox, "HUBSPOT_BASE_URL") };
    const port = liveHubspot({ ...base, tokens: async () => ["pat-withdrawn", ...(await tokens())] });
    expect((await port.account(PLACES.otherPortalId)).portalId).toBe(PLACES.otherPortalId);
    expect(await failureOf(port.account("999"))).toMatchObject({ code: "hubspot_unauthorised" });
  });

  it("without a token it is named, and nothing is sent", async () => {
    const script = scriptFetch(json(DETAILS));
    const port = liveHubspot({ tokens: async () => [], ...stillTransport(script.fetch) });
    const failure = await failureOf(port.account("1"));
    expect(failure).toMatchObject({ name: "ConfigError", code: "hubspot_missing" });
    expect(failure.message).toContain("AGENCY_OS_HUBSPOT_TOKEN");
    expect(script.sent).toEqual([]);
  });

  it("empty text and unreadable numbers are no values", async () => {
    const properties = {
      createdate: "1790812800000",
      closedate: "",
      amount: "n/a",
      dealstage: " ",
      hs_is_closed: "true",
    };
    const { port } = scripted(json(DETAILS), json({ total: 1, results: [{ id: "5", properties }] }));
    const { records } = await port.deals("1", "createdate", PLACES.month);
    expect(records).toEqual([
      {
        id: "5",
        createdAt: "2026-10-01T00:00:00.000Z",
        closeAt: null,
        pipeline: null,
        stage: null,
        isClosed: true,
        isWon: false,
        amount: null,
        currency: null,
        homeAmount: null,
        source: null,
      },
    ]);
  });

  for (const [what, file] of [
    ["HubSpot contacts", "hubspot-crm-contacts-v3.openapi.json"],
    ["HubSpot deals", "hubspot-crm-deals-v3.openapi.json"],
    ["HubSpot account", "hubspot-account-info-v3.openapi.json"],
  ] as const) {
    const ours = { contacts: "/contacts/", deals: "/0-3/", account: "/account-info/" }[what.slice(8)] ?? "";
    itMatchesTheSpec(
      what,
      () => ({ file, kind: "openapi", baseUrl: variable(sandbox, "HUBSPOT_BASE_URL") }),
      () => sandbox.recorded.filter(({ url }) => url.includes(ours)),
    );
  }
});

describe("days of a zone", () => {
  it("begin and end where its clocks say, also on the days they change", () => {
    const span = (from: string, to: string, zone: string) => {
      const made = spanOf({ from, to }, zone);
      return made === null ? null : [new Date(made.from).toISOString(), new Date(made.to).toISOString()];
    };
    expect(span("2026-10-25", "2026-10-25", "Europe/Dublin")).toEqual([
      "2026-10-24T23:00:00.000Z",
      "2026-10-26T00:00:00.000Z",
    ]);
    expect(span("2026-03-08", "2026-03-08", "America/New_York")).toEqual([
      "2026-03-08T05:00:00.000Z",
      "2026-03-09T04:00:00.000Z",
    ]);
    expect(span("2026-12-31", "2026-12-31", "Asia/Kolkata")?.[0]).toBe("2026-12-30T18:30:00.000Z");
    expect(span("2026-10-01", "2026-10-01", "Nowhere/Land")).toBeNull();
  });
});
