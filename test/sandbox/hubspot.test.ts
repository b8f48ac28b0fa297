/** HubSpot's behaviour over HTTP: portals, what comes unasked, limits of a search, and a CRM that agrees with GA4. */
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hubspot } from "../../sandbox/hubspot/upstream.ts";
import { type Sandbox, startSandbox } from "../../sandbox/kit/server.ts";
import { HUBSPOT_TOKENS } from "../../sandbox/seed.ts";
import { dayOf } from "../../sandbox/world/calendar.ts";
import { findClient } from "../../sandbox/world/world.ts";
import { ask, NOW } from "./google-support.ts";

const FoundSchema = v.object({
  total: v.number(),
  results: v.array(v.object({ id: v.string(), properties: v.record(v.string(), v.nullable(v.string())) })),
});
const [strategic] = HUBSPOT_TOKENS;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, stateDir: null, upstreams: [hubspot], now: () => NOW });
});
afterAll(() => sandbox.stop());

const SEARCH = { filterGroups: [], sorts: [], properties: ["createdate"], limit: 10, after: "0" };

function search(kind: "contacts" | "0-3", changes: Record<string, unknown>, token: string = strategic.token) {
  return ask(`${sandbox.url}/hubspot/crm/v3/objects/${kind}/search`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ ...SEARCH, ...changes }),
  });
}

const between = (propertyName: string, from: string, to: string) => [
  {
    filters: [
      { propertyName, operator: "GTE", value: String(Date.parse(from)) },
      { propertyName, operator: "LT", value: String(Date.parse(to)) },
    ],
  },
];
const OCTOBER = between("createdate", "2026-10-01T04:00:00Z", "2026-11-01T04:00:00Z");

describe("a search", () => {
  test("names of people come unasked when no property is named, and only what is named otherwise", async () => {
    const names = async (properties: readonly string[]) => {
      const { body } = await search("contacts", { filterGroups: OCTOBER, properties, limit: 1 });
      return Object.keys(v.parse(FoundSchema, body).results[0]?.properties ?? {}).sort();
    };
    expect(await names([])).toContain("email");
    expect(await names(["lifecyclestage"])).toEqual([
      "createdate",
      "hs_object_id",
      "lastmodifieddate",
      "lifecyclestage",
    ]);
  });

  test.each([
    ["201 results", { limit: 201 }],
    ["results beyond the ten thousandth", { after: "9999", limit: 2 }],
    [
      "a property that is none",
      { filterGroups: [{ filters: [{ propertyName: "nope", operator: "EQ", value: "1" }] }] },
    ],
    ["an operator that is none", { filterGroups: [{ filters: [{ propertyName: "createdate", operator: "LIKE" }] }] }],
    ["a field it does not know", { archived: true }],
    ["seven groups of filters", { filterGroups: Array.from({ length: 7 }, () => ({ filters: [] })) }],
  ])("refuses %s as HubSpot words it", async (_, changes) => {
    const { status, body } = await search("contacts", changes);
    expect(status).toBe(400);
    expect(body).toMatchObject({ status: "error", category: "VALIDATION_ERROR" });
    expect(body).toHaveProperty("correlationId");
  });

  test("a token that is none is refused, and each token sees the records of its own portal", async () => {
    expect((await search("contacts", {}, "pat-none")).status).toBe(401);
    const totals = await Promise.all(
      HUBSPOT_TOKENS.map(
        async ({ token }) =>
          v.parse(FoundSchema, (await search("contacts", { filterGroups: OCTOBER }, token)).body).total,
      ),
    );
    expect(new Set(totals).size).toBe(2);
  });
});

describe("the CRM of the world", () => {
  test("a month's contacts are most of the enquiries GA4 counted in it", async () => {
    const world = findClient(({ hubspotPortalId }) => hubspotPortalId === strategic.portalId);
    const [from, to] = [dayOf("2026-10-01") ?? 0, dayOf("2026-10-31") ?? 0];
    let leads = 0;
    for (let day = from; day <= to; day += 1) {
      for (const { visits } of world?.visits(day, false) ?? []) leads += visits.leads;
    }
    const { total } = v.parse(FoundSchema, (await search("contacts", { filterGroups: OCTOBER })).body);
    expect(total / leads).toBeGreaterThan(0.8);
    expect(total / leads).toBeLessThan(1.05);
  });

  test("an open deal has a hoped-for day ahead, a closed one a day behind, and won ones are the smaller part", async () => {
    const filterGroups = between("createdate", "2026-08-01T00:00:00Z", "2026-11-01T00:00:00Z");
    const properties = ["closedate", "hs_is_closed", "hs_is_closed_won", "dealstage"];
    const { body } = await search("0-3", { filterGroups, properties, limit: 200 });
    const deals = v.parse(FoundSchema, body).results.map(({ properties: deal }) => deal);
    const [open, closed] = [
      deals.filter((deal) => deal.hs_is_closed === "false"),
      deals.filter((deal) => deal.hs_is_closed === "true"),
    ];
    expect(Math.min(open.length, closed.length)).toBeGreaterThan(5);
    expect(open.every((deal) => Date.parse(deal.closedate ?? "") > NOW.getTime())).toBe(true);
    expect(closed.every((deal) => Date.parse(deal.closedate ?? "") <= NOW.getTime())).toBe(true);
    const won = closed.filter((deal) => deal.hs_is_closed_won === "true");
    expect(won.every((deal) => deal.dealstage === "closedwon")).toBe(true);
    expect(won.length).toBeGreaterThan(0);
    expect(won.length).toBeLessThan(closed.length);
  });
});
