/** Facts and a Business Unit to prepare dashboards from. */
import { periodsOf } from "../../../src/core/dashboard/feed.ts";
import type { BoardInput, BoardMetric } from "../../../src/core/dashboard/types.ts";
import { METRICS } from "../../../src/core/evidence/catalogue.ts";
import { monthEnd } from "../../../src/core/facts/days.ts";
import type { FactView } from "../../../src/core/wire-data.ts";

export const metricOf = (id: string): BoardMetric | null => METRICS.get(id) ?? null;

export function fact(metric: string, start: string, value: number | null, more: Partial<FactView> = {}): FactView {
  const grain = more.grain ?? "month";
  const dimension = more.dimension ?? "whole";
  const member = more.member ?? "";
  return {
    factId: `f_${metric}_${start}_${grain}_${dimension}_${member}`,
    businessUnitId: "bu_a",
    metric,
    grain,
    period: { start, end: grain === "day" ? start : monthEnd(start) },
    dimension,
    member,
    state: value === null ? "missing" : value === 0 ? "zero" : "number",
    value,
    reason: value === null ? "No row." : null,
    unit: metricOf(metric)?.unit ?? "count",
    currency: metricOf(metric)?.unit === "currency" ? "EUR" : null,
    timeZone: "Europe/Dublin",
    source: METRICS.get(metric)?.source ?? "ga4",
    maturity: "final",
    version: 1,
    caveats: [],
    fixture: false,
    recordedAt: "2026-11-20T06:00:00.000Z",
    ...more,
  };
}

export const day = (metric: string, start: string, value: number | null, more: Partial<FactView> = {}) =>
  fact(metric, start, value, { grain: "day", ...more });

export function input(more: Partial<BoardInput> = {}): BoardInput {
  return {
    unit: { businessUnitId: "bu_a", slug: "a", name: "A", clientName: "Client", currency: "EUR" },
    periods: periodsOf("2026-10-01"),
    today: "2026-11-20",
    preparedAt: "2026-11-20T09:00:00.000Z",
    firstMonth: null,
    months: [],
    days: [],
    settings: { targets: [], budgets: [] },
    sources: [],
    tasks: [],
    breaks: new Map(),
    metric: metricOf,
    ...more,
  };
}
