/** Google Ads' behaviour over HTTP: headers, queries, pages, refusals, and figures that go with GA4's paid search. */
import * as v from "valibot";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FIELDS } from "../../sandbox/google-ads/catalogue.ts";
import type { Sandbox } from "../../sandbox/kit/server.ts";
import { BUSINESS_UNITS, GOOGLE_ADS_MANAGER, SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { openSpec } from "./google-spec.ts";
import { type Answer, ask, google, NOW, setFaults, startSources, tokenOf } from "./google-support.ts";

const [FIRM = "", SHOP = ""] = BUSINESS_UNITS.map(({ googleAdsCustomerId }) => googleAdsCustomerId);
const OCTOBER = "segments.date BETWEEN '2026-10-01' AND '2026-10-31'";
const DAYS = `SELECT segments.date, metrics.clicks, metrics.cost_micros, metrics.conversions FROM customer WHERE ${OCTOBER}`;

const RowSchema = v.looseObject({
  campaign: v.exactOptional(v.looseObject({ id: v.exactOptional(v.string()), name: v.exactOptional(v.string()) })),
  segments: v.exactOptional(v.strictObject({ date: v.string() })),
  metrics: v.exactOptional(
    v.strictObject({
      impressions: v.exactOptional(v.string()),
      clicks: v.exactOptional(v.string()),
      costMicros: v.exactOptional(v.string()),
      conversions: v.exactOptional(v.number()),
      conversionsValue: v.exactOptional(v.number()),
    }),
  ),
});
const PageSchema = v.strictObject({
  results: v.optional(v.array(RowSchema), []),
  nextPageToken: v.exactOptional(v.string()),
  totalResultsCount: v.exactOptional(v.string()),
  fieldMask: v.string(),
  queryResourceConsumption: v.string(),
});
const FailureSchema = v.looseObject({
  error: v.looseObject({
    code: v.number(),
    details: v.array(
      v.looseObject({
        errors: v.optional(
          v.array(v.looseObject({ errorCode: v.record(v.string(), v.string()), message: v.string() })),
          [],
        ),
      }),
    ),
  }),
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

const HEADERS = {
  "developer-token": SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN,
  "login-customer-id": GOOGLE_ADS_MANAGER.id,
};

function post(customer: string, body: unknown, headers: Record<string, string> = HEADERS): Promise<Answer> {
  return ask(`${sandbox.url}/google-ads/v25/customers/${customer}/googleAds:search`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

async function rows(customer: string, query: string) {
  const answer = await post(customer, { query });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return v.parse(PageSchema, answer.body).results;
}

async function refusal(work: Promise<Answer>): Promise<{ status: number; code: string }> {
  const answer = await work;
  const { error } = v.parse(FailureSchema, answer.body);
  expect(error.code).toBe(answer.status);
  const [first] = error.details.flatMap(({ errors }) => errors);
  return {
    status: answer.status,
    code: Object.entries(first?.errorCode ?? {})
      .flat()
      .join("."),
  };
}

type Row = Awaited<ReturnType<typeof rows>>[number];
const total = (list: readonly Row[], field: "clicks" | "costMicros" | "conversions"): number =>
  list.reduce((sum, { metrics }) => sum + Number(metrics?.[field] ?? 0), 0);

describe("figures", () => {
  test("counts and money travel as text, conversions as numbers, and only what was asked for comes", async () => {
    const [row] = await rows(SHOP, `${DAYS} ORDER BY segments.date LIMIT 1`);
    expect(row).toEqual({
      segments: { date: "2026-10-01" },
      metrics: {
        clicks: expect.any(String),
        costMicros: expect.stringMatching(/^\d+0000$/),
        conversions: expect.any(Number),
      },
    });
  });

  test.each([FIRM, SHOP])("clicks of %s are a little more than GA4's paid search sessions", async (customer) => {
    const property = BUSINESS_UNITS.find(({ googleAdsCustomerId }) => googleAdsCustomerId === customer)?.ga4PropertyId;
    const { body } = await google(sandbox, token, `/ga4/v1beta/properties/${property}:runReport`, {
      dateRanges: [{ startDate: "2026-10-01", endDate: "2026-10-31" }],
      metrics: [{ name: "sessions" }, { name: "keyEvents" }],
      dimensionFilter: { filter: { fieldName: "sessionDefaultChannelGroup", stringFilter: { value: "Paid Search" } } },
    });
    const value = v.looseObject({ metricValues: v.array(v.object({ value: v.string() })) });
    const [found] = v.parse(v.looseObject({ rows: v.array(value) }), body).rows;
    const [sessions = 0, keyEvents = 0] = (found?.metricValues ?? []).map((cell) => Number(cell.value));
    const days = await rows(customer, DAYS);
    expect(total(days, "clicks") / sessions).toBeGreaterThan(1.01);
    expect(total(days, "clicks") / sessions).toBeLessThan(1.12);
    expect(total(days, "conversions") / keyEvents).toBeGreaterThan(0.9);
    expect(total(days, "conversions") / keyEvents).toBeLessThan(1);
  });

  test("a seasonal campaign runs in its months, a removed one keeps its history", async () => {
    const names = async (from: string, to: string) => {
      const range = `segments.date >= '${from}' AND segments.date <= '${to}'`;
      const query = `SELECT segments.date, campaign.name, metrics.clicks FROM campaign WHERE ${range}`;
      return new Set((await rows(SHOP, query)).map(({ campaign }) => campaign?.name));
    };
    const [may, november] = [await names("2026-05-01", "2026-05-31"), await names("2026-11-01", "2026-11-15")];
    expect([may.has("Linen | Search"), november.has("Linen | Search")]).toEqual([true, false]);
    const christmas = "Christmas gifts | Performance Max";
    expect([may.has(christmas), november.has(christmas)]).toEqual([false, true]);
    const all = await rows(SHOP, "SELECT campaign.id FROM campaign WHERE campaign.status = 'REMOVED'");
    expect(all).toHaveLength(1);
  });

  test("conversions of the last days are still coming in, clicks are there, and days to come are not", async () => {
    const on = async (date: string) => {
      const [row] = await rows(SHOP, DAYS.replace(OCTOBER, `segments.date = '${date}'`));
      return [Number(row?.metrics?.clicks ?? 0), row?.metrics?.conversions ?? 0] as const;
    };
    const young = await on("2026-11-20");
    clock.now = new Date("2026-12-20T18:00:00Z");
    token = await tokenOf(sandbox);
    const old = await on("2026-11-20");
    expect(young[0]).toBe(old[0]);
    expect(young[1]).toBeLessThan(old[1]);
    expect(await rows(SHOP, DAYS.replace(OCTOBER, "segments.date = '2026-12-24'"))).toEqual([]);
  });

  test("the same question gives the same rows", async () => {
    expect(await rows(FIRM, DAYS)).toEqual(await rows(FIRM, DAYS));
  });
});

describe("refusals", () => {
  test.each([
    ["SELECT metrics.clickz FROM customer", "queryError.UNRECOGNIZED_FIELD"],
    ["SELECT campaign.name FROM customer", "queryError.PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"],
    ["SELECT metrics.clicks FROM adz", "queryError.BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"],
    ["SELECT metrics.clicks", "queryError.EXPECTED_FROM"],
    ["metrics.clicks FROM customer", "queryError.EXPECTED_SELECT"],
    ["SELECT segments.date, metrics.clicks FROM customer", "queryError.EXPECTED_FILTERS_ON_DATE_RANGE"],
    ["SELECT metrics.clicks FROM customer WHERE segments.date = '1 May'", "queryError.INVALID_DATE_FORMAT"],
    [
      "SELECT metrics.clicks FROM customer ORDER BY segments.date",
      "queryError.EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
    ],
    ["SELECT campaign.id FROM campaign WHERE campaign.status LIKE 'E%'", "queryError.BAD_OPERATOR"],
    ["SELECT campaign.id FROM campaign LIMIT many", "queryError.BAD_LIMIT_VALUE"],
    ["SELECT campaign.id FROM campaign;", "queryError.UNEXPECTED_INPUT"],
  ])("%s", async (query, code) => {
    expect(await refusal(post(SHOP, { query }))).toEqual({ status: 400, code });
  });

  test("a page size is refused by name, an unknown field of the request as bad JSON", async () => {
    const sized = await refusal(post(SHOP, { query: DAYS, pageSize: 100 }));
    expect(sized).toEqual({ status: 400, code: "requestError.PAGE_SIZE_NOT_SUPPORTED" });
    expect((await post(SHOP, { query: DAYS, pagesize: 100 })).status).toBe(400);
  });

  test("a page token goes with its own query", async () => {
    await setFaults(sandbox, [{ upstream: "google-ads", kind: "custom", name: "small_pages", params: { rows: 5 } }]);
    const { nextPageToken: pageToken } = v.parse(PageSchema, (await post(SHOP, { query: DAYS })).body);
    expect((await post(SHOP, { query: DAYS, pageToken })).status).toBe(200);
    const invalid = { status: 400, code: "requestError.INVALID_PAGE_TOKEN" };
    expect(await refusal(post(SHOP, { query: `${DAYS} LIMIT 9`, pageToken }))).toEqual(invalid);
    expect(await refusal(post(FIRM, { query: DAYS, pageToken }))).toEqual(invalid);
  });

  test("a client is reached through its manager alone, with the developer token of the agency", async () => {
    const query = "SELECT customer.id FROM customer";
    const denied = { status: 403, code: "authorizationError.USER_PERMISSION_DENIED" };
    const { "developer-token": developer } = HEADERS;
    expect(await refusal(post(SHOP, { query }, { "developer-token": developer }))).toEqual(denied);
    expect(await refusal(post(SHOP, { query }, { ...HEADERS, "login-customer-id": FIRM }))).toEqual(denied);
    expect(await refusal(post("1111111111", { query }))).toEqual(denied);
    expect(await refusal(post("441-001-0002", { query }))).toEqual({
      status: 400,
      code: "requestError.INVALID_CUSTOMER_ID",
    });
    expect(await refusal(post(SHOP, { query }, { ...HEADERS, "developer-token": "x" }))).toEqual({
      status: 401,
      code: "authenticationError.DEVELOPER_TOKEN_INVALID",
    });
    expect((await post(SHOP, { query }, {})).status).toBe(400);
    token = "ya29.sandbox.stale.token";
    expect((await post(SHOP, { query })).status).toBe(401);
  });
});

test("answers and failures fit the protos, and every field a query may name is one of theirs", async () => {
  const spec = openSpec("google-ads-v25.proto.json");
  if (spec === null) return;
  const root = "google.ads.googleads.v25";
  const names = FIELDS.map(({ name }) => name);
  const query = `SELECT ${names.join(", ")} FROM campaign WHERE ${OCTOBER}`;
  const settings = { searchSettings: { returnTotalResultsCount: true } };
  const answer = await post(SHOP, { query, ...settings });
  expect(answer.status).toBe(200);
  expect(spec.differences(`${root}.services.SearchGoogleAdsResponse`, answer.body)).toEqual([]);
  await setFaults(sandbox, [{ upstream: "google-ads", kind: "custom", name: "quota" }]);
  const { error } = v.parse(FailureSchema, (await post(SHOP, { query: DAYS })).body);
  const failures = error.details.map(({ "@type": _, ...failure }) => failure);
  expect(failures).toHaveLength(1);
  expect(spec.differences(`${root}.errors.GoogleAdsFailure`, failures[0])).toEqual([]);
});
