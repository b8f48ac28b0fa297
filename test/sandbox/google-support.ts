/** Helpers of the tests of the Google, Meta, AccuRanker and model simulators. */
import * as v from "valibot";
import { accuranker } from "../../sandbox/accuranker/upstream.ts";
import { ga4 } from "../../sandbox/ga4/upstream.ts";
import { googleAds } from "../../sandbox/google-ads/upstream.ts";
import { googleOauth } from "../../sandbox/google-oauth/upstream.ts";
import { type Sandbox, startSandbox } from "../../sandbox/kit/server.ts";
import type { Fault } from "../../sandbox/kit/upstream.ts";
import { meta } from "../../sandbox/meta/upstream.ts";
import { model } from "../../sandbox/model/upstream.ts";
import { searchConsole } from "../../sandbox/search-console/upstream.ts";
import { SANDBOX_CREDENTIALS } from "../../sandbox/seed.ts";

/** A Sunday; Pacific final data ends three days before it. */
export const NOW = new Date("2026-11-22T18:00:00Z");

/** A sandbox of everything but Asana, whose clock the test turns. */
export async function startSources(clock: { now: Date } = { now: NOW }): Promise<Sandbox> {
  return startSandbox({
    port: 0,
    stateDir: null,
    upstreams: [googleOauth, searchConsole, ga4, googleAds, meta, accuranker, model],
    now: () => clock.now,
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** One request with its answer as JSON. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, init);
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

/** The refresh grant with some of its fields replaced. */
export function refresh(sandbox: Sandbox, changes: Record<string, string> = {}): Promise<Answer> {
  const form = {
    grant_type: "refresh_token",
    client_id: SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID,
    client_secret: SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET,
    refresh_token: SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN,
    ...changes,
  };
  return ask(`${sandbox.url}/google-oauth/token`, { method: "POST", body: new URLSearchParams(form) });
}

const TokenSchema = v.object({ access_token: v.string(), expires_in: v.number() });

/** A fresh access token. */
export async function tokenOf(sandbox: Sandbox): Promise<string> {
  return v.parse(TokenSchema, (await refresh(sandbox)).body).access_token;
}

/** A Google request with a token; with a body it is a POST. */
export function google(sandbox: Sandbox, token: string, path: string, body?: unknown): Promise<Answer> {
  return ask(sandbox.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Asks the sandbox for faults. */
export async function setFaults(sandbox: Sandbox, faults: readonly Fault[]): Promise<void> {
  const answer = await fetch(`${sandbox.url}/_sandbox/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ faults, clear: true }),
  });
  if (!answer.ok) throw new Error(`the fault was refused: ${await answer.text()}`);
}

/** The error of a Google answer. */
export const GoogleErrorSchema = v.object({
  error: v.object({ code: v.number(), message: v.string(), status: v.string() }),
});
