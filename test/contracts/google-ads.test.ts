import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { googleAds } from "../../sandbox/google-ads/upstream.ts";
import { googleOauth } from "../../sandbox/google-oauth/upstream.ts";
import { BUSINESS_UNITS, GOOGLE_ADS_MANAGER, SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { type FakeCampaign, type FakeCustomer, fakeGoogleAds } from "../../src/ports/google-ads/fake.ts";
import { type LiveGoogleAdsOptions, liveGoogleAds } from "../../src/ports/google-ads/live.ts";
import { fakeGoogleOAuth } from "../../src/ports/google-oauth/fake.ts";
import { type GoogleAdsWorld, googleAdsContract } from "./google-ads.contract.ts";
import { errorFor, failureOf, fakeOptions, SANDBOX_FAULT } from "./support/faults.ts";
import { sandboxTokens } from "./support/google.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { json, scriptFetch, stillTransport } from "./support/script-fetch.ts";
import { itMatchesTheSpec } from "./support/specs.ts";

const SHOP = BUSINESS_UNITS[1];
const PLACES = {
  customerId: SHOP?.googleAdsCustomerId ?? "",
  managerId: GOOGLE_ADS_MANAGER.id,
  currencyCode: SHOP?.currency ?? "",
  timeZone: SHOP?.timeZone ?? "",
  month: { from: "2026-10-01", to: "2026-10-31" },
  silence: { from: "2016-01-01", to: "2016-01-31" },
};

function campaign(n: number): FakeCampaign {
  const days = Array.from({ length: 31 }, (_, at) => ({
    date: `2026-10-${String(at + 1).padStart(2, "0")}`,
    impressions: 1000 + at * n,
    clicks: 40 + at + n,
    costMicros: 12_340_000 * n,
    conversions: 1.5 * n,
    conversionsValue: 80.25 * n,
  }));
  return { id: `2011000${n}`, name: `Campaign ${n}`, channelType: "SEARCH", status: "ENABLED", days };
}

const { currencyCode, timeZone } = PLACES;
const CUSTOMERS: readonly FakeCustomer[] = [
  { id: PLACES.customerId, name: "Shop", currencyCode, timeZone, campaigns: [campaign(1), campaign(2)] },
  { id: PLACES.managerId, name: "Agency", currencyCode, timeZone, manager: true, campaigns: [] },
];

googleAdsContract("fake", async (): Promise<GoogleAdsWorld> => {
  const fake = fakeGoogleAds({ customers: CUSTOMERS });
  return {
    port: fake,
    impatient: fake,
    paged: async () => fakeGoogleAds({ customers: CUSTOMERS, pageRows: 7 }),
    ...PLACES,
    fault: async (kind, method) => fake.faults.fail(method, errorFor("google_ads", kind), fakeOptions(kind)),
    calm: async () => fake.faults.clear(),
  };
});

let sandbox: ContractSandbox;
const now = () => new Date("2026-11-10T12:00:00.000Z");
beforeAll(async () => {
  sandbox = await openSandbox([googleOauth, googleAds], now);
});
afterAll(() => sandbox.stop());

const developerToken = async () => SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN;

function live(more: Partial<LiveGoogleAdsOptions> = {}) {
  const baseUrl = variable(sandbox, "GOOGLE_ADS_BASE_URL");
  const access = { developerToken, loginCustomerId: GOOGLE_ADS_MANAGER.id, oauth: sandboxTokens(sandbox) };
  return liveGoogleAds({ ...sandbox.transport({ timeoutMs: 10_000 }), baseUrl, ...access, ...more });
}

googleAdsContract(
  "live",
  async (): Promise<GoogleAdsWorld> => ({
    port: live(),
    impatient: live({ timeoutMs: 400 }),
    paged: async () => {
      await sandbox.faults({ upstream: "google-ads", kind: "custom", name: "small_pages", params: { rows: 7 } });
      return live();
    },
    ...PLACES,
    fault: (kind) => sandbox.faults({ upstream: "google-ads", ...SANDBOX_FAULT[kind] }),
    calm: () => sandbox.faults(),
  }),
);

function scripted(...answers: Parameters<typeof scriptFetch>) {
  const script = scriptFetch(...answers);
  const access = { developerToken, loginCustomerId: "990-011-2233", oauth: fakeGoogleOAuth() };
  return { script, port: liveGoogleAds({ ...stillTransport(script.fetch), ...access }) };
}

/** A refusal as Google Ads sends it. */
function refusal(status: number, category: string, code: string, details?: object) {
  const error = { errorCode: { [category]: code }, message: "Words of Google.", ...(details && { details }) };
  const failure = { "@type": "type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure", errors: [error] };
  return json(
    { error: { code: status, message: "m", status: "X", details: [{ ...failure, requestId: "req-1" }] } },
    status,
  );
}

const custom = (name: string, params?: Record<string, number>) =>
  sandbox.faults({ upstream: "google-ads", kind: "custom", name, times: 1, ...(params && { params }) });

describe("Google Ads port, live alone", () => {
  it("sends the developer token and the manager's digits as headers, and never a page size", async () => {
    const { port, script } = scripted(json({}));
    await port.accountDays(PLACES.customerId, PLACES.month);
    const [sent] = script.sent;
    expect(sent?.headers.get("developer-token")).toBe(SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN);
    expect(sent?.headers.get("login-customer-id")).toBe("9900112233");
    expect(sent?.headers.get("authorization")).toMatch(/^Bearer /);
    expect(sent?.body).not.toContain("pageSize");
  });

  it("without a manager no such header is sent; a setting that is no id is named", async () => {
    const script = scriptFetch(json({}));
    const open = (loginCustomerId: string) =>
      liveGoogleAds({ ...stillTransport(script.fetch), developerToken, loginCustomerId, oauth: fakeGoogleOAuth() });
    await open("").accountDays(PLACES.customerId, PLACES.month);
    expect(script.sent[0]?.headers.has("login-customer-id")).toBe(false);
    const failure = await failureOf(open("northlight").customer(PLACES.customerId));
    expect(failure).toMatchObject({ name: "ConfigError", code: "google_ads_login_customer" });
    expect(script.sent).toHaveLength(1);
  });

  it("a missing developer token is named, and nothing is sent", async () => {
    const script = scriptFetch(json({}));
    const transport = stillTransport(script.fetch);
    const port = liveGoogleAds({
      ...transport,
      developerToken: async () => null,
      loginCustomerId: "",
      oauth: fakeGoogleOAuth(),
    });
    const failure = await failureOf(port.customer(PLACES.customerId));
    expect(failure).toMatchObject({ name: "ConfigError", code: "google_ads_missing" });
    expect(failure.message).toContain("AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN");
    expect(script.sent).toEqual([]);
  });

  it("the wrong developer token is named by its secret; one that is quoted back is not shown", async () => {
    const failure = await failureOf(live({ developerToken: async () => "wrong-token" }).customer(PLACES.customerId));
    expect(failure).toMatchObject({ name: "ConfigError", code: "google_ads_developer_token" });
    expect(failure.message).toContain("AGENCY_OS_GOOGLE_ADS_DEVELOPER_TOKEN");
    const quoted = `Developer ${await developerToken()} is unknown.`;
    const echo = json({ error: { code: 401, message: quoted, status: "UNAUTHENTICATED" } }, 401);
    const { message } = await failureOf(scripted(echo).port.customer(PLACES.customerId));
    expect(message).toContain("Developer [removed] is unknown.");
  });

  it("a client account without its manager says which setting to look at", async () => {
    const failure = await failureOf(live({ loginCustomerId: "" }).customer(PLACES.customerId));
    expect(failure).toMatchObject({ name: "ConfigError", code: "google_ads_forbidden" });
    expect(failure.message).toContain("GOOGLE_ADS_LOGIN_CUSTOMER_ID");
  });

  it("a quota is waited for as long as Google Ads says", async () => {
    await custom("quota", { seconds: 47 });
    expect(await failureOf(live().accountDays(PLACES.customerId, PLACES.month))).toMatchObject({
      name: "RetryableError",
      code: "google_ads_rate_limited",
      retryAfterMs: 47_000,
    });
  });

  it("a day's operations that are spent without a time to wait for are tried in an hour", async () => {
    await custom("daily_quota");
    expect(await failureOf(live().accountDays(PLACES.customerId, PLACES.month))).toMatchObject({
      code: "google_ads_rate_limited",
      retryAfterMs: 3_600_000,
    });
  });

  it("an error of Google's own passes with a second try", async () => {
    await custom("transient");
    expect((await live().accountDays(PLACES.customerId, PLACES.month)).days).toHaveLength(31);
  });

  it.each([
    [429, "quotaError", "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION", "RetryableError", "google_ads_rate_limited"],
    [403, "quotaError", "RESOURCE_EXHAUSTED", "RetryableError", "google_ads_rate_limited"],
    [403, "quotaError", "ACCESS_PROHIBITED", "ConfigError", "google_ads_forbidden"],
    [400, "internalError", "DEADLINE_EXCEEDED", "RetryableError", "google_ads_unavailable"],
    [401, "authenticationError", "OAUTH_TOKEN_REVOKED", "ConfigError", "google_ads_unauthorised"],
    [401, "authenticationError", "CUSTOMER_NOT_FOUND", "ConfigError", "google_ads_forbidden"],
    [403, "authorizationError", "CUSTOMER_NOT_ENABLED", "ConfigError", "google_ads_forbidden"],
    [403, "authorizationError", "DEVELOPER_TOKEN_NOT_APPROVED", "ConfigError", "google_ads_developer_token"],
    [400, "requestError", "EXPIRED_PAGE_TOKEN", "PermanentError", "google_ads_page_token"],
    [400, "queryError", "UNRECOGNIZED_FIELD", "PermanentError", "google_ads_bad_request"],
    [400, "newError", "NEW_WORD", "PermanentError", "google_ads_bad_request"],
  ])("%i %s.%s is a %s", async (status, category, code, name, ours) => {
    const failure = await failureOf(scripted(refusal(status, category, code)).port.customer(PLACES.customerId));
    expect(failure).toMatchObject({ name, code: ours });
    expect(failure.message).toContain(`${category}.${code} Words of Google. (request req-1)`);
  });

  it("the wait may also stand in a RetryInfo, and a refusal without a failure of Google Ads keeps its meaning", async () => {
    const info = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "12.5s" };
    const failure = { errors: [{ errorCode: { quotaError: "RESOURCE_TEMPORARILY_EXHAUSTED" } }] };
    const busy = json(
      { error: { code: 429, message: "m", status: "RESOURCE_EXHAUSTED", details: [info, failure] } },
      429,
    );
    expect(await failureOf(scripted(busy).port.customer(PLACES.customerId))).toMatchObject({ retryAfterMs: 12_500 });
    const bare = json(
      { error: { code: 403, message: "The caller does not have permission", status: "PERMISSION_DENIED" } },
      403,
    );
    expect(await failureOf(scripted(bare).port.customer(PLACES.customerId))).toMatchObject({
      code: "google_ads_forbidden",
    });
  });

  it("figures left out are zero, unknown words and fields are not in the way, the request's id is kept", async () => {
    const row = {
      segments: { date: "2026-10-01" },
      campaign: { id: "7", name: "n", advertisingChannelType: "NEW" },
      x: 1,
    };
    const body = {
      results: [{ ...row, metrics: { clicks: "9007199254740991" } }, row],
      queryResourceConsumption: "12",
    };
    const { port } = scripted(json(body, 200, { "request-id": "abc" }));
    const page = await port.campaignDays(PLACES.customerId, PLACES.month);
    const zero = { impressions: 0, costMicros: 0, conversions: 0, conversionsValue: 0 };
    const named = { date: "2026-10-01", campaignId: "7", campaignName: "n", channelType: "NEW", status: "UNSPECIFIED" };
    expect(page.days).toEqual([
      { ...named, ...zero, clicks: Number.MAX_SAFE_INTEGER },
      { ...named, ...zero, clicks: 0 },
    ]);
    expect(page).toMatchObject({ rowCount: null, quota: { operations: 1, resourceConsumption: 12, requestId: "abc" } });
  });

  it.each([["9007199254740993"], ["1.5"], ["many"]])("a count of %s is not guessed at", async (clicks) => {
    const { port } = scripted(json({ results: [{ segments: { date: "2026-10-01" }, metrics: { clicks } }] }));
    expect(await failureOf(port.accountDays(PLACES.customerId, PLACES.month))).toMatchObject({
      name: "PermanentError",
      code: "google_ads_unexpected_reply",
    });
  });

  itMatchesTheSpec(
    "Google Ads",
    () => ({
      file: "google-ads-v25.proto.json",
      kind: "discovery",
      baseUrl: variable(sandbox, "GOOGLE_ADS_BASE_URL"),
      prefix: "/v25",
    }),
    () => sandbox.recorded,
  );
});
