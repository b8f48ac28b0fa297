/** Makes a report: groups visits, works out metrics, orders, pages; every value leaves as text. */
import type { VisitCell, Visits } from "../world/analytics.ts";
import { type ClientWorld, WORLD_BEGINS } from "../world/world.ts";
import { type GroupShape, SPLITTING } from "./catalogue.ts";
import type { DateRange, Report } from "./request.ts";

/** What has arrived of today, yesterday and the day before; older days are complete. */
const ARRIVED = [0.4, 0.82, 0.97] as const;
/** A thresholded report leaves out groups of fewer sessions than this. */
const THRESHOLD = 12;

/** What a fault makes of a report. */
export interface Flaws {
  readonly thresholded: boolean;
  readonly sampled: boolean;
  readonly empty: boolean;
}

interface Row {
  readonly dimensions: readonly string[];
  readonly metrics: readonly string[];
}

/** The body of a `RunReportResponse`. */
export function runReport(world: ClientWorld, report: Report, today: number, flaws: Flaws): Record<string, unknown> {
  const rows = flaws.empty ? [] : report.ranges.flatMap((range) => rowsOf(world, report, range, today, flaws));
  const several = report.ranges.length > 1;
  const headers = [...report.dimensions.map(({ apiName }) => apiName), ...(several ? ["dateRange"] : [])];
  const page = ordered(rows, report, headers).slice(report.offset, report.offset + report.limit);
  return {
    ...(headers.length === 0 ? {} : { dimensionHeaders: headers.map((name) => ({ name })) }),
    metricHeaders: report.metrics.map(({ apiName, type }) => ({ name: apiName, type })),
    ...(page.length === 0 ? {} : { rows: page.map(rowBody) }),
    ...(rows.length === 0 ? {} : { rowCount: rows.length }),
    metadata: {
      currencyCode: world.unit.currency,
      timeZone: world.unit.timeZone,
      ...(flaws.thresholded ? { subjectToThresholding: true } : {}),
      ...(flaws.sampled ? { samplingMetadatas: [{ samplesReadCount: "612044", samplingSpaceSize: "1530112" }] } : {}),
    },
    kind: "analyticsData#runReport",
  };
}

function rowBody({ dimensions, metrics }: Row): Record<string, unknown> {
  const metricValues = metrics.map((value) => ({ value }));
  if (dimensions.length === 0) return { metricValues };
  return { dimensionValues: dimensions.map((value) => ({ value })), metricValues };
}

function rowsOf(world: ClientWorld, report: Report, range: DateRange, today: number, flaws: Flaws): Row[] {
  const groups = groupsOf(world, report, range, today);
  const names = report.dimensions.map(({ apiName }) => apiName);
  const shape: GroupShape = {
    days: names.includes("date") ? 1 : range.to - range.from + 1,
    merged: SPLITTING.filter((name) => !names.includes(name)).length,
  };
  return [...groups.values()].flatMap(({ dimensions, visits }) => {
    const values = report.metrics.map(({ value }) => value(visits, shape));
    if (!report.keepEmptyRows && values.every((value) => value === 0)) return [];
    if (flaws.thresholded && names.length > 0 && visits.sessions < THRESHOLD) return [];
    const metrics = values.map(String);
    const kept = report.keepsRow((field) => metrics[report.metrics.findIndex(({ apiName }) => apiName === field)]);
    return kept ? [{ dimensions: report.ranges.length > 1 ? [...dimensions, range.name] : dimensions, metrics }] : [];
  });
}

interface Group {
  readonly dimensions: readonly string[];
  readonly visits: Visits;
}

function groupsOf(world: ClientWorld, report: Report, range: DateRange, today: number): Map<string, Group> {
  const looked = [...report.dimensions, ...report.filtered];
  const segments = looked.some(({ segmented }) => segmented);
  const groups = new Map<string, Group>();
  for (let day = Math.max(range.from, WORLD_BEGINS); day <= Math.min(range.to, today); day += 1) {
    const arrived = ARRIVED[today - day] ?? 1;
    for (const cell of world.visits(day, segments)) {
      const textOf = (field: string): string | undefined =>
        looked.find(({ apiName }) => apiName === field)?.value(cell, day, world);
      if (!report.keepsCell(textOf)) continue;
      const dimensions = report.dimensions.map(({ value }) => value(cell, day, world));
      addTo(groups, dimensions, cell, arrived);
    }
  }
  return groups;
}

function addTo(
  groups: Map<string, Group>,
  dimensions: readonly string[],
  { visits }: VisitCell,
  arrived: number,
): void {
  const key = dimensions.join("\0");
  let group = groups.get(key);
  if (group === undefined) {
    const none: Visits = { sessions: 0, engaged: 0, leads: 0, orders: 0, revenueCents: 0, views: 0, seconds: 0 };
    group = { dimensions, visits: none };
    groups.set(key, group);
  }
  const part = (count: number): number => (arrived === 1 ? count : Math.round(count * arrived));
  group.visits.sessions += part(visits.sessions);
  group.visits.engaged += part(visits.engaged);
  group.visits.leads += part(visits.leads);
  group.visits.orders += part(visits.orders);
  group.visits.revenueCents += part(visits.revenueCents);
  group.visits.views += part(visits.views);
  group.visits.seconds += part(visits.seconds);
}

/** As asked; otherwise by the first metric, most first. Ties by the dimensions, so that paging is stable. */
function ordered(rows: readonly Row[], report: Report, headers: readonly string[]): Row[] {
  const first = report.metrics[0]?.apiName ?? "";
  const orders = report.orderBys.length > 0 ? report.orderBys : [{ field: first, numeric: true, desc: true }];
  const keys = orders.map(({ field, numeric, desc }) => {
    const metric = report.metrics.findIndex(({ apiName }) => apiName === field);
    const dimension = headers.indexOf(field);
    const read = (row: Row): string => (metric < 0 ? row.dimensions[dimension] : row.metrics[metric]) ?? "";
    const sign = desc ? -1 : 1;
    return (a: Row, b: Row): number => sign * (numeric ? Number(read(a)) - Number(read(b)) : compare(read(a), read(b)));
  });
  const tie = (row: Row): string => row.dimensions.join("\0");
  return [...rows].sort((a, b) => {
    for (const key of keys) {
      const order = key(a, b);
      if (order !== 0) return order;
    }
    return compare(tie(a), tie(b));
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
