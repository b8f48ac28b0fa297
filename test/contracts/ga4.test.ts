import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ga4 } from "../../sandbox/ga4/upstream.ts";
import { googleOauth } from "../../sandbox/google-oauth/upstream.ts";
import { BUSINESS_UNITS } from "../../sandbox/seed.ts";
import { fakeGa4, type Ga4Day } from "../../src/ports/ga4/fake.ts";
import { liveGa4 } from "../../src/ports/ga4/live.ts";
import type { Ga4ReportRequest } from "../../src/ports/ga4/port.ts";
import { fakeGoogleOAuth } from "../../src/ports/google-oauth/fake.ts";
import { type Ga4World, ga4Contract } from "./ga4.contract.ts";
import { errorFor, failureOf, fakeOptions, SANDBOX_FAULT } from "./support/faults.ts";
import { sandboxTokens } from "./support/google.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { json, scriptFetch, stillTransport } from "./support/script-fetch.ts";
import { itMatchesTheSpec } from "./support/specs.ts";

const SHOP = BUSINESS_UNITS[1];
const PLACES = {
  propertyId: SHOP?.ga4PropertyId ?? "",
  currencyCode: SHOP?.currency ?? "",
  timeZone: SHOP?.timeZone ?? "",
  month: { start: "2026-10-01", end: "2026-10-31" },
  silence: { start: "2016-01-01", end: "2016-01-31" },
};

function octoberDays(): Ga4Day[] {
  return Array.from({ length: 31 }, (_, day) => `2026-10-${String(day + 1).padStart(2, "0")}`).flatMap((date, at) =>
    ["Organic Search", "Direct"].map((channel, n) => ({
      date,
      dimensions: { sessionDefaultChannelGroup: channel },
      metrics: { sessions: 100 + at + n, totalRevenue: 12.5 * (n + 1) },
    })),
  );
}

ga4Contract("fake", async (): Promise<Ga4World> => {
  const metrics = { sessions: "TYPE_INTEGER", totalRevenue: "TYPE_CURRENCY" };
  const dimensions = ["sessionDefaultChannelGroup"];
  const fake = fakeGa4({ properties: [{ ...PLACES, metrics, dimensions, days: octoberDays() }] });
  return {
    port: fake,
    impatient: fake,
    ...PLACES,
    fault: async (kind, method) => fake.faults.fail(method, errorFor("ga4", kind), fakeOptions(kind)),
    calm: async () => fake.faults.clear(),
  };
});

let sandbox: ContractSandbox;
const now = () => new Date("2026-11-10T12:00:00.000Z");
beforeAll(async () => {
  sandbox = await openSandbox([googleOauth, ga4], now);
});
afterAll(() => sandbox.stop());

function live(timeoutMs = 10_000) {
  const baseUrl = variable(sandbox, "GA4_BASE_URL");
  return liveGa4({ ...sandbox.transport({ timeoutMs }), baseUrl, oauth: sandboxTokens(sandbox) });
}

ga4Contract(
  "live",
  async (): Promise<Ga4World> => ({
    port: live(),
    impatient: live(400),
    ...PLACES,
    fault: (kind) => sandbox.faults({ upstream: "ga4", ...SANDBOX_FAULT[kind] }),
    calm: () => sandbox.faults(),
  }),
);

const REQUEST: Ga4ReportRequest = {
  startDate: "2026-10-01",
  endDate: "2026-10-31",
  dimensions: ["landingPagePlusQueryString"],
  metrics: ["sessions"],
  filter: null,
  limit: 10,
  offset: 0,
};

function scripted(...answers: Parameters<typeof scriptFetch>) {
  const script = scriptFetch(...answers);
  return { script, port: liveGa4({ ...stillTransport(script.fetch), oauth: fakeGoogleOAuth() }) };
}

