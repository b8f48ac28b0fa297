/** Where each channel's figures came from, for the registry, the panel and the report's header. */
import type { SnapshotRef } from "../../core/evidence/snapshot.ts";
import type { Brief, ChannelProvenance } from "../../core/run/brief.ts";
import type { Gathered, Inputs, SourceAbsent } from "./inputs.ts";

function searchQueries({ search }: Inputs): readonly (Gathered | null)[] {
  const pairs = [search.totals, search.daily, search.device, search.country, search.query, search.page];
  return [
    ...pairs.flatMap(({ primary, previous }) => [primary, previous]),
    search.totals.yearAgo,
    search.daily.yearAgo,
    search.spread,
    search.query.yearAgo,
    search.pair,
  ];
}

function analyticsQueries({ analytics }: Inputs): readonly (Gathered | null)[] {
  if (analytics.status !== "used") return [];
  const { primary, previous, yearAgo } = analytics.totals;
  return [primary, previous, yearAgo, analytics.daily, analytics.bySource];
}

function rankingQueries({ rankings }: Inputs): readonly (Gathered | null)[] {
  if (rankings.status !== "used") return [];
  return [rankings.first.domain, rankings.first.keywords, rankings.last.domain, rankings.last.keywords];
}

function snapshotsOf(queries: readonly (Gathered | null)[]): readonly SnapshotRef[] {
  return queries.flatMap((query) => query?.snapshots ?? []);
}

/** All snapshots of a report. Two requests with the same answer share a key; both are listed. */
export function inputsOf(inputs: Inputs): readonly SnapshotRef[] {
  return snapshotsOf([...searchQueries(inputs), ...analyticsQueries(inputs), ...rankingQueries(inputs)]);
}

/** One row for each channel. */
export function provenanceOf(brief: Brief, inputs: Inputs): readonly ChannelProvenance[] {
  const { analytics, rankings } = inputs;
  const idOf = (kind: string) => brief.sources.find((source) => source.kind === kind)?.externalId ?? null;
  return [
    row(
      brief,
      "search_console",
      idOf("search_console_site"),
      "used",
      "Final data, web search, Pacific days.",
      searchQueries(inputs),
    ),
    analytics.status === "used"
      ? row(brief, "ga4", idOf("ga4_property"), "used", "Organic Search sessions.", analyticsQueries(inputs))
      : absent(brief, "ga4", idOf("ga4_property"), analytics),
    rankings.status === "used"
      ? row(
          brief,
          "accuranker",
          idOf("accuranker_domain"),
          "used",
          "Tracked keywords on the first and the last day.",
          rankingQueries(inputs),
        )
      : absent(brief, "accuranker", idOf("accuranker_domain"), rankings),
  ];
}

function absent(
  brief: Brief,
  channel: ChannelProvenance["channel"],
  externalId: string | null,
  { status, reason }: SourceAbsent,
): ChannelProvenance {
  return row(brief, channel, externalId, status, reason, []);
}

function row(
  brief: Brief,
  channel: ChannelProvenance["channel"],
  externalId: string | null,
  status: ChannelProvenance["status"],
  detail: string,
  queries: readonly (Gathered | null)[],
): ChannelProvenance {
  const snapshots = snapshotsOf(queries);
  return {
    channel,
    status,
    detail,
    externalId,
    periodStart: brief.periods.primary.start,
    periodEnd: brief.periods.primary.end,
    fetchedAt:
      snapshots
        .map(({ fetchedAt }) => fetchedAt)
        .toSorted()
        .at(-1) ?? null,
    snapshotKeys: [...new Set(snapshots.map(({ key }) => key))],
    rowCount: queries.reduce((sum, query) => sum + (query?.rowCount ?? 0), 0),
  };
}
