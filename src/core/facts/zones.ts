/** Wall clocks of time zones. Pure: the instant is handed in. */

/** A wall clock as if it were UTC; a zone nobody knows is read as UTC. */
export function wallOf(at: number, timeZone: string): number {
  const clock = (zone: string) =>
    new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
  const parts = zoned(clock, timeZone).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

function zoned(clock: (zone: string) => Intl.DateTimeFormat, timeZone: string): Intl.DateTimeFormat {
  try {
    return clock(timeZone);
  } catch {
    // The registry holds what a person typed; an act at a slightly wrong hour beats an actor that cannot act.
    return clock("UTC");
  }
}

/** The instant at which a zone's wall clock shows `wall`; the second look corrects for a change of summer time. */
export function instantOf(wall: number, timeZone: string): number {
  const guess = wall - (wallOf(wall, timeZone) - wall);
  return wall - (wallOf(guess, timeZone) - guess);
}

/** The calendar day in a zone at an instant. */
export function dayIn(timeZone: string, at: number): string {
  return new Date(wallOf(at, timeZone)).toISOString().slice(0, 10);
}

/** True for a zone the platform knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
