/**
 * What a refresh asks each source for: the queries of a chunk in their order, and the parts of each answer the fold
 * reads. A connector serves exactly these; what is not kept here is never stored.
 */
import type { SourceName } from "../business-unit/types.ts";

/** One named query of a source. */
export interface SourceRequest {
  readonly query: string;
  /** What is asked, over the days of the chunk, in the upstream's own words. */
  readonly asks: string;
  /** How the pages follow one another. */
  readonly pages: string;
  /**
   * Paths of the answer that are kept: steps between dots, `*` for any index or key, everything under the last step. A
   * path an answer does not have is no error.
   */
  readonly keep: readonly string[];
}

const GSC_ROWS = ["rows.*.keys", "rows.*.clicks", "rows.*.impressions", "rows.*.position"];
const GSC_KEEP = [
  ...GSC_ROWS,
  "responseAggregationType",
  "metadata.firstIncompleteDate",
  "metadata.first_incomplete_date",
];
const GSC_LIST = "rowLimit 25000, startRow from 0 by 25000 until a page is not full";

const GA4_KEEP = [
  "dimensionHeaders.*.name",
  "metricHeaders.*.name",
  "metricHeaders.*.type",
  "rows.*.dimensionValues.*.value",
  "rows.*.metricValues.*.value",
  "rowCount",
  "metadata.currencyCode",
  "metadata.timeZone",
  "metadata.dataLossFromOtherRow",
  "metadata.subjectToThresholding",
  "metadata.samplingMetadatas.*.samplesReadCount",
  "metadata.samplingMetadatas.*.samplingSpaceSize",
  "metadata.emptyReason",
];
const GA4_ADDITIVE = "metrics sessions, engagedSessions, keyEvents, totalRevenue";
const GA4_WHOLE = "metrics sessions, engagedSessions, totalUsers, newUsers, keyEvents, totalRevenue";

const RANK_KEYWORD = ["id", "keyword", "ranks.*.rank", "ranks.*.created_at"];

const ADS_KEEP = [
  "results.*.segments.date",
  "results.*.customer.currencyCode",
  "results.*.customer.timeZone",
  "results.*.metrics.impressions",
  "results.*.metrics.clicks",
  "results.*.metrics.costMicros",
  "results.*.metrics.conversions",
  "results.*.metrics.conversionsValue",
];

const INSIGHT_KEEP = [
  "data.*.date_start",
  "data.*.date_stop",
  "data.*.account_currency",
  "data.*.spend",
  "data.*.impressions",
  "data.*.reach",
  "data.*.clicks",
  "data.*.inline_link_clicks",
  "data.*.actions.*.action_type",
  "data.*.actions.*.value",
  "data.*.action_values.*.action_type",
  "data.*.action_values.*.value",
];

