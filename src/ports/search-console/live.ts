/** Search Console over HTTP. Facts: discovery document revision 20260804, recorded answers for the live spellings. */
import { type GoogleApiOptions, googleRead, googleUpstream } from "../google-api.ts";
import type { SearchConsolePort } from "./port.ts";
import { checkRequest, lowerCamel, queryBody, queryPath, SearchAnalyticsSchema, SitesSchema, toPage } from "./reply.ts";

export const SEARCH_CONSOLE_BASE_URL = "https://searchconsole.googleapis.com";

export type LiveSearchConsoleOptions = Omit<GoogleApiOptions, "baseUrl"> & { readonly baseUrl?: string };

/** Google's load quota is counted in windows of ten minutes; after a hit it asks for a quarter of an hour. */
const QUOTA_WAIT_MS = 15 * 60_000;

const SEARCH_CONSOLE = googleUpstream("search_console", "Search Console", () => QUOTA_WAIT_MS);

/**
 * The Search Console port over HTTP. Errors: ConfigError `search_console_forbidden` (no permission, or the wrong form
 * of the property), `search_console_unauthorised`; RetryableError `search_console_rate_limited` and the common ones;
 * PermanentError `search_console_bad_request`.
 */
export function liveSearchConsole(options: LiveSearchConsoleOptions): SearchConsolePort {
  const api: GoogleApiOptions = { ...options, baseUrl: options.baseUrl ?? SEARCH_CONSOLE_BASE_URL };
  return {
    async query(siteUrl, request) {
      checkRequest(request);
      const call = { method: "POST" as const, path: queryPath(siteUrl), body: queryBody(request) };
      const { text, value } = await googleRead(api, SEARCH_CONSOLE, call, SearchAnalyticsSchema);
      return toPage(request, value, { body: text, request: call, fetchedAt: options.now().toISOString() });
    },
    async permission(siteUrl) {
      const call = { method: "GET" as const, path: "/webmasters/v3/sites" };
      const { value } = await googleRead(api, SEARCH_CONSOLE, call, SitesSchema);
      const site = value.siteEntry.find((entry) => entry.siteUrl === siteUrl);
      return site === undefined ? null : lowerCamel(site.permissionLevel);
    },
  };
}
