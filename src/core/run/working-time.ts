/** Working hours of people: Monday to Friday, nine to five, by their own clock. */
import type { Instant } from "./types.ts";

const FIRST_HOUR = 9;
const LAST_HOUR = 17;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The wall clock of a zone at an instant, as if it were UTC. A zone nobody knows is read as UTC. */
function wallOf(at: Instant, timeZone: string): number {
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
    // The registry holds what a person typed; a reminder at a slightly wrong hour beats a run that cannot act.
    return clock("UTC");
  }
}

/** The instant at which a zone's wall clock shows `wall`; the second look corrects for a change of summer time. */
function instantOf(wall: number, timeZone: string): Instant {
  const guess = wall - (wallOf(wall, timeZone) - wall);
  return wall - (wallOf(guess, timeZone) - guess);
}

function isWorkday(wall: number): boolean {
  const day = new Date(wall).getUTCDay();
  return day !== 0 && day !== 6;
}

/** `wall` itself when people work then, else nine o'clock of the next day they do. */
function workingWall(wall: number): number {
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const hour = (wall - midnight) / HOUR_MS;
  if (isWorkday(wall) && hour >= FIRST_HOUR && hour < LAST_HOUR) return wall;
  let day = isWorkday(wall) && hour < FIRST_HOUR ? midnight : midnight + DAY_MS;
  while (!isWorkday(day)) day += DAY_MS;
  return day + FIRST_HOUR * HOUR_MS;
}

/** The first moment from `at` on at which people work. */
export function workingMoment(at: Instant, timeZone: string): Instant {
  const wall = wallOf(at, timeZone);
  const working = workingWall(wall);
  // Within a second of each other: the wall clock knows no milliseconds.
  return working === wall ? at : instantOf(working, timeZone);
}

/** `days` working days after `at`, within working hours. */
export function afterWorkingDays(at: Instant, days: number, timeZone: string): Instant {
  let wall = workingWall(wallOf(at, timeZone));
  for (let left = days; left > 0; ) {
    wall += DAY_MS;
    if (isWorkday(wall)) left -= 1;
  }
  return instantOf(wall, timeZone);
}
