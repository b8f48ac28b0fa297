/** Gathers what a dashboard is prepared from: records of the Business Unit and stored facts. */
import * as v from "valibot";
import type { UnitRecord } from "../core/business-unit/answers.ts";
import { ASSET_OF, SOURCES } from "../core/business-unit/types.ts";
import { isPlace } from "../core/dashboard/movement.ts";
import { TILES } from "../core/dashboard/scorecard.ts";
import { TABLE_ROWS, TABLES } from "../core/dashboard/tables.ts";
import { TREND_METRICS, YEAR_OF_WEEKS } from "../core/dashboard/trends.ts";
import type { BoardInput, BoardMetric, BoardPeriods, BoardSettings, BoardSource } from "../core/dashboard/types.ts";
import { METRICS } from "../core/evidence/catalogue.ts";
import { addDays } from "../core/facts/days.ts";
import { LEDGER } from "../core/facts/ledger.ts";
import type { IngestionRunView } from "../core/wire-registry.ts";
import { BudgetsSchema, TargetsSchema } from "../core/wire-unit.ts";
import { dayFacts, firstMonth, type LongList, monthFacts, visibleTasks } from "../d1/dashboard-read.ts";
import { listIngestionRuns } from "../d1/ingestion-runs.ts";
import type { Index } from "../d1/schema.ts";

/** A metric of the catalogue; null for one it does not know. */
export const metricOf = (id: string): BoardMetric | null => METRICS.get(id) ?? null;

/** Known measurement breaks in words. */
export const BREAKS: BoardInput["breaks"] = new Map(
  LEDGER.map(({ id, effect, from, to }) => [id, { text: effect, from, to }]),
);

/** Tables whose lists are too long to read whole. */
const LONG: readonly LongList[] = TABLES.filter(({ dimension }) =>
  ["query", "page", "landing_page", "keyword"].includes(dimension),
).map(({ dimension, metrics }) => {
  const [lead = ""] = metrics;
  const metric = metricOf(lead);
  return { dimension, lead, metrics, smallestFirst: metric !== null && isPlace(metric), limit: TABLE_ROWS };
});

/** Settings that hold on the first day of a month: the latest that began by then; what begins later says nothing. */
export function settingsOn(record: UnitRecord, day: string): BoardSettings {
  const latest = (kind: string): unknown =>
    record.settings
      .filter((one) => one.kind === kind && one.effectiveFrom <= day)
      .toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : -1))[0]?.value ?? [];
  const targets = v.safeParse(TargetsSchema, latest("targets"));
  const budgets = v.safeParse(BudgetsSchema, latest("budgets"));
  return { targets: targets.success ? targets.output : [], budgets: budgets.success ? budgets.output : [] };
}

/** How each source stands: what the record knows, and what the newest refresh said of it. */
export function sourcesOf(record: UnitRecord, refresh: IngestionRunView | undefined): readonly BoardSource[] {
  return SOURCES.map((source) => {
    const fresh = record.freshness.find((one) => one.source === source);
    const asset = record.sources.find((one) => one.kind === ASSET_OF[source]);
    const last = refresh?.sources.find((one) => one.source === source);
    const failed = last !== undefined && (last.status === "failed" || last.status === "held_back") ? last : undefined;
    return {
      source,
      externalId: asset?.externalId ?? null,
      coveredTo: fresh?.coveredTo ?? null,
      refreshedAt: fresh?.at ?? null,
      trouble:
        failed === undefined
          ? null
          : {
              status: failed.status === "held_back" ? "held_back" : "failed",
              detail: failed.cause?.detail ?? "The last refresh of it failed.",
            },
    };
  });
}

/** Everything one dashboard is prepared from. */
export async function boardInput(
  index: Index,
  record: UnitRecord,
  clientName: string,
  periods: BoardPeriods,
  at: { readonly today: string; readonly preparedAt: string },
): Promise<BoardInput> {
  const { businessUnitId, slug, name, currency } = record;
  const { start, end } = periods.period;
  const settings = settingsOn(record, start);
  const metrics = [...new Set([...TILES, ...TREND_METRICS, ...settings.targets.map(({ metric }) => metric)])];
  // The month before holds the four weeks before, and the month of last year begins a day or two before its weekdays do.
  const around = { start: periods.previous.start, end };
  const yearBefore = { start: periods.yearOverYear.start, end: addDays(end, -YEAR_OF_WEEKS) };
  const [months, days, tasks, refreshes, first] = await Promise.all([
    monthFacts(index, businessUnitId, periods, LONG),
    dayFacts(index, businessUnitId, metrics, [around, yearBefore]),
    visibleTasks(index, businessUnitId),
    listIngestionRuns(index, businessUnitId, { after: null, limit: 1 }),
    firstMonth(index, businessUnitId),
  ]);
  return {
    unit: { businessUnitId, slug, name, clientName, currency },
    periods,
    ...at,
    firstMonth: first,
    months,
    days,
    settings,
    sources: sourcesOf(record, refreshes.items[0]),
    tasks,
    breaks: BREAKS,
    metric: metricOf,
  };
}
