/** Google's OAuth token endpoint: refresh grant, form-encoded. Facts: google-auth-library 10 (no official spec file). */
import * as v from "valibot";
import { ConfigError, RetryableError } from "../../core/errors.ts";
import { type Call, exchangeJson, type Transport } from "../../lib/http.ts";
import type { Refusal, Upstream } from "../../lib/http-failure.ts";
import { requireSecret, type Secret } from "../secret.ts";
import type { GoogleOAuthPort } from "./port.ts";

export const GOOGLE_OAUTH_BASE_URL = "https://oauth2.googleapis.com";

export interface LiveGoogleOAuthOptions extends Transport {
  readonly baseUrl?: string;
  readonly clientId: Secret;
  readonly clientSecret: Secret;
  readonly refreshToken: Secret;
}

/** A token is handed out only while at least this much of its life is left. */
const SPARE_MS = 60_000;

const TokenSchema = v.object({ access_token: v.pipe(v.string(), v.minLength(1)), expires_in: v.number() });
const ErrorSchema = v.object({ error: v.string(), error_description: v.optional(v.string(), "") });

const GOOGLE_OAUTH: Upstream = {
  code: "google_oauth",
  label: "Google OAuth",
  credential: "AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN",
  explain(body) {
    const parsed = v.safeParse(ErrorSchema, body);
    return parsed.success ? `${parsed.output.error} ${parsed.output.error_description}` : null;
  },
  refine: refineOAuth,
};

/** Google's error word decides, not the status: which status goes with which word is not documented. */
function refineOAuth({ status, body, message }: Refusal): Error | null {
  const parsed = v.safeParse(ErrorSchema, body);
  const word = parsed.success ? parsed.output.error : "";
  if (word === "invalid_grant") {
    const next = "The refresh token was revoked or has expired; connect Google again and store the new token.";
    return new ConfigError("google_oauth_revoked", `${message} ${next}`);
  }
  if (word === "invalid_client" || word === "unauthorized_client" || status === 401 || status === 403) {
    const next = "Check AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID and AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET.";
    return new ConfigError("google_oauth_client", `${message} ${next}`);
  }
  return word === "temporarily_unavailable" ? new RetryableError("google_oauth_unavailable", message) : null;
}

/**
 * The token port. It keeps one token and at most one refresh in flight, so hold one instance per invocation or actor:
 * workerd does not let one request wait for another one's I/O.
 */
export function liveGoogleOAuth(options: LiveGoogleOAuthOptions): GoogleOAuthPort {
  let kept: { readonly token: string; readonly goodUntil: number } | null = null;
  let inFlight: Promise<string> | null = null;

  async function refresh(): Promise<string> {
    const call = await tokenCall(options);
    const { value } = await exchangeJson(options, GOOGLE_OAUTH, call, TokenSchema);
    kept = { token: value.access_token, goodUntil: options.now().getTime() + value.expires_in * 1000 - SPARE_MS };
    return value.access_token;
  }

  return {
    async accessToken(how) {
      if (how?.fresh !== true && kept !== null && options.now().getTime() < kept.goodUntil) return kept.token;
      inFlight ??= refresh().finally(() => {
        inFlight = null;
      });
      return inFlight;
    },
  };
}

async function tokenCall(options: LiveGoogleOAuthOptions): Promise<Call> {
  const need = (secret: Secret, name: string) => requireSecret(secret, "google_oauth", name);
  const clientId = await need(options.clientId, "AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID");
  const clientSecret = await need(options.clientSecret, "AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET");
  const refreshToken = await need(options.refreshToken, "AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN");
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: refreshToken,
    client_id: clientId,
    client_secret: clientSecret,
  });
  return {
    method: "POST",
    baseUrl: options.baseUrl ?? GOOGLE_OAUTH_BASE_URL,
    path: "/token",
    headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
    // A refresh gives another token and takes none away.
    repeatable: true,
    maxBytes: 64 * 1024,
    secrets: [clientSecret, refreshToken],
  };
}
