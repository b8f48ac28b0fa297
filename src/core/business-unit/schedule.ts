/** The daily refresh: when it is due, in the unit's own time zone, spread so that units do not all come at once. */
import { addDays } from "../facts/days.ts";
import { dayIn, instantOf } from "../facts/zones.ts";
import { type Decision, NOTHING } from "./commands.ts";
import type { UnitEvent } from "./events.ts";
import { isActive, isScheduled, scheduleOf, timeZoneOf } from "./queries.ts";
import { requested } from "./refresh.ts";
import type { Agenda, Day, Instant, UnitState } from "./types.ts";

const HOUR_MS = 60 * 60_000;
/** Units of one hour are spread over this long. */
const SPREAD_MS = 45 * 60_000;
/** Later than this and the alarm was not there: the refresh is one that catches up. */
const LATE_MS = HOUR_MS;
/** A refresh that is due while another is at work waits this long and looks again. */
const PUT_OFF_MS = 30 * 60_000;

/** Always the same moment within the spread for the same unit. */
export function jitterOf(businessUnitId: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < businessUnitId.length; n += 1) hash = Math.imul(hash ^ businessUnitId.charCodeAt(n), 0x01000193);
  return Math.floor(((hash >>> 0) / 2 ** 32) * SPREAD_MS);
}

/** When the refresh of a day is due. An hour that a change of summer time leaves out is the next one. */
function slotOf(state: UnitState, day: Day): Instant {
  const wall = Date.parse(`${day}T00:00:00Z`) + scheduleOf(state).hour * HOUR_MS;
  return instantOf(wall, timeZoneOf(state)) + jitterOf(state.businessUnitId);
}

/** The first moment after `now` that is due and whose day was not begun. */
function nextSlot(state: UnitState, now: Instant): Instant {
  const today = dayIn(timeZoneOf(state), now);
  const { lastDay } = state.agenda;
  let day = lastDay === null || lastDay < today ? today : addDays(lastDay, 1);
  while (slotOf(state, day) <= now) day = addDays(day, 1);
  return slotOf(state, day);
}

/** What the schedule hangs on. */
function terms(state: UnitState): string {
  const { hour } = scheduleOf(state);
  return JSON.stringify([isScheduled(state), timeZoneOf(state), hour, state.agenda.lastDay]);
}

/** The agenda after an event: made anew when what it hangs on changed. */
export function agendaAfter(before: UnitState | null, after: UnitState, now: Instant): Agenda {
  if (before !== null && terms(before) === terms(after)) return after.agenda;
  return { ...after.agenda, nextAt: isScheduled(after) ? nextSlot(after, now) : null };
}

/** When the daily refresh is begun. */
export function scheduleAt(state: UnitState): Instant | null {
  return state.agenda.nextAt;
}

/** The day whose slot came last. */
function slotDay(state: UnitState, now: Instant): Day {
  const today = dayIn(timeZoneOf(state), now);
  return slotOf(state, today) <= now ? today : addDays(today, -1);
}

/** Begins the daily refresh, once for however many days were missed. `upTo`: what is due until then is due. */
export function decideSchedule(state: UnitState, now: Instant, upTo: Instant): Decision {
  const { nextAt } = state.agenda;
  if (nextAt === null || nextAt > upTo) return NOTHING;
  if (isActive(state.refresh)) return quiet({ type: "schedule.put_off", nextAt: now + PUT_OFF_MS });
  const late = now - nextAt > LATE_MS;
  const reason = late ? "The daily refresh, which was missed." : "The daily refresh.";
  return requested(
    state,
    { kind: late ? "catch_up" : "scheduled", by: "schedule", reason, range: null, day: slotDay(state, upTo) },
    now,
  );
}

function quiet(event: UnitEvent): Decision {
  return { events: [event], effects: [], refusal: null };
}
