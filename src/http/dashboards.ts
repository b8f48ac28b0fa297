/** Dashboards: the list, one feed, all clients at a glance. From stored facts alone; no source is asked while somebody looks. */
import type { UnitRecord } from "../core/business-unit/answers.ts";
import { FactBook } from "../core/dashboard/facts.ts";
import { buildDashboard, defaultMonth, periodsOf } from "../core/dashboard/feed.ts";
import { freshnessOf } from "../core/dashboard/freshness.ts";
import { buildOverview, OVERVIEW_METRICS, type OverviewUnit, WATCHED_METRICS } from "../core/dashboard/overview.ts";
import { targetsOf } from "../core/dashboard/pacing.ts";
import type { BoardInput, BoardPeriods } from "../core/dashboard/types.ts";
import { addDays, isDay } from "../core/facts/days.ts";
import { SOURCE_MATURITY_DAYS } from "../core/facts/maturity.ts";
import { MATURITY_DAYS } from "../core/facts/periods.ts";
import { dayIn } from "../core/facts/zones.ts";
import type { DashboardListItem } from "../core/wire-dashboard.ts";
import type { FactView } from "../core/wire-data.ts";
import type { BusinessUnitView } from "../core/wire-registry.ts";
import { countedBySiblings, dayFacts, monthWholes, openRuns, unitOfSlug } from "../d1/dashboard-read.ts";
import { listIngestionRuns } from "../d1/ingestion-runs.ts";
import { listUnitIds } from "../d1/unit-list.ts";
import { visibleUnits } from "./access.ts";
import type { HttpDeps, RouteRequest } from "./context.ts";
import { BREAKS, boardInput, metricOf, settingsOn, sourcesOf } from "./dashboard-input.ts";
import { json, problem } from "./problem.ts";
import { textParam } from "./query.ts";
import { noteRead, noteReads, personReading, readerOf, seesFixtures } from "./reader.ts";
import { unitViews } from "./unit-view.ts";

const PAGE = 25;
/** Weeks of days in which an outlier is looked for. */
const WATCHED_DAYS = 63;

interface Page {
  readonly records: readonly UnitRecord[];
  readonly views: readonly BusinessUnitView[];
  readonly nextCursor: string | null;
}

/** One page of the Business Units one may see. */
async function unitPage(request: RouteRequest, deps: HttpDeps): Promise<Page> {
  const ids = await listUnitIds(deps.index, {
    units: await visibleUnits(request, deps, "data.read"),
    clientId: null,
    archived: false,
    after: textParam(new URL(request.url), "cursor"),
    limit: PAGE + 1,
  });
  const shown = ids.slice(0, PAGE);
  const found = await Promise.all(shown.map((id) => deps.unit(id).record()));
  const records = found.filter((record) => record !== null);
  const views = await unitViews(deps, records);
  return { records, views, nextCursor: ids.length > PAGE ? (shown.at(-1) ?? null) : null };
}

/** The newest time a source of it was read well. */
function refreshedAt(record: UnitRecord): string | null {
  return record.freshness.reduce<string | null>(
    (newest, { at }) => (newest === null || at > newest ? at : newest),
    null,
  );
}

export async function listDashboardsRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const { records, views, nextCursor } = await unitPage(request, deps);
  const items = views.map((view, n): DashboardListItem => {
    const record = records[n];
    return {
      businessUnitId: view.businessUnitId,
      slug: view.slug,
      name: view.name,
      clientName: view.clientName,
      status: view.readiness.status,
      label: view.readiness.label,
      finding: view.readiness.findings[0] ?? null,
      findings: view.readiness.findings.length,
      surfaceId: view.surface?.state === "active" ? view.surface.surfaceId : null,
      refreshedAt: record === undefined ? null : refreshedAt(record),
    };
  });
  return json({ items, nextCursor });
}

/** `?month=2026-10`; the last month that is over without it. Null: the parameter is no month. */
function monthOf(url: URL, today: string): string | null {
  const text = textParam(url, "month");
  if (text === null) return defaultMonth(today);
  const day = `${text}-01`;
  return isDay(day) && day <= today ? day : null;
}

const noDashboard = (): Response => problem(404, "no_such_dashboard", "There is no such dashboard.");

