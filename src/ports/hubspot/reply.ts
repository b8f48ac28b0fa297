/** What HubSpot is asked and how its answers are read; the same for the live port and the fake. */
import * as v from "valibot";
import { ConfigError, PermanentError } from "../../core/errors.ts";
import type { RawReply } from "../raw.ts";
import type { CrmContact, CrmDeal, DealDate, HubspotAccount, HubspotQuota } from "./port.ts";

/** Properties asked for by name. Without this list HubSpot sends names and e-mail addresses of its own accord. */
export const CONTACT_PROPERTIES = ["createdate", "lifecyclestage", "hs_analytics_source"] as const;
export const DEAL_PROPERTIES = [
  "createdate",
  "closedate",
  "pipeline",
  "dealstage",
  "hs_is_closed",
  "hs_is_closed_won",
  "amount",
  "deal_currency_code",
  "amount_in_home_currency",
  "hs_analytics_source",
] as const;

/** HubSpot's own limit of a page. */
export const PAGE_SIZE = 200;
/** A search gives no record beyond this one, whatever it counts. */
export const SEARCH_CAP = 10_000;

const text = v.optional(v.nullable(v.string()), null);

export const AccountSchema = v.object({
  portalId: v.pipe(v.number(), v.integer()),
  timeZone: v.string(),
  companyCurrency: v.string(),
});

/** Values are text, whatever they mean; a property without a value is null or absent. */
export const SearchSchema = v.object({
  total: v.pipe(v.number(), v.integer(), v.minValue(0)),
  results: v.array(v.object({ id: v.string(), properties: v.record(v.string(), text) })),
  paging: v.optional(
    v.nullable(v.object({ next: v.optional(v.nullable(v.object({ after: v.string() })), null) })),
    null,
  ),
});
export type SearchAnswer = v.InferOutput<typeof SearchSchema>;
type Found = SearchAnswer["results"][number];

const refuse = (what: string) => new PermanentError("hubspot_bad_request", `HubSpot: ${what}.`);

/** A portal id. Errors: PermanentError `hubspot_bad_request`. */
export function portalOf(portalId: string): string {
  if (!/^[1-9]\d{0,18}$/.test(portalId)) throw refuse("a portal id is digits");
  return portalId;
}

/** What is said when no token opens a portal. */
export function unknownPortal(portalId: string): ConfigError {
  const message = `None of the tokens in AGENCY_OS_HUBSPOT_TOKEN belongs to the HubSpot portal ${portalId}.`;
  return new ConfigError("hubspot_unknown_portal", message);
}

/** What is searched: one kind of record by one date. */
export interface CrmSearch {
  readonly path: string;
  readonly by: DealDate;
  readonly properties: readonly string[];
}

export const CONTACTS: CrmSearch = {
  path: "/crm/v3/objects/contacts/search",
  by: "createdate",
  properties: CONTACT_PROPERTIES,
};

export const dealsBy = (by: DealDate): CrmSearch => ({
  path: "/crm/v3/objects/0-3/search",
  by,
  properties: DEAL_PROPERTIES,
});

/** One search: records whose date lies in [from, to), in HubSpot's own order, oldest first. */
export function searchBody(
  { by, properties }: CrmSearch,
  part: { readonly from: number; readonly to: number; readonly after: string },
) {
  const filters = [
    { propertyName: by, operator: "GTE", value: String(part.from) },
    { propertyName: by, operator: "LT", value: String(part.to) },
  ];
  return { filterGroups: [{ filters }], sorts: [], properties, limit: PAGE_SIZE, after: part.after };
}

export function toAccount(
  answer: v.InferOutput<typeof AccountSchema>,
  quota: HubspotQuota | null,
  raw: RawReply,
): HubspotAccount {
  const { portalId, timeZone, companyCurrency } = answer;
  return { portalId: String(portalId), timeZone, currency: companyCurrency, quota, raw };
}

export function toContact({ id, properties }: Found): CrmContact {
  return {
    id,
    createdAt: instantOf(id, properties.createdate),
    lifecycleStage: wordOf(properties.lifecyclestage),
    source: wordOf(properties.hs_analytics_source),
  };
}

export function toDeal({ id, properties }: Found): CrmDeal {
  const closeAt = wordOf(properties.closedate);
  return {
    id,
    createdAt: instantOf(id, properties.createdate),
    closeAt: closeAt === null ? null : instantOf(id, closeAt),
    pipeline: wordOf(properties.pipeline),
    stage: wordOf(properties.dealstage),
    isClosed: properties.hs_is_closed === "true",
    isWon: properties.hs_is_closed_won === "true",
    amount: numberOf(properties.amount),
    currency: wordOf(properties.deal_currency_code),
    homeAmount: numberOf(properties.amount_in_home_currency),
    source: wordOf(properties.hs_analytics_source),
  };
}

/** An empty text is HubSpot's other way of having no value. */
function wordOf(value: string | null | undefined): string | null {
  return value === undefined || value === null || value.trim() === "" ? null : value;
}

function numberOf(value: string | null | undefined): number | null {
  const word = wordOf(value);
  const number = word === null ? Number.NaN : Number(word);
  return Number.isFinite(number) ? number : null;
}

/** ISO, or milliseconds as older portals write them. */
function instantOf(id: string, value: string | null | undefined): string {
  const word = wordOf(value) ?? "";
  const at = new Date(/^\d+$/.test(word) ? Number(word) : word);
  if (Number.isNaN(at.getTime())) {
    throw new PermanentError("hubspot_unexpected_reply", `HubSpot: record ${id.slice(0, 20)} has no readable date.`);
  }
  return at.toISOString();
}
