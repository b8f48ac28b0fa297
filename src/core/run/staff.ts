/** Who may start and steer a run: mapped staff of its Business Unit, and admins of the agency. */
import { nameOf } from "../names.ts";
import type { TaskReading, UnitRecord } from "./assess.ts";
import type { Refused, StaffMember, Team } from "./conversation.ts";
import type { RunEvent } from "./events.ts";
import type { Said } from "./said.ts";
import type { RunFinding, RunState } from "./types.ts";

/** Staff a run remembers; a Business Unit has a handful. Who may steer is asked of all of them, whatever a run remembers. */
const MAX_STAFF = 100;
const MAX_NAMED = 5;

/**
 * The people of a run: those of its Business Unit; while it is not known which, everybody who may steer any. A unit
 * that left the registry keeps the people it had.
 */
export function teamOf(state: RunState, task: TaskReading, units: readonly UnitRecord[]): Team {
  if (state.brief !== null) {
    const unit = units.find((one) => one.businessUnitId === state.brief?.businessUnitId);
    return unit === undefined ? state.talk.team : { timeZone: unit.timeZone, staff: unit.staff };
  }
  const requester = task.requester?.gid;
  const own = units.find((unit) => unit.staff.some((member) => member.gid === requester)) ?? units[0];
  const known = new Map<string, StaffMember>();
  // The requester's own unit first: who is asked in their stead should know of it.
  const ordered = own === undefined ? units : [own, ...units.filter((unit) => unit !== own)];
  for (const member of ordered.flatMap((unit) => unit.staff)) if (!known.has(member.gid)) known.set(member.gid, member);
  return { timeZone: own?.timeZone ?? "UTC", staff: [...known.values()] };
}

/** What of a team is remembered. */
function bounded({ timeZone, staff }: Team): Team {
  const members = staff.map(({ gid, name, role }) => ({ gid, name: name.slice(0, 120), role: role.slice(0, 60) }));
  return { timeZone, staff: members.slice(0, MAX_STAFF) };
}

/** The event that the people are others than last time; none when they are not. */
export function teamNoted(state: RunState, all: Team): readonly RunEvent[] {
  const team = bounded(all);
  return JSON.stringify(team) === JSON.stringify(bounded(state.talk.team)) ? [] : [{ type: "team.noted", team }];
}

/**
 * Only the last word on who the people are: while it is not known which Business Unit is meant it is everybody, and as
 * often as not that is known in the same turn.
 */
export function teamNotedOnce(events: readonly RunEvent[]): readonly RunEvent[] {
  const last = events.findLastIndex(({ type }) => type === "team.noted");
  return events.filter(({ type }, index) => type !== "team.noted" || index === last);
}

export function isStaff(team: Team, gid: string | null): boolean {
  return team.staff.some((member) => member.gid === gid);
}

/** Whether somebody may steer the run by this word. Whoever said it in the panel was let in there. */
export function maySteer(team: Team, { authorGid, panel }: Said): boolean {
  return panel !== undefined || isStaff(team, authorGid);
}

/** Why a task may not begin; null when its creator is staff, or somebody who is vouched for it. */
export function notMapped(task: TaskReading, vouched: boolean, team: Team, unitName: string | null): RunFinding | null {
  const requester = task.requester;
  if (vouched || isStaff(team, requester?.gid ?? null)) return null;
  const who =
    requester === null ? "The task has no creator who" : `${requester.name.slice(0, 120)} created the task and`;
  return {
    code: "requester_not_mapped",
    what: `${who} is not mapped to a member of staff of ${unitName ?? "a Business Unit"}.`,
    fix: `Ops can map them and give them a role, or ${namesOf(team)} comments “go” here to let it begin.`,
  };
}

/** Names of people who may steer, in a sentence. */
export function namesOf(team: Pick<Team, "staff">): string {
  const names = team.staff.slice(0, MAX_NAMED).map((member) => member.name);
  if (names.length === 0) return "a member of its staff (nobody is mapped yet)";
  const last = names.at(-1);
  return names.length === 1 ? `${last}` : `${names.slice(0, -1).join(", ")} or ${last}`;
}

/** The people with their roles and whose working hours count, for the timeline: others make another line. */
export function staffWords({ staff, timeZone }: Team): string {
  const people = staff.map(({ name, role }) => `${name} (${nameOf(role).toLowerCase()})`);
  const shown = people.slice(0, MAX_NAMED).join(", ");
  const more = people.length > MAX_NAMED ? ` and ${people.length - MAX_NAMED} more` : "";
  return people.length === 0 ? "nobody yet" : `${shown}${more}; hours of ${timeZone}`;
}

/** Comments of people who may not steer: each person is told once, and what they wrote counts as seen. */
export function strangersTold(
  state: RunState,
  strangers: readonly Said[],
  about: Pick<Refused, "about"> = {},
): readonly RunEvent[] {
  const told = new Set(state.talk.refused.map((one) => one.gid));
  const silent = state.cause?.code === "ping_pong";
  const events: RunEvent[] = [];
  for (const { gid, authorGid, authorName } of strangers) {
    if (silent || told.has(authorGid)) events.push({ type: "comments.passed", storyGids: [gid] });
    else
      events.push({
        type: "steering.refused",
        gid: authorGid,
        name: authorName.slice(0, 120),
        storyGids: [gid],
        ...about,
      });
    told.add(authorGid);
  }
  return events;
}

const RANKS: readonly (readonly string[])[] = [["approver"], ["consultant"], ["admin"]];

/** May allow what goes beyond the rules of a run. */
export function isLead(member: StaffMember): boolean {
  return member.role === "approver" || member.role === "admin";
}

/**
 * Who answers for the Business Unit: its approver, then its consultant, then an admin, then whoever asked. Somebody who was
 * asked in vain already is passed over where another is there.
 */
export function responsibleFor(state: RunState, inVain: string | null): { gid: string | null; name: string } {
  const { staff } = state.talk.team;
  const ranked = RANKS.flatMap((rank) => staff.filter((member) => rank.includes(member.role)));
  const [first] = [...ranked.filter((member) => member.gid !== inVain), ...ranked];
  if (first !== undefined) return { gid: first.gid, name: first.name };
  return { gid: state.task?.requesterGid ?? null, name: state.task?.requesterName ?? "the requester" };
}
