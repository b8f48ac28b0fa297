/** Harvest's objects, whole: names, notes and rates included, as the vendor sends them to everybody who may read hours. */
import { USERS } from "../seed.ts";
import { dateOf } from "../world/calendar.ts";
import { type Booking, WORK } from "../world/hours.ts";
import type { ClientWorld } from "../world/world.ts";

const CREATED = "2024-05-20T09:00:00Z";
const PEOPLE = [
  { id: 3_001, name: USERS.maya.name },
  { id: 3_002, name: USERS.tom.name },
] as const;

export function clientObject({ unit }: ClientWorld): Record<string, unknown> {
  return {
    id: Number(unit.harvestClientId),
    name: unit.name,
    is_active: true,
    address: "1 Example Street",
    statement_key: "0a39d3e33c8058cf7c3f8097d854c64e",
    currency: unit.currency,
    created_at: CREATED,
    updated_at: CREATED,
  };
}

/** A timesheet line. Invoices count quarters of an hour, begun ones whole. */
export function entryObject({ unit }: ClientWorld, booking: Booking): Record<string, unknown> {
  const project = WORK.projects[booking.project] ?? WORK.projects[0];
  const base = Number(unit.harvestClientId) * 10;
  const at = `${dateOf(booking.day)}T17:30:00Z`;
  return {
    id: booking.id * 10 + (Number(unit.harvestClientId) % 10),
    spent_date: dateOf(booking.day),
    user: PEOPLE[booking.person] ?? PEOPLE[0],
    client: { id: Number(unit.harvestClientId), name: unit.name, currency: unit.currency },
    project: { id: base + booking.project, name: project.name, code: "" },
    task: { id: 8_001 + booking.task, name: WORK.tasks[booking.task] ?? WORK.tasks[0] },
    user_assignment: { id: base + 5, is_active: true, hourly_rate: 140 },
    task_assignment: { id: base + 6, billable: project.billable, is_active: true, hourly_rate: null },
    external_reference: null,
    invoice: null,
    hours: Math.round((100 * booking.minutes) / 60) / 100,
    hours_without_timer: Math.round((100 * booking.minutes) / 60) / 100,
    rounded_hours: Math.ceil(booking.minutes / 15) / 4,
    notes: "Call with the client's legal team",
    is_locked: false,
    is_closed: false,
    is_billed: false,
    is_running: false,
    timer_started_at: null,
    started_time: null,
    ended_time: null,
    billable: project.billable,
    budgeted: false,
    billable_rate: project.billable ? 140 : null,
    cost_rate: 55,
    created_at: at,
    updated_at: at,
  };
}
