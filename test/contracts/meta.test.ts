import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { meta } from "../../sandbox/meta/upstream.ts";
import { BUSINESS_UNITS, SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { type FakeAdAccount, fakeMeta } from "../../src/ports/meta/fake.ts";
import { liveMeta } from "../../src/ports/meta/live.ts";
import { type MetaWorld, metaContract } from "./meta.contract.ts";
import { errorFor, failureOf, fakeOptions, SANDBOX_FAULT } from "./support/faults.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { json, scriptFetch, stillTransport } from "./support/script-fetch.ts";
import { itMatchesTheSpec } from "./support/specs.ts";

const SHOP = BUSINESS_UNITS[1];
const PLACES = {
  accountId: SHOP?.metaAdAccountId ?? "",
  currencyCode: SHOP?.currency ?? "",
  timeZone: SHOP?.timeZone ?? "",
  month: { from: "2026-10-01", to: "2026-10-31" },
  year: { from: "2025-11-01", to: "2026-10-31" },
  silence: { from: "2016-01-01", to: "2016-01-31" },
};
const TOKEN = SANDBOX_CREDENTIALS.AGENCY_OS_META_ACCESS_TOKEN;
const token = async () => TOKEN;

function account(): FakeAdAccount {
  const first = Date.parse(PLACES.year.from);
  const dates = Array.from({ length: 365 }, (_, at) => new Date(first + at * 86_400_000).toISOString().slice(0, 10));
  const campaign = (n: number) => ({
    id: `12021000000000${n}`,
    name: `Campaign ${n}`,
    objective: "OUTCOME_SALES",
    days: dates.map((date, at) => ({
      date,
      impressions: 2000 + at * n,
      reach: 1500 + at,
      clicks: 60 + n,
      linkClicks: 40 + n,
      spend: 20.35 * n,
      actions: at % 2 === 0 ? { link_click: 40, purchase: n } : { link_click: 40 },
      actionValues: at % 2 === 0 ? { purchase: 84.5 } : {},
    })),
  });
  const { accountId, currencyCode, timeZone } = PLACES;
  return { id: accountId, name: "Shop", currencyCode, timeZone, campaigns: [campaign(1), campaign(2)] };
}

metaContract("fake", async (): Promise<MetaWorld> => {
  const fake = fakeMeta({ accounts: [account()] });
  return {
    port: fake,
    impatient: fake,
    ...PLACES,
    fault: async (kind, method) => fake.faults.fail(method, errorFor("meta", kind), fakeOptions(kind)),
    calm: async () => fake.faults.clear(),
  };
});

let sandbox: ContractSandbox;
const now = () => new Date("2026-11-10T12:00:00.000Z");
beforeAll(async () => {
  sandbox = await openSandbox([meta], now);
});
afterAll(() => sandbox.stop());

function live(timeoutMs = 10_000) {
  return liveMeta({ ...sandbox.transport({ timeoutMs }), baseUrl: variable(sandbox, "META_BASE_URL"), token });
}

metaContract(
  "live",
  async (): Promise<MetaWorld> => ({
    port: live(),
    impatient: live(400),
    ...PLACES,
    fault: (kind) => sandbox.faults({ upstream: "meta", ...SANDBOX_FAULT[kind] }),
    calm: () => sandbox.faults(),
  }),
);

const custom = (name: string, params?: Record<string, number>, times = 1) =>
  sandbox.faults({ upstream: "meta", kind: "custom", name, times, ...(params && { params }) });

function scripted(...answers: Parameters<typeof scriptFetch>) {
  const script = scriptFetch(...answers);
  return { script, port: liveMeta({ token, ...stillTransport(script.fetch) }) };
}

const refusal = (error: object, status = 400, headers: Record<string, string> = {}) =>
  json(
    { error: { message: "Words of Meta.", type: "OAuthException", fbtrace_id: "tr4ce", ...error } },
    status,
    headers,
  );

const ask = (port: ReturnType<typeof live>) => port.insightDays(PLACES.accountId, PLACES.month, "account");

describe("Meta port, live alone", () => {
  it("asks for days by the account's own attribution, with the token in a header and nowhere else", async () => {
    const { port, script } = scripted(json({ data: [] }));
    await port.insightDays(PLACES.accountId, PLACES.month, "campaign", "cursor");
    const [sent] = script.sent;
    const { searchParams } = new URL(sent?.url ?? "");
    expect(JSON.parse(searchParams.get("time_range") ?? "")).toEqual({ since: "2026-10-01", until: "2026-10-31" });
    expect(Object.fromEntries(searchParams)).toMatchObject({
      level: "campaign",
      time_increment: "1",
      use_unified_attribution_setting: "true",
      after: "cursor",
    });
    expect(sent?.headers.get("authorization")).toBe(`Bearer ${TOKEN}`);
    expect(sent?.url).not.toContain(TOKEN);
  });

  it("the token Meta writes into its links is not kept, however it is spelled", async () => {
    const odd = "EAAB|x/y=";
    const next = `https:\\/\\/graph.facebook.com\\/v25.0\\/act_1\\/insights?access_token=${encodeURIComponent(odd)}&after=a`;
    const previous = "https://graph.facebook.com/v25.0/act_1/insights?limit=1&access_token=EAANewer";
    const body = `{"data":[],"paging":{"cursors":{"after":"a"},"next":"${next}","previous":"${previous}"},"x":"${odd}"}`;
    const script = scriptFetch(new Response(body));
    const port = liveMeta({ ...stillTransport(script.fetch), token: async () => odd });
    const page = await ask(port);
    expect(page.nextAfter).toBe("a");
    expect(page.raw.body).toBe(
      body.replace(encodeURIComponent(odd), "removed").replace("EAANewer", "removed").replace(odd, "removed"),
    );
  });

  it("a cursor without a link to a next page is the last one", async () => {
    const { port } = scripted(json({ data: [], paging: { cursors: { before: "a", after: "b" } } }));
    expect((await ask(port)).nextAfter).toBeNull();
  });

  it("a throttle is waited for as long as Meta's header says, in minutes", async () => {
    await custom("throttled", { minutes: 17 });
    expect(await failureOf(ask(live()))).toMatchObject({
      name: "RetryableError",
      code: "meta_rate_limited",
      retryAfterMs: 17 * 60_000,
    });
  });

  it("a refusal with a status of success is one all the same, and a passing one is tried again", async () => {
    await custom("error_in_200");
    expect((await ask(live())).days).toHaveLength(31);
    await custom("error_in_200", {}, 9);
    expect(await failureOf(ask(live()))).toMatchObject({ name: "RetryableError", code: "meta_unavailable" });
  });

  it("too much data asks for smaller parts, an ended session for another token", async () => {
    await custom("too_much_data");
    expect(await failureOf(ask(live()))).toMatchObject({ name: "PermanentError", code: "meta_too_much_data" });
    await custom("expired");
    const failure = await failureOf(ask(live()));
    expect(failure).toMatchObject({ name: "ConfigError", code: "meta_unauthorised" });
    expect(failure.message).toContain("AGENCY_OS_META_ACCESS_TOKEN");
  });

  it.each([
    [{ code: 190 }, 400, "ConfigError", "meta_unauthorised"],
    [{ code: 104 }, 400, "ConfigError", "meta_unauthorised"],
    [{ code: 10 }, 400, "ConfigError", "meta_forbidden"],
    [{ code: 294 }, 500, "ConfigError", "meta_forbidden"],
    [{ code: 100, error_subcode: 33 }, 400, "ConfigError", "meta_forbidden"],
    [{ code: 4, error_subcode: 1504022 }, 403, "RetryableError", "meta_rate_limited"],
    [{ code: 17, is_transient: true }, 400, "RetryableError", "meta_rate_limited"],
    [{ code: 80004 }, 400, "RetryableError", "meta_rate_limited"],
    [{ code: 80015 }, 400, "PermanentError", "meta_bad_request"],
    [{ code: 7, is_transient: true }, 400, "RetryableError", "meta_unavailable"],
    [{ code: 1 }, 400, "RetryableError", "meta_unavailable"],
    [{ code: 100 }, 500, "PermanentError", "meta_bad_request"],
    [{ code: 4711 }, 503, "RetryableError", "meta_unavailable"],
  ])("%o with HTTP %i is a %s", async (error, status, name, code) => {
    const failure = await failureOf(ask(scripted(refusal(error, status)).port));
    expect(failure).toMatchObject({ name, code });
    expect(failure.message).toContain("Words of Meta. (trace tr4ce)");
    expect(failure.message).not.toContain(TOKEN);
  });

  it.each([
    ["x-app-usage", { call_count: 12, total_time: 40, total_cputime: 7 }, { usedPercent: 40, regainAccessMs: null }],
    [
      "x-ad-account-usage",
      { acc_id_util_pct: 61.5, reset_time_duration: 90 },
      { usedPercent: 61.5, regainAccessMs: null },
    ],
    [
      "x-ad-account-usage",
      { acc_id_util_pct: 100, reset_time_duration: 90 },
      { usedPercent: 100, regainAccessMs: 90_000 },
    ],
    [
      "x-business-use-case-usage",
      { 7: [{ type: "ads_insights", call_count: 3, estimated_time_to_regain_access: 0 }], 8: [{ call_count: 9 }] },
      { usedPercent: 9, regainAccessMs: null },
    ],
  ])("%s tells what is used", async (name, value, quota) => {
    const { port } = scripted(json({ data: [] }, 200, { [name]: JSON.stringify(value) }));
    expect((await ask(port)).quota).toMatchObject(quota);
  });

  it("without a header that can be read nothing is said about the limits", async () => {
    const { port } = scripted(json({ data: [] }, 200, { "x-app-usage": "{", "x-ad-account-usage": "[1]" }));
    expect((await ask(port)).quota).toEqual({ usedPercent: null, regainAccessMs: null, tier: null });
  });

  it("figures left out are zero, unknown fields and words are not in the way", async () => {
    const row = { date_start: "2026-10-01", date_stop: "2026-10-01", new_field: {} };
    const actions = [{ action_type: "new.type", value: "2", "7d_click": "1" }, { action_type: "no_value" }];
    const { port } = scripted(json({ data: [{ ...row, actions }] }));
    const zero = { impressions: 0, reach: 0, clicks: 0, linkClicks: 0, spend: 0, actionValues: {} };
    const { days } = await ask(port);
    expect(days).toEqual([{ date: "2026-10-01", campaign: null, ...zero, actions: { "new.type": 2, no_value: 0 } }]);
    const status = scripted(json({ id: "act_1", account_status: 555 }));
    expect(await status.port.account("act_1")).toMatchObject({ status: "status 555", name: "act_1", timeZone: null });
  });

  it.each([
    ["a row of more than a day", { date_stop: "2026-10-31" }],
    ["a count with a point", { impressions: "1.5" }],
    ["money that is none", { spend: "€3" }],
    ["a day that is none", { date_start: "October" }],
  ])("%s is not guessed at", async (_, wrong) => {
    const row = { date_start: "2026-10-01", date_stop: "2026-10-01", ...wrong };
    expect(await failureOf(ask(scripted(json({ data: [row] })).port))).toMatchObject({
      name: "PermanentError",
      code: "meta_unexpected_reply",
    });
  });

  it("a missing token is named, and nothing is sent", async () => {
    const script = scriptFetch(json({ data: [] }));
    const failure = await failureOf(ask(liveMeta({ ...stillTransport(script.fetch), token: async () => null })));
    expect(failure).toMatchObject({ name: "ConfigError", code: "meta_missing" });
    expect(failure.message).toContain("AGENCY_OS_META_ACCESS_TOKEN");
    expect(script.sent).toEqual([]);
  });

  itMatchesTheSpec(
    "Meta",
    () => ({ file: "meta-marketing.specs.json", kind: "discovery", baseUrl: variable(sandbox, "META_BASE_URL") }),
    () => sandbox.recorded,
  );
});
