/** Composition: which adapter serves which need. The one file that knows everybody. */
import type { GatewayDeps } from "./actors/asana-gateway/actor.ts";
import type { RunDeps } from "./actors/run/deps.ts";
import { type Config, readConfig, SECRET_NAMES, secret, secrets } from "./config.ts";
import { ASSET_OF, SOURCES } from "./core/business-unit/types.ts";
import type { PlatformBuildRunMessage, QueueMessage, TeamAgentRunMessage } from "./core/messages.ts";
import type { Purse } from "./core/run/lease.ts";
import { latestArtifact } from "./core/run/queries.ts";
import type { RunState } from "./core/run/types.ts";
import { noteBuild, notedBuilds } from "./d1/builds.ts";
import { buryMessage } from "./d1/dead-letters.ts";
import { moveStream, noteStreamProblem, streamPosition } from "./d1/event-streams.ts";
import { holdOnWork } from "./d1/holds.ts";
import { heldRuns, overdueRuns, wakelessRuns } from "./d1/overdue.ts";
import { registerArtifacts } from "./d1/register.ts";
import { listUnits } from "./d1/registry.ts";
import { blockedTasks, knownTasks, projectRun, tasksAtWork, unfinishedRuns } from "./d1/runs.ts";
import { openIndex } from "./d1/schema.ts";
import { unitIds } from "./d1/unit-rows.ts";
import { noteRunVisits, runsToVisit } from "./d1/visits.ts";
import { doors } from "./doors.ts";
import type { HttpDeps } from "./http/context.ts";
import { PATIENCE_MS } from "./lib/http.ts";
import { BOARD, BUCKET, INDEX, inTime, QUEUE } from "./lib/in-time.ts";
import { redacted } from "./lib/redact.ts";
import { liveAsana } from "./ports/asana/live.ts";
import { liveAsanaWatch } from "./ports/asana/live-watch.ts";
import type { QueueDeps } from "./queue.ts";
import { queueWriter } from "./queue-writer.ts";
import type { ReconcilerDeps } from "./reconciler.ts";
import { refresh } from "./refresh/execute.ts";
import { type ReprojectDeps, reprojectPage } from "./reproject.ts";
import { meteredModel, unlessUsedUp } from "./runner/metered-model.ts";
import { classifyFeedback } from "./skills/classify-feedback.ts";
import { SKILLS } from "./skills/registry.ts";
import type { SkillPorts } from "./skills/skill.ts";
import type { SweepDeps } from "./sweep.ts";
import { asanaOf, errorDeskOf, house, registryOf, wayToAsana } from "./wiring-asana.ts";
import { lookAtOf, refreshDeps } from "./wiring-refresh.ts";
import { modelOf, pricesOf, runnerDeps } from "./wiring-runner.ts";
import { missingSecrets } from "./wiring-sources.ts";

/** Version shown by `GET /health`. */
const VERSION = "0.1.0";

/** Names of what nothing works without, or fails without anybody hearing of it. Sources are another matter: a Business Unit that lacks one says so itself. */
async function missingSettings(env: Env, config: Config): Promise<readonly string[]> {
  const needed: Readonly<Record<string, string | null>> = {
    JESSIE_USER_GID: config.jessieUserGid,
    JESSIE_INTAKE_PROJECT_GID: config.intakeProjectGid,
    ERROR_PROJECT_GID: config.errorProjectGid,
    WEB_ORIGIN: config.webOrigin,
    AGENCY_OS_ASANA_AGENT_PAT: await secret(env, "AGENCY_OS_ASANA_AGENT_PAT"),
  };
  return Object.entries(needed).flatMap(([name, value]) => (value === null || value === "" ? [name] : []));
}

/** What Jessie is nobody without. */
const JESSIE: readonly string[] = ["JESSIE_USER_GID", "AGENCY_OS_ASANA_AGENT_PAT"];

