/** A project per client: work people do for it, some of it shown to the client, most of it not. */
import { BUSINESS_UNITS, CLIENT_VISIBLE, USERS } from "../seed.ts";
import type { World } from "./world.ts";

const DAY_MS = 24 * 3_600_000;
const [YES, NO] = CLIENT_VISIBLE.options;

/** `shown` undefined: nobody touched the field. Days count from now; a task with `doneDays` is completed. */
const WORK = [
  { name: "Content calendar for the next quarter", shown: YES.gid, dueDays: 9 },
  { name: "Fix titles & descriptions of the <guides>", shown: YES.gid, dueDays: 3 },
  { name: "Monthly report", shown: YES.gid, dueDays: -12, doneDays: 13 },
  { name: "Landing page test, round one", shown: YES.gid, dueDays: -45, doneDays: 40 },
  { name: "Internal: margin of this account", shown: NO.gid, dueDays: 5 },
  { name: "Internal: who covers the holidays", shown: undefined, dueDays: 20 },
  { name: "Internal: complaint about last invoice", shown: undefined, dueDays: -20, doneDays: 15 },
] as const;

/** The clients' projects with their sections and tasks. */
export function seedClientProjects(world: World, now: number): void {
  const createdAt = new Date(now - 120 * DAY_MS).toISOString();
  world.customFields.put({ ...CLIENT_VISIBLE, type: "enum", options: [...CLIENT_VISIBLE.options] });
  for (const [order, { asanaProjectGid: project, name }] of BUSINESS_UNITS.entries()) {
    const sections = ["Doing", "Done"].map((title, at) => ({
      gid: `12000000000002${2 + order}${at}`,
      name: title,
      project,
      createdAt,
    }));
    for (const section of sections) world.sections.put(section);
    world.projects.put({
      gid: project,
      name,
      createdAt,
      owner: USERS.maya.gid,
      sections: sections.map(({ gid }) => gid),
      customFields: [CLIENT_VISIBLE.gid],
    });
    for (const [at, work] of WORK.entries()) {
      const completedAt = "doneDays" in work ? new Date(now - work.doneDays * DAY_MS).toISOString() : null;
      world.tasks.put({
        gid: `12000000000006${order}${at}`,
        name: work.name,
        notes: "",
        htmlNotes: null,
        completed: completedAt !== null,
        completedAt,
        completedBy: completedAt === null ? null : USERS.tom.gid,
        assignee: USERS.tom.gid,
        createdBy: USERS.maya.gid,
        createdAt: new Date(now - 60 * DAY_MS).toISOString(),
        modifiedAt: completedAt ?? createdAt,
        dueOn: new Date(now + work.dueDays * DAY_MS).toISOString().slice(0, 10),
        memberships: [{ project, section: sections[completedAt === null ? 0 : 1]?.gid ?? "", rank: at }],
        customFields: work.shown === undefined ? {} : { [CLIENT_VISIBLE.gid]: work.shown },
        followers: [USERS.maya.gid],
      });
    }
  }
}