describe("GA4 port, live alone", () => {
  it.each([
    ["thresholded", { thresholded: true, sampled: false }],
    ["sampled", { thresholded: false, sampled: true }],
  ])("a %s report says so", async (name, flags) => {
    await sandbox.faults({ upstream: "ga4", kind: "custom", name, times: 1 });
    expect(await live().runReport(PLACES.propertyId, REQUEST)).toMatchObject(flags);
  });

  it("a quota of the hour is waited for as long as GA4's message says", async () => {
    await sandbox.faults({ upstream: "ga4", kind: "custom", name: "quota", times: 1 });
    expect(await failureOf(live().runReport(PLACES.propertyId, REQUEST))).toMatchObject({
      code: "ga4_rate_limited",
      retryAfterMs: 3_600_000,
    });
  });

  it.each([
    ["Exhausted concurrent requests quota.", 30_000],
    ["Exhausted potentially thresholded requests quota.", 1_800_000],
    ["Something new is exhausted.", 300_000],
  ])("%s means a wait of %i ms", async (message, wait) => {
    const { port } = scripted(json({ error: { code: 429, message, status: "RESOURCE_EXHAUSTED" } }, 429));
    expect(await failureOf(port.runReport("1", REQUEST))).toMatchObject({
      code: "ga4_rate_limited",
      retryAfterMs: wait,
    });
  });

  it("errors of GA4 are a quota too: a question is asked twice and no more before it is left for later", async () => {
    const down = () => json({ error: { code: 503, message: "Down.", status: "UNAVAILABLE" } }, 503);
    const { port, script } = scripted(down(), down(), json({}));
    expect(await failureOf(port.runReport("1", REQUEST))).toMatchObject({ code: "ga4_unavailable" });
    expect(script.sent).toHaveLength(2);
  });

  it("numbers that arrive as numbers in requests are strings where the document says int64", async () => {
    const { port, script } = scripted(json({}));
    await port.runReport("1", { ...REQUEST, offset: 20 });
    expect(JSON.parse(script.sent[0]?.body ?? "")).toMatchObject({ limit: "10", offset: "20" });
  });

  it("a quota without its 0 is used up, one that is not told is not", async () => {
    const { port } = scripted(json({ propertyQuota: { tokensPerHour: { consumed: 5 }, aNewOne: {} } }));
    const { quota } = await port.runReport("1", { ...REQUEST, withQuota: true });
    expect(quota).toMatchObject({ tokensPerHour: { consumed: 5, remaining: 0 }, tokensPerDay: null });
  });

  it("the data lost in (other) is a flag, unknown fields and types are not in the way", async () => {
    const body = {
      dimensionHeaders: [{ name: "landingPagePlusQueryString" }],
      metricHeaders: [{ name: "sessions", type: "TYPE_PARSECS" }],
      rows: [{ dimensionValues: [{ value: "(other)", oneValue: 1 }], metricValues: [{ value: "1.5e3" }] }],
      rowCount: 1,
      metadata: { dataLossFromOtherRow: true, emptyReason: "NEW_WORD" },
      futureField: {},
    };
    const { port } = scripted(json(body));
    const report = await port.runReport("1", REQUEST);
    expect(report).toMatchObject({ otherRow: true, rows: [{ dimensions: ["(other)"], metrics: [1500] }] });
  });

  it.each([
    ["TYPE_INTEGER", "1.5"],
    ["TYPE_INTEGER", ""],
    ["TYPE_CURRENCY", "NaN"],
    ["TYPE_FLOAT", "0x10"],
  ])("a %s of %j is not guessed at", async (type, value) => {
    const rows = [{ dimensionValues: [{ value: "/" }], metricValues: [{ value }] }];
    const dimensionHeaders = [{ name: "landingPagePlusQueryString" }];
    const { port } = scripted(
      json({ dimensionHeaders, metricHeaders: [{ name: "sessions", type }], rows, rowCount: 1 }),
    );
    expect(await failureOf(port.runReport("1", REQUEST))).toMatchObject({
      name: "PermanentError",
      code: "ga4_unexpected_reply",
    });
  });

  it("a row that does not fit the headers is not guessed at", async () => {
    const rows = [{ dimensionValues: [], metricValues: [{ value: "1" }] }];
    const headers = { dimensionHeaders: [{ name: "x" }], metricHeaders: [{ name: "sessions", type: "TYPE_INTEGER" }] };
    const { port } = scripted(json({ ...headers, rows, rowCount: 1 }));
    expect((await failureOf(port.runReport("1", REQUEST))).message).toContain("rows.0 does not match");
  });

  itMatchesTheSpec(
    "GA4",
    () => ({
      file: "google-analyticsdata-v1beta.discovery.json",
      kind: "discovery",
      baseUrl: variable(sandbox, "GA4_BASE_URL"),
      prefix: "/v1beta",
    }),
    () => sandbox.recorded,
  );
});
