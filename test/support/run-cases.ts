/** Builders of what a run is made of, for tests: one agency, one skill, one task, and their variations. */
import { periodsOf } from "../../src/core/facts/periods.ts";
import type { TaskEvent, TeamAgentRunMessage } from "../../src/core/messages.ts";
import type { SkillRecord, TaskReading, UnitRecord } from "../../src/core/run/assess.ts";
import type { Brief } from "../../src/core/run/brief.ts";
import type { CommentReading, RunCommand } from "../../src/core/run/commands.ts";
import type { RunArtifact, RunSettings } from "../../src/core/run/types.ts";

export const JESSIE = { gid: "10", name: "Jessie" } as const;
export const MAYA = { gid: "11", name: "Maya Lindqvist" } as const;
export const TOM = { gid: "12", name: "Tom Achebe" } as const;
/** No member of staff. */
export const ROB = { gid: "13", name: "Rob Nakamura" } as const;
export const INTAKE = "100";
export const TASK = "777";

export const SETTINGS: RunSettings = {
  jessieUserGid: JESSIE.gid,
  intakeProjectGid: INTAKE,
  leaseMs: 30_000,
  budget: { modelTokens: 100_000, modelMicroUsd: 2_000_000, upstreamCalls: 200, wallMs: 3_600_000, crawlPages: 100 },
  skillBudgets: {},
  quietMs: 0,
  feedbackRoundLimit: 5,
};

/** Far ahead of the machine's clock, so that an armed alarm never fires by itself in the middle of a test. */
export const NOW = Date.UTC(2040, 10, 22, 9);
export const TODAY = "2040-11-22";

export const PLUNKETT: UnitRecord = {
  businessUnitId: "bu_plunkett",
  name: "Plunkett",
  clientName: "Plunkett Group",
  timeZone: "Europe/Dublin",
  currency: "EUR",
  brandTerms: ["plunkett"],
  pageGroups: [{ label: "Guides", prefix: "/guides/" }],
  sources: [
    { kind: "search_console_site", externalId: "sc-domain:plunkett.example" },
    { kind: "ga4_property", externalId: "350000002" },
  ],
  staff: [
    { ...MAYA, role: "approver" },
    { ...TOM, role: "consultant" },
  ],
};

export const HARBOUR: UnitRecord = {
  ...PLUNKETT,
  businessUnitId: "bu_harbour",
  name: "Harbour",
  clientName: "Harbour",
};

export const SEO: SkillRecord = {
  id: "seo-reporting",
  title: "SEO report",
  deliverables: ["a report", "its evidence"],
  requiredSources: ["search_console_site"],
  optionalSources: ["ga4_property", "accuranker_domain"],
  matches: (text) => /\bseo\b/i.test(text),
};

export const READING: TaskReading = {
  gid: TASK,
  name: "SEO report for Plunkett, October 2040",
  notes: "",
  completed: false,
  assigneeGid: JESSIE.gid,
  requester: MAYA,
  projectGids: [INTAKE],
  fields: [],
  url: "https://app.asana.com/0/100/777",
};

export const BRIEF: Brief = {
  runId: `tar_${TASK}`,
  taskGid: TASK,
  taskName: READING.name,
  skill: SEO.id,
  clientName: PLUNKETT.clientName,
  businessUnitId: PLUNKETT.businessUnitId,
  businessUnitName: PLUNKETT.name,
  periods: periodsOf({ start: "2040-10-01", end: "2040-10-31" }),
  sources: PLUNKETT.sources,
  brandTerms: PLUNKETT.brandTerms,
  pageGroups: PLUNKETT.pageGroups,
  timeZone: PLUNKETT.timeZone,
  currency: PLUNKETT.currency,
};

/** Version `n` of the report of the run. */
export function artifactOf(n: number, change: Partial<RunArtifact> = {}): RunArtifact {
  return {
    artifactId: `art_${TASK}_v${n}`,
    version: n,
    lifecycle: "in_review",
    sha256: String(n).repeat(64).slice(0, 64),
    supersedes: n > 1 ? `art_${TASK}_v${n - 1}` : null,
    narrator: "model",
    answer: ["Clicks rose by a tenth."],
    lookAt: ["Guides lost positions."],
    files: [
      {
        fileId: "f1",
        name: `report-v${n}.html`,
        mediaType: "text/html",
        role: "report",
        bytes: 10,
        sha256: String(n).repeat(64).slice(0, 64),
        objectKey: `artifacts/art_${TASK}_v${n}/report.html`,
        attachmentGid: "55",
      },
    ],
    provenance: [],
    createdAt: NOW,
    acceptedAt: null,
    acceptedBy: null,
    ...change,
  };
}

let lastStory = 5_000_000;

/** A human comment, by default Maya's; gids grow with every call. */
export function comment(text: string, at: number, change: Partial<CommentReading> = {}): CommentReading {
  lastStory += 1;
  return {
    gid: String(lastStory),
    text,
    authorGid: MAYA.gid,
    authorName: MAYA.name,
    createdAt: new Date(at).toISOString(),
    ...change,
  };
}

/** What the actor tells the core after it has read the task. */
export function taskRead(
  change: Partial<TaskReading> | null = {},
  comments: readonly CommentReading[] = [],
  assessment: Partial<Extract<RunCommand, { type: "task_read" }>["assessment"]> = {},
): Extract<RunCommand, { type: "task_read" }> {
  return {
    type: "task_read",
    task: change === null ? null : { ...READING, ...change },
    comments,
    assessment: { units: [PLUNKETT, HARBOUR], skills: [SEO], missingSecrets: {}, today: TODAY, ...assessment },
  };
}

/** An event about a task, as Asana would report it. */
export function taskEvent(taskGid: string, change: Partial<TaskEvent> = {}): TaskEvent {
  return {
    action: "changed",
    resourceType: "task",
    resourceGid: taskGid,
    field: "assignee",
    userGid: MAYA.gid,
    createdAt: new Date(NOW).toISOString(),
    ...change,
  };
}

/** A message to the run of a task. */
export function runMessageOf(taskGid: string, events: readonly TaskEvent[]): TeamAgentRunMessage {
  return {
    type: "team-agent-run",
    schemaVersion: 1,
    idempotencyKey: `team-agent-run:${taskGid}`,
    correlationId: "test",
    taskGid,
    events: [...events],
    receivedAt: new Date(NOW).toISOString(),
  };
}
