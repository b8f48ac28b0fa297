/** Where a day begins in a time zone: for upstreams that take instants and count days in a zone of their own. */
import { isDay } from "./dates.ts";

const MS_PER_DAY = 86_400_000;

/** Milliseconds since the epoch at which `day` begins in an IANA time zone; null when there is no such day or zone. */
export function beginOf(day: string, timeZone: string): number | null {
  if (!isDay(day)) return null;
  const clock = clockOf(timeZone);
  if (clock === null) return null;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // The offset at a guess is the offset of the guess: a second look settles days on which the clocks change.
  const guess = midnight - offsetAt(clock, midnight);
  return midnight - offsetAt(clock, guess);
}

/** The instants of inclusive days: from the first begin up to, and without, the last one's end. */
export function spanOf(
  range: { readonly from: string; readonly to: string },
  timeZone: string,
): { readonly from: number; readonly to: number } | null {
  const from = beginOf(range.from, timeZone);
  const last = beginOf(range.to, timeZone);
  if (from === null || last === null || last < from) return null;
  const after = new Date(Date.parse(`${range.to}T00:00:00Z`) + MS_PER_DAY).toISOString().slice(0, 10);
  const to = beginOf(after, timeZone);
  return to === null ? null : { from, to };
}

function clockOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "medium", hourCycle: "h23" });
  } catch {
    return null;
  }
}

/** How far the zone's clock is ahead of UTC at an instant, in milliseconds. */
function offsetAt(clock: Intl.DateTimeFormat, at: number): number {
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return shown - Math.floor(at / 1000) * 1000;
}
