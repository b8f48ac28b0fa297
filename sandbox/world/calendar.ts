/** Days as whole numbers since 1970-01-01, so that a day can be an index. */

const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Day number of `YYYY-MM-DD`, or null when it is no day of the calendar. */
export function dayOf(date: string): number | null {
  if (!DATE.test(date)) return null;
  const day = Date.parse(`${date}T00:00:00Z`) / DAY_MS;
  return Number.isInteger(day) && dateOf(day) === date ? day : null;
}

/** `YYYY-MM-DD` of a day number. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** Months since year 0. */
export function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** First day of a month. */
export function firstDayOf(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;
}

/** The same day of the month `months` earlier, or the last day of that month. */
export function monthsBefore(day: number, months: number): number {
  const month = monthOf(day);
  const offset = day - firstDayOf(month);
  return Math.min(firstDayOf(month - months) + offset, firstDayOf(month - months + 1) - 1);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds since the epoch at which a day begins in an IANA time zone. */
export function startOf(day: number, timeZone: string): number {
  // Zones are at most 14 hours from UTC and change their clocks at whole quarters of an hour.
  let at = day * DAY_MS - 15 * 3_600_000;
  while (todayIn(timeZone, new Date(at)) < day) at += 900_000;
  return at;
}

/** The day that has begun in an IANA time zone at an instant. */
export function todayIn(timeZone: string, now: Date): number {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    formatters.set(timeZone, formatter);
  }
  const parts = new Map(formatter.formatToParts(now).map(({ type, value }) => [type, value]));
  return Date.UTC(Number(parts.get("year")), Number(parts.get("month")) - 1, Number(parts.get("day"))) / DAY_MS;
}
