import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { harvest } from "../../sandbox/harvest/upstream.ts";
import { BUSINESS_UNITS, SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { fakeHarvest } from "../../src/ports/harvest/fake.ts";
import { type LiveHarvestOptions, liveHarvest } from "../../src/ports/harvest/live.ts";
import type { TimeEntry } from "../../src/ports/harvest/port.ts";
import { type HarvestWorld, harvestContract } from "./harvest.contract.ts";
import { errorFor, failureOf, fakeOptions, SANDBOX_FAULT } from "./support/faults.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { json, scriptFetch, stillTransport } from "./support/script-fetch.ts";

const PLACES = {
  clientId: BUSINESS_UNITS[0]?.harvestClientId ?? "",
  month: { from: "2026-10-01", to: "2026-10-31" },
};
const CREDENTIALS = {
  token: async () => SANDBOX_CREDENTIALS.AGENCY_OS_HARVEST_TOKEN,
  accountId: async () => SANDBOX_CREDENTIALS.AGENCY_OS_HARVEST_ACCOUNT_ID,
  contact: "ops@agency.example",
};

const booked = Array.from({ length: 62 }, (_, n): TimeEntry => {
  const date = `2026-10-${String((n % 31) + 1).padStart(2, "0")}`;
  const [projectId, taskId] = [String(10 + (n % 3)), "7"];
  const what = { projectId, projectName: `Project ${projectId}`, taskId, taskName: "Research" };
  return { id: String(n + 1), date, hours: 1.1, roundedHours: 1.25, billable: n % 3 !== 0, isRunning: false, ...what };
});

harvestContract("fake", async (): Promise<HarvestWorld> => {
  const client = { id: PLACES.clientId, name: "Client", currency: "USD", isActive: true, entries: booked };
  const fake = fakeHarvest({ clients: [client], pageSize: 10 });
  return {
    port: fake,
    impatient: fake,
    ...PLACES,
    fault: async (kind, method) => fake.faults.fail(method, errorFor("harvest", kind), fakeOptions(kind)),
    calm: async () => fake.faults.clear(),
  };
});

let sandbox: ContractSandbox;
const now = () => new Date("2026-11-10T12:00:00.000Z");
beforeAll(async () => {
  sandbox = await openSandbox([harvest], now);
});
afterAll(() => sandbox.stop());

function live(timeoutMs = 10_000) {
  const baseUrl = variable(sandbox, "HARVEST_BASE_URL");
  return liveHarvest({ ...sandbox.transport({ timeoutMs }), baseUrl, ...CREDENTIALS, pageSize: 10 });
}

harvestContract("live", async (): Promise<HarvestWorld> => {
  return {
    port: live(),
    impatient: live(400),
    ...PLACES,
    fault: (kind) => sandbox.faults({ upstream: "harvest", ...SANDBOX_FAULT[kind] }),
    calm: () => sandbox.faults(),
  };
});

function scripted(answer: unknown, options: Partial<LiveHarvestOptions> = {}) {
  const script = scriptFetch(json(answer));
  return { script, port: liveHarvest({ ...CREDENTIALS, ...options, ...stillTransport(script.fetch) }) };
}

const entry = (clientId: number) => ({
  id: 1,
  spent_date: "2026-10-01",
  hours: 0.5,
  billable: true,
  client: { id: clientId },
  project: { id: 2, name: "p" },
  task: { id: 3, name: "t" },
});

describe("Harvest port, live alone", () => {
  it("says who asks, in which account", async () => {
    const { script, port } = scripted({ id: 5, name: "c" });
    await port.client("5");
    const [sent] = script.sent;
    expect(sent?.url).toBe("https://api.harvestapp.com/v2/clients/5");
    expect(sent?.headers.get("user-agent")).toBe("Agency OS (ops@agency.example)");
    expect(sent?.headers.get("harvest-account-id")).toBe(SANDBOX_CREDENTIALS.AGENCY_OS_HARVEST_ACCOUNT_ID);
  });

  it("an entry of another client is never taken for this one's", async () => {
    await sandbox.faults({ upstream: "harvest", kind: "custom", name: "stranger", times: 1 });
    const failure = await failureOf(live().timeEntries(PLACES.clientId, PLACES.month));
    expect(failure).toMatchObject({ name: "PermanentError", code: "harvest_unexpected_reply" });
    await sandbox.faults();
  });

  it("the next page is asked for at our own address, wherever its link points", async () => {
    const next = "https://elsewhere.example/v2/time_entries?cursor=abc&per_page=2000&ref=next_cursor";
    const { script, port } = scripted({ time_entries: [entry(5)], total_entries: 2, links: { next } });
    const page = await port.timeEntries("5", PLACES.month);
    await port.timeEntries("5", PLACES.month, page.next);
    const asked = new URL(script.sent[1]?.url ?? "");
    expect(asked.host).toBe("api.harvestapp.com");
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({ cursor: "abc", client_id: "5", from: "2026-10-01" });
  });

  it("an empty page ends the walk, whatever it links to; hours nobody rounded count as worked", async () => {
    const empty = scripted({ time_entries: [], total_entries: 0, links: { next: "https://x.example/?page=2" } });
    expect((await empty.port.timeEntries("5", PLACES.month)).next).toBeNull();
    const bare = scripted({ time_entries: [entry(5)], total_entries: 1, links: {} });
    expect((await bare.port.timeEntries("5", PLACES.month)).entries[0]).toMatchObject({
      hours: 0.5,
      roundedHours: 0.5,
    });
  });

  it.each([
    ["AGENCY_OS_HARVEST_TOKEN", { token: async () => null }],
    ["AGENCY_OS_HARVEST_ACCOUNT_ID", { accountId: async () => "" }],
  ])("a missing %s is named, and nothing is sent", async (name, missing) => {
    const { script, port } = scripted({}, missing);
    const failure = await failureOf(port.client("5"));
    expect(failure).toMatchObject({ name: "ConfigError", code: "harvest_missing" });
    expect(failure.message).toContain(name);
    expect(script.sent).toEqual([]);
  });
});
