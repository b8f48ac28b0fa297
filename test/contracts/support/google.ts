/** Tokens of the sandbox for the ports that need some. */
import { SANDBOX_CREDENTIALS } from "../../../sandbox/seed.ts";
import { liveGoogleOAuth } from "../../../src/ports/google-oauth/live.ts";
import type { GoogleOAuthPort } from "../../../src/ports/google-oauth/port.ts";
import { type ContractSandbox, variable } from "./sandbox.ts";

/** A live token port against the sandbox's own OAuth simulator. */
export function sandboxTokens(sandbox: ContractSandbox): GoogleOAuthPort {
  return liveGoogleOAuth({
    ...sandbox.transport(),
    baseUrl: variable(sandbox, "GOOGLE_OAUTH_BASE_URL"),
    clientId: async () => SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_CLIENT_ID,
    clientSecret: async () => SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_CLIENT_SECRET,
    refreshToken: async () => SANDBOX_CREDENTIALS.AGENCY_OS_GOOGLE_OAUTH_REFRESH_TOKEN,
  });
}
