/** Harvest's behaviour over HTTP: headers it insists on, what it refuses, and the agency's week. */
import * as v from "valibot";
import { afterAll, beforeAll, expect, test } from "vitest";
import { harvest } from "../../sandbox/harvest/upstream.ts";
import { type Sandbox, startSandbox } from "../../sandbox/kit/server.ts";
import { BUSINESS_UNITS, SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { dayOf, weekdayOf } from "../../sandbox/world/calendar.ts";
import { ask, NOW } from "./google-support.ts";

const ListSchema = v.object({
  time_entries: v.array(
    v.object({
      spent_date: v.string(),
      hours: v.number(),
      rounded_hours: v.number(),
      client: v.object({ id: v.number() }),
    }),
  ),
  page: v.nullable(v.number()),
  total_entries: v.number(),
  links: v.object({ next: v.nullable(v.string()) }),
});

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, stateDir: null, upstreams: [harvest], now: () => NOW });
});
afterAll(() => sandbox.stop());

const HEADERS = {
  authorization: `Bearer ${SANDBOX_CREDENTIALS.AGENCY_OS_HARVEST_TOKEN}`,
  "harvest-account-id": SANDBOX_CREDENTIALS.AGENCY_OS_HARVEST_ACCOUNT_ID,
  "user-agent": "Tests (ops@agency.example)",
};
const get = (path: string, headers: Record<string, string> = HEADERS) =>
  ask(path.startsWith("http") ? path : `${sandbox.url}/harvest/v2${path}`, { headers });
const OCTOBER = "from=2026-10-01&to=2026-10-31";

test.each([
  ["a program that does not say who it is", { ...HEADERS, "user-agent": "node" }, 400],
  ["another account", { ...HEADERS, "harvest-account-id": "1" }, 401],
  ["a wrong token", { ...HEADERS, authorization: "Bearer x" }, 401],
])("refuses %s", async (_, headers, status) => {
  expect((await get("/time_entries", headers)).status).toBe(status);
});

test.each(["per_page=2001", "from=2026-02-30", "colour=red", "cursor=%21%21"])("refuses %s", async (query) => {
  expect((await get(`/time_entries?${query}`)).status).toBe(422);
});

test("pages go on by cursor and keep the filters", async () => {
  const first = v.parse(ListSchema, (await get(`/time_entries?client_id=5735001&${OCTOBER}&per_page=10`)).body);
  const second = v.parse(ListSchema, (await get(first.links.next ?? "")).body);
  expect([first.page, second.page]).toEqual([1, null]);
  expect(second.total_entries).toBe(first.total_entries);
  expect(second.time_entries).not.toEqual(first.time_entries);
  expect(new Set(second.time_entries.map(({ client }) => client.id))).toEqual(new Set([5_735_001]));
});

test("hours are booked for both clients on working days, never ahead of today, and rounded up to quarters", async () => {
  for (const { harvestClientId } of BUSINESS_UNITS) {
    const path = `/time_entries?client_id=${harvestClientId}&from=2026-10-01&to=2026-12-31`;
    const { time_entries: entries } = v.parse(ListSchema, (await get(path)).body);
    expect(entries.length).toBeGreaterThan(50);
    for (const entry of entries) {
      expect([0, 6]).not.toContain(weekdayOf(dayOf(entry.spent_date) ?? 0));
      expect(entry.spent_date <= "2026-11-22").toBe(true);
      expect(entry.rounded_hours % 0.25).toBe(0);
      expect(entry.rounded_hours).toBeGreaterThanOrEqual(entry.hours - 0.005);
    }
  }
});
