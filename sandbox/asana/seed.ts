/** The demo agency as it looks when nobody has asked Jessie for anything yet. */
import { CUSTOM_FIELDS, PROJECTS, SANDBOX_CREDENTIALS, SECTIONS, USERS } from "../seed.ts";
import type { TaskRecord } from "./records.ts";
import { seedClientProjects } from "./seed-clients.ts";
import type { World } from "./world.ts";

/** Personal access tokens; Jessie's is the one the control plane is given. */
export const PATS = {
  jessie: SANDBOX_CREDENTIALS.AGENCY_OS_ASANA_AGENT_PAT,
  maya: "sandbox-asana-pat-maya",
  tom: "sandbox-asana-pat-tom",
  rob: "sandbox-asana-pat-rob",
} as const;

/** Sections of the projects that have none of their own. */
const PLAIN_SECTIONS = [
  { gid: "1200000000000210", name: "Untitled section", project: PROJECTS.platformBuild.gid },
  { gid: "1200000000000211", name: "Untitled section", project: PROJECTS.errors.gid },
] as const;

const DAY_MS = 24 * 3_600_000;

/** Fills an empty world. */
export function seedWorld(world: World): void {
  const now = world.context.now().getTime();
  const createdAt = new Date(now - 120 * DAY_MS).toISOString();
  world.users.put({ ...USERS.jessie, pat: PATS.jessie });
  world.users.put({ ...USERS.maya, pat: PATS.maya });
  world.users.put({ ...USERS.tom, pat: PATS.tom });
  world.users.put({ ...USERS.rob, pat: PATS.rob });
  for (const { gid, name, ...rest } of Object.values(CUSTOM_FIELDS)) {
    const options = "options" in rest ? rest.options : [];
    world.customFields.put({ gid, name, type: options.length > 0 ? "enum" : "text", options });
  }
  for (const section of Object.values(SECTIONS)) {
    world.sections.put({ ...section, project: PROJECTS.intake.gid, createdAt });
  }
  for (const section of PLAIN_SECTIONS) world.sections.put({ ...section, createdAt });
  for (const project of Object.values(PROJECTS)) {
    const sections = world.sections.all().filter((section) => section.project === project.gid);
    world.projects.put({
      ...project,
      createdAt,
      owner: USERS.maya.gid,
      sections: sections.map(({ gid }) => gid),
      customFields: project.gid === PROJECTS.intake.gid ? Object.values(CUSTOM_FIELDS).map(({ gid }) => gid) : [],
    });
  }
  for (const task of ordinaryTasks(now)) world.tasks.put(task);
  seedClientProjects(world, now);
}

/** Work of people, none of it Jessie's: a project is never empty. */
function ordinaryTasks(now: number): TaskRecord[] {
  const drafts = [
    {
      gid: "1200000000000501",
      name: "Refresh the agency credentials deck",
      notes: "New case numbers from the spring, and the two awards.",
      assignee: USERS.tom.gid,
      project: PROJECTS.intake.gid,
      section: SECTIONS.requested.gid,
      daysOld: 9,
      isDone: false,
    },
    {
      gid: "1200000000000502",
      name: "Plunkett: photo selection for the autumn journal",
      notes: "Pick twelve from the shoot, landscape format.",
      assignee: USERS.maya.gid,
      project: PROJECTS.intake.gid,
      section: SECTIONS.requested.gid,
      daysOld: 4,
      isDone: false,
    },
    {
      gid: "1200000000000503",
      name: "Agree on naming of landing pages with Strategic Settlements",
      notes: "",
      assignee: USERS.maya.gid,
      project: PROJECTS.intake.gid,
      section: SECTIONS.done.gid,
      daysOld: 21,
      isDone: true,
    },
  ];
  return drafts.map(({ project, section, daysOld, isDone, ...draft }, index) => {
    const createdAt = new Date(now - daysOld * DAY_MS).toISOString();
    const completedAt = isDone ? new Date(now - (daysOld - 3) * DAY_MS).toISOString() : null;
    return {
      ...draft,
      htmlNotes: null,
      completed: isDone,
      completedAt,
      completedBy: isDone ? draft.assignee : null,
      createdBy: USERS.maya.gid,
      createdAt,
      modifiedAt: completedAt ?? createdAt,
      dueOn: null,
      memberships: [{ project, section, rank: index }],
      customFields: {},
      followers: [USERS.maya.gid],
    };
  });
}
