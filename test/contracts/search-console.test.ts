import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { googleOauth } from "../../sandbox/google-oauth/upstream.ts";
import { searchConsole } from "../../sandbox/search-console/upstream.ts";
import { BUSINESS_UNITS } from "../../sandbox/seed.ts";
import { fakeGoogleOAuth } from "../../src/ports/google-oauth/fake.ts";
import { fakeSearchConsole, type SearchDay } from "../../src/ports/search-console/fake.ts";
import { liveSearchConsole } from "../../src/ports/search-console/live.ts";
import type { SearchAnalyticsRequest } from "../../src/ports/search-console/port.ts";
import { type SearchConsoleWorld, searchConsoleContract } from "./search-console.contract.ts";
import { errorFor, failureOf, fakeOptions, SANDBOX_FAULT } from "./support/faults.ts";
import { sandboxTokens } from "./support/google.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { json, scriptFetch, stillTransport } from "./support/script-fetch.ts";
import { itMatchesTheSpec } from "./support/specs.ts";

const PLACES = {
  site: BUSINESS_UNITS[0]?.searchConsoleSite ?? "",
  prefixSite: BUSINESS_UNITS[1]?.searchConsoleSite ?? "",
  unverifiedSite: "https://www.unverified.example/",
  month: { start: "2026-10-01", end: "2026-10-31" },
  silence: { start: "2019-01-01", end: "2019-01-31" },
};

function octoberDays(): SearchDay[] {
  return Array.from({ length: 31 }, (_, day) => `2026-10-${String(day + 1).padStart(2, "0")}`).flatMap((date, at) =>
    ["a", "b", "c", "d"].map((name, n) => ({
      date,
      query: `query ${name}`,
      page: `https://site.example/${n % 3}/${name}`,
      device: n % 2 === 0 ? "MOBILE" : "DESKTOP",
      country: "usa",
      clicks: n + (at % 5),
      impressions: 50 + n * 10 + at,
      position: 3 + n,
    })),
  );
}

searchConsoleContract("fake", async (): Promise<SearchConsoleWorld> => {
  const fake = fakeSearchConsole({
    sites: [
      { siteUrl: PLACES.site, permission: "siteOwner", days: octoberDays() },
      { siteUrl: PLACES.prefixSite, permission: "siteFullUser", days: octoberDays() },
      { siteUrl: PLACES.unverifiedSite, permission: "siteUnverifiedUser", days: octoberDays() },
    ],
  });
  return {
    port: fake,
    impatient: fake,
    ...PLACES,
    fault: async (kind, method) => fake.faults.fail(method, errorFor("search_console", kind), fakeOptions(kind)),
    calm: async () => fake.faults.clear(),
  };
});

let sandbox: ContractSandbox;
const now = () => new Date("2026-11-10T12:00:00.000Z");
beforeAll(async () => {
  sandbox = await openSandbox([googleOauth, searchConsole], now);
});
afterAll(() => sandbox.stop());

function live(timeoutMs = 10_000) {
  const transport = sandbox.transport({ timeoutMs });
  const baseUrl = variable(sandbox, "SEARCH_CONSOLE_BASE_URL");
  return { transport, port: liveSearchConsole({ ...transport, baseUrl, oauth: sandboxTokens(sandbox) }) };
}

searchConsoleContract(
  "live",
  async (): Promise<SearchConsoleWorld> => ({
    port: live().port,
    impatient: live(700).port,
    ...PLACES,
    fault: (kind) => sandbox.faults({ upstream: "search-console", ...SANDBOX_FAULT[kind] }),
    calm: () => sandbox.faults(),
  }),
);

const REQUEST: SearchAnalyticsRequest = {
  startDate: "2026-10-01",
  endDate: "2026-10-31",
  dimensions: ["query"],
  rowLimit: 100,
  startRow: 0,
};

function scripted(...answers: Parameters<typeof scriptFetch>) {
  const script = scriptFetch(...answers);
  const oauth = fakeGoogleOAuth();
  return { script, oauth, port: liveSearchConsole({ ...stillTransport(script.fetch), oauth }) };
}