/** By source, in the order they are asked. */
export const REQUESTS = {
  search_console: [
    { query: "totals", asks: "dimensions [], rowLimit 1", pages: "one page", keep: GSC_KEEP },
    { query: "daily", asks: "dimensions [date]", pages: "one page", keep: GSC_KEEP },
    { query: "queries", asks: "dimensions [query]", pages: GSC_LIST, keep: GSC_KEEP },
    { query: "pages", asks: "dimensions [page]", pages: GSC_LIST, keep: GSC_KEEP },
    { query: "devices", asks: "dimensions [device]", pages: "one page", keep: GSC_KEEP },
    { query: "countries", asks: "dimensions [country]", pages: "one page", keep: GSC_KEEP },
  ],
  ga4: [
    { query: "totals", asks: `no dimension, ${GA4_WHOLE}`, pages: "one page", keep: GA4_KEEP },
    { query: "daily", asks: `dimension date, ${GA4_WHOLE}`, pages: "one page", keep: GA4_KEEP },
    {
      query: "channels",
      asks: `dimension sessionDefaultChannelGroup, ${GA4_ADDITIVE}`,
      pages: "one page",
      keep: GA4_KEEP,
    },
    {
      query: "landing_pages",
      // Without its query string: that is where e-mail addresses and names turn up.
      asks: `dimension landingPage, ${GA4_ADDITIVE}`,
      pages: "limit 25000, offset from 0 by 25000 while offset is below rowCount",
      keep: GA4_KEEP,
    },
  ],
  accuranker: [
    {
      query: "domain",
      asks: "the domain with its history of share of voice",
      pages: "one page",
      keep: ["id", "history.*.date", "history.*.share_of_voice_percentage"],
    },
    {
      query: "keywords",
      asks: "the keywords of the domain with their ranks",
      pages: "limit 500, offset from 0 by 500 until a page is not full",
      keep: [...RANK_KEYWORD.map((path) => `*.${path}`), ...RANK_KEYWORD.map((path) => `results.*.${path}`)],
    },
  ],
  google_ads: [
    {
      query: "account",
      asks: "the account itself (`customer`)",
      pages: "one page",
      keep: ["results.*.customer.currencyCode", "results.*.customer.timeZone"],
    },
    { query: "account_days", asks: "the account's figures per day (`accountDays`)", pages: "by token", keep: ADS_KEEP },
    {
      query: "campaign_days",
      asks: "each campaign's figures per day (`campaignDays`)",
      pages: "by token",
      keep: [...ADS_KEEP, "results.*.campaign.id", "results.*.campaign.name"],
    },
  ],
  meta: [
    { query: "account", asks: "the ad account (`account`)", pages: "one page", keep: ["currency", "timezone_name"] },
    { query: "account_days", asks: "insights of the account per day", pages: "by cursor", keep: INSIGHT_KEEP },
    {
      query: "campaign_days",
      asks: "insights of each campaign per day",
      pages: "by cursor",
      keep: [...INSIGHT_KEEP, "data.*.campaign_id", "data.*.campaign_name"],
    },
  ],
  hubspot: [
    { query: "account", asks: "the portal (`account`)", pages: "one page", keep: ["timeZone", "companyCurrency"] },
    {
      query: "contacts",
      asks: "contacts created in the range (`createdContacts`)",
      pages: "by the port's token",
      keep: ["total", "results.*.properties.createdate", "results.*.properties.hs_analytics_source"],
    },
    {
      query: "deals",
      asks: "deals by `createdate`",
      pages: "by the port's token",
      keep: [
        "total",
        "results.*.properties.createdate",
        "results.*.properties.pipeline",
        "results.*.properties.dealstage",
      ],
    },
    {
      query: "closed_deals",
      asks: "deals by `closedate`",
      pages: "by the port's token",
      keep: [
        "total",
        "results.*.properties.closedate",
        "results.*.properties.hs_is_closed_won",
        "results.*.properties.amount_in_home_currency",
      ],
    },
  ],
  harvest: [
    {
      query: "time_entries",
      asks: "hours booked on the days of the range",
      pages: "by the port's token",
      keep: [
        "total_entries",
        "time_entries.*.spent_date",
        "time_entries.*.hours",
        "time_entries.*.billable",
        "time_entries.*.is_running",
        "time_entries.*.project.id",
        "time_entries.*.project.name",
      ],
    },
  ],
  asana: [
    {
      query: "tasks",
      // The fold gives tasks for the newest chunk alone; that one has to bring all of them.
      asks: "flagged tasks that are open or were completed in the 100 days before the end of the range",
      pages: "by the port's token",
      keep: [
        "data.*.gid",
        "data.*.name",
        "data.*.due_on",
        "data.*.completed",
        "data.*.completed_at",
        "data.*.permalink_url",
        "data.*.memberships.*.section.name",
      ],
    },
  ],
} as const satisfies Record<SourceName, readonly SourceRequest[]>;

/** The allow-lists of a source's queries, as a connector has to keep them. */
export function keptOf(source: SourceName): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(REQUESTS[source].map(({ query, keep }) => [query, keep]));
}
