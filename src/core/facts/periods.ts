/** Report periods: whole days, inclusive at both ends, as `YYYY-MM-DD`. */
import { addDays, addMonths, daysBetween, isDay, MONTHS, monthEnd, monthStart, partsOf } from "./days.ts";
import { type DayRange, readPeriodWords } from "./period-words.ts";

/** An inclusive range of days. */
export interface Period {
  readonly start: string;
  readonly end: string;
  /** For people, e.g. `October 2026` or `1–14 November 2026`. */
  readonly label: string;
}

/** The three periods of a report. */
export interface ResolvedPeriods {
  readonly primary: Period;
  readonly previous: Period;
  readonly yearAgo: Period;
}

/** What the words of a task say about the period of its report. */
export type PeriodReading =
  | { readonly kind: "period"; readonly periods: ResolvedPeriods }
  /** No text names a period. */
  | { readonly kind: "missing" }
  /** More than one period is named; labels for the question, in order of appearance. */
  | { readonly kind: "ambiguous"; readonly candidates: readonly string[] }
  /** The period is not over, or its data is not final yet. `availableFrom` is a day; `suggestion` a label. */
  | { readonly kind: "not_mature"; readonly availableFrom: string; readonly suggestion: string }
  /** The period cannot be reported at all: no such day, or before the history Google keeps. `named`: what was asked for. */
  | { readonly kind: "not_available"; readonly detail: string; readonly named: string };

/** Search Console's data of a day is final three days later (Pacific time). */
export const MATURITY_DAYS = 3;
/** Search Console keeps about sixteen months. */
export const HISTORY_MONTHS = 16;

const PACIFIC = new Intl.DateTimeFormat("en-CA", {
  timeZone: "America/Los_Angeles",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/** The Pacific calendar day of an instant (ISO 8601), the zone of Search Console's days. A plain day is returned as it is. */
export function pacificDay(instant: string): string {
  if (isDay(instant)) return instant;
  const time = Date.parse(instant);
  if (Number.isNaN(time)) throw new RangeError(`not an instant: ${instant.slice(0, 40)}`);
  return PACIFIC.format(time);
}

/** The newest day whose Search Console data is final on `today`. */
export function latestMatureDay(today: string): string {
  return addDays(today, -MATURITY_DAYS);
}

/** The oldest day Search Console still has on `today`. */
export function historyStart(today: string): string {
  return addMonths(today, -HISTORY_MONTHS);
}

/** Number of days in a period. */
export function lengthOf(period: DayRange): number {
  return daysBetween(period.start, period.end) + 1;
}

/** True when the period runs from the first of a month to the last of a month. */
export function isWholeMonths(period: DayRange): boolean {
  return period.start === monthStart(period.start) && period.end === monthEnd(period.end);
}

function monthsIn(period: DayRange): number {
  const start = partsOf(period.start);
  const end = partsOf(period.end);
  return (end.year - start.year) * 12 + end.month - start.month + 1;
}

/** The period before: the calendar months before for whole months, otherwise as many days that end the day before. */
export function previousOf(period: DayRange): Period {
  if (isWholeMonths(period)) {
    const months = monthsIn(period);
    return labelled({ start: monthStart(period.start, -months), end: monthEnd(period.start, -1) });
  }
  return labelled({ start: addDays(period.start, -lengthOf(period)), end: addDays(period.start, -1) });
}

/** The same calendar days a year before; whole months stay whole months in leap years. */
export function yearAgoOf(period: DayRange): Period {
  if (isWholeMonths(period)) {
    return labelled({ start: monthStart(period.start, -12), end: monthEnd(period.end, -12) });
  }
  return labelled({ start: addMonths(period.start, -12), end: addMonths(period.end, -12) });
}

/** The three periods of a report on `primary`. */
export function periodsOf(primary: DayRange): ResolvedPeriods {
  return { primary: labelled(primary), previous: previousOf(primary), yearAgo: yearAgoOf(primary) };
}

function labelled(range: DayRange): Period {
  return { start: range.start, end: range.end, label: labelOf(range) };
}

/** What people call a range of days: `October 2026`, `Q3 2026`, `2025`, `1–14 November 2026`. */
export function labelOf(range: DayRange): string {
  const start = partsOf(range.start);
  const end = partsOf(range.end);
  const startMonth = MONTHS[start.month - 1] ?? "";
  const endMonth = MONTHS[end.month - 1] ?? "";
  const sameYear = start.year === end.year;
  if (isWholeMonths(range)) {
    const months = monthsIn(range);
    if (months === 1) return `${startMonth} ${start.year}`;
    if (months === 12 && start.month === 1) return String(start.year);
    if (months === 3 && start.month % 3 === 1) return `Q${(start.month + 2) / 3} ${start.year}`;
    return sameYear ? `${startMonth}–${endMonth} ${end.year}` : `${startMonth} ${start.year} – ${endMonth} ${end.year}`;
  }
  if (range.start === range.end) return `${start.day} ${startMonth} ${start.year}`;
  if (sameYear && start.month === end.month) return `${start.day}–${end.day} ${endMonth} ${end.year}`;
  if (sameYear) return `${start.day} ${startMonth} – ${end.day} ${endMonth} ${end.year}`;
  return `${start.day} ${startMonth} ${start.year} – ${end.day} ${endMonth} ${end.year}`;
}

/**
 * The period a task asks for.
 *
 * @param texts in order of authority: the period field, the task's name, its notes, an answer to a question … The first
 *   text that names a period decides; later texts are not looked at. A period after "compared with" or "due" is no candidate.
 * @param today the current instant (ISO 8601) or the Pacific day; Search Console's maturity and history count from it
 */
export function resolvePeriod(texts: readonly string[], today: string): PeriodReading {
  const day = pacificDay(today);
  for (const text of texts) {
    const { ranges, impossible } = readPeriodWords(text, day, latestMatureDay(day));
    const [only, ...others] = ranges;
    if (only === undefined) {
      if (impossible !== null) return { kind: "not_available", detail: impossible, named: impossible };
      continue;
    }
    if (others.length > 0) return { kind: "ambiguous", candidates: ranges.map(labelOf) };
    return judge(only, day);
  }
  return { kind: "missing" };
}

function judge(range: DayRange, today: string): PeriodReading {
  const earliest = historyStart(today);
  if (range.start < earliest) {
    const detail = `${labelOf(range)} begins before ${labelOf({ start: earliest, end: earliest })}, the oldest day Search Console still has`;
    return { kind: "not_available", detail, named: labelOf(range) };
  }
  const latest = latestMatureDay(today);
  if (range.end > latest) {
    return {
      kind: "not_mature",
      availableFrom: addDays(range.end, MATURITY_DAYS),
      suggestion: suggestionFor(range, latest),
    };
  }
  return { kind: "period", periods: periodsOf(range) };
}

/** The part of the range that is mature when that is a week or more, otherwise the newest mature calendar month. */
function suggestionFor(range: DayRange, latest: string): string {
  const part = { start: range.start, end: latest };
  if (range.start <= latest && lengthOf(part) >= 7) return labelOf(part);
  const month = latest === monthEnd(latest) ? 0 : -1;
  return labelOf({ start: monthStart(latest, month), end: monthEnd(latest, month) });
}
