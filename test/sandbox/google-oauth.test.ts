/** Google's token endpoint, and how the APIs treat its tokens. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mintToken, tokenHolds } from "../../sandbox/google-oauth/token.ts";
import type { Sandbox } from "../../sandbox/kit/server.ts";
import { ask, google, NOW, refresh, setFaults, startSources, tokenOf } from "./google-support.ts";

const clock = { now: NOW };
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSources(clock);
});
afterAll(() => sandbox.stop());
beforeEach(async () => {
  clock.now = NOW;
  await setFaults(sandbox, []);
});

const SITES = "/search-console/webmasters/v3/sites";
const METADATA = "/ga4/v1beta/properties/350000001/metadata";

describe("refresh grant", () => {
  test("a refresh token becomes a bearer token of an hour that both APIs take", async () => {
    const { status, body } = await refresh(sandbox);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3_600 });
    expect(body).not.toHaveProperty("refresh_token");
    const token = await tokenOf(sandbox);
    expect((await google(sandbox, token, SITES)).status).toBe(200);
    expect((await google(sandbox, token, METADATA)).status).toBe(200);
  });

  test.each([
    ["a wrong secret", { client_secret: "wrong" }, 401, "invalid_client"],
    ["an unknown client", { client_id: "somebody" }, 401, "invalid_client"],
    ["an unknown refresh token", { refresh_token: "old" }, 400, "invalid_grant"],
    ["a missing refresh token", { refresh_token: "" }, 400, "invalid_request"],
    ["another grant", { grant_type: "password" }, 400, "unsupported_grant_type"],
    ["a missing grant", { grant_type: "" }, 400, "invalid_request"],
  ])("%s is refused by name, without the JSON envelope of the other APIs", async (_, changes, status, error) => {
    const answer = await refresh(sandbox, changes);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error, error_description: expect.any(String) });
  });

  test("a JSON body is not a form", async () => {
    const answer = await ask(`${sandbox.url}/google-oauth/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_request" } });
  });

  test("a revoked grant answers invalid_grant until the fault is used up", async () => {
    await setFaults(sandbox, [{ upstream: "google-oauth", kind: "custom", name: "revoked", times: 1 }]);
    expect(await refresh(sandbox)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect((await refresh(sandbox)).status).toBe(200);
  });

  test("a status fault comes in the endpoint's own words", async () => {
    await setFaults(sandbox, [{ upstream: "google-oauth", kind: "status", status: 503, retryAfter: 2 }]);
    const answer = await refresh(sandbox);
    expect(answer).toMatchObject({
      status: 503,
      body: { error: expect.any(String), error_description: expect.any(String) },
    });
    expect(answer.headers.get("retry-after")).toBe("2");
  });
});

describe("access tokens", () => {
  test("a token of one second is refused two seconds later, by both APIs", async () => {
    await setFaults(sandbox, [{ upstream: "google-oauth", kind: "custom", name: "short_token", times: 1 }]);
    const token = await tokenOf(sandbox);
    expect((await google(sandbox, token, SITES)).status).toBe(200);
    clock.now = new Date(NOW.getTime() + 2_000);
    for (const path of [SITES, METADATA]) {
      expect(await google(sandbox, token, path)).toMatchObject({
        status: 401,
        body: { error: { code: 401, status: "UNAUTHENTICATED" } },
      });
    }
  });

  test("no token, a made-up one and one with another expiry are refused", async () => {
    const good = mintToken(NOW);
    const stretched = good.replace(/\.sandbox\.[^.]+\./, `.sandbox.${(NOW.getTime() + 9_999_999).toString(36)}.`);
    expect(tokenHolds(stretched, NOW)).toBe(false);
    for (const token of ["", "ya29.sandbox.zzzzzzzz.AAAA", stretched, "abc"]) {
      expect((await google(sandbox, token, SITES)).status).toBe(401);
    }
    expect((await ask(sandbox.url + SITES)).status).toBe(401);
  });
});
