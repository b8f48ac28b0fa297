/** A dashboard from stored facts: pure, so the same facts give the same page. */

import type { SourceName } from "../business-unit/types.ts";
import { caveatText } from "../curation/caveats.ts";
import { addDays, monthEnd, monthStart } from "../facts/days.ts";
import type { DashboardView } from "../wire-dashboard.ts";
import { FactBook } from "./facts.ts";
import { freshnessOf } from "./freshness.ts";
import { pacingOf, targetsOf } from "./pacing.ts";
import { scorecardOf } from "./scorecard.ts";
import { tablesOf } from "./tables.ts";
import { trendsOf } from "./trends.ts";
import type { BoardInput, BoardPeriods } from "./types.ts";

/** A month and those it is compared with. */
export function periodsOf(month: string): BoardPeriods {
  const of = (months: number) => ({ start: monthStart(month, months), end: monthEnd(month, months) });
  return { period: of(0), previous: of(-1), yearOverYear: of(-12) };
}

/** The month a dashboard opens with: the last one that is over. */
export function defaultMonth(today: string): string {
  return monthStart(addDays(monthStart(today), -1));
}

/** The months to choose from; the one that is shown is always among them. */
function monthsOf({ firstMonth, periods, today }: BoardInput): DashboardView["months"] {
  const shown = periods.period.start;
  const first = firstMonth === null || firstMonth > shown ? shown : firstMonth;
  return { first: first.slice(0, 7), last: today.slice(0, 7) };
}

/** The prepared feed. */
export function buildDashboard(input: BoardInput, maturityOf: (source: SourceName) => number): DashboardView {
  const [months, days] = [new FactBook(input.months), new FactBook(input.days)];
  const { businessUnitId, slug, name, clientName } = input.unit;
  const { period, previous, yearOverYear } = input.periods;
  const facts = [...input.months, ...input.days];
  const used = new Set(facts.flatMap((fact) => fact.caveats));
  const notes = [...used].toSorted().flatMap((id) => {
    const text = input.breaks.get(id)?.text ?? caveatText(id);
    return text === null ? [] : [{ id, text }];
  });
  return {
    slug,
    businessUnitId,
    name,
    clientName,
    preparedAt: input.preparedAt,
    period,
    comparisons: { previous, yearOverYear },
    months: monthsOf(input),
    scorecard: scorecardOf(input, months, days),
    targets: targetsOf(input, months, days),
    trends: trendsOf(input, days),
    tables: tablesOf(input, months),
    pacing: pacingOf(input, months, days),
    tasks: [...input.tasks],
    freshness: [...freshnessOf(input, maturityOf)],
    notes,
    fixture: facts.some((fact) => fact.fixture),
  };
}
