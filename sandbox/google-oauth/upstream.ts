/** Google's OAuth token endpoint: the refresh grant, form-encoded. */
import type { SimContext, SimReply, SimRequest, Upstream } from "../kit/upstream.ts";
import { SANDBOX_CREDENTIALS } from "../seed.ts";
import { mintToken } from "./token.ts";

const LIFETIME_SECONDS = 3_600;
const SCOPES = ["webmasters.readonly", "analytics.readonly", "adwords"]
  .map((name) => `https://www.googleapis.com/auth/${name}`)
  .join(" ");

/**
 * Custom faults: `revoked` answers 400 `invalid_grant`; `short_token` issues a token of one second.
 * Tokens carry their expiry, so the other Google simulators accept them without asking here.
 */
export const googleOauth: Upstream = {
  name: "google-oauth",
  prefix: "/google-oauth",
  baseUrlVariables: { GOOGLE_OAUTH_BASE_URL: "" },
  routes: (context) => [{ method: "POST", pattern: "/token", handler: (request) => token(context, request) }],
  errorReply: (status, message, retryAfter) => {
    const reply = oauthError(status, nameOf(status), message);
    return retryAfter === undefined ? reply : { ...reply, headers: { "retry-after": String(retryAfter) } };
  },
};

function oauthError(status: number, error: string, description: string): SimReply {
  return { status, body: { error, error_description: description } };
}

function nameOf(status: number): string {
  if (status === 401) return "invalid_client";
  if (status === 404) return "not_found";
  if (status === 429) return "rate_limit_exceeded";
  return status < 500 ? "invalid_request" : "internal_failure";
}

function token(context: SimContext, request: SimRequest): SimReply {
  if (!(request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")) {
    return oauthError(400, "invalid_request", "The request must be form-encoded.");
  }
  const form = new URLSearchParams(request.body.toString("utf8"));
  const missing = ["grant_type", "client_id"].find((name) => !form.get(name));
  if (missing !== undefined) return oauthError(400, "invalid_request", `Missing required parameter: ${missing}`);
  if (form.get("grant_type") !== "refresh_token") {
    return oauthError(400, "unsupported_grant_type", `Invalid grant_type: ${form.get("grant_type")}`);
  }
  if (form.get("client_id") !== SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID) {
    return oauthError(401, "invalid_client", "The OAuth client was not found.");
  }
  if (form.get("client_secret") !== SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET) {
    return oauthError(401, "invalid_client", "The provided client secret is invalid.");
  }
  if (!form.get("refresh_token"))
    return oauthError(400, "invalid_request", "Missing required parameter: refresh_token");
  const revoked = context.customFault(request, "revoked") !== null;
  if (revoked || form.get("refresh_token") !== SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN) {
    return oauthError(400, "invalid_grant", "Token has been expired or revoked.");
  }
  const seconds = context.customFault(request, "short_token") === null ? LIFETIME_SECONDS : 1;
  const expiresAt = new Date(context.now().getTime() + seconds * 1_000);
  return {
    status: 200,
    headers: { "cache-control": "no-store" },
    body: { access_token: mintToken(expiresAt), expires_in: seconds, scope: SCOPES, token_type: "Bearer" },
  };
}