/** The prepared feed of one Business Unit, by its slug. */
export async function getDashboardRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const unitId = await unitOfSlug(deps.index, request.params.slug ?? "");
  const visible = await visibleUnits(request, deps, "data.read");
  if (unitId === null || (visible !== "all" && !visible.includes(unitId))) return noDashboard();
  const record = await deps.unit(unitId).record();
  if (record === null || record.archivedAt !== null) return noDashboard();
  if (record.surface?.state !== "active")
    return problem(404, "dashboard_needed", `${record.name} has no dashboard yet. Create it first.`);
  const now = deps.now();
  const today = dayIn(record.timeZone, now.getTime());
  const month = monthOf(new URL(request.url), today);
  if (month === null) return problem(400, "bad_month", "The month is written like 2026-10 and is not in the future.");
  const periods = periodsOf(month);
  const [view] = await unitViews(deps, [record]);
  const at = { today, preparedAt: now.toISOString() };
  const reading = {
    businessUnitId: unitId,
    what: "dashboard",
    metric: null,
    periodStart: periods.period.start,
    periodEnd: periods.period.end,
  };
  const reader = await readerOf(request, deps, reading);
  if (!reader.ok) return reader.response;
  const found = await boardInput(deps.index, record, view?.clientName ?? "", periods, at);
  const input = seesFixtures(reader.value) ? found : withoutFixtures(found);
  await noteRead(deps, reader.value, reading, input.months.length + input.days.length);
  return json(buildDashboard(input, (source) => SOURCE_MATURITY_DAYS[source]));
}

function withoutFixtures(input: BoardInput): BoardInput {
  const real = (facts: readonly FactView[]) => facts.filter((fact) => !fact.fixture);
  return { ...input, months: real(input.months), days: real(input.days) };
}

/**
 * The months of the roll-up: the last one whose figures all clients have whole. A day earlier it would be a sum over those
 * who happened to be read first.
 */
function overviewPeriods(now: Date): BoardPeriods {
  return periodsOf(defaultMonth(addDays(dayIn("UTC", now.getTime()), -MATURITY_DAYS)));
}

async function overviewUnit(
  deps: HttpDeps,
  record: UnitRecord,
  view: BusinessUnitView,
  runs: { readonly open: number; readonly people: number } | undefined,
  now: Date,
): Promise<OverviewUnit> {
  const today = dayIn(record.timeZone, now.getTime());
  const periods = overviewPeriods(now);
  const settings = settingsOn(record, periods.period.start);
  const metrics = [...new Set([...OVERVIEW_METRICS, ...settings.targets.map((target) => target.metric)])];
  const { businessUnitId, slug, name } = record;
  const [months, days, refreshes] = await Promise.all([
    monthWholes(deps.index, businessUnitId, metrics, [periods.period.start, periods.previous.start]),
    dayFacts(deps.index, businessUnitId, WATCHED_METRICS, [{ start: addDays(today, -WATCHED_DAYS), end: today }]),
    listIngestionRuns(deps.index, businessUnitId, { after: null, limit: 1 }),
  ]);
  const board = { unit: record, periods, today, settings, metric: metricOf };
  const { findings, status } = view.readiness;
  const sources = sourcesOf(record, refreshes.items[0]);
  return {
    businessUnitId,
    slug,
    name,
    clientName: view.clientName,
    status,
    openRuns: runs?.open ?? 0,
    waitingForPeople: runs?.people ?? 0,
    findings: {
      blocking: findings.filter(({ severity }) => severity === "blocks").length,
      warnings: findings.filter(({ severity }) => severity === "warns").length,
      first: findings[0] ?? null,
    },
    refreshing: record.refresh !== null && ["queued", "running"].includes(record.refresh.status),
    freshness: freshnessOf({ sources, today }, (source) => SOURCE_MATURITY_DAYS[source]).filter(
      (one) => one.status !== "not_configured",
    ),
    months,
    days,
    targets: targetsOf(board, new FactBook(months), new FactBook(days)),
  };
}

/** All clients at a glance, a page at a time. */
export async function overviewRoute(request: RouteRequest, deps: HttpDeps): Promise<Response> {
  const reader = personReading(request, "overview");
  if (reader === null)
    return problem(403, "not_granted", "Agents are let into one Business Unit at a time; the overview is for people.");
  const { records, views, nextCursor } = await unitPage(request, deps);
  const now = deps.now();
  const runs = await openRuns(
    deps.index,
    records.map((record) => record.businessUnitId),
  );
  const units = await Promise.all(
    records.flatMap((record, n) => {
      const view = views[n];
      return view === undefined ? [] : [overviewUnit(deps, record, view, runs.get(record.businessUnitId), now)];
    }),
  );
  const periods = overviewPeriods(now);
  await noteReads(
    deps,
    reader,
    units.map(({ businessUnitId, months, days }) => ({
      businessUnitId,
      what: "overview",
      metric: null,
      periodStart: periods.previous.start,
      periodEnd: periods.period.end,
      factCount: months.length + days.length,
    })),
  );
  const counted = await countedBySiblings(deps.index, {
    page: units.map(({ businessUnitId }) => businessUnitId),
    visible: await visibleUnits(request, deps, "data.read"),
    metrics: OVERVIEW_METRICS,
    start: periods.period.start,
  });
  return json({ ...buildOverview(units, periods, now.toISOString(), metricOf, BREAKS, counted), nextCursor });
}
