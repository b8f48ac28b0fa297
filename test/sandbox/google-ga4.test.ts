/** GA4 Data API's behaviour over HTTP: text values, filters, paging, dates, refusals, faults. */
import * as v from "valibot";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Sandbox } from "../../sandbox/kit/server.ts";
import { openSpec } from "./google-spec.ts";
import { GoogleErrorSchema, google, NOW, setFaults, startSources, tokenOf } from "./google-support.ts";

const LAW_FIRM = "350000001";
const SHOP = "350000002";
const OCTOBER = [{ startDate: "2026-10-01", endDate: "2026-10-31" }];
const ORGANIC = {
  filter: { fieldName: "sessionDefaultChannelGroup", stringFilter: { matchType: "EXACT", value: "Organic Search" } },
};

const Values = v.array(v.strictObject({ value: v.string() }));
const ReportSchema = v.strictObject({
  dimensionHeaders: v.optional(v.array(v.strictObject({ name: v.string() })), []),
  metricHeaders: v.array(v.strictObject({ name: v.string(), type: v.string() })),
  rows: v.optional(v.array(v.strictObject({ dimensionValues: v.optional(Values, []), metricValues: Values }))),
  rowCount: v.optional(v.number()),
  metadata: v.looseObject({ currencyCode: v.string(), timeZone: v.string() }),
  propertyQuota: v.optional(v.record(v.string(), v.strictObject({ consumed: v.number(), remaining: v.number() }))),
  kind: v.literal("analyticsData#runReport"),
});

const clock = { now: NOW };
let sandbox: Sandbox;
let token: string;
beforeAll(async () => {
  sandbox = await startSources(clock);
});
afterAll(() => sandbox.stop());
beforeEach(async () => {
  clock.now = NOW;
  await setFaults(sandbox, []);
  token = await tokenOf(sandbox);
});

const call = (property: string, method: string, body?: unknown) =>
  google(sandbox, token, `/ga4/v1beta/properties/${property}${method}`, body);

const names = (...list: string[]) => list.map((name) => ({ name }));

