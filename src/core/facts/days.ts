/** Arithmetic on calendar days written `YYYY-MM-DD`. Pure: no zone, no clock. */

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const MS_PER_DAY = 86_400_000;

/** Full names of the months, January first. */
export const MONTHS: readonly string[] = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** The parts of a day; month from 1. */
export interface DayParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** True for a day that exists in the calendar. */
export function isDay(text: string): boolean {
  const match = DAY.exec(text);
  if (match === null) return false;
  const [, year, month, day] = match;
  return dayOf(Number(year), Number(month), Number(day)) === text;
}

/** The parts of a well-formed day. Error: RangeError for anything that is no day. */
export function partsOf(day: string): DayParts {
  const match = DAY.exec(day);
  if (match === null) throw new RangeError(`not a day: ${day.slice(0, 20)}`);
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

/** The day of year, month (from 1) and day of month; null when the calendar has no such day. */
export function dayOf(year: number, month: number, day: number): string | null {
  if (month < 1 || month > 12 || day < 1 || day > lastDayOfMonth(year, month)) return null;
  return write(year, month, day);
}

/** How many days a month has; month from 1. */
export function lastDayOfMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** `day` moved by a number of days. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS_PER_DAY).toISOString().slice(0, 10);
}

/** Days from `from` to `to`; 0 for the same day, negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / MS_PER_DAY);
}

/** The first day of the month `months` away from the month of `day`. */
export function monthStart(day: string, months = 0): string {
  const { year, month } = partsOf(day);
  const index = year * 12 + (month - 1) + months;
  return write(Math.floor(index / 12), (index % 12) + 1, 1);
}

/** The last day of the month `months` away from the month of `day`. */
export function monthEnd(day: string, months = 0): string {
  return addDays(monthStart(day, months + 1), -1);
}

/** The same day of month `months` away, or the last day of that month when it is shorter. */
export function addMonths(day: string, months: number): string {
  const start = partsOf(monthStart(day, months));
  return write(start.year, start.month, Math.min(partsOf(day).day, lastDayOfMonth(start.year, start.month)));
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** Every day from `start` to `end`, both included. */
export function daysOf(range: { readonly start: string; readonly end: string }): readonly string[] {
  const count = daysBetween(range.start, range.end) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => addDays(range.start, index));
}

function write(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
