/** The agency's own hours on a client: more in the months before the client's busy season, none on weekends. */
import { weekdayOf } from "./calendar.ts";
import type { Catalogue } from "./entities.ts";
import { unit } from "./random.ts";
import { season } from "./shape.ts";

/** One booking of the agency's timesheet. */
export interface Booking {
  readonly id: number;
  readonly day: number;
  /** Index into `PROJECTS` of this file. */
  readonly project: number;
  readonly task: number;
  /** 0 or 1: which of the two colleagues. */
  readonly person: number;
  /** Minutes as worked. */
  readonly minutes: number;
}

/** Bookings of a day, in the order they were made. */
export type HourDays = (day: number) => readonly Booking[];

/** What the agency does for every client. */
export const WORK = {
  projects: [
    { name: "SEO retainer", billable: true, weight: 0.85 },
    { name: "Content", billable: true, weight: 0.6 },
    { name: "Reporting", billable: true, weight: 0.35 },
    { name: "Account care", billable: false, weight: 0.4 },
  ],
  tasks: ["Research", "Production", "Review", "Meeting"],
} as const;

/** Work leads the season it is done for by this many days. */
const AHEAD_DAYS = 35;

/** Bookings of one client. */
export function hoursOf({ seed, profile }: Catalogue): HourDays {
  return (day) => {
    const weekday = weekdayOf(day);
    if (weekday === 0 || weekday === 6) return [];
    const busy = season(profile.year, day + AHEAD_DAYS);
    return WORK.projects.flatMap(({ weight }, project) => {
      if (unit(seed + project, day, 700) >= weight * busy) return [];
      const minutes = 12 + Math.round(230 * busy * unit(seed + project, day, 701) ** 1.4);
      const task = Math.floor(WORK.tasks.length * unit(seed + project, day, 702));
      const person = unit(seed + project, day, 703) < 0.6 ? 0 : 1;
      return [{ id: day * 100 + (seed % 7) * 10 + project, day, project, task, person, minutes }];
    });
  };
}
