/** What a refresh reads: sources in their order, each in calendar months, newest first. */
import { addDays, daysBetween, isDay, monthEnd, monthStart } from "../facts/days.ts";
import { dayIn } from "../facts/zones.ts";
import { type CommandOf, type Decision, events, refused, refusedWith } from "./commands.ts";
import type { UnitEvent } from "./events.ts";
import { ingestionRunIdOf } from "./ids.ts";
import { isActive, sourcesOf, timeZoneOf } from "./queries.ts";
import type { Day, DayRange, Instant, RefreshKind, SourceName, SourcePlan, UnitState } from "./types.ts";

/** Months before the present one that a source is read for when it never was. */
const FIRST_MONTHS = 13;
/** And every day after: figures of the month before may still move. */
const DAILY_MONTHS = 1;
/** What counts conversions for the day of the click adds to it for a month: its last days are final a month later. */
const LATE_MONTHS = 2;
const LATE: ReadonlySet<SourceName> = new Set<SourceName>(["google_ads", "meta"]);
/** More than any source keeps. */
const MAX_BACKFILL_DAYS = 5 * 366;

/** The calendar months of a range, newest first; the first and the last may be parts. */
export function monthsOf(range: DayRange): readonly DayRange[] {
  const months: DayRange[] = [];
  for (let end = range.end; end >= range.start; end = addDays(monthStart(end), -1)) {
    const first = monthStart(end);
    months.push({ start: first < range.start ? range.start : first, end });
  }
  return months;
}

/** The last whole day of the unit's zone. */
function lastWholeDay(state: UnitState, now: Instant): Day {
  return addDays(dayIn(timeZoneOf(state), now), -1);
}

/** First days of the months that failing checks keep from being published. */
function heldMonths({ quality }: UnitState, source: SourceName): readonly Day[] {
  const months = quality.flatMap((round) => {
    const open = round.source === source && round.closedAt === null;
    const month = open ? / (\d{4}-\d{2})$/.exec(round.check)?.[1] : undefined;
    return month === undefined ? [] : [`${month}-01`];
  });
  return [...new Set(months)];
}

/** A source that could not be read for months goes on where it stopped, or those months would be missing for ever. */
function usualRange(state: UnitState, source: SourceName, end: Day): DayRange {
  const first = monthStart(end, -FIRST_MONTHS);
  const known = state.freshness[source];
  if (known === undefined) return { start: first, end };
  const daily = monthStart(end, LATE.has(source) ? -LATE_MONTHS : -DAILY_MONTHS);
  const stopped = monthStart(known.coveredTo);
  if (stopped >= daily) return { start: daily, end };
  return { start: stopped < first ? first : stopped, end };
}

/** The usual months, and behind them those that were held back: their checks would fail for ever if nobody asked again. */
function usualChunks(state: UnitState, source: SourceName, end: Day): readonly DayRange[] {
  const range = usualRange(state, source, end);
  const first = monthStart(end, -FIRST_MONTHS);
  const held = heldMonths(state, source).filter((month) => month >= first && month < range.start);
  const older = held.toSorted().toReversed();
  return [...monthsOf(range), ...older.map((month) => ({ start: month, end: monthEnd(month) }))];
}

function planOf(state: UnitState, chunksOf: (source: SourceName) => readonly DayRange[]): readonly SourcePlan[] {
  return sourcesOf(state).map((one) => ({ ...one, chunks: chunksOf(one.source) }));
}

interface Wish {
  readonly kind: RefreshKind;
  readonly by: string;
  readonly reason: string;
  readonly range: DayRange | null;
  /** The day of the schedule; null when it is not the schedule that asks. */
  readonly day: Day | null;
}

/** A refresh, or why there is none to be. */
export function requested(state: UnitState, wish: Wish, now: Instant): Decision {
  const last = lastWholeDay(state, now);
  const end = wish.range === null || wish.range.end > last ? last : wish.range.end;
  const back = wish.range === null ? null : { start: wish.range.start, end };
  const plan = planOf(state, (source) => (back === null ? usualChunks(state, source, end) : monthsOf(back)));
  if (plan.length === 0) return refused("nothing_to_refresh", "The Business Unit has no source that could be read.");
  const starts = plan.flatMap(({ chunks }) => chunks.map(({ start }) => start));
  const start = starts.reduce((least, day) => (day < least ? day : least), end);
  const ingestionRunId = ingestionRunIdOf(state.businessUnitId, state.refreshes + 1);
  const { kind, by, reason, day } = wish;
  return events({ type: "refresh.requested", ingestionRunId, kind, by, reason, range: { start, end }, plan, day });
}

/** A person or a program asks for fresh data. One refresh at a time: who comes second is told of the first. */
export function decideRequest(state: UnitState, command: CommandOf<"request_refresh">, now: Instant): Decision {
  const { by, reason, range } = command;
  if (state.archivedAt !== null) return refused("archived", "The Business Unit is archived.");
  if (isActive(state.refresh)) {
    const { ingestionRunId } = state.refresh;
    return refusedWith({ code: "refresh_in_progress", detail: "A refresh is at work already.", ingestionRunId });
  }
  const problem = range === null ? null : rangeProblem(range, lastWholeDay(state, now));
  if (problem !== null)
    return refusedWith({
      code: "bad_field",
      detail: `range: ${problem}`,
      issues: [{ path: "range", message: problem }],
    });
  return requested(state, { kind: range === null ? "manual" : "backfill", by, reason, range, day: null }, now);
}

function rangeProblem({ start, end }: DayRange, last: Day): string | null {
  if (!isDay(start) || !isDay(end)) return "Both ends are days such as 2026-01-31.";
  if (end < start) return "It ends before it begins.";
  if (start > last) return "It lies in the future.";
  return daysBetween(start, end) >= MAX_BACKFILL_DAYS ? "It is longer than five years." : null;
}

/** Stops a refresh at once; what it published stays. */
export function decideCancel(state: UnitState, command: CommandOf<"cancel_refresh">): Decision {
  if (!isActive(state.refresh)) return refused("wrong_state", "No refresh is at work.");
  const { by, reason } = command;
  const detail = `Stopped by ${by}${reason === "" ? "" : `: ${reason}`}.`;
  const ended: UnitEvent = {
    type: "refresh.ended",
    status: "cancelled",
    cause: { code: "cancelled_by_staff", detail },
  };
  return events(ended);
}
