/** Days and instants in a report, always inside `<time>`. Days are shown as the source counts them, instants in UTC. */
import type { Period } from "../core/facts/periods.ts";
import { type Html, html } from "./escape.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

interface DayParts {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

function partsOf(day: string): DayParts {
  const found = DAY.exec(day);
  const parts = { year: Number(found?.[1]), month: Number(found?.[2]), day: Number(found?.[3]) };
  const ms = Date.UTC(parts.year, parts.month - 1, parts.day);
  if (found === null || new Date(ms).toISOString().slice(0, 10) !== day)
    throw new Error(`not a day: ${JSON.stringify(day)}`);
  return parts;
}

function monthOf(parts: DayParts): string {
  return MONTHS[parts.month - 1] ?? "";
}

/** Days since 1970 of a `YYYY-MM-DD` day; throws on anything else. */
export function dayNumber(day: string): number {
  const { year, month, day: date } = partsOf(day);
  return Date.UTC(year, month - 1, date) / DAY_MS;
}

/** The `YYYY-MM-DD` day of a day number. */
export function dayOf(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** `1 Oct`, for axes. */
export function shortDay(day: string): string {
  const parts = partsOf(day);
  return `${parts.day} ${monthOf(parts)}`;
}

/** `Oct 2026`, for axes over many months. */
export function shortMonth(day: string): string {
  const parts = partsOf(day);
  return `${monthOf(parts)} ${parts.year}`;
}

/** `1 Oct 2026` in a `<time>`. */
export function dayTime(day: string): Html {
  const parts = partsOf(day);
  return html`<time datetime="${day}">${shortDay(day)} ${String(parts.year)}</time>`;
}

/** `1 Oct 2026, 09:30 UTC` in a `<time>`; throws when the text is no instant. */
export function instantTime(instant: string): Html {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) throw new Error(`not an instant: ${JSON.stringify(instant)}`);
  const iso = new Date(ms).toISOString();
  const { year, month, day } = partsOf(iso.slice(0, 10));
  const text = `${day} ${monthOf({ year, month, day })} ${year}, ${iso.slice(11, 16)} UTC`;
  return html`<time datetime="${iso}">${text}</time>`;
}

/** The label of a period in a `<time>`. A whole month is machine-readable as such, any other range by its first day. */
export function periodTime(period: Period): Html {
  const first = partsOf(period.start);
  const monthEnd = dayOf(Date.UTC(first.year, first.month, 0) / DAY_MS);
  const wholeMonth = first.day === 1 && period.end === monthEnd;
  return html`<time datetime="${wholeMonth ? period.start.slice(0, 7) : period.start}">${period.label}</time>`;
}