describe("Search Console port, live alone", () => {
  it("an expired token is replaced once, and the question asked again", async () => {
    const { port, script } = scripted(json({ error: { code: 401, message: "expired" } }, 401), json({}));
    await port.query("sc-domain:a.example", REQUEST);
    expect(script.sent.map((request) => request.headers.get("authorization"))).toEqual([
      "Bearer fake-token-1",
      "Bearer fake-token-2",
    ]);
  });

  it("a token that expires under way is replaced against the simulator too", async () => {
    await sandbox.faults({ upstream: "search-console", kind: "status", status: 401, times: 1 });
    const before = sandbox.recorded.filter((request) => request.url.endsWith("/token")).length;
    expect((await live().port.query(PLACES.site, REQUEST)).rows.length).toBeGreaterThan(0);
    expect(sandbox.recorded.filter((request) => request.url.endsWith("/token")).length - before).toBe(2);
  });

  it("a lasting 401 ends after that one retry", async () => {
    const { port, script } = scripted(json({ error: { message: "no" } }, 401));
    const failure = await failureOf(port.query("sc-domain:a.example", REQUEST));
    expect(failure).toMatchObject({ name: "ConfigError", code: "search_console_unauthorised" });
    expect(script.sent).toHaveLength(2);
  });

  it("a quota that answers 403 is a limit in time, not missing access", async () => {
    const body = { error: { code: 403, message: "Quota exceeded", errors: [{ reason: "quotaExceeded" }] } };
    const { port } = scripted(json(body, 403));
    expect(await failureOf(port.query("sc-domain:a.example", REQUEST))).toMatchObject({
      name: "RetryableError",
      code: "search_console_rate_limited",
      retryAfterMs: 900_000,
    });
  });

  it.each([
    ["firstIncompleteDate", "2026-11-08"],
    ["first_incomplete_date", "2026-11-08"],
  ])("reads %s", async (field, day) => {
    const { port } = scripted(json({ responseAggregationType: "BY_PROPERTY", metadata: { [field]: day } }));
    const page = await port.query("sc-domain:a.example", REQUEST);
    expect([page.firstIncompleteDate, page.aggregationType, page.rows]).toEqual([day, "byProperty", []]);
  });

  it("both spellings of a permission mean the same, and a new word passes through", async () => {
    const entry = (siteUrl: string, permissionLevel: string) => ({ siteUrl, permissionLevel, brandNew: true });
    const answer = {
      siteEntry: [entry("a", "SITE_FULL_USER"), entry("b", "siteFullUser"), entry("c", "site-janitor")],
    };
    const { port } = scripted(json(answer));
    expect([await port.permission("a"), await port.permission("b"), await port.permission("c")]).toEqual([
      "siteFullUser",
      "siteFullUser",
      "site-janitor",
    ]);
  });

  it("an account without sites lists none", async () => {
    await sandbox.faults({ upstream: "search-console", kind: "custom", name: "no_sites", times: 1 });
    expect(await live().port.permission(PLACES.site)).toBeNull();
  });

  it("a row whose keys do not fit the question is not guessed at", async () => {
    const rows = [{ keys: ["a", "b"], clicks: 1, impressions: 1, ctr: 1, position: 1 }];
    const { port } = scripted(json({ rows }));
    const failure = await failureOf(port.query("sc-domain:a.example", REQUEST));
    expect(failure).toMatchObject({ name: "PermanentError", code: "search_console_unexpected_reply" });
  });

  it("a figure that is no number is final and names its place", async () => {
    const rows = [{ keys: ["a"], clicks: "12", impressions: 1, ctr: 1, position: 1 }];
    const { port } = scripted(json({ rows }));
    const failure = await failureOf(port.query("sc-domain:a.example", REQUEST));
    expect(failure.message).toContain("rows.0.clicks");
  });

  it("a disconnected Google account ends the question before it is sent", async () => {
    const { port, oauth, script } = scripted(json({}));
    oauth.revoke();
    const failure = await failureOf(port.query("sc-domain:a.example", REQUEST));
    expect(failure).toMatchObject({ name: "ConfigError", code: "google_oauth_revoked" });
    expect(script.sent).toEqual([]);
  });

  itMatchesTheSpec(
    "Search Console",
    () => ({
      file: "google-searchconsole-v1.discovery.json",
      kind: "discovery",
      baseUrl: variable(sandbox, "SEARCH_CONSOLE_BASE_URL"),
      relaxedEnums: true,
    }),
    () => sandbox.recorded,
  );
});
