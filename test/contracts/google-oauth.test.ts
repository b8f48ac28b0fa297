import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { googleOauth } from "../../sandbox/google-oauth/upstream.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";
import { fakeGoogleOAuth } from "../../src/ports/google-oauth/fake.ts";
import { type LiveGoogleOAuthOptions, liveGoogleOAuth } from "../../src/ports/google-oauth/live.ts";
import { googleOAuthContract } from "./google-oauth.contract.ts";
import { errorFor, failureOf, fakeOptions, SANDBOX_FAULT } from "./support/faults.ts";
import { type ContractSandbox, openSandbox, variable } from "./support/sandbox.ts";
import { json, scriptFetch, stillTransport } from "./support/script-fetch.ts";

let time = Date.parse("2026-11-10T12:00:00.000Z");
const now = () => new Date(time);
const pass = (seconds: number) => {
  time += seconds * 1000;
};

const SECRETS = {
  clientId: async () => SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID,
  clientSecret: async () => SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET,
  refreshToken: async () => SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN,
};

googleOAuthContract("fake", async () => {
  const fake = fakeGoogleOAuth({ now });
  return {
    port: fake,
    impatient: fake,
    pass,
    revoke: async () => fake.revoke(),
    fault: async (kind) => fake.faults.fail("accessToken", errorFor("google_oauth", kind), fakeOptions(kind)),
    calm: async () => fake.faults.clear(),
  };
});

let sandbox: ContractSandbox;
beforeAll(async () => {
  sandbox = await openSandbox([googleOauth], now);
});
afterAll(() => sandbox.stop());

function live(more: Partial<LiveGoogleOAuthOptions> = {}) {
  return liveGoogleOAuth({
    ...sandbox.transport(),
    baseUrl: variable(sandbox, "GOOGLE_OAUTH_BASE_URL"),
    ...SECRETS,
    ...more,
  });
}

googleOAuthContract("live", async () => ({
  port: live(),
  impatient: live({ timeoutMs: 400 }),
  pass,
  revoke: () => sandbox.faults({ upstream: "google-oauth", kind: "custom", name: "revoked" }),
  fault: (kind) => sandbox.faults({ upstream: "google-oauth", ...SANDBOX_FAULT[kind] }),
  calm: () => sandbox.faults(),
}));

describe("Google OAuth port, live alone", () => {
  it("many callers at once wait for one refresh", async () => {
    const before = sandbox.recorded.length;
    const port = live();
    const tokens = await Promise.all(Array.from({ length: 10 }, () => port.accessToken()));
    expect(new Set(tokens).size).toBe(1);
    expect(sandbox.recorded.length - before).toBe(1);
  });

  it("a failed refresh is not remembered", async () => {
    await sandbox.faults({ upstream: "google-oauth", kind: "status", status: 429, retryAfter: 60, times: 1 });
    const port = live();
    expect((await failureOf(port.accessToken())).name).toBe("RetryableError");
    expect(await port.accessToken()).not.toBe("");
  });

  it("a token that lives one second is handed out once and not kept", async () => {
    await sandbox.faults({ upstream: "google-oauth", kind: "custom", name: "short_token", times: 1 });
    const port = live();
    const short = await port.accessToken();
    pass(1);
    expect(await port.accessToken()).not.toBe(short);
  });

  it("sends the refresh grant form-encoded, nothing in the address", async () => {
    const script = scriptFetch(json({ access_token: "t", expires_in: 3600, token_type: "Bearer", scope: "x" }));
    await liveGoogleOAuth({ ...SECRETS, ...stillTransport(script.fetch) }).accessToken();
    expect(script.sent).toMatchObject([{ method: "POST", url: "https://oauth2.googleapis.com/token" }]);
    expect(Object.fromEntries(new URLSearchParams(script.sent[0]?.body))).toEqual({
      grant_type: "refresh_token",
      refresh_token: SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN,
      client_id: SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID,
      client_secret: SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET,
    });
    expect(script.sent[0]?.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
  });

  it("a wrong client secret is a setting to correct, told without the secret", async () => {
    const failure = await failureOf(live({ clientSecret: async () => "wrong-secret-1" }).accessToken());
    expect(failure).toMatchObject({ name: "ConfigError", code: "google_oauth_client" });
    expect(failure.message).toContain("AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET");
    expect(failure.message).not.toContain("wrong-secret-1");
  });

  it("an error that quotes our secrets is printed without them", async () => {
    const quoting = { error: "invalid_request", error_description: `bad ${await SECRETS.refreshToken()} x` };
    const script = scriptFetch(json(quoting, 400));
    const failure = await failureOf(liveGoogleOAuth({ ...SECRETS, ...stillTransport(script.fetch) }).accessToken());
    expect(failure.message).toContain("bad [removed] x");
  });

  it("invalid_grant means revoked whatever status it comes with", async () => {
    const script = scriptFetch(json({ error: "invalid_grant" }, 401));
    const failure = await failureOf(liveGoogleOAuth({ ...SECRETS, ...stillTransport(script.fetch) }).accessToken());
    expect(failure).toMatchObject({ name: "ConfigError", code: "google_oauth_revoked" });
  });

  it.each([
    ["clientId", "AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID"],
    ["clientSecret", "AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET"],
    ["refreshToken", "AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN"],
  ])("without %s it names %s", async (field, secret) => {
    const failure = await failureOf(live({ [field]: async () => null }).accessToken());
    expect(failure).toMatchObject({ name: "ConfigError", code: "google_oauth_missing" });
    expect(failure.message).toContain(secret);
  });
});
