/**
 * Everything outside of a run, in memory: Asana, the execution queue, the skill, the stores, the clock. Tests and
 * actors run in one isolate, so both sides see the same world; it outlives evictions, as the real outside does.
 */
import type { ModelReading } from "../../src/actors/run/deps.ts";
import { RetryableError } from "../../src/core/errors.ts";
import type { BusinessUnitRefreshMessage, TeamAgentExecutionMessage } from "../../src/core/messages.ts";
import type { UnitRecord } from "../../src/core/run/assess.ts";
import type { Limits } from "../../src/core/run/budget.ts";
import type { Purse } from "../../src/core/run/lease.ts";
import { sha256Hex } from "../../src/lib/hash.ts";
import { type FakeAsana, fakeAsana } from "../../src/ports/asana/fake.ts";
import { type FakeAsanaOwnTasks, fakeAsanaOwnTasks } from "../../src/ports/asana/fake-own-tasks.ts";
import { type FaultScript, faultScript } from "../../src/ports/fault-script.ts";
import { JOURNAL_MISSING, type ResultStore } from "../../src/runner/journal.ts";
import type { ArtifactStore } from "../../src/runner/package.ts";
import type { Skill, SkillContext, SkillOutcome, SkillResult } from "../../src/skills/skill.ts";
import { INTAKE, JESSIE, MAYA, NOW, PLUNKETT, SEO, SETTINGS } from "./run-cases.ts";

/** The project of the error tasks. */
export const ERRORS = "1200000000000102";

export type Verb =
  | "project"
  | "board"
  | "register"
  | "enqueue"
  | "classify"
  | "discuss"
  | "units"
  | "archive"
  | "holds"
  | "seeded"
  | "projectUnit"
  | "fence"
  | "claim"
  | "releaseClaims"
  | "enqueueRefresh";

export interface RunWorld {
  now: number;
  readonly leaseMs: number;
  quietMs: number;
  feedbackRoundLimit: number;
  /** What a run may spend before it asks. */
  budget: Limits;
  /** What reading a comment or answering a question costs; nothing by default. */
  think: (purse: Purse) => Promise<void>;
  readonly asana: FakeAsana;
  /** Where error tasks are opened; empty: nowhere. */
  errorProjectGid: string;
  readonly ownTasks: FakeAsanaOwnTasks;
  /** Failures of the other verbs a run is lent. */
  readonly faults: FaultScript<Verb>;
  units: readonly UnitRecord[];
  missingSecrets: Readonly<Record<string, readonly string[]>>;
  /** Messages on the execution queue; a test takes them off. */
  readonly executions: TeamAgentExecutionMessage[];
  /** The same for refreshes of Business Units. */
  readonly refreshes: BusinessUnitRefreshMessage[];
  reading: ModelReading | null;
  sentences: readonly string[];
  /** Happens while a Business Unit waits for the answer of the outside; nothing by default. */
  meanwhile: (verb: Verb) => Promise<void>;
  /** What the skill does; `stepsOf` below by default. */
  perform: (ctx: SkillContext) => Promise<SkillOutcome>;
  /** Keys of the steps whose work was really done, in order. */
  readonly worked: string[];
  readonly objects: Map<string, Uint8Array>;
  readonly results: Map<string, string>;
  /** Runs that ended long ago, by key. */
  readonly archive: Map<string, string>;
}

/** A new world in which nothing has happened. */
export function newWorld(change: { readonly leaseMs?: number } = {}): RunWorld {
  const world: RunWorld = {
    now: NOW,
    leaseMs: change.leaseMs ?? SETTINGS.leaseMs,
    quietMs: SETTINGS.quietMs,
    feedbackRoundLimit: SETTINGS.feedbackRoundLimit,
    budget: SETTINGS.budget,
    think: async () => undefined,
    errorProjectGid: "",
    ownTasks: fakeAsanaOwnTasks({ meGid: JESSIE.gid, projectGids: [ERRORS], now: () => new Date(world.now) }),
    asana: fakeAsana({ me: { ...JESSIE, email: null }, now: () => new Date(world.now), projectGids: [INTAKE] }),
    faults: faultScript<Verb>(),
    units: [PLUNKETT],
    missingSecrets: {},
    executions: [],
    refreshes: [],
    reading: null,
    sentences: ["The evidence says so."],
    meanwhile: async () => undefined,
    perform: (ctx) => reportSteps(ctx, world.worked),
    worked: [],
    objects: new Map(),
    results: new Map(),
    archive: new Map(),
  };
  return world;
}

