/**
 * The metric catalogue: what a metric is called, what it means, in which unit it comes and which direction is good.
 * Labels and definitions are printed in reports: plain words, no digits.
 */
import type { SnapshotRef } from "./snapshot.ts";
import type { Unit } from "./types.ts";

/** One metric. */
export interface Metric {
  readonly id: string;
  readonly label: string;
  readonly definition: string;
  readonly unit: Unit;
  /** Whether a bigger value is good news. */
  readonly better: "higher" | "lower" | "neither";
  readonly source: SnapshotRef["source"] | "derived";
}

type Row = readonly [id: string, label: string, unit: Unit, better: Metric["better"], definition: string];

const SEARCH_CONSOLE: readonly Row[] = [
  ["gsc.clicks", "Clicks", "count", "higher", "Clicks from Google web search, from the totals query of the property."],
  ["gsc.impressions", "Impressions", "count", "higher", "How often a result of the property was shown, from the totals query."],
  ["gsc.ctr", "Click-through rate", "ratio", "higher", "Clicks divided by impressions, both from the totals query; never a mean of rates."],
  ["gsc.position", "Average position", "position", "lower", "Mean topmost position weighted by impressions; a smaller number is better."],
  ["gsc.clicks_per_day", "Clicks a day", "decimal", "higher", "Clicks divided by the days of the period, because months differ in length."],
  ["gsc.clicks_weekday", "Clicks a day, weekdays balanced", "decimal", "higher", "Mean of the seven weekday means, so that periods with different weekdays compare."],
  ["gsc.daily_clicks", "Clicks on a day", "count", "higher", "Clicks of one day (Pacific time), from the daily query."],
  ["gsc.dispersion", "Day-to-day spread", "decimal", "neither", "How much more daily clicks scatter around their weekday than pure chance would; one is pure chance."],
  ["gsc.brand_clicks", "Brand clicks", "count", "higher", "Clicks of listed queries that contain a brand term of the Business Unit."],
  ["gsc.nonbrand_clicks", "Non-brand clicks", "count", "higher", "Clicks of listed queries that contain no brand term."],
  ["gsc.listed_clicks", "Clicks of listed queries", "count", "higher", "Sum over the queries Google lists; smaller than the total."],
  ["gsc.unlisted_clicks", "Clicks of queries Google does not list", "count", "neither", "Total clicks minus the clicks of listed queries: rare queries are withheld for privacy."],
  ["gsc.unlisted_share", "Share of queries Google does not list", "ratio", "neither", "One minus the share of clicks that listed queries explain."],
  ["gsc.nonbrand_position", "Non-brand average position", "position", "lower", "Position of listed non-brand queries, weighted by impressions."],
  ["gsc.query_count", "Listed queries", "count", "higher", "Number of queries that meet the condition named beside it, among those with ten impressions or more."],
  ["gsc.striking", "Queries in striking distance", "count", "neither", "Combinations of query and page between the fourth and the twentieth position with a hundred impressions or more, without brand queries where brand terms are known."],
  ["gsc.query_clicks", "Clicks of a query", "count", "higher", "Clicks of one listed query, from the query list."],
  ["gsc.query_impressions", "Impressions of a query", "count", "higher", "Impressions of one listed query."],
  ["gsc.query_position", "Position of a query", "position", "lower", "Average position of one listed query."],
  ["gsc.query_ctr", "Click-through rate of a query", "ratio", "higher", "Clicks of the query divided by its impressions."],
  ["gsc.bucket_ctr", "Usual click-through rate at that position", "ratio", "neither", "Median click-through rate of this property's own non-brand queries in the same position range: a rule of thumb."],
  ["gsc.page_clicks", "Clicks of a page", "count", "higher", "Clicks counted by page; their sum may exceed the property's clicks."],
  ["gsc.page_impressions", "Impressions of a page", "count", "higher", "Impressions counted by page."],
  ["gsc.page_count", "Pages", "count", "higher", "Number of pages that meet the condition named beside it."],
  ["gsc.page_total", "Clicks, all pages", "count", "neither", "Sum of clicks counted by page; the base of contributions by page."],
  ["gsc.group_clicks", "Clicks of a page group", "count", "higher", "Clicks by page, summed over the pages of a group."],
  ["gsc.segment_clicks", "Clicks of a segment", "count", "higher", "Clicks of one device or country."],
  ["gsc.split_volume", "Clicks from more or fewer impressions", "decimal", "higher", "Part of the change that follows from impressions, at the mean rate of both periods."],
  ["gsc.split_rate", "Clicks from a different click-through rate", "decimal", "higher", "Part of the change that follows from the rate, at the mean impressions of both periods."],
  ["gsc.pair_clicks", "Clicks of a query on a page", "count", "neither", "Clicks of one query on one page; never summed into a total of the query."],
  ["gsc.pair_impressions", "Impressions of a query on a page", "count", "neither", "Impressions of one query on one page; never summed into a total of the query."],
  ["gsc.pair_position", "Position of a query on a page", "position", "lower", "Average position of one page for one query."],
  ["gsc.rows", "Rows read from Search Console", "count", "neither", "Number of rows the query returned."],
];

