/** What Search Console is asked and how its answers are read; the same for the live port and the fake. */
import * as v from "valibot";
import { PermanentError } from "../../core/errors.ts";
import { daysIn } from "../dates.ts";
import type { RawReply } from "../raw.ts";
import type { SearchAnalyticsPage, SearchAnalyticsRequest } from "./port.ts";

/** Largest page Google gives (discovery document, `rowLimit`). */
export const MAX_ROW_LIMIT = 25_000;

/** The discovery file says `firstIncompleteDate`, other readers met `first_incomplete_date`: both are taken. */
export const SearchAnalyticsSchema = v.object({
  rows: v.optional(
    v.array(
      v.object({
        keys: v.optional(v.array(v.string()), []),
        clicks: v.number(),
        impressions: v.number(),
        ctr: v.number(),
        position: v.number(),
      }),
    ),
    [],
  ),
  responseAggregationType: v.optional(v.nullable(v.string()), null),
  metadata: v.optional(
    v.nullable(
      v.object({
        firstIncompleteDate: v.optional(v.nullable(v.string()), null),
        first_incomplete_date: v.optional(v.nullable(v.string()), null),
      }),
    ),
    null,
  ),
});

export const SitesSchema = v.object({
  siteEntry: v.optional(v.array(v.object({ siteUrl: v.string(), permissionLevel: v.string() })), []),
});

/** Refuses what Google would refuse, before it costs quota. Errors: PermanentError `search_console_bad_request`. */
export function checkRequest(request: SearchAnalyticsRequest): void {
  const wrong = (what: string) => new PermanentError("search_console_bad_request", `Search Console: ${what}.`);
  const { rowLimit, startRow, startDate, endDate } = request;
  if (!Number.isInteger(rowLimit) || rowLimit < 1 || rowLimit > MAX_ROW_LIMIT) {
    throw wrong(`rowLimit must be 1 to ${MAX_ROW_LIMIT}`);
  }
  if (!Number.isInteger(startRow) || startRow < 0) throw wrong("startRow must be 0 or more");
  if (daysIn(startDate, endDate) === 0) throw wrong("startDate and endDate must be days in order");
}

/** `{siteUrl}` is one path segment: the property form, `sc-domain:…` or a URL prefix, percent-encoded whole. */
export function queryPath(siteUrl: string): string {
  return `/webmasters/v3/sites/${encodeURIComponent(siteUrl)}/searchAnalytics/query`;
}

/** Live spellings are lower-case (`web`, `final`), whatever the discovery document's enums say. */
export function queryBody(request: SearchAnalyticsRequest) {
  return {
    startDate: request.startDate,
    endDate: request.endDate,
    dimensions: [...request.dimensions],
    type: "web",
    dataState: "final",
    rowLimit: request.rowLimit,
    startRow: request.startRow,
  };
}

/** A page in our words. Errors: PermanentError `search_console_unexpected_reply` when keys and dimensions do not match. */
export function toPage(
  request: SearchAnalyticsRequest,
  answer: v.InferOutput<typeof SearchAnalyticsSchema>,
  raw: RawReply,
): SearchAnalyticsPage {
  const odd = answer.rows.findIndex((row) => row.keys.length !== request.dimensions.length);
  if (odd >= 0) {
    const message = `Search Console: rows.${odd}.keys do not match the ${request.dimensions.length} dimensions asked for.`;
    throw new PermanentError("search_console_unexpected_reply", message);
  }
  return {
    rows: answer.rows,
    aggregationType: answer.responseAggregationType === null ? null : lowerCamel(answer.responseAggregationType),
    firstIncompleteDate: answer.metadata?.firstIncompleteDate ?? answer.metadata?.first_incomplete_date ?? null,
    raw,
  };
}

/** `SITE_OWNER` and `siteOwner` are the same level in two spellings; words we do not know pass through. */
export function lowerCamel(word: string): string {
  if (!/^[A-Z]+(_[A-Z]+)*$/.test(word)) return word;
  return word.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