async function report(property: string, body: Record<string, unknown>) {
  const answer = await call(property, ":runReport", { dateRanges: OCTOBER, ...body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return v.parse(ReportSchema, answer.body);
}

type Report = v.InferOutput<typeof ReportSchema>;
const keysOf = ({ rows }: Report) =>
  (rows ?? []).map(({ dimensionValues }) => dimensionValues.map(({ value }) => value));
const figuresOf = ({ rows }: Report) =>
  (rows ?? []).map(({ metricValues }) => metricValues.map(({ value }) => Number(value)));
const total = (made: Report, at = 0): number => figuresOf(made).reduce((sum, row) => sum + (row[at] ?? 0), 0);

async function refused(body: unknown, property = LAW_FIRM, method = ":runReport") {
  const answer = await call(property, method, body);
  return { status: answer.status, error: v.parse(GoogleErrorSchema, answer.body).error };
}

describe("reports", () => {
  test("values are text and headers tell their type; no dimensions mean one row without dimension values", async () => {
    const metrics = names("sessions", "engagedSessions", "keyEvents", "totalRevenue", "engagementRate");
    const answer = await call(SHOP, ":runReport", { dateRanges: OCTOBER, metrics });
    expect(answer.body).toMatchObject({ rowCount: 1, metadata: { currencyCode: "EUR", timeZone: "Europe/Dublin" } });
    const made = v.parse(ReportSchema, answer.body);
    expect(made.metricHeaders.map(({ type }) => type)).toEqual([
      "TYPE_INTEGER",
      "TYPE_INTEGER",
      "TYPE_FLOAT",
      "TYPE_CURRENCY",
      "TYPE_FLOAT",
    ]);
    const [sessions = 0, engaged = 0, , revenue = 0, rate = 0] = figuresOf(made)[0] ?? [];
    expect(engaged / sessions).toBeCloseTo(rate, 10);
    expect(revenue).toBeGreaterThan(10_000);
    expect(answer.body).not.toHaveProperty("dimensionHeaders");
  });

  test("sessions add up over every dimension, users do not", async () => {
    const metrics = names("sessions", "activeUsers", "totalRevenue");
    const whole = await report(SHOP, { metrics });
    for (const dimension of [
      "date",
      "sessionDefaultChannelGroup",
      "deviceCategory",
      "country",
      "landingPagePlusQueryString",
    ]) {
      const parts = await report(SHOP, { metrics, dimensions: names(dimension) });
      expect(total(parts)).toBe(total(whole));
      expect(total(parts, 2)).toBeCloseTo(total(whole, 2), 1);
      expect(total(parts, 1)).toBeGreaterThan(total(whole, 1));
    }
  });

  test("the shop has revenue from organic search, the law firm has none but gets key events", async () => {
    const body = { metrics: names("sessions", "keyEvents", "totalRevenue"), dimensionFilter: ORGANIC };
    const [shop, firm] = [await report(SHOP, body), await report(LAW_FIRM, body)];
    expect(total(shop, 2)).toBeGreaterThan(1_000);
    expect(total(firm, 2)).toBe(0);
    expect(total(firm, 1)).toBeGreaterThan(100);
  });

  test("filters combine: and, or, not, lists, and text that is compared whatever its case unless asked", async () => {
    const metrics = names("sessions");
    const device = (value: string, extra = {}) => ({
      filter: { fieldName: "deviceCategory", stringFilter: { value, ...extra } },
    });
    const sessions = async (dimensionFilter: unknown) => total(await report(SHOP, { metrics, dimensionFilter }));
    const [mobile, desktop, all] = [
      await sessions(device("MOBILE")),
      await sessions(device("desktop")),
      total(await report(SHOP, { metrics })),
    ];
    expect(await sessions({ orGroup: { expressions: [device("mobile"), device("desktop")] } })).toBe(mobile + desktop);
    expect(await sessions({ notExpression: device("mobile") })).toBe(all - mobile);
    expect(await sessions({ andGroup: { expressions: [device("mobile"), device("desktop")] } })).toBe(0);
    expect(await sessions({ andGroup: { expressions: [device("mobile"), ORGANIC] } })).toBeLessThan(mobile);
    expect(await sessions(device("MOBILE", { caseSensitive: true }))).toBe(0);
    expect(
      await sessions({ filter: { fieldName: "deviceCategory", inListFilter: { values: ["mobile", "desktop"] } } }),
    ).toBe(mobile + desktop);
    const big = await report(SHOP, {
      metrics,
      dimensions: names("country"),
      metricFilter: {
        filter: { fieldName: "sessions", numericFilter: { operation: "GREATER_THAN", value: { int64Value: "1000" } } },
      },
    });
    expect(figuresOf(big).every(([count = 0]) => count > 1_000)).toBe(true);
  });

  test("limit and offset as text or numbers hand out every row once, and rowCount is the number of rows that exist", async () => {
    const body = { metrics: names("sessions"), dimensions: names("landingPagePlusQueryString", "country") };
    const all = await report(SHOP, body);
    expect(all.rowCount).toBe(all.rows?.length);
    const collected: string[][] = [];
    for (let offset = 0; ; offset += 37) {
      const page = await report(SHOP, { ...body, limit: "37", offset: offset % 2 === 0 ? offset : String(offset) });
      if (page.rows === undefined) break;
      expect(page.rowCount).toBe(all.rowCount);
      collected.push(...keysOf(page));
    }
    expect(collected).toEqual(keysOf(all));
  });

  test("orderBys sort by dimension or metric, by default the first metric comes down", async () => {
    const body = { metrics: names("sessions"), dimensions: names("date") };
    const byDate = keysOf(await report(SHOP, { ...body, orderBys: [{ dimension: { dimensionName: "date" } }] })).flat();
    expect(byDate).toHaveLength(31);
    expect(byDate).toEqual(byDate.toSorted());
    expect(byDate[0]).toBe("20261001");
    const byDefault = figuresOf(await report(SHOP, body)).flat();
    expect(byDefault).toEqual(byDefault.toSorted((a, b) => b - a));
    const up = figuresOf(await report(SHOP, { ...body, orderBys: [{ metric: { metricName: "sessions" } }] })).flat();
    expect(up).toEqual(byDefault.toReversed());
  });

  test("two date ranges come in one answer, told apart by one more dimension", async () => {
    const dateRanges = [...OCTOBER, { startDate: "2025-10-01", endDate: "2025-10-31", name: "last_year" }];
    const made = await report(SHOP, { metrics: names("sessions"), dateRanges });
    expect(made.dimensionHeaders).toEqual([{ name: "dateRange" }]);
    expect(keysOf(made).flat().toSorted()).toEqual(["date_range_0", "last_year"]);
  });

  test("days that have not come have no rows; relative dates follow the property's day", async () => {
    const future = await report(SHOP, {
      metrics: names("sessions"),
      dateRanges: [{ startDate: "2026-12-01", endDate: "2026-12-31" }],
    });
    expect(future).not.toHaveProperty("rows");
    expect(future).not.toHaveProperty("rowCount");
    const ranges = [{ startDate: "3daysAgo", endDate: "yesterday" }];
    const days = await report(SHOP, { metrics: names("sessions"), dimensions: names("date"), dateRanges: ranges });
    expect(keysOf(days).flat().toSorted()).toEqual(["20261119", "20261120", "20261121"]);
  });

  test("the quota comes when asked for and goes down", async () => {
    const body = { metrics: names("sessions"), returnPropertyQuota: true };
    const [one, two] = [await report(SHOP, body), await report(SHOP, body)];
    const left = (made: Report): number => made.propertyQuota?.tokensPerHour?.remaining ?? Number.NaN;
    expect(left(two)).toBeLessThan(left(one));
    expect(await report(SHOP, { metrics: names("sessions") })).not.toHaveProperty("propertyQuota");
  });

  test("a batch answers one report per request", async () => {
    const one = { dateRanges: OCTOBER, metrics: names("sessions") };
    const answer = await call(SHOP, ":batchRunReports", { requests: [one, { ...one, dimensions: names("country") }] });
    expect(answer).toMatchObject({ status: 200, body: { kind: "analyticsData#batchRunReports" } });
    const { reports } = v.parse(v.looseObject({ reports: v.array(ReportSchema) }), answer.body);
    expect(reports.map(({ rows }) => (rows?.length ?? 0) > 1)).toEqual([false, true]);
    expect((await refused({ requests: Array(6).fill(one) }, SHOP, ":batchRunReports")).status).toBe(400);
  });

  test("metadata names every field a report takes, and compatibility agrees", async () => {
    const metadata = await call(SHOP, "/metadata");
    expect(metadata).toMatchObject({ status: 200, body: { name: `properties/${SHOP}/metadata` } });
    for (const name of [
      "sessions",
      "engagedSessions",
      "keyEvents",
      "totalRevenue",
      "activeUsers",
      "landingPagePlusQueryString",
    ]) {
      expect(JSON.stringify(metadata.body)).toContain(`"apiName":"${name}"`);
    }
    const compatible = await call(SHOP, ":checkCompatibility", {
      metrics: names("sessions"),
      dimensions: names("date"),
    });
    expect(compatible).toMatchObject({ status: 200, body: { metricCompatibilities: expect.any(Array) } });
  });
});

describe("refusals", () => {
  test.each([
    ["an unknown metric", { metrics: names("visits") }, "Field visits is not a valid metric"],
    [
      "an unknown dimension",
      { metrics: names("sessions"), dimensions: names("weather") },
      "Field weather is not a valid dimension",
    ],
    [
      "an unknown field in a filter",
      {
        metrics: names("sessions"),
        dimensionFilter: { filter: { fieldName: "weather", stringFilter: { value: "rain" } } },
      },
      "weather",
    ],
    ["no metric", { metrics: [] }, "at least one metric"],
    [
      "a date that is none",
      { metrics: names("sessions"), dateRanges: [{ startDate: "1 May", endDate: "today" }] },
      "startDate",
    ],
    [
      "dates in the wrong order",
      { metrics: names("sessions"), dateRanges: [{ startDate: "today", endDate: "yesterday" }] },
      "after",
    ],
    ["a limit over 250,000", { metrics: names("sessions"), limit: "250001" }, "limit"],
    ["a negative offset", { metrics: names("sessions"), offset: "-1" }, "offset"],
    ["a name the API does not know", { metrics: names("sessions"), metric: "sessions" }, "metric"],
  ])("%s is a 400 that says so", async (_, body, words) => {
    const { status, error } = await refused({ dateRanges: OCTOBER, ...body });
    expect(status).toBe(400);
    expect(error.status).toBe("INVALID_ARGUMENT");
    expect(error.message).toContain(words);
  });

  test("a property one has no access to is a 403, one that is no number a 400", async () => {
    const body = { dateRanges: OCTOBER, metrics: names("sessions") };
    expect(await refused(body, "1")).toMatchObject({ status: 403, error: { status: "PERMISSION_DENIED" } });
    expect((await refused(body, "UA-1")).status).toBe(400);
  });
});

describe("faults", () => {
  const custom = (name: string) => setFaults(sandbox, [{ upstream: "ga4", kind: "custom", name }]);
  const body = { metrics: names("sessions"), dimensions: names("landingPage", "country") };

  test("an empty report keeps its headers and has neither rows nor a count", async () => {
    await setFaults(sandbox, [{ upstream: "ga4", kind: "empty" }]);
    const made = await report(SHOP, body);
    expect(made.metricHeaders).toHaveLength(1);
    expect(made).not.toHaveProperty("rows");
    expect(made).not.toHaveProperty("rowCount");
  });

  test("a thresholded report lacks small groups and says so", async () => {
    const whole = await report(SHOP, body);
    await custom("thresholded");
    const made = await report(SHOP, body);
    expect(made.metadata.subjectToThresholding).toBe(true);
    expect(made.rowCount).toBeLessThan(whole.rowCount ?? 0);
  });

  test("a sampled report says how much was read, as text", async () => {
    await custom("sampled");
    const made = await report(SHOP, body);
    expect(made.metadata.samplingMetadatas).toEqual([
      { samplesReadCount: expect.any(String), samplingSpaceSize: expect.any(String) },
    ]);
  });

  test("an exhausted quota is a 429 without Retry-After", async () => {
    await custom("quota");
    const answer = await call(SHOP, ":runReport", { dateRanges: OCTOBER, ...body });
    expect(answer).toMatchObject({ status: 429, body: { error: { status: "RESOURCE_EXHAUSTED" } } });
    expect(answer.headers.get("retry-after")).toBeNull();
  });
});

test("answers fit the discovery document", async () => {
  const spec = openSpec("google-analyticsdata-v1beta.discovery.json");
  if (spec === null) return;
  await setFaults(sandbox, [
    { upstream: "ga4", kind: "custom", name: "sampled" },
    { upstream: "ga4", kind: "custom", name: "thresholded" },
  ]);
  const body = {
    dateRanges: OCTOBER,
    metrics: names("sessions", "keyEvents", "totalRevenue"),
    dimensions: names("date"),
    returnPropertyQuota: true,
  };
  const answers = [
    ["RunReportResponse", await call(SHOP, ":runReport", body)],
    ["BatchRunReportsResponse", await call(SHOP, ":batchRunReports", { requests: [body] })],
    ["Metadata", await call(SHOP, "/metadata")],
    ["CheckCompatibilityResponse", await call(SHOP, ":checkCompatibility", {})],
  ] as const;
  for (const [name, answer] of answers) expect(spec.differences(name, answer.body)).toEqual([]);
});