/** What the gateway to Asana needs. */
export function gatewayDeps(env: Env): GatewayDeps {
  return {
    perMinute: readConfig(env).asanaPerMinute,
    patienceMs: PATIENCE_MS,
    holds: (taskGid, epoch) => doors(env).run(taskGid).holds(epoch),
    fetch: (request) => fetch(request),
    now: () => Date.now(),
  };
}

/**
 * Each call of Asana it makes has a limit of its own, so that what takes longer than this waits for the index. Much shorter,
 * and a task could be made while the call before it is still under way.
 */
const INCIDENT_WITHIN_MS = 10 * 60_000;

/** What a run actor needs. `own` says for whom it speaks. */
export function runDeps(env: Env, own: { readonly client: () => string; readonly taskGid: string | null }): RunDeps {
  const config = readConfig(env);
  const index = openIndex(env.PLATFORM_BUILD_DB);
  const model = modelOf(env, config);
  const reportIncident = errorDeskOf(env, config, index);
  const paid = (purse: Purse) => unlessUsedUp(meteredModel(model, purse, pricesOf(config)));
  return {
    settings: {
      jessieUserGid: config.jessieUserGid,
      intakeProjectGid: config.intakeProjectGid,
      leaseMs: config.leaseMs,
      budget: config.budget,
      skillBudgets: Object.fromEntries(SKILLS.map((skill) => [skill.id, skill.budget ?? {}])),
      quietMs: config.quietMs,
      feedbackRoundLimit: config.feedbackRoundLimit,
    },
    webOrigin: config.webOrigin,
    // The actor is the one who grants leases: it writes without one.
    asana: asanaOf(env, config, () => ({ client: own.client(), taskGid: own.taskGid, epoch: null })),
    skills: SKILLS,
    now: () => Date.now(),
    random: () => Math.random(),
    units: () => inTime(INDEX, listUnits(index)),
    missingSecrets: () => inTime("The store of secrets", missingSecrets(env, config)),
    holdOn: (target) => inTime(INDEX, holdOnWork(index, target)),
    reportIncident: (incident) => inTime("The error desk", reportIncident(incident), INCIDENT_WITHIN_MS),
    enqueueExecution: async (message) => {
      await inTime(QUEUE, env.TEAM_AGENT_EXECUTION_QUEUE.send(message));
    },
    project: (summary, archived) => inTime(INDEX, projectRun(index, summary, archived)),
    showOnBoard: async (summary, archived) => {
      await inTime(BOARD, doors(env).board().put(summary, archived));
    },
    register: (state, whole) => inTime(INDEX, registerArtifacts(env.PLATFORM_BUILD_DB, state, whole)),
    archive: archiveOf(env.CLIENT_DATA_PLANE_BUCKET),
    classify: (runId, comment, purse) => classifyFeedback(paid(purse), runId, comment),
    discuss: (state, question, purse) => discuss(env, paid(purse), state, question),
  };
}

async function textIn(bucket: R2Bucket, key: string): Promise<string | null> {
  return (await bucket.get(key))?.text() ?? null;
}

function archiveOf(bucket: R2Bucket): RunDeps["archive"] {
  return {
    put: async (key, text) => {
      await inTime(BUCKET, bucket.put(key, text, { httpMetadata: { contentType: "application/json" } }));
    },
    get: (key) => inTime(BUCKET, textIn(bucket, key)),
  };
}

async function discuss(
  env: Env,
  model: SkillPorts["model"],
  state: RunState,
  question: string,
): Promise<readonly string[]> {
  const evidence = latestArtifact(state)?.files.find((file) => file.role === "evidence");
  const skill = SKILLS.find((one) => one.id === state.brief?.skill);
  const bucket = env.CLIENT_DATA_PLANE_BUCKET;
  const stored = evidence === undefined ? null : await inTime(BUCKET, textIn(bucket, evidence.objectKey));
  if (skill === undefined || stored === null)
    return ["The evidence of this report is not at hand, so I cannot answer from it."];
  return (await skill.discuss(stored, question, model)).sentences;
}

