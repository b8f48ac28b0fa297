/** The tables of a dashboard: parts of a whole, the biggest first. Parts are never added up to a total here. */

import type { DashboardView } from "../wire-dashboard.ts";
import type { FactView } from "../wire-data.ts";
import { type FactBook, figureOf } from "./facts.ts";
import { isPlace, movementBetween, shownUnit } from "./movement.ts";
import type { BoardInput, BoardMetric } from "./types.ts";

interface TableSpec {
  readonly id: string;
  readonly label: string;
  readonly dimension: string;
  /** The first one orders the rows. */
  readonly metrics: readonly string[];
  readonly note: string | null;
}

const LISTED = "The most clicked ones Google lists: they are not the whole site and do not add up to it.";

export const TABLES: readonly TableSpec[] = [
  {
    id: "channels",
    label: "Channels",
    dimension: "channel",
    metrics: ["ga4.site_sessions", "ga4.site_engagement_rate", "ga4.site_key_events", "ga4.site_revenue"],
    note: null,
  },
  {
    id: "queries",
    label: "Search queries",
    dimension: "query",
    metrics: ["gsc.query_clicks", "gsc.query_impressions", "gsc.query_ctr", "gsc.query_position"],
    note: LISTED,
  },
  {
    id: "pages",
    label: "Pages in search",
    dimension: "page",
    metrics: ["gsc.page_clicks", "gsc.page_impressions", "gsc.page_ctr", "gsc.page_position"],
    note: "Counted by page: together they may have more clicks than the property. The list is not the whole site.",
  },
  {
    id: "landing_pages",
    label: "Landing pages",
    dimension: "landing_page",
    metrics: ["ga4.site_sessions", "ga4.site_key_events"],
    note: null,
  },
  {
    id: "rank_ranges",
    label: "Keywords by rank",
    dimension: "rank_range",
    metrics: ["rank.bucket"],
    note: "Tracked keywords are a chosen sample.",
  },
  {
    id: "rankings",
    label: "Rankings",
    dimension: "keyword",
    metrics: ["rank.keyword"],
    note: "Tracked keywords are a chosen sample.",
  },
  {
    id: "ads_campaigns",
    label: "Google Ads campaigns",
    dimension: "campaign",
    metrics: ["ads.cost", "ads.clicks", "ads.conversions", "ads.roas"],
    note: null,
  },
  {
    id: "meta_campaigns",
    label: "Meta campaigns",
    dimension: "campaign",
    metrics: ["meta.spend", "meta.link_clicks", "meta.leads", "meta.cost_per_lead"],
    note: null,
  },
  {
    id: "projects",
    label: "Hours by project",
    dimension: "project",
    metrics: ["harvest.hours", "harvest.billable_hours"],
    note: null,
  },
];

/** Rows of a table. */
export const TABLE_ROWS = 20;

type Row = DashboardView["tables"][number]["rows"][number];

/** Ranges of ranks have an order of their own. */
function byRange(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10);
}

/** Members of a table in the period, by its first metric: the biggest first, for places the smallest. */
function membersOf(input: BoardInput, spec: TableSpec): readonly string[] {
  const [lead = ""] = spec.metrics;
  const metric = input.metric(lead);
  const sign = metric !== null && isPlace(metric) ? 1 : -1;
  return input.months
    .filter(
      (fact) =>
        fact.metric === lead &&
        fact.dimension === spec.dimension &&
        fact.period.start === input.periods.period.start &&
        fact.value !== null,
    )
    .toSorted((a, b) => sign * ((a.value ?? 0) - (b.value ?? 0)) || (a.member < b.member ? -1 : 1))
    .slice(0, TABLE_ROWS)
    .map((fact) => fact.member)
    .toSorted(spec.dimension === "rank_range" ? byRange : () => 0);
}

function rowOf(input: BoardInput, months: FactBook, spec: TableSpec, member: string): Row {
  const { period, previous } = input.periods;
  const pairs = spec.metrics.map((id) => ({
    metric: input.metric(id),
    now: months.part(id, period, spec.dimension, member),
    before: months.part(id, previous, spec.dimension, member),
  }));
  return {
    member,
    cells: pairs.map(({ now }) => figureOf(now)),
    movements: pairs.map(({ metric, now, before }) =>
      metric === null ? null : movementBetween(metric, "previous", now, before, input.breaks),
    ),
  };
}

/** Where rows are in several currencies the column names none: a figure is never shown in another's. */
function columnOf(
  metric: BoardMetric | null,
  id: string,
  facts: readonly FactView[],
): DashboardView["tables"][number]["columns"][number] {
  const [currency = null, other] = [...new Set(facts.map((fact) => fact.currency))];
  const { label = id, better = "neither" } = metric ?? {};
  const unit = metric === null ? "count" : shownUnit(metric);
  return { metric: id, label, unit, currency: other === undefined ? currency : null, better };
}

/** Tables that have at least one row. */
export function tablesOf(input: BoardInput, months: FactBook): DashboardView["tables"] {
  return TABLES.flatMap((spec): DashboardView["tables"] => {
    const members = membersOf(input, spec);
    if (members.length === 0) return [];
    const { id, label, dimension, note } = spec;
    const cells = (metric: string) =>
      members.flatMap((member) => months.part(metric, input.periods.period, dimension, member) ?? []);
    const columns = spec.metrics.map((metric) => columnOf(input.metric(metric), metric, cells(metric)));
    const source = cells(spec.metrics[0] ?? "")[0]?.source ?? "";
    const rows = members.map((member) => rowOf(input, months, spec, member));
    return [{ id, label, dimension, source, note, columns, rows }];
  });
}
