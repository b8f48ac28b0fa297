/** Harvest v2 over HTTP. Facts: the vendor's documentation; there is no machine-readable one. */
import * as v from "valibot";
import { type Call, exchangeJson, type Transport } from "../../lib/http.ts";
import type { Upstream } from "../../lib/http-failure.ts";
import type { RawReply } from "../raw.ts";
import { requireSecret, type Secret } from "../secret.ts";
import type { HarvestPort } from "./port.ts";
import { ClientSchema, clientPath, EntriesSchema, entriesQuery, MAX_PAGE, toClient, toEntries } from "./reply.ts";

export const HARVEST_BASE_URL = "https://api.harvestapp.com/v2";

export interface LiveHarvestOptions extends Transport {
  readonly baseUrl?: string;
  readonly token: Secret;
  readonly accountId: Secret;
  /** Where Harvest reaches us about our calls; part of the `User-Agent` it asks for. */
  readonly contact: string;
  /** Entries a page; Harvest's limit when left out. */
  readonly pageSize?: number;
}

const ErrorSchema = v.object({
  message: v.optional(v.string()),
  error: v.optional(v.string()),
  error_description: v.optional(v.string()),
});

const HARVEST: Upstream = {
  code: "harvest",
  label: "Harvest",
  credential: "AGENCY_OS_HARVEST_TOKEN",
  // Error bodies are documented nowhere; these are the fields that were met.
  explain(body) {
    const parsed = v.safeParse(ErrorSchema, body);
    if (!parsed.success) return null;
    const { message, error, error_description } = parsed.output;
    return message ?? error_description ?? error ?? null;
  },
};

/**
 * The Harvest port over HTTP. Errors: ConfigError `harvest_missing`, `harvest_unauthorised`, `harvest_forbidden`;
 * PermanentError `harvest_bad_request`, `harvest_not_found`, `harvest_unexpected_reply`; the common RetryableErrors.
 */
export function liveHarvest(options: LiveHarvestOptions): HarvestPort {
  async function get<const S extends v.GenericSchema>(path: string, query: Record<string, string>, schema: S) {
    const token = await requireSecret(options.token, "harvest", "AGENCY_OS_HARVEST_TOKEN");
    const account = await requireSecret(options.accountId, "harvest", "AGENCY_OS_HARVEST_ACCOUNT_ID");
    const call: Call = {
      method: "GET",
      baseUrl: options.baseUrl ?? HARVEST_BASE_URL,
      path,
      ...(Object.keys(query).length === 0 ? {} : { query }),
      headers: {
        accept: "application/json",
        authorization: `Bearer ${token}`,
        "harvest-account-id": account,
        "user-agent": `Agency OS (${options.contact})`,
      },
      repeatable: true,
      secrets: [account],
    };
    const { text, value } = await exchangeJson(options, HARVEST, call, schema);
    const raw: RawReply = {
      body: text,
      request: { method: "GET", path, body: query },
      fetchedAt: options.now().toISOString(),
    };
    return { value, raw };
  }

  return {
    async client(clientId) {
      const { value, raw } = await get(clientPath(clientId), {}, ClientSchema);
      return toClient(value, raw);
    },
    async timeEntries(clientId, range, next = null) {
      const query = entriesQuery(clientId, range, next, options.pageSize ?? MAX_PAGE);
      const { value, raw } = await get("/time_entries", query, EntriesSchema);
      return toEntries(clientId, value, raw);
    },
  };
}