/** Requests of one isolate share their writes to a queue: ADR 018. */
const sendRuns = queueWriter<TeamAgentRunMessage>();
const sendBuilds = queueWriter<PlatformBuildRunMessage>();

type Invocation = Pick<ExecutionContext, "waitUntil">;

async function requeue(env: Env, message: QueueMessage): Promise<void> {
  if (message.type === "team-agent-execution" || message.type === "business-unit-refresh")
    await env.TEAM_AGENT_EXECUTION_QUEUE.send(message);
  else if (message.type === "team-agent-run") await env.TEAM_AGENT_QUEUE.send(message);
  else await env.PLATFORM_BUILD_QUEUE.send(message);
}

/** Every value of every secret that is set. */
async function everySecret(env: Env): Promise<readonly string[]> {
  return (await Promise.all(SECRET_NAMES.map((name) => secrets(env, name)))).flat();
}

function reprojectDeps(env: Env, config: Config): ReprojectDeps {
  return {
    intakeProjectGid: config.intakeProjectGid,
    roster: async (after, limit) => doors(env).board().roster(after, limit),
    folders: async (prefix, cursor) => {
      const options = { prefix, delimiter: "/", limit: 50, ...(cursor === null ? {} : { cursor }) };
      const page = await env.CLIENT_DATA_PLANE_BUCKET.list(options);
      return { names: page.delimitedPrefixes, cursor: page.truncated ? page.cursor : null };
    },
    openTasks: (projectGid) => asanaOf(env, config, house("reproject")).openTasks(projectGid),
    reproject: async (taskGid) => doors(env).run(taskGid).reproject(),
    units: (after, limit) => unitIds(openIndex(env.PLATFORM_BUILD_DB), after, limit),
    unitRoster: async (after, limit) => doors(env).board().unitRoster(after, limit),
    reprojectUnit: async (businessUnitId) => doors(env).unit(businessUnitId).reproject(),
  };
}

type LastingDeps = Omit<HttpDeps, "enqueueRuns" | "enqueueBuilds">;

/** What no request changes is made once per isolate. */
const lasting = new WeakMap<Env, LastingDeps>();

/** What the routes need. */
export function httpDeps(env: Env, ctx: Invocation): HttpDeps {
  const known = lasting.get(env) ?? lastingDeps(env);
  lasting.set(env, known);
  return {
    ...known,
    enqueueRuns: (messages) => sendRuns(env.TEAM_AGENT_QUEUE, messages, ctx),
    enqueueBuilds: (messages) => sendBuilds(env.PLATFORM_BUILD_QUEUE, messages, ctx),
  };
}

function lastingDeps(env: Env): LastingDeps {
  const config = readConfig(env);
  const index = openIndex(env.PLATFORM_BUILD_DB);
  return {
    version: VERSION,
    jessieUserGid: config.jessieUserGid,
    projects: { intake: config.intakeProjectGid, platformBuild: config.platformBuildProjectGid },
    index,
    database: env.PLATFORM_BUILD_DB,
    run: (taskGid) => doors(env).run(taskGid),
    unit: (businessUnitId) => doors(env).unit(businessUnitId),
    board: () => doors(env).board(),
    internalTokens: () => secrets(env, "AGENCY_OS_INTERNAL_API_TOKEN"),
    webhookSecrets: () => secrets(env, "ASANA_WEBHOOK_SECRET"),
    ...registryOf(env, config, index),
    strangersAreAdmins: config.operators === "everybody",
    isOps: (email) => config.operators !== "everybody" && config.operators.includes(email.toLowerCase()),
    readiness: async () => ({
      missingSecrets: await missingSecrets(env, config),
      missingIdentity: (await missingSettings(env, config)).filter((name) => JESSIE.includes(name)),
      connectors: SOURCES.map((source) => ASSET_OF[source]),
    }),
    lookAt: lookAtOf(env),
    missingSettings: () => missingSettings(env, config),
    importsAllowed: config.importsAllowed,
    fixturesAllowed: config.fixturesAllowed,
    redacted: async (text) => redacted(text, await everySecret(env)),
    reprojectPage: (cursor) => reprojectPage(reprojectDeps(env, config), cursor),
    requeue: (message) => requeue(env, message),
    blob: async (key) => (await env.CLIENT_DATA_PLANE_BUCKET.get(key))?.body ?? null,
    now: () => new Date(),
  };
}

