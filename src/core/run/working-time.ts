/** Working hours of people: Monday to Friday, nine to five, by their own clock. */
import { instantOf, wallOf } from "../facts/zones.ts";
import type { Instant } from "./types.ts";

const FIRST_HOUR = 9;
const LAST_HOUR = 17;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

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
