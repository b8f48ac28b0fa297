/** Times, durations and sizes as people read them. Inputs are ISO 8601 UTC or milliseconds. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const EXACT = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const DATE = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
const HERE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** `22 Nov 2026, 17:04:31 UTC`; text that is no time is returned as it came. */
export function exactUtc(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : `${EXACT.format(at)} UTC`;
}

/** `18:04:31` in the reader's zone. */
export function clockHere(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : CLOCK.format(at);
}

/** `22 Nov 2026` in the reader's zone. */
export function dateHere(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : HERE.format(at);
}

/** `22 Nov 2026`, UTC. */
export function dateUtc(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : DATE.format(at);
}

const MOMENT: Intl.DateTimeFormatOptions = {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
};

/** `22 Nov 2026, 18:04` in the reader's zone. @param timeZone another zone than the reader's */
export function momentHere(iso: string, timeZone?: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  return new Intl.DateTimeFormat("en-GB", { ...MOMENT, ...(timeZone === undefined ? {} : { timeZone }) }).format(at);
}

/** A length of time in its two largest units: `850 ms`, `4.2 s`, `1 min 12 s`, `2 h 5 min`, `3 days`. */
export function duration(ms: number): string {
  const span = Math.max(0, ms);
  if (span === 0) return "0 s";
  if (span < SECOND) return `${Math.round(span)} ms`;
  if (span < 10 * SECOND) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`;
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min ${Math.floor((span % MINUTE) / SECOND)} s`;
  if (span < DAY) return `${Math.floor(span / HOUR)} h ${Math.floor((span % HOUR) / MINUTE)} min`;
  const days = Math.floor(span / DAY);
  return days === 1 ? "1 day" : `${days} days`;
}

/** A length of time in its largest unit, for ages: `12 s`, `4 min`, `3 h`, `2 days`. */
export function roughly(ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < DAY) return `${Math.floor(span / HOUR)} h`;
  return duration(span);
}

/**
 * How long ago, or how far ahead: `just now`, `4 min ago`, `in 12 s`; older than a week as a date in the reader's zone.
 * A server clock slightly ahead of the browser's reads as "just now", not as the future.
 */
export function relativeTime(iso: string, nowMs: number): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  const age = nowMs - at;
  if (Math.abs(age) < 5 * SECOND) return "just now";
  if (age < 0) return `in ${roughly(-age)}`;
  return age >= 7 * DAY ? HERE.format(at) : `${roughly(age)} ago`;
}

const MONTH = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "long", year: "numeric" });

/** `October 2026`. @param day any day of the month, or the month itself */
export function monthName(day: string): string {
  const at = Date.parse(day);
  return Number.isNaN(at) ? day : MONTH.format(at);
}

/** A first and last day as one range: `1 – 31 Oct 2026`, `28 Dec 2025 – 3 Jan 2026`. */
export function dayRange(start: string, end: string): string {
  const from = Date.parse(start);
  const to = Date.parse(end);
  return Number.isNaN(from) || Number.isNaN(to) || to < from ? `${start} – ${end}` : DATE.formatRange(from, to);
}

/** Bytes as `812 B`, `14.2 KB`, `1.3 MB` (powers of 1,000). */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1000).toFixed(1)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