/** What the queue consumers need. */
export function queueDeps(env: Env): QueueDeps {
  const config = readConfig(env);
  const index = openIndex(env.PLATFORM_BUILD_DB);
  return {
    deliver: async (message) => {
      await doors(env).run(message.taskGid).deliver(message);
    },
    runner: () => runnerDeps(env),
    refresh: (message) => refresh(message, refreshDeps(env)),
    noteBuild: async (message) => {
      const task = await asanaOf(env, config, house("builds")).task(message.taskGid);
      if (task === null || !task.projectGids.includes(config.platformBuildProjectGid)) return;
      await noteBuild(index, { taskGid: task.gid, title: task.name, at: message.receivedAt });
    },
    bury: (letter) => buryMessage(index, letter),
    now: () => new Date(),
  };
}

/** What the reconciler needs. */
export function reconcilerDeps(env: Env, ctx: Invocation): ReconcilerDeps {
  const config = readConfig(env);
  const index = openIndex(env.PLATFORM_BUILD_DB);
  const way = wayToAsana(env, config, house("reconciler"));
  const [asana, watch] = [liveAsana(way), liveAsanaWatch(way)];
  return {
    jessieUserGid: config.jessieUserGid,
    projects: { intake: config.intakeProjectGid, platformBuild: config.platformBuildProjectGid },
    events: (projectGid, sync) => watch.events(projectGid, sync),
    position: (projectGid) => streamPosition(index, projectGid),
    moveStream: (projectGid, moved) => moveStream(index, projectGid, moved),
    noteProblem: (projectGid, problem) => noteStreamProblem(index, projectGid, problem),
    openTasks: (projectGid) => asana.openTasks(projectGid),
    unfinishedRuns: () => unfinishedRuns(index),
    blockedTasks: (at) => blockedTasks(index, at),
    knownTasks: (gids) => knownTasks(index, gids),
    notedBuilds: (gids) => notedBuilds(index, gids),
    enqueueRuns: (messages) => sendRuns(env.TEAM_AGENT_QUEUE, messages, ctx),
    enqueueBuilds: (messages) => sendBuilds(env.PLATFORM_BUILD_QUEUE, messages, ctx),
  };
}

/** What the hourly sweep needs. */
export function sweepDeps(env: Env): SweepDeps {
  const index = openIndex(env.PLATFORM_BUILD_DB);
  return {
    overdue: (before, after, limit) => overdueRuns(index, before, after, limit),
    wakeless: (after, limit) => wakelessRuns(index, after, limit),
    held: (after, limit) => heldRuns(index, after, limit),
    poke: (taskGid) => doors(env).run(taskGid).poke(),
    toVisit: (by, after, limit) => runsToVisit(index, by, after, limit),
    visit: (taskGid) => doors(env).run(taskGid).visit(),
    noteVisits: (visits) => noteRunVisits(index, visits),
  };
}

/**
 * After a start: runs whose worker died with this process go on at once, not when their lease runs out; with `queueLost` also
 * those whose message was lost with it.
 */
export async function touchRunsAtWork(env: Env, queueLost: boolean): Promise<void> {
  const tasks = await tasksAtWork(openIndex(env.PLATFORM_BUILD_DB));
  await Promise.allSettled(tasks.map((taskGid) => doors(env).run(taskGid).touch(queueLost)));
}
