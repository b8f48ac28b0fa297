/** Metrics of Google Analytics. Labels and definitions are printed in reports: plain words, no digits. */
import type { MetricRow } from "../types.ts";

export const ANALYTICS: readonly MetricRow[] = [
  ["ga4.sessions", "Organic sessions", "count", "higher", "Sessions whose default channel group is Organic Search."],
  [
    "ga4.engaged_sessions",
    "Engaged organic sessions",
    "count",
    "higher",
    "Organic sessions that lasted over ten seconds, had a key event or several views.",
  ],
  [
    "ga4.engagement_rate",
    "Organic engagement rate",
    "ratio",
    "higher",
    "Engaged organic sessions divided by organic sessions.",
  ],
  [
    "ga4.key_events",
    "Organic key events",
    "count",
    "higher",
    "Key events in organic sessions, as the property defines them.",
  ],
  [
    "ga4.key_event_rate",
    "Key events per organic session",
    "ratio",
    "higher",
    "Organic key events divided by organic sessions.",
  ],
  [
    "ga4.revenue",
    "Organic revenue",
    "currency",
    "higher",
    "Total revenue of organic sessions in the property's currency.",
  ],
  [
    "ga4.daily_sessions",
    "Organic sessions on a day",
    "count",
    "higher",
    "Organic sessions of one day in the property's time zone.",
  ],
  [
    "ga4.dispersion",
    "Day-to-day spread of sessions",
    "decimal",
    "neither",
    "How much more daily sessions scatter around their weekday than pure chance would.",
  ],
  [
    "ga4.click_ratio",
    "Google sessions per click",
    "decimal",
    "neither",
    "Organic sessions from Google divided by Search Console clicks; the two are measured differently.",
  ],
  [
    "ga4.google_sessions",
    "Organic sessions from Google",
    "count",
    "higher",
    "Organic sessions whose source is Google, the only ones that Search Console clicks can be held against.",
  ],
  [
    "ga4.all_click_ratio",
    "Sessions of all search engines per Google click",
    "decimal",
    "neither",
    "Organic sessions of every search engine divided by Search Console clicks, which are Google's alone.",
  ],
  ["ga4.rows", "Rows read from Google Analytics", "count", "neither", "Number of rows the report returned."],
];