const ANALYTICS: readonly Row[] = [
  ["ga4.sessions", "Organic sessions", "count", "higher", "Sessions whose default channel group is Organic Search."],
  ["ga4.engaged_sessions", "Engaged organic sessions", "count", "higher", "Organic sessions that lasted over ten seconds, had a key event or several views."],
  ["ga4.engagement_rate", "Organic engagement rate", "ratio", "higher", "Engaged organic sessions divided by organic sessions."],
  ["ga4.key_events", "Organic key events", "count", "higher", "Key events in organic sessions, as the property defines them."],
  ["ga4.key_event_rate", "Key events per organic session", "ratio", "higher", "Organic key events divided by organic sessions."],
  ["ga4.revenue", "Organic revenue", "currency", "higher", "Total revenue of organic sessions in the property's currency."],
  ["ga4.daily_sessions", "Organic sessions on a day", "count", "higher", "Organic sessions of one day in the property's time zone."],
  ["ga4.dispersion", "Day-to-day spread of sessions", "decimal", "neither", "How much more daily sessions scatter around their weekday than pure chance would."],
  ["ga4.click_ratio", "Sessions per click", "decimal", "neither", "Organic sessions divided by Search Console clicks; the two are measured differently."],
  ["ga4.rows", "Rows read from Google Analytics", "count", "neither", "Number of rows the report returned."],
];

const RANKINGS: readonly Row[] = [
  ["rank.share_of_voice", "Share of voice", "percent", "higher", "AccuRanker's own estimate: search volume times click-through rate at the rank, over all tracked keywords."],
  ["rank.average", "Average rank of ranked keywords", "position", "lower", "Mean rank of tracked keywords that rank; keywords that do not rank are counted apart."],
  ["rank.tracked", "Tracked keywords", "count", "neither", "Keywords tracked for the domain: a chosen sample, not all searches."],
  ["rank.not_ranking", "Keywords not ranking", "count", "lower", "Tracked keywords without a rank on that day."],
  ["rank.bucket", "Keywords in a rank range", "count", "neither", "Tracked keywords whose rank lies in the range."],
  ["rank.moved", "Keywords that moved", "count", "neither", "Tracked keywords whose rank changed between the first and the last day of the period."],
  ["rank.keyword", "Rank of a keyword", "position", "lower", "Rank of one tracked keyword on one day."],
  ["rank.volume", "Search volume of a keyword", "count", "neither", "AccuRanker's monthly estimate, not a measurement."],
  ["rank.rows", "Rows read from AccuRanker", "count", "neither", "Number of keywords the request returned."],
];

function metrics(rows: readonly Row[], source: Metric["source"]): readonly Metric[] {
  return rows.map(([id, label, unit, better, definition]) => ({ id, label, definition, unit, better, source }));
}

/** The catalogue by metric id. */
export const METRICS: ReadonlyMap<string, Metric> = new Map(
  [...metrics(SEARCH_CONSOLE, "search_console"), ...metrics(ANALYTICS, "ga4"), ...metrics(RANKINGS, "accuranker")].map(
    (metric) => [metric.id, metric],
  ),
);

/** A metric of the catalogue. Error: RangeError for an id it does not know: a bug. */
export function metricOf(id: string): Metric {
  const metric = METRICS.get(id);
  if (metric === undefined) throw new RangeError(`metric ${id} is not in the catalogue`);
  return metric;
}