/** Puts a task for Jessie into the world; the gid is the run's name. */
export function giveTask(
  world: RunWorld,
  gid: string,
  change: Parameters<FakeAsana["putTask"]>[0] | object = {},
): void {
  world.asana.putTask({
    name: "SEO report for Plunkett, October 2040",
    assigneeGid: JESSIE.gid,
    createdBy: MAYA,
    projectGids: [INTAKE],
    ...change,
    gid,
  });
}

/** A small report in three steps; `worked` notes each step whose work was really done. */
export async function reportSteps(ctx: SkillContext, worked: string[]): Promise<SkillResult> {
  for (const key of ["gather.search", "gather.traffic"] as const) {
    await ctx.step(key, `Gather ${key}`, async () => {
      worked.push(key);
      return { rows: 3 };
    });
  }
  const body = await ctx.step("narrate", "Write the report", async () => {
    worked.push("narrate");
    const items = (ctx.revision?.items ?? []).map((item) => item.text).join("; ");
    return `<!doctype html><title>Report</title><p>Version ${ctx.artifactVersion} of ${ctx.brief.clientName} ${items}`;
  });
  return packageOf(ctx, body);
}

/** The package of one report. */
export function packageOf(ctx: SkillContext, html: string): SkillResult {
  const v = ctx.artifactVersion;
  return {
    kind: "package",
    files: [
      { name: `report-v${v}.html`, mediaType: "text/html", role: "report", body: html },
      { name: `evidence-v${v}.json`, mediaType: "application/json", role: "evidence", body: '{"facts":[]}' },
    ],
    answer: ["Clicks rose by a tenth."],
    lookAt: ["Guides lost positions."],
    narrator: "rules",
    provenance: [
      {
        channel: "search_console",
        status: "used",
        detail: "Complete.",
        externalId: "sc-domain:plunkett.example",
        periodStart: ctx.brief.periods.primary.start,
        periodEnd: ctx.brief.periods.primary.end,
        fetchedAt: ctx.startedAt,
        snapshotKeys: ["snapshots/bu_plunkett/search_console/0.json"],
        rowCount: 3,
      },
    ],
    answers: (ctx.revision?.items ?? []).map((item) => ({ itemId: item.id, outcome: "done", reason: "changed" })),
  };
}

/** The skill of the world, for the runner. */
export function skillOf(world: RunWorld): Skill {
  return {
    ...SEO,
    run: (ctx) => world.perform(ctx),
    discuss: async () => ({ sentences: world.sentences }),
  };
}

/** Big results, kept by digest. */
export function resultsOf(world: RunWorld): ResultStore {
  return {
    put: async (key, body) => {
      const sha256 = await sha256Hex(body);
      world.results.set(`${key}/${sha256}`, body);
      return { key: `${key}/${sha256}`, sha256 };
    },
    get: async (ref) => {
      const body = world.results.get(ref.key);
      if (body === undefined || (await sha256Hex(body)) !== ref.sha256)
        throw new RetryableError(JOURNAL_MISSING, "The recorded result is gone.");
      return body;
    },
  };
}

/** Report files. */
export function artifactsOf(world: RunWorld): ArtifactStore {
  return {
    put: async (key, bytes) => void world.objects.set(key, bytes.slice()),
    get: async (key) => world.objects.get(key)?.slice() ?? null,
    read: async (key) => {
      const bytes = world.objects.get(key);
      const text = new TextDecoder().decode(bytes);
      return bytes === undefined ? null : { text, etag: text };
    },
    swap: async (key, text, was) => {
      const bytes = world.objects.get(key);
      if ((bytes === undefined ? null : new TextDecoder().decode(bytes)) !== was) return false;
      world.objects.set(key, new TextEncoder().encode(text));
      return true;
    },
  };
}

let current: RunWorld = newWorld();

/** The world the actors of this file see. */
export function theWorld(): RunWorld {
  return current;
}

/** Replaces the world; a test begins with this. */
export function enterWorld(change: Parameters<typeof newWorld>[0] = {}): RunWorld {
  current = newWorld(change);
  return current;
}
