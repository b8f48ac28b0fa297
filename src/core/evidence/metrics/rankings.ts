/** Metrics of AccuRanker. Labels and definitions are printed in reports: plain words, no digits. */
import type { MetricRow } from "../types.ts";

export const RANKINGS: readonly MetricRow[] = [
  [
    "rank.share_of_voice",
    "Share of voice",
    "percent",
    "higher",
    "AccuRanker's own estimate: search volume times click-through rate at the rank, over all tracked keywords.",
  ],
  [
    "rank.average",
    "Average rank of ranked keywords",
    "position",
    "lower",
    "Mean rank of tracked keywords that rank; keywords that do not rank are counted apart.",
  ],
  [
    "rank.tracked",
    "Tracked keywords",
    "count",
    "neither",
    "Keywords tracked for the domain: a chosen sample, not all searches.",
  ],
  ["rank.not_ranking", "Keywords not ranking", "count", "lower", "Tracked keywords without a rank on that day."],
  ["rank.bucket", "Keywords in a rank range", "count", "neither", "Tracked keywords whose rank lies in the range."],
  [
    "rank.moved",
    "Keywords that moved",
    "count",
    "neither",
    "Tracked keywords whose rank changed between the first and the last day of the period.",
  ],
  ["rank.keyword", "Rank of a keyword", "count", "lower", "Rank of one tracked keyword on one day."],
  [
    "rank.volume",
    "Search volume of a keyword",
    "count",
    "neither",
    "AccuRanker's monthly estimate, not a measurement.",
  ],
  ["rank.rows", "Rows read from AccuRanker", "count", "neither", "Number of keywords the request returned."],
];
